"""Functions of installed packages that recipes may name: how they are written, and where they may come from."""

import re
from importlib.metadata import packages_distributions

from campaigns.errors import BadPackage

PATTERN = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*", re.ASCII)
"""`package.module:function`."""


def require_installed(factory: str) -> None:
    """Raise BadPackage unless an installed distribution brings the package that a function is named in.

    Nothing is imported. Files that merely lie in the working folder, beside a recipe or among data are no distribution.
    """
    package = factory.partition(":")[0].partition(".")[0]
    if package not in packages_distributions():
        raise BadPackage(
            f"model.module names {factory}, and no installed package brings {package!r}",
            hint="install the package that holds it; files beside a recipe or among data are never run",
        )
