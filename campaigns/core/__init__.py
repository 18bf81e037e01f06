"""Ids, states, events and the schedule: the words every other room speaks.

Knows: the standard library. Imports `campaigns.errors` and `campaigns.paths`, nothing else of ours. Pure.
"""
