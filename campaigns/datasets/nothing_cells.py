"""Cells with a word for no class, which a person has named: they are empty."""

from campaigns.datasets.table_reader import Lines, TableReader


def without_nothing(reader: TableReader, lines: Lines, place: int) -> Lines:
    """Return lines whose cell is empty where it says what a person says means no class; how many is noted."""
    word = reader.options.nothing
    if word is None:
        return lines
    wanted = word.strip().casefold()
    places = {at for at, (_, _, row) in enumerate(lines) if row[place].casefold() == wanted}
    reader.notes.append(f"{len(places)} of {len(lines)} label cells say {word!r}: no class")
    return [
        (number, image, [*row[:place], "", *row[place + 1 :]]) if at in places else (number, image, row)
        for at, (number, image, row) in enumerate(lines)
    ]
