"""Gather the last public section: the table, what protection changed, the settings and the versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from tabtwin.protection.published_schema import reason
from tabtwin.protection.small_counts import FEW
from tabtwin.report.evidence import Evidence
from tabtwin.report.section import Section


@dataclass(frozen=True)
class ColumnRead:
    """A column, its kind, and the reason for it."""

    name: str
    kind: str
    why: str


@dataclass(frozen=True)
class Source:
    """What the twin was made from.

    Attributes:
        rows: How many rows the table has, or were drawn of it.
        whole: How many rows it has, if only some were drawn.
        columns: How many columns.
        training: How many rows were trained on.
        holdout: How many were held out.
        is_ours: Whether the pipeline made the twin.
        notes: What was found when the table was read.
        kinds: How each column was read.
        protected: How many cells protection changed, by column; None for fewer than ``few``.
        few: The smallest count that is shown.
        settings: The public settings.
        versions: The version of every library.
    """

    rows: int
    whole: int | None
    columns: int
    training: int
    holdout: int
    is_ours: bool
    notes: tuple[str, ...]
    kinds: tuple[ColumnRead, ...]
    protected: Mapping[str, int | None]
    few: int
    settings: Mapping[str, JsonValue]
    versions: Mapping[str, str]


def view(evidence: Evidence) -> Source:
    """Gather what the twin was made from."""
    table = evidence.table
    return Source(
        rows=table.rows,
        whole=table.whole,
        columns=table.columns,
        training=table.training,
        holdout=table.holdout,
        is_ours=evidence.made is not None,
        notes=table.notes,
        kinds=tuple(
            ColumnRead(column.name, column.kind, reason(column)) for column in evidence.schema.columns
        ),
        protected={name: cells for name, cells in evidence.protected.items() if cells != 0},
        few=FEW,
        settings=evidence.settings,
        versions=evidence.versions,
    )


SECTION = Section("source", "Table and settings", view)
