"""Carrying a campaign to another machine."""
