"""What images and labels exist: VOC, COCO, a folder of one's own, built-in shapes.

Knows: files, Pillow, NumPy. May import `recipe`, `selection`, `core`, `paths`, `errors`. Never torch.
"""
