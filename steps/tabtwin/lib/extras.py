"""Libraries of the package's extras, which a plain install lacks: imported late, where they are used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tabtwin.lib.errors import InputError


@contextmanager
def extra(name: str, purpose: str) -> Iterator[None]:
    """Import libraries of an extra while the body runs.

    Args:
        name: The extra, as ``pyproject.toml`` has it.
        purpose: What needs it, for the message.

    Raises:
        InputError: if one of them is not installed, naming it and the extra.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        package = str(error.name).partition(".")[0]
        if package == "tabtwin":
            raise
        raise InputError(
            f"expected the package {package} for {purpose}, found none; install the extra {name}: "
            f"pip install 'tabtwin[{name}]', or '.[{name}]' in a checkout"
        ) from None
