"""The forecast of a campaign as a JSON object."""

from campaigns.core.plan import Plan
from campaigns.reporting.extrapolation import Miss
from campaigns.reporting.forecast import LEVEL, WORTH, Ahead, Forecast, Price, Reach, forecast_of, images_tested
from campaigns.reporting.forecast_text import sentence, track
from campaigns.reporting.json.campaigns import Record
from campaigns.reporting.series import Result
from campaigns.reporting.statistics import Interval


def campaign_forecast_record(plan: Plan, result: Result, *, target: float | None = None) -> Record | None:
    """Return the forecast of a campaign from its curves; None before anything is measured."""
    forecast = forecast_of(plan, result, target=target)
    return None if forecast is None else forecast_record(forecast, test_images=images_tested(plan, result))


def forecast_record(forecast: Forecast, *, test_images: int) -> Record:
    """Return a forecast, with the sentences that say it."""
    trace = forecast.trace
    return {
        "criterion": forecast.criterion or None,
        "trials": forecast.trials,
        "labelled": trace.images[-1] if trace.images else None,
        "value": trace.values[-1] if trace.values else None,
        "bootstrap": _interval(trace.bootstrap),
        "rounds": len(trace.images),
        "left_out": list(trace.left_out),
        "advice": forecast.advice,
        "sentence": sentence(forecast, test_images=test_images),
        "track": track(forecast) or None,
        "level": LEVEL,
        "worth": WORTH,
        "ahead": [_ahead(ahead) for ahead in forecast.ahead],
        "target": None if forecast.reach is None else _reach(forecast.reach),
        "misses": [_miss(miss) for miss in forecast.misses],
    }


def _ahead(ahead: Ahead) -> Record:
    return {
        "horizon": ahead.horizon,
        "labelled": ahead.labelled,
        "value": ahead.value,
        "interval": _interval(ahead.interval),
        "gain": ahead.gain,
        "gain_interval": _interval(ahead.gained),
        "price": _price(ahead.price),
    }


def _reach(reach: Reach) -> Record:
    price = None if reach.price is None else _price(reach.price)
    return {"value": reach.target, "price": price, "searched_to": reach.most}


def _price(price: Price) -> Record:
    return {"images": price.images, "decisions": price.decisions, "seconds": price.seconds}


def _miss(miss: Miss) -> Record:
    return {
        "start": miss.start,
        "labelled": miss.labelled,
        "forecast": miss.forecast,
        "measured": miss.measured,
        "error": miss.error,
    }


def _interval(interval: Interval | None) -> Record | None:
    return None if interval is None else {"low": interval.low, "high": interval.high, "level": interval.level}
