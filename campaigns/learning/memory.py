"""Which errors say that memory does not suffice, on a card or on the host."""

import errno

import torch
from safetensors import SafetensorError

_SAYING = (RuntimeError, ImportError, SafetensorError)
_SAID = (
    "can't allocate memory",  # PyTorch on a host that is full; its words for a card have a class of their own
    "Cannot allocate memory",
    "std::bad_alloc",
    "CUDA error: out of memory",  # outside PyTorch's own allocator: a context, page-locked memory
    "CUBLAS_STATUS_ALLOC_FAILED",
    "CUDNN_STATUS_ALLOC_FAILED",
    "could not create a memory object",  # oneDNN, which multiplies on CPUs
    "could not create a primitive",  # the same, of the room it works in
    "can't start new thread",  # a thread is memory for its stack
)


def is_memory(error: BaseException) -> bool:
    """Return whether an error was raised for lack of memory."""
    if isinstance(error, (MemoryError, torch.OutOfMemoryError)):
        return True
    if isinstance(error, OSError) and error.errno == errno.ENOMEM:
        return True
    # A library that cannot be loaded for lack of memory says so as well, and so does safetensors of a file.
    return isinstance(error, _SAYING) and any(text in str(error) for text in _SAID)
