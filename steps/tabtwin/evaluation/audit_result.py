"""Register the measures, and define everything that they find: ``audit.json``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar, Self, TypeVar

from pydantic import Field, JsonValue

from tabtwin.evaluation.attacks.measure import AttacksMeasure
from tabtwin.evaluation.canaries.measure import CanariesMeasure
from tabtwin.evaluation.comparison import MAX_ROWS, Comparison
from tabtwin.evaluation.distances.measure import ClosenessMeasure
from tabtwin.evaluation.fidelity.measure import DiscriminatorMeasure, LikenessMeasure
from tabtwin.evaluation.measure import Measure
from tabtwin.evaluation.question import Question
from tabtwin.evaluation.result import Result, optional
from tabtwin.evaluation.risks.measure import CombinationsMeasure, RisksMeasure
from tabtwin.evaluation.rounding import Grid, People, fine
from tabtwin.evaluation.validity.measure import ValidityMeasure
from tabtwin.lib import log

M = TypeVar("M", bound=Measure)


class TableRows(Result):
    """How many rows each table has."""

    synthetic: int = Field(description="of the twin")
    pool: int = Field(description="of the raw pool; if another tool made the twin, the twin's own")
    training: int = Field(description="of training, without canaries")
    holdout: int = Field(description="of the holdout")
    caps: dict[str, int] = Field(description="the most rows that each comparison uses")
    drawn: dict[str, int] | None = optional(
        "rows of the twin (`synthetic`) and of the `pool` that were drawn to be judged, where not all were"
    )


class SizesMeasure(Measure):
    """The sizes of what was compared."""

    rows: TableRows = Field(description="rows of each table")

    caps: ClassVar[Mapping[str, int]] = {"rows": MAX_ROWS}

    @classmethod
    def measured(cls, compared: Comparison) -> Self:
        """Count the rows of each table."""
        whole = compared.whole
        judged = {"synthetic": len(whole.synthetic), "pool": len(whole.pool)}
        counted = {**judged, **whole.counted}
        counts = TableRows(
            synthetic=counted["synthetic"],
            pool=counted["pool"],
            training=len(whole.training),
            holdout=len(whole.holdout),
            drawn={name: rows for name, rows in judged.items() if rows < counted[name]} or None,
            caps={name: rows for measure in AuditResult.measures() for name, rows in measure.caps.items()},
        )
        return cls(rows=counts)

    def public(self, grid: Grid, people: People) -> Self:
        """Return the sizes, which are published exactly."""
        return self


# Bases from the last measure to the first, so that their fields are in the measures' order.
class AuditResult(
    CanariesMeasure,
    CombinationsMeasure,
    RisksMeasure,
    AttacksMeasure,
    ClosenessMeasure,
    ValidityMeasure,
    DiscriminatorMeasure,
    LikenessMeasure,
    SizesMeasure,
):
    """Every figure of an audit: its bases are all the measures there are."""

    @classmethod
    def measures(cls) -> tuple[type[Measure], ...]:
        """Return all measures, in the order of their figures."""
        return tuple(base for base in reversed(cls.__bases__) if issubclass(base, Measure))

    @classmethod
    def questions(cls) -> tuple[Question, ...]:
        """Return what the gates of all measures ask."""
        return tuple(question for measure in cls.measures() for question in measure.gates)

    @classmethod
    def measured(cls, compared: Comparison) -> Self:
        """Compute every measure, reporting progress by their work."""
        parts, done = [], 0
        total = sum(measure.work for measure in cls.measures())
        for measure in cls.measures():
            with log.portion(done, measure.work, total, "audit"):
                parts.append(measure.measured(compared))
            done += measure.work
        return cls._of(parts)

    def public(self, grid: Grid, people: People) -> Self:
        """Return every measure's figures, as exact as the number of people allows."""
        return self._of(fine(self.part(measure).public(grid, people)) for measure in self.measures())

    def part(self, measure: type[M]) -> M:
        """Return what one measure found."""
        return measure(**{name: getattr(self, name) for name in measure.model_fields})

    def as_json(self) -> dict[str, JsonValue]:
        """Return the content of ``audit.json``."""
        return self.model_dump(mode="json")

    @classmethod
    def _of(cls, parts: Iterable[Measure]) -> Self:
        return cls(**{name: value for part in parts for name, value in part})
