"""What the report says of cells that a twin carries and that no measure compares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tabtwin.reporting import withholding
from tabtwin.tables.carried import Carried
from tabtwin.tables.findings import FEW


def public(found: Carried) -> dict[str, Any]:
    """The counts as JSON values, None for those that are withheld."""
    return {
        "keys": withholding.cells(found.keys),
        "protected": withholding.cells(found.protected),
        "not_compared": list(found.not_compared),
    }


def keys_line(found: Carried) -> str:
    """One line: which key columns repeat training's keys, and what to do."""
    columns = withholding.cells(found.keys).items()
    return "; ".join(
        f"{_cells(cells)} of the key column {name!r} equal training's, more than chance would have it: drop "
        "or replace that column"
        for name, cells in columns
    )


def reasons(found: Carried) -> list[str]:
    """Sentences for what the report does not show."""
    said = []
    if found.protected:
        columns = _listed(withholding.cells(found.protected))
        said.append(
            "The twin holds values that value protection would not let out, since too few subjects of "
            f"training share them or reach so far, or since the column is to be empty: {columns}."
        )
    if found.not_compared:
        said.append(f"Not compared, and judged by no gate: {', '.join(found.not_compared)}.")
    return said


def _listed(columns: Mapping[str, int | None]) -> str:
    return ", ".join(f"{_cells(cells)} of {name!r}" for name, cells in columns.items())


def _cells(cells: int | None) -> str:
    return f"fewer than {FEW} cells" if cells is None else f"about {cells} cells"
