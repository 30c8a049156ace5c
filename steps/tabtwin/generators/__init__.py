"""Generators by name; each is imported only when it is used, since SDV and torch take seconds to load."""

from __future__ import annotations

from tabtwin.generators.protocol import Generator
from tabtwin.generators.spec import GENERATORS
from tabtwin.lib.errors import InputError


def find(name: str) -> Generator:
    """The generator called ``name`` in a spec.

    Raises:
        InputError: if what it needs is not installed.
    """
    assert name in GENERATORS, f"no generator is called {name}"
    if name == "boost":
        from tabtwin.generators.boost import BoostGenerator

        return BoostGenerator()
    try:
        from tabtwin.generators.sdv import SdvGenerator
    except ModuleNotFoundError as error:
        raise InputError(
            f"{name} needs the package {error.name}, which is not installed; "
            "install torch and tabtwin[prize], or choose another generator"
        ) from None
    return SdvGenerator(name)
