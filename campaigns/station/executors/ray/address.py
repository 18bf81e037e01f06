"""Addresses of clusters of Ray, as they stand behind `ray:`, and what keeps this machine from asking one."""

import ipaddress
import os
import re
import socket
from functools import cache
from importlib.util import find_spec

AUTO = "auto"
"""The cluster that this machine is a node of."""
CLIENT = "//"
"""How an address begins that Ray's client is for: `ray://HOST:10001`."""
NOT_INSTALLED = "ray is not installed here: pip install 'alwsl-tui[ray]'"
NO_CLIENT = "ray's client is not installed here: pip install 'ray[client]'"
NO_TOKEN = (
    "without a token anybody who reaches that cluster runs code on it: start its nodes with RAY_AUTH_MODE=token and "  # noqa: S105  # words
    "one RAY_AUTH_TOKEN, and set both here"
)
_ADDRESS = re.compile(
    r"(//)?(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9]([A-Za-z0-9._-]{0,250}[A-Za-z0-9])?):(?P<port>\d{1,5})"
)


def is_address(text: str) -> bool:
    """Return whether a text can stand behind `ray:`."""
    address = _ADDRESS.fullmatch(text)
    return text == AUTO or (address is not None and 0 < int(address["port"]) < 65536)


def obstacle_at(address: str) -> str:
    """Return why a cluster cannot even be asked from here; empty when it can."""
    if not _has("ray"):
        return NOT_INSTALLED
    if address.startswith(CLIENT) and not _has("grpc"):
        return NO_CLIENT
    if not is_this_machine(address) and os.environ.get("RAY_AUTH_MODE") != "token":
        return NO_TOKEN
    return ""


def unanswered(address: str) -> str:
    """Return what there is to say of an address where somebody listens, and nobody answers.

    Ray's client says no more than that its time was up, for a token that is missing as for a port that is another one.
    """
    if not address.startswith(CLIENT):
        return "no answer"
    return "no answer: has it another RAY_AUTH_MODE or RAY_AUTH_TOKEN, or another port for clients (usually 10001)?"


def is_this_machine(address: str) -> bool:
    """Return whether an address is that of this machine, as far as it says so itself."""
    parts = _ADDRESS.fullmatch(address)
    if parts is None:
        return address == AUTO
    host = parts["host"].strip("[]")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def can_be_reached(address: str) -> bool:
    """Return whether somebody listens at an address; True for the cluster of this machine, which Ray looks for."""
    parts = _ADDRESS.fullmatch(address)
    if parts is None:
        return True
    try:
        with socket.create_connection((parts["host"].strip("[]"), int(parts["port"])), timeout=5):
            return True
    except OSError:
        return False


@cache
def _has(package: str) -> bool:
    return find_spec(package) is not None
