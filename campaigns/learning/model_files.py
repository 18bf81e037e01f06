"""Model files: written from the pieces of a campaign, loaded without it."""

from pathlib import Path
from typing import Any, Literal

import torch

from campaigns.core.registry import Registry
from campaigns.errors import BadData
from campaigns.home.checksums import stamp
from campaigns.home.files import replacing
from campaigns.home.model_file import ModelDescription, read_description
from campaigns.home.typed_paths import expanded
from campaigns.learning.backbones import BACKBONES
from campaigns.learning.checkpoints import load_weights, tensor_bytes
from campaigns.learning.device import choose_device
from campaigns.learning.models import DTYPES, WeakModel, halved
from campaigns.learning.trained import FrozenModel, TrainedModel
from campaigns.recipe.heads import HEADS, read_options
from campaigns.recipe.tasks import TASKS


def write_model(path: Path, trained: TrainedModel) -> None:
    """Write a model file; it is there whole, or not at all.

    Raises:
        NoRoom: the disk is full.
    """
    with replacing(path) as draft:
        draft.write_bytes(tensor_bytes(trained.model, trained.description.metadata()))
        stamp(draft)


def load_model(path: str | Path, *, device: Literal["auto", "cpu", "cuda"] = "cpu") -> TrainedModel:
    """Load a model file. Nothing in it is executed, and nothing is fetched; a model whose head is a module of one's own
    imports the installed package that it names.

    Raises:
        BadData: there is no such file, it is damaged, or this version cannot use it.
        NoDevice: the device is not there.
    """
    path = expanded(path)
    description = read_description(path)
    model = assembled(description, path)
    try:
        load_weights(path, model)
    except BadData as error:
        hint = "copy it again, or write one: alwsl-tui model export NAME"
        raise BadData(f"{path} does not hold the model that it describes", hint=hint) from error
    return TrainedModel(model, description, choose_device(device))


def assembled(description: ModelDescription, path: Path) -> WeakModel:
    """Build the network that a description stands for; its weights are still to be given.

    Raises:
        BadData: this installation lacks its backbone or its head, or the head has other options.
    """
    needed: tuple[tuple[Registry[Any], str], ...] = (
        (TASKS, description.task), (BACKBONES, description.backbone), (HEADS, description.head),
    )  # fmt: skip
    for registry, name in needed:
        if name not in registry:
            what = f"{path} needs the {registry.kind} {name!r}, which is not installed here"
            raise BadData(what, hint="install the package that brings it, or update alwsl-tui")
    backbone, head = BACKBONES[description.backbone], HEADS[description.head]
    try:
        options = read_options(head, description.options, others=())
        precision = DTYPES[description.precision]
    except (ValueError, KeyError) as error:
        what = f"a head {head.name} with {', '.join(description.options) or 'no options'} in {description.precision}"
        raise BadData(f"{path} asks for {what}, which this version does not have", hint="update alwsl-tui") from error
    built = head.build(options, len(description.classes), backbone.channels)
    if description.training == "frozen":
        network = backbone.architecture()
        model: WeakModel = FrozenModel(halved(network) if description.features == "pooled" else network, built.folded())
    else:
        model = WeakModel(backbone.architecture(), built)
    model.precision = precision
    model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return model
