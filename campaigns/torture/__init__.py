"""The fault harness: real campaigns in scratch homes, killed at drawn moments, and what that has lost.

Knows services and everything below; only the command line starts it.
"""
