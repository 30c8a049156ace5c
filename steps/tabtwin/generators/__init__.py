"""Find generators by name; each is imported only when used, since SDV and torch take seconds to load."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tabtwin.generators.spec import GENERATORS
from tabtwin.lib.errors import InputError
from tabtwin.lib.extras import extra

if TYPE_CHECKING:
    from tabtwin.generators.protocol import Generator


def find(name: str) -> Generator:
    """Return the generator called ``name`` in a spec.

    Raises:
        InputError: if there is no such generator, or what it needs is not installed.
    """
    if name not in GENERATORS:
        raise InputError(f"expected a generator ({', '.join(GENERATORS)}), found another; name one of them")
    if name == "boost":
        from tabtwin.generators.boost import BoostGenerator

        return BoostGenerator()
    with extra("prize", f"the generator {name}"):
        from tabtwin.generators.sdv.synthesizer import SdvGenerator
    return SdvGenerator(name)
