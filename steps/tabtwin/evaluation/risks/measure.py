"""Measure what a holder of the twin could do to people, and which rare combinations it holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Self

from pydantic import Field

from tabtwin.evaluation.attacks.measure import FEWEST_ATTACKED
from tabtwin.evaluation.comparison import Comparison
from tabtwin.evaluation.measure import Measure
from tabtwin.evaluation.result import Compared
from tabtwin.evaluation.risks import risks as of_risks
from tabtwin.evaluation.risks.combinations import combinations as rare_combinations
from tabtwin.evaluation.risks.publication import public_combinations, public_risks
from tabtwin.evaluation.risks.results import Combinations, Risks
from tabtwin.evaluation.rounding import Grid, People
from tabtwin.evaluation.subjects import count


class RisksMeasure(Measure):
    """What a holder of the twin could do to people."""

    risks: Risks | None = Field(
        description="singling out, linkability and inference (Giomi et al. 2023); null if attacks is"
    )

    work: ClassVar[int] = 2
    caps: ClassVar[Mapping[str, int]] = {"guessed": of_risks.MAX_ASKED}

    @classmethod
    def measured(cls, compared: Comparison) -> Self:
        """Guess about people by means of the twin, and of half of the holdout as a control."""
        twin, seen, unseen, schema = compared.twin, compared.seen, compared.unseen, compared.schema
        if count(unseen.clusters) < FEWEST_ATTACKED:
            return cls(risks=None)
        given = {"seed": compared.seed, "threads": compared.threads}
        found = Risks(
            twin=of_risks.risks(twin, seen, unseen, schema, **given).result(),
            control=of_risks.control(seen, unseen, schema, **given).result(),
            rows=Compared(twin=len(twin), training=len(seen), holdout=len(unseen)),
        )
        return cls(risks=found)

    def public(self, grid: Grid, people: People) -> Self:
        """Return the risks without rates that are based on few people."""
        return type(self)(risks=self.risks and public_risks(self.risks, grid, people))


class CombinationsMeasure(Measure):
    """Which rare combinations of quasi-identifiers the twin holds."""

    combinations: Combinations | None = Field(
        description="rare combinations of the quasi-identifiers; null if none is declared"
    )

    @classmethod
    def measured(cls, compared: Comparison) -> Self:
        """Count the rare combinations of quasi-identifiers that the whole twin holds."""
        whole = compared.whole
        found = rare_combinations(
            whole.synthetic,
            whole.training.table,
            whole.holdout.table,
            compared.schema,
            (whole.training.clusters, whole.holdout.clusters),
        )
        return cls(combinations=found)

    def public(self, grid: Grid, people: People) -> Self:
        """Return about how many combinations there are, without what few people hold."""
        return type(self)(combinations=self.combinations and public_combinations(self.combinations, grid))
