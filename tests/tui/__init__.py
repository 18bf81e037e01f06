"""A few real campaigns in a terminal that is none."""
