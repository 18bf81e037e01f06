"""Where the labels of picked images come from: one file an oracle. The worker asks in one place, before it trains.

Knows `datasets` and below it; knows neither torch nor the store.
"""
