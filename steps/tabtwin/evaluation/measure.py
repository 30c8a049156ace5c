"""Define what a measure is: its figures, and how they are computed, judged, rounded for the public, and
shown.

A measure is one class, listed in :mod:`tabtwin.evaluation.audit_result`. The audit, the gates, the public
files and the report's contents are loops over that list.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Self

from tabtwin.evaluation.comparison import Comparison
from tabtwin.evaluation.question import Question
from tabtwin.evaluation.result import Result
from tabtwin.evaluation.rounding import Grid, People


@dataclass(frozen=True)
class Heading:
    """A section of the report.

    Attributes:
        name: Its anchor on the page, and the name of its template in ``report/templates/sections/``.
        label: Its name in the table of contents.
    """

    name: str
    label: str


class Measure(Result):
    """The figures of one measure; its fields are parts of ``audit.json``.

    Attributes:
        gates: The gates that judge it.
        section: The section of the report that shows it, filled with the measure as ``view``. None if its own
            view in ``report/views`` gathers more, or nothing shows it.
        work: How long it takes beside the others, as measured on tables of some thousand rows; by it, an
            audit's progress advances.
        caps: The most rows that each of its comparisons uses, by the comparison's name.
    """

    gates: ClassVar[tuple[Question, ...]] = ()
    section: ClassVar[Heading | None] = None
    work: ClassVar[int] = 1
    caps: ClassVar[Mapping[str, int]] = MappingProxyType({})

    @classmethod
    @abstractmethod
    def measured(cls, compared: Comparison) -> Self:
        """Compute the figures."""

    @abstractmethod
    def public(self, grid: Grid, people: People) -> Self:
        """Return the figures, as exact as the number of people allows."""

    @property
    def is_empty(self) -> bool:
        """Return whether there is nothing to show: nothing was or could be measured."""
        return all(value is None for _, value in self)
