"""A forecast in sentences: what is measured, what the next labels may bring and cost, how far earlier ones were off."""

from campaigns.core.percent import percent, points
from campaigns.reporting.extrapolation import LEAST_POINTS
from campaigns.reporting.forecast import LEAST_ROUNDS, SHOWN, Advice, Ahead, Forecast, Horizon, Price
from campaigns.reporting.statistics import Interval

MINUTE, HOUR = 60, 3600


def sentences(forecast: Forecast | None, *, test_images: int) -> tuple[str, ...]:
    """Return the forecast and how far earlier ones were off; nothing without a forecast."""
    if forecast is None:
        return ()
    return tuple(text for text in (sentence(forecast, test_images=test_images), track(forecast)) if text)


def sentence(forecast: Forecast, *, test_images: int, is_brief: bool = False) -> str:
    """Say what is measured on so many test images, what the next batch may bring at what price, and the advice.

    The advice is about half as many images again; where a batch is fewer than that, both are named, unless it is to be
    brief: then it is the batch alone, and no target.
    """
    trace = forecast.trace
    if not trace.images:
        return "no forecast: nothing is measured that can be counted"
    whose = f"{forecast.criterion}: " if forecast.criterion else ""
    value = f"{whose}{percent(trace.values[-1])} %{_shares(trace.bootstrap)} on {_count(test_images, 'test image')}"
    if not forecast.has_points:
        return f"{value}; no forecast: it takes {LEAST_POINTS} measured rounds, there {_are(len(trace.images))}"
    parts = [value, *_gains(forecast, is_brief=is_brief)]
    if not is_brief and (reach := _reach(forecast)) is not None:
        parts.append(reach)
    return f"{'; '.join(parts)}: {_advice(forecast)}"


def track(forecast: Forecast) -> str:
    """Say how far the last forecasts of one batch were off, beside "it stays as it is"; empty where none was tried."""
    lasts = forecast.misses[-SHOWN:]
    if not lasts:
        return ""
    whose = f"the last {len(lasts)} forecasts of a batch were" if len(lasts) > 1 else "the last forecast of a batch was"
    stays = [abs(miss.last - miss.measured) for miss in lasts]
    errors = [abs(miss.error) for miss in lasts]
    text = f"{whose} off by {_listed(errors)} points, predicting no change, by {_listed(stays)}"
    if forecast.trace.left_out:
        text += f"; not counted, for too few test positives: {', '.join(forecast.trace.left_out)}"
    return text


def _gains(forecast: Forecast, *, is_brief: bool) -> list[str]:
    batch, half = forecast.at(Horizon.BATCH), forecast.at(Horizon.HALF)
    if batch is None or half is None:
        return ["no image is left to be labelled"]
    return [_gain(batch, True), *([_gain(half, False)] if half.labelled > batch.labelled and not is_brief else [])]


def _gain(ahead: Ahead, has_price: bool) -> str:
    text = f"the next {ahead.price.images}: {points(ahead.gain)}{_points(ahead.gained)} points"
    return f"{text}, {_price(ahead.price)}" if has_price else text


def _reach(forecast: Forecast) -> str | None:
    reach = forecast.reach
    if reach is None:
        return None
    target = f"{percent(reach.target)} %"
    if reach.price is None:
        return f"{target} is not reached within {_count(reach.most, 'image')}"
    if not reach.price.images:
        return f"{target} is reached"
    return f"{target} takes about {reach.price.images} more, {_price(reach.price)}"


def _advice(forecast: Forecast) -> str:
    if forecast.advice is Advice.TOO_EARLY:
        return f"too early ({len(forecast.trace.images)} of {LEAST_ROUNDS} rounds)"
    return forecast.advice.value


def _price(price: Price) -> str:
    if price.seconds is None:
        return _count(price.decisions, "decision")
    return f"{duration(price.seconds)} of your time"


def duration(seconds: float) -> str:
    """Format a person's time to two units: `50 s`, `2 min 20 s`, `1 h 05 min`."""
    whole = round(seconds)
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return f"{whole // MINUTE} min" + (f" {whole % MINUTE} s" if whole % MINUTE else "")
    return f"{whole // HOUR} h {whole % HOUR // MINUTE:02} min"


def _shares(interval: Interval | None) -> str:
    return "" if interval is None else f" ({percent(interval.low)}–{percent(interval.high)})"


def _points(interval: Interval | None) -> str:
    """Bracket an interval of points; a dash between would be read as a sign beside one below 0."""
    if interval is None:
        return ""
    if interval.low < 0:
        return f" ({points(interval.low)} to {points(interval.high)})"
    return f" ({percent(interval.low)}–{percent(interval.high)})"


def _listed(shares: list[float]) -> str:
    texts = [percent(share) for share in shares]
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"


def _count(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


def _are(count: int) -> str:
    return "is 1" if count == 1 else f"are {count}"
