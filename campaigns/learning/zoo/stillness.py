"""Networks that draw no random numbers while they train: without dropout and stochastic depth."""

from torch import nn

_RATES = ("p", "drop_prob")
"""What the layers that draw call the probability with which they leave something out."""


def without_draws(network: nn.Module) -> nn.Module:
    """Return the network with every layer that draws set to leave nothing out: it then returns what it is given."""
    for layer in network.modules():
        if isinstance(layer, nn.modules.dropout._DropoutNd) or type(layer).__name__ in ("StochasticDepth", "DropPath"):
            for rate in _RATES:
                if hasattr(layer, rate):
                    setattr(layer, rate, 0.0)
    return network
