"""What Python gives the commands, as the files that they read, and how a notebook shows a report."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from tabtwin.io.reading import from_pandas
from tabtwin.store.artifacts import canonical


def as_toml(gates: Mapping[str, float]) -> bytes:
    """Limits of one's own, by gate, as ``--gates`` reads them."""
    return "\n".join(f"[{name}]\nlimit = {limit}" for name, limit in gates.items()).encode()


AS_FILE: Mapping[str, tuple[str, Any]] = {
    "holdout": (".parquet", from_pandas),
    "schema": (".json", canonical),
    "gates": (".toml", as_toml),
}
"""How a pandas table or a dictionary becomes the file that an option names: its ending, and its bytes."""


def in_frame(report: str) -> str:
    """A report's page within a notebook's, neither of which touches the other's styles."""
    return f'<iframe srcdoc="{escape(report)}" style="width:100%;height:60em;border:0"></iframe>'
