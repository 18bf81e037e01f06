"""How an average precision is written for a person: per cent with one decimal, everywhere. JSON has it in [0, 1]."""


def percent(value: float | None, digits: int = 1) -> str:
    """Format a share in [0, 1] as per cent, without the sign: `66.9`; empty for None."""
    return "" if value is None else f"{100 * value:.{digits}f}"


def spread(mean: float, sd: float | None) -> str:
    """Format a mean and its standard deviation, both shares, as per cent: `66.9 ± 1.2`; the mean alone without it."""
    return percent(mean) + ("" if sd is None else f" ± {percent(sd)}")


def points(value: float | None) -> str:
    """Format a difference of two shares as points of a hundred: `+3.1`, `-0.4`; `0.0` where it rounds to nothing."""
    if value is None:
        return ""
    text = percent(abs(value))
    return text if not float(text) else f"{'+' if value > 0 else '-'}{text}"
