"""Ids, states, events and the schedule: the words that every other room speaks.

Knows the standard library. Imports `campaigns.errors`, nothing else of ours. Pure: it opens no file.
"""
