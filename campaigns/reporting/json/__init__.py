"""The JSON objects of commands and reports: one form a thing, built from its type.

A share is in [0, 1], what is per cent says so in its name, a count is whole and stands beside what it is out of, and a
time of day is in seconds since the epoch. `trial` is a number of a trial from 0, `trials` says how many there are.
"""
