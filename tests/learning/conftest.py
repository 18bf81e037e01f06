import torch

# Threads of one process that wait for a core someone else is using make a short test take twenty times as long.
torch.set_num_threads(1)
