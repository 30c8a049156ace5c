"""What the report says of cells that a twin carries and that no measure compares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tabtwin.evaluation.disclosure import Carried
from tabtwin.preparation.notes import FEW
from tabtwin.report import disclosure_control
from tabtwin.report.html import paragraph, section, table, text

DEFECTS: dict[str, str] = {
    "not_a_number": "not a number",
    "not_a_date": "not a date, or one that may be two days",
    "unknown_category": "a category that training does not have",
    "out_of_range": "beyond training's range",
    "decimals": "more decimals than the column has",
    "date_format": "a date in another format, or finer than the column's",
    "spelling": "spelled in another way",
    "missing": "missing, where no training cell is",
}


def public(found: Carried) -> dict[str, Any]:
    """The counts as JSON values, None for those that are withheld."""
    return {
        "keys": disclosure_control.cells(found.keys),
        "protected": disclosure_control.cells(found.protected),
        "not_compared": list(found.not_compared),
        "defects": {name: disclosure_control.cells(cells) for name, cells in found.defects.items()},
        "lacking": list(found.lacking),
    }


def keys_line(found: Carried) -> str:
    """One line: which key columns repeat training's keys, and what to do."""
    columns = disclosure_control.cells(found.keys).items()
    return "; ".join(
        f"{_cells(cells)} of the key column {name!r} equal training's, more than chance would have it: drop "
        "or replace that column"
        for name, cells in columns
    )


def defects_line(found: Carried) -> str:
    """One line: how many columns do not fit, and which are missing; empty where all fit."""
    said = []
    if found.lacking:
        said.append(f"The twin lacks columns of the table: {', '.join(found.lacking)}")
    if found.defects:
        columns = ", ".join(found.defects)
        said.append(f"Cells that do not fit their column in {len(found.defects)} columns: {columns}")
    return "; ".join(said)


def defect_lines(found: Carried) -> list[str]:
    """One line for each thing that does not fit, without a cell of any table."""
    lines = [f"{name}: the twin lacks the column" for name in found.lacking]
    return lines + [
        f"{name}: {_cells(cells)} {DEFECTS[reason]}"
        for name, by_reason in found.defects.items()
        for reason, cells in disclosure_control.cells(by_reason).items()
    ]


def defects(found: Carried | None) -> str:
    """The report's part on cells that are not what their column holds; nothing where all are."""
    if found is None or not (found.defects or found.lacking):
        return ""
    rows = [
        [text(name), text(DEFECTS[reason]), text(_cells(cells))]
        for name, by_reason in found.defects.items()
        for reason, cells in disclosure_control.cells(by_reason).items()
    ]
    lacking = f"The twin lacks {', '.join(found.lacking)}: not compared." if found.lacking else ""
    return section(
        "defects",
        "Cells that do not fit",
        paragraph(
            "Each column of the twin was read as the training table's, as far as its cells allow. A number "
            "counts as that number, an unknown category as a value of its own, a date of another format as "
            "its day where no other can be meant, and what could not be read as missing."
        ),
        *([paragraph(lacking)] if lacking else []),
        table(["Column", "what does not fit", "cells"], rows, "Defects by column", numeric=1),
    )


def reasons(found: Carried) -> list[str]:
    """Sentences for what the report does not show."""
    said = []
    if found.protected:
        columns = _listed(disclosure_control.cells(found.protected))
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
