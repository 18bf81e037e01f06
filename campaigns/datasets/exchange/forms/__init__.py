"""The forms that label files have: a file each, with its `ENTRIES`. `campaigns.datasets.exchange.door` lists them."""
