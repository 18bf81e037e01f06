"""The backbones that come with the program, a file for each family: add a file whose `ENTRIES` holds yours.

Knows networks and where their weights are published. Torch is imported inside the functions that make a network, never
at the top of a file: recipes, forms and the station read what stands beside them.
"""

from campaigns.recipe.backbones import BACKBONES, Backbone

__all__ = ["BACKBONES", "Backbone"]
