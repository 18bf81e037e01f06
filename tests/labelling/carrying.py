"""What a home with a campaign that people label for has to carry."""

import json
from dataclasses import replace
from pathlib import Path

from campaigns.core.ids import Job, JobKind
from campaigns.services.labelling.requests import WantedImage, next_images
from campaigns.services.workspace import Workspace
from tests.cli.calling import good
from tests.labelling.truth import (
    write_photos,
)

BASELINE, ARM = Job(JobKind.BASELINE, 0), Job(JobKind.ARM, 0, "ag")


ANSWERS = "answers.jsonl"


def photos_of(place: Workspace) -> Path:
    return write_photos(place.home.folder.parent / "photos")


def said(place: Workspace) -> bytes:
    """Return what people said, byte for byte; nothing where nobody did."""
    path = place.home.labels("photos").answers
    return path.read_bytes() if path.exists() else b""


def frozen(place: Workspace) -> dict[str, bytes]:
    """Return the files of rounds that only campaigns have that people label for."""
    files = place.home.campaigns.glob("*/jobs/*/rounds/*/*.safetensors")
    names = ("labels.safetensors", "tested.safetensors")
    return {
        path.relative_to(place.home.campaigns).as_posix(): path.read_bytes() for path in files if path.name in names
    }


def wanted(place: Workspace) -> list[WantedImage]:
    """Return what is asked for, each image with its why; class maps lie in the home itself."""
    return [replace(image, maps=None) for image in next_images(place, "asked").images]


def told_of(place: Workspace) -> list[object]:
    """Return what everybody is told, apart from attempts: without a station nothing says when these began."""
    show = json.loads(good(place, "show", "asked", "--json"))
    for job in show["jobs"]:
        del job["attempt"]
    return [
        show,
        *(json.loads(good(place, *words, "asked", "--json")) for words in (("rounds",), ("labels", "export"))),
    ]
