"""Names of the migrations, kept apart from them: opening a store that is up to date need not load sqlite-utils."""

MIGRATIONS = (
    "m001_first", "m002_later_columns", "m003_requests", "m004_leases", "m005_classes_of_rounds", "m006_engines",
    "m007_scoring", "m008_kinds_of_nodes",
)  # fmt: skip
"""Every migration, in the order in which they were written. More are appended; none is ever changed."""
