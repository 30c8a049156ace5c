"""Define a part of the report: the view that gathers its values, and its template."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from tabtwin.evaluation.measure import Measure
from tabtwin.report.evidence import Evidence
from tabtwin.report.templating import fill


@dataclass(frozen=True)
class Section:
    """A part of the report that the contents link to.

    Attributes:
        name: Its place on the page, and its template's name.
        label: Its name in the table of contents.
        view: Gathers what the template shows; returns None if there is nothing to show.
    """

    name: str
    label: str
    view: Callable[[Evidence], object | None]


@dataclass(frozen=True)
class Part:
    """A section on the page."""

    name: str
    label: str
    body: Markup


def measured(measure: type[Measure]) -> Section:
    """Return the section of a measure whose template shows the measure itself."""
    assert measure.section is not None

    def view(evidence: Evidence) -> Measure | None:
        found = evidence.audit.part(measure)
        return None if found.is_empty else found

    return Section(measure.section.name, measure.section.label, view)


def part(section: Section, evidence: Evidence) -> Part | None:
    """Return a section with its values filled in; None if there is nothing to show."""
    view = section.view(evidence)
    if view is None:
        return None
    body = fill(f"sections/{section.name}.html", name=section.name, view=view)
    return Part(section.name, section.label, body)
