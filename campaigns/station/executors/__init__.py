"""Executors: where workers run. The station decides about attempts; an executor places, watches and stops them.

Knows: processes of this machine, in `local` alone. May import what the station may, but not the store.
"""
