"""Which build of PyTorch is installed, and which one suits this machine; nothing here imports it."""

import importlib.util
import re
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distributions, version
from pathlib import Path

from campaigns.station.machine import driver_says, gpus

CPU_INDEX = "https://download.pytorch.org/whl/cpu"
"""Where builds for the CPU alone are published: on Linux, what PyPI has is built for CUDA."""
_BUILT_FOR = re.compile(r"^(cuda|hip|xpu)\b[^=\n]*= *'([^']+)'", re.MULTILINE)
_LIBRARIES = re.compile(r"(?:torch|triton|nvidia-(?!ml-py$).+|cuda-.+)")
"""Names of packages that come with a build for CUDA, and of PyTorch itself."""


@dataclass(frozen=True, slots=True)
class TorchBuild:
    """A build of PyTorch."""

    version: str
    cuda: str | None
    """Version of CUDA that it was built for; None for the CPU, or for cards of another maker."""
    is_for_others: bool
    """True when it was built for cards of another maker."""

    @property
    def is_for_cpu(self) -> bool:
        """True when it computes on the CPU alone."""
        return self.cuda is None and not self.is_for_others


def installed_build() -> TorchBuild | None:
    """Return the build that is installed; None where there is none."""
    spec = importlib.util.find_spec("torch")
    if spec is None or spec.origin is None:
        return None
    text = (Path(spec.origin).parent / "version.py").read_text(encoding="utf-8")
    built_for = dict(_BUILT_FOR.findall(text))
    cuda = built_for.pop("cuda", None)
    return TorchBuild(version("torch"), cuda, is_for_others=bool(built_for))


def misfit(build: TorchBuild) -> str:
    """Return in what a build does not suit this machine and what to do; empty when it does."""
    if build.cuda is not None and not has_card():
        return (
            f"for CUDA {build.cuda}, {library_bytes() / 2**30:.1f} GiB with its libraries, and this machine has no "
            f"card that its driver tells of; the small one, best in a new environment: "
            f"pip install {_pinned('+cpu')} --index-url {CPU_INDEX}"
        )
    if build.is_for_cpu and has_card():
        return (
            "for the CPU alone, although this machine has a card; the one for CUDA: "
            f"pip install --force-reinstall {_pinned('')}"
        )
    return ""


def has_card() -> bool:
    """Return whether this machine has an NVIDIA card, even one that the environment hides."""
    return bool(gpus()) or bool(driver_says("--query-gpu=index", "--format=csv,noheader").strip())


def library_bytes() -> int:
    """Return the size of PyTorch with the libraries for CUDA, as their installer wrote it down."""
    packages = {package.metadata["Name"].lower(): package for package in reversed(list(distributions()))}
    ours = [package for name, package in packages.items() if _LIBRARIES.fullmatch(name)]
    return sum(file.size or 0 for package in ours for file in package.files or ())


def _pinned(local: str) -> str:
    """Return both packages as pip is asked for the versions that are installed, of another build."""
    words = []
    for name in ("torch", "torchvision"):
        try:
            words.append(f"{name}=={version(name).partition('+')[0]}{local}")
        except PackageNotFoundError:
            words.append(name)
    return " ".join(words)
