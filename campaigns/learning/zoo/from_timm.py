"""Any network of timm that has feature maps, with the extra `zoo`.

What is known of it takes seconds to learn, by a child process that loads torch, and is kept in the user's cache.
"""

import re
import subprocess
import sys
from functools import cache, partial
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from campaigns.errors import BadPackage, NoSuchName, NoWeights
from campaigns.home.network_facts import NetworkFacts
from campaigns.recipe.backbones import Backbone, Cached

if TYPE_CHECKING:
    from torch import nn

INSTALL = "pip install 'alwsl-tui[zoo]'"
FILE = "model.safetensors"
REFUSED = 3
"""Exit code of the child where a name is the mistake."""
_NAME = re.compile(r"\w+(\.\w+)?", re.ASCII)


@cache
def find(name: str) -> Backbone:
    """Return the backbone that timm has by that name.

    Raises:
        BadPackage: timm is not installed, or does not work here.
        NoSuchName: timm has none of that name, or it has no feature maps.
    """
    if find_spec("timm") is None:
        raise BadPackage(f"timm:{name} needs timm, which is not installed here", hint=INSTALL)
    if _NAME.fullmatch(name) is None:
        raise NoSuchName(f"timm has no model {name!r}", hint="a name is ARCHITECTURE or ARCHITECTURE.TAG")
    library = f"timm-{version('timm')}"
    facts = NetworkFacts.read(library, name)
    if facts is None:
        facts = _learnt(name)
        facts.keep(library, name)
    licence = f"{facts.licence or 'unknown'}, as timm says of {facts.hub}"
    return Backbone(
        f"timm:{name}", f"timm's {name}", facts.channels, facts.stride, facts.mean, facts.std,
        partial(_network, name), facts.mib,
        Cached(facts.hub, partial(_weights, facts.hub, name), licence) if facts.hub else None,
        facts.classifier, facts.size,
        pays_from=None,  # not measured
        sides=(facts.least, facts.most), rename="network.{}".format,
    )  # fmt: skip


def _learnt(name: str) -> NetworkFacts:
    # Without -P a folder `campaigns` in the working folder would be imported in place of ours.
    command = [sys.executable, "-P", "-m", "campaigns.learning.zoo.timm_probe", name]
    ended = subprocess.run(command, capture_output=True, check=False)
    if ended.returncode == REFUSED:
        message, _, hint = ended.stdout.decode().partition("\n")
        raise NoSuchName(message, hint=hint)
    try:
        return NetworkFacts.of(ended.stdout)
    except ValueError as error:
        last = (ended.stderr.decode(errors="replace").strip().splitlines() or ["it printed nothing"])[-1]
        raise BadPackage(f"timm cannot make {name} here: {last}", hint=f"update it: {INSTALL}") from error


def _network(name: str) -> "nn.Module":
    from campaigns.learning.device import load_torchvision
    from campaigns.learning.zoo.timm_network import TimmMaps, created

    load_torchvision()
    return TimmMaps(created(name))


def _weights(hub: str, name: str) -> Path:
    """Return the file of its weights in the cache of the Hugging Face Hub; nothing is fetched."""
    from huggingface_hub import try_to_load_from_cache

    path = try_to_load_from_cache(hub, FILE)
    if not isinstance(path, str):
        raise NoWeights(
            f"the weights of timm:{name} are not in the Hugging Face Hub's cache, and nothing fetches them unasked",
            hint=f"hf download {hub} {FILE}, or name a file in model.weights; model.weights=none takes random ones",
        )
    return Path(path)
