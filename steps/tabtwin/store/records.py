"""What a run leaves under its name, marked with the version that wrote it, and signed.

Another version's records count as absent, whatever they look like, so that after an upgrade a task is done
again, and never misread. Outputs need no such mark: their fingerprints hold the code that made them.
"""

from __future__ import annotations

import json
from typing import Any, TypeVar

from pydantic import BaseModel

from tabtwin import __version__
from tabtwin.lib.errors import IntegrityError
from tabtwin.store.signing import SIGNATURE, seal, unseal

R = TypeVar("R", bound=BaseModel)


def mark(record: BaseModel, where: str) -> dict[str, Any]:
    """The fields of a record that is to stand at ``where``, with the mark and the signature."""
    return seal({"tabtwin": __version__, **record.model_dump(mode="json")}, where)


def read(kind: type[R], data: bytes, where: str, *, verify: bool = True) -> R | None:
    """The record that :func:`mark` gave its fields, or ``None`` where this version did not write it.

    Args:
        kind: The record's.
        data: What stands at ``where``.
        where: The record's key.
        verify: Whether its signature is checked.

    Raises:
        IntegrityError: if another key signed it, it was changed, or it names what is no plain name.
    """
    found = loaded(data)
    if found is None or found.get("tabtwin") != __version__:
        return None
    fields = unseal(found, where) if verify else {**found}
    fields = {name: value for name, value in fields.items() if name not in {"tabtwin", SIGNATURE}}
    try:
        return kind.model_validate(fields)
    except ValueError:
        raise IntegrityError(f"{where} is no record of a run; remove it, and run again") from None


def opened(kind: type[R], data: bytes, where: str, *, verify: bool = True) -> R:
    """A signed document of any version, as :func:`tabtwin.store.signing.seal` left it at ``where``.

    Raises:
        IntegrityError: if it is none such, or not signed there with this key.
    """
    found = loaded(data) or {}
    fields = unseal(found, where) if verify else {**found}
    fields.pop(SIGNATURE, None)
    try:
        return kind.model_validate(fields)
    except ValueError:
        raise IntegrityError(f"{where} is not as tabtwin writes it; run again to make it again") from None


def loaded(data: bytes) -> dict[str, Any] | None:
    """A JSON object; ``None`` where it is none."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
