"""Describe, for terminal and report, cells that a twin carries and that no measure compares."""

from __future__ import annotations

from tabtwin.evaluation.disclosure import Carried
from tabtwin.protection.small_counts import FEW
from tabtwin.report import disclosure_control
from tabtwin.report.metrics_model import CarriedCounts

DEFECTS: dict[str, str] = {
    "not_a_number": "not a number",
    "not_a_date": "not a date, or one that may be two days",
    "not_a_duration": "not a duration",
    "unknown_category": "a category that training does not have",
    "out_of_range": "beyond training's range",
    "decimals": "more decimals than the column has",
    "date_format": "a date in another format, or more precise than the column's",
    "duration_format": "a duration in another format, or more precise than the column's",
    "spelling": "spelled in another way",
    "missing": "missing, although no training cell is",
}


def public(found: Carried) -> CarriedCounts:
    """Return the counts, None for those that are withheld."""
    return CarriedCounts(
        keys=disclosure_control.cells(found.keys),
        protected=disclosure_control.cells(found.protected),
        not_compared=tuple(found.not_compared),
        defects={name: disclosure_control.cells(cells) for name, cells in found.defects.items()},
        lacking=tuple(found.lacking),
    )


def keys_line(found: Carried) -> str:
    """Return in one line which key columns repeat training's keys, and what to do."""
    columns = disclosure_control.cells(found.keys).items()
    return "; ".join(
        f"{about(cells)} of the key column {name!r} equal training's, more than chance explains: drop or "
        "replace that column"
        for name, cells in columns
    )


def defects_line(found: Carried) -> str:
    """Return in one line how many columns do not fit, and which are missing; empty if all fit."""
    lines = []
    if found.lacking:
        lines.append(f"The twin lacks columns of the table: {', '.join(found.lacking)}")
    if found.defects:
        columns = ", ".join(found.defects)
        lines.append(f"Cells that do not fit their column in {len(found.defects)} columns: {columns}")
    return "; ".join(lines)


def defect_lines(found: Carried) -> list[str]:
    """Return a line for each thing that does not fit, without a cell of any table."""
    lines = [f"{name}: the twin lacks the column" for name in found.lacking]
    return lines + [
        f"{name}: {about(cells)} {DEFECTS[reason]}"
        for name, by_reason in found.defects.items()
        for reason, cells in disclosure_control.cells(by_reason).items()
    ]


def about(cells: int | None) -> str:
    """Return about how many cells there are, in words."""
    return f"fewer than {FEW} cells" if cells is None else f"about {cells} cells"
