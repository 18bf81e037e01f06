"""The engine: everything a campaign is, without a face. Never imports alwsl_tui, textual or plotext."""
