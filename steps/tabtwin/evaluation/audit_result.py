"""Everything that an audit finds: ``audit.json``, put together from the results of all measures.

The schema of a part is the schema of ``metrics.json``'s ``audit``; descriptions of figures stand beside them.
"""

from __future__ import annotations

from pydantic import Field, JsonValue

from tabtwin.evaluation.attacks.results import AttacksResult
from tabtwin.evaluation.canaries.results import CanariesResult
from tabtwin.evaluation.distances.results import ClosenessResult
from tabtwin.evaluation.fidelity.results import DiscriminatorResult, LikenessResult
from tabtwin.evaluation.result import Part, Result
from tabtwin.evaluation.risks.results import CombinationsResult, RisksResult


class TableRows(Result):
    """How many rows each table has."""

    synthetic: int = Field(description="of the twin")
    pool: int = Field(description="of the raw pool; where another tool made the twin, the twin's own")
    training: int = Field(description="of training, without canaries")
    holdout: int = Field(description="of the holdout")
    caps: dict[str, int] = Field(description="the most rows that each comparison takes")


class SizesResult(Part):
    """The sizes of what was compared."""

    rows: TableRows = Field(description="rows of each table")


# Bases from the last measure to the first: that is how their fields come to stand in the measures' order.
class AuditResult(
    CanariesResult,
    CombinationsResult,
    RisksResult,
    AttacksResult,
    ClosenessResult,
    DiscriminatorResult,
    LikenessResult,
    SizesResult,
):
    """Every figure of an audit."""

    @classmethod
    def parts(cls) -> tuple[type[Part], ...]:
        """Return the result types that an audit is made of, in the order of its fields."""
        return tuple(base for base in reversed(cls.__bases__) if issubclass(base, Part))

    def as_json(self) -> dict[str, JsonValue]:
        """Return the audit as ``audit.json`` holds it."""
        return self.model_dump(mode="json")
