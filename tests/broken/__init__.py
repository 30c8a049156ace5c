"""Tables as they come when something went wrong, or somebody meant it to: the same at every call."""

from .cells import hostile, mixed
from .damage import damaged
from .files import little, others
from .lines import ragged
from .names import named
from .table import Broken

__all__ = ["Broken", "tables"]


def tables() -> list[Broken]:
    """All of them."""
    return [one for kind in (damaged, ragged, mixed, named, hostile, little, others) for one in kind()]
