"""The command line: parse, call one service, print. Stdout is data, stderr is narration.

Knows: Typer, Rich, plotext. May import `campaigns.services` and what services hand out; never torch, never the screens.
"""
