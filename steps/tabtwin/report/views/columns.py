"""Gather the section on columns: one small picture of each."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from tabtwin.report.evidence import Evidence
from tabtwin.report.section import Section
from tabtwin.report.templating import drawing


@dataclass(frozen=True)
class Drawn:
    """A column, a line on how far its bars differ, and its picture."""

    name: str
    caption: str
    drawing: Markup


@dataclass(frozen=True)
class Columns:
    """Every learned column, in the table's order."""

    drawn: tuple[Drawn, ...]


def view(evidence: Evidence) -> Columns:
    """Gather a picture of each column."""
    return Columns(
        tuple(
            Drawn(picture.column.name, picture.caption(), drawing(picture.svg()))
            for picture in evidence.pictures
        )
    )


SECTION = Section("columns", "Columns", view)
