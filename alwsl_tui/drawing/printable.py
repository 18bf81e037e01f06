"""Text from outside, made harmless: names, paths and last words can hold anything, and a terminal obeys it."""

from campaigns.core.printing import printable

__all__ = ["printable"]
