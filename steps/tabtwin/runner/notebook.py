"""Turn Python's arguments into the files that commands read, and show a report in a notebook."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from tabtwin.io.reading import from_pandas
from tabtwin.store.artifacts import canonical


def as_toml(gates: Mapping[str, float]) -> bytes:
    """Return custom limits, by gate, as ``--gates`` reads them."""
    return "\n".join(f"[{name}]\nlimit = {limit}" for name, limit in gates.items()).encode()


AS_FILE: Mapping[str, tuple[str, Any]] = {
    "holdout": (".parquet", from_pandas),
    "schema": (".json", canonical),
    "gates": (".toml", as_toml),
}
"""The file of an option whose value is a pandas table or a dictionary: its ending, and its bytes."""


def in_frame(report: str) -> str:
    """Return a report's page within a notebook's, with styles kept apart."""
    return f'<iframe srcdoc="{escape(report)}" style="width:100%;height:60em;border:0"></iframe>'
