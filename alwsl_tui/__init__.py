"""The faces: the command line and the screens. They parse or draw, call one service, and never import torch."""
