"""Pictures of numbers, as text: what both faces draw with. Pure functions; nothing here knows Textual or Typer.

Knows: Rich's Text, plotext, Pillow's images. May import what services hand out; never a face.
"""
