"""Torch: models, pixels, training, scoring, evaluation, checkpoints.

Knows: tensors, images, files of weights. May import `datasets`, `recipe`, `selection`, `core`, `paths`, `errors`;
never the store, the station or a screen. Usable from a notebook by itself.
"""
