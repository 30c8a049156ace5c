"""What a run leaves under its name, marked with the version that wrote it.

Another version's records count as absent, whatever they look like, so that after an upgrade a task is done
again, and never misread. Outputs need no such mark: their fingerprints hold the code that made them.
"""

from __future__ import annotations

import json
from typing import Any, TypeVar

from pydantic import BaseModel

from tabtwin import __version__

R = TypeVar("R", bound=BaseModel)


def mark(record: BaseModel) -> dict[str, Any]:
    """The fields of a record, with the mark."""
    return {"tabtwin": __version__, **record.model_dump()}


def read(kind: type[R], data: bytes) -> R | None:
    """The record that :func:`mark` gave its fields, or ``None`` where this version did not write it."""
    try:
        found = json.loads(data)
        if not isinstance(found, dict) or found.pop("tabtwin", None) != __version__:
            return None
        return kind.model_validate(found)
    except ValueError:
        return None
