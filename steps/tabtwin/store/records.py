"""Write and read the records of a run: signed, and marked with the version that wrote them.

Records of another version count as absent, so that after an upgrade a task is repeated rather than misread.
Outputs need no such mark: their fingerprints cover the code that made them.
"""

from __future__ import annotations

import json
from typing import TypeVar

from pydantic import BaseModel, JsonValue

from tabtwin import __version__
from tabtwin.lib.errors import IntegrityError
from tabtwin.store.signing import SIGNATURE, seal, unseal

R = TypeVar("R", bound=BaseModel)


def mark(record: BaseModel, where: str) -> dict[str, JsonValue]:
    """Return the fields of a record for ``where``, with the version and the signature."""
    return seal({"tabtwin": __version__, **record.model_dump(mode="json")}, where)


def read(kind: type[R], data: bytes, where: str, *, verify: bool = True) -> R | None:
    """Return the record that :func:`mark` wrote, or ``None`` if another version wrote it.

    Args:
        kind: The record's class.
        data: The bytes at ``where``.
        where: The record's key.
        verify: Whether its signature is checked.

    Raises:
        IntegrityError: if another key signed it, it was changed, or a name in it is not plain.
    """
    found = parse_object(data)
    if found is None or found.get("tabtwin") != __version__:
        return None
    fields = unseal(found, where) if verify else {**found}
    fields = {name: value for name, value in fields.items() if name not in {"tabtwin", SIGNATURE}}
    try:
        return kind.model_validate(fields)
    except ValueError:
        raise IntegrityError(
            f"expected a record of a run, found something else at {where}; remove it, and run again"
        ) from None


def read_signed(kind: type[R], data: bytes, where: str, *, verify: bool = True) -> R:
    """Return a signed document of any version, as :func:`tabtwin.store.signing.seal` left it at ``where``.

    Raises:
        IntegrityError: if it is not one, or was not signed there with this key.
    """
    found = parse_object(data) or {}
    fields = unseal(found, where) if verify else {**found}
    fields.pop(SIGNATURE, None)
    try:
        return kind.model_validate(fields)
    except ValueError:
        raise IntegrityError(
            f"{where} does not have the format that tabtwin writes; run again to rewrite it"
        ) from None


def parse_object(data: bytes) -> dict[str, JsonValue] | None:
    """Return a JSON object, or ``None`` if the bytes are not one."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
