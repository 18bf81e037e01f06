"""The station on the screen: screens and widgets that draw what services return and decide nothing.

Knows: Textual. May import `alwsl_tui.drawing`, `campaigns.services` and what services hand out; never torch, never the
command line.
"""
