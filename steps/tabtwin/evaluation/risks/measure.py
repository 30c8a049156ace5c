"""Measure what a holder of the twin could do to people, and which rare combinations it holds."""

from __future__ import annotations

from tabtwin.evaluation.attacks.measure import FEWEST_ATTACKED
from tabtwin.evaluation.comparison import Comparison
from tabtwin.evaluation.result import Compared
from tabtwin.evaluation.risks import risks as of_risks
from tabtwin.evaluation.risks.combinations import combinations as rare_combinations
from tabtwin.evaluation.risks.results import CombinationsResult, Risks, RisksResult
from tabtwin.evaluation.subjects import count

CAPS = {"guessed": of_risks.MAX_ASKED}


def risks(compared: Comparison) -> RisksResult:
    """Guess at people by way of the twin, and by way of half of the holdout as a control."""
    twin, seen, unseen, schema = compared.twin, compared.seen, compared.unseen, compared.schema
    if count(unseen.clusters) < FEWEST_ATTACKED:
        return RisksResult(risks=None)
    given = {"seed": compared.seed, "threads": compared.threads}
    found = Risks(
        twin=of_risks.risks(twin, seen, unseen, schema, **given).result(),
        control=of_risks.control(seen, unseen, schema, **given).result(),
        rows=Compared(twin=len(twin), training=len(seen), holdout=len(unseen)),
    )
    return RisksResult(risks=found)


def combinations(compared: Comparison) -> CombinationsResult:
    """Count the rare combinations of quasi-identifiers that the whole twin holds."""
    whole = compared.whole
    found = rare_combinations(
        whole.synthetic,
        whole.training.table,
        whole.holdout.table,
        compared.schema,
        (whole.training.clusters, whole.holdout.clusters),
    )
    return CombinationsResult(combinations=found)
