"""What images and labels exist: VOC, COCO, a folder of one's own, built-in shapes; and scores of other programs.

Knows: files, Pillow, NumPy. May import `recipe`, `selection`, `core`, `paths`, `errors`. Never torch.
"""
