"""Turn Python's arguments into the files that commands read, and show a report in a notebook."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from tabtwin.io.reading import from_pandas
from tabtwin.lib.errors import InputError
from tabtwin.store.artifacts import canonical


def as_toml(gates: Mapping[str, float]) -> bytes:
    """Return custom limits, by gate, as ``--gates`` reads them."""
    return "\n".join(f"[{name}]\nlimit = {limit}" for name, limit in gates.items()).encode()


def as_schema(schema: Mapping[str, object]) -> bytes:
    """Return what is declared about columns as ``--schema`` reads it.

    Raises:
        InputError: if it holds what JSON cannot, like numpy's numbers, or one that is not finite.
    """
    try:
        return canonical(schema) if schema else b""
    except (TypeError, ValueError):
        raise InputError(
            "schema: expected a dictionary as json.dump takes it, of texts, plain numbers, lists and "
            "dictionaries, found another value; write it as text"
        ) from None


AS_FILE: Mapping[str, tuple[str, Any]] = {
    "holdout": (".parquet", from_pandas),
    "schema": (".json", as_schema),
    "gates": (".toml", as_toml),
}
"""The file of an option whose value is a pandas table or a dictionary: its ending, and its bytes."""


def in_frame(report: str) -> str:
    """Return a report's page within a notebook's, with styles kept apart."""
    return f'<iframe srcdoc="{escape(report)}" style="width:100%;height:60em;border:0"></iframe>'
