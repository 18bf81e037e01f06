"""Backbones of other libraries, by the names that they have there: `torchvision:swin_t`, `timm:convnext_atto`.

Knows how a classifier of a library becomes a network that ends in its last feature map, and where the library keeps
its weights. Torch is imported inside the functions that make a network, never at the top of a file.
"""
