"""All measures of an audit, in the order in which ``audit.json`` holds what they find.

A measure's result, with the gates that judge it, stands in its package's ``results.py``, apart from what
computes it, so that who reads an audit loads no library that made it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tabtwin.evaluation.attacks import measure as attacks
from tabtwin.evaluation.attacks.results import AttacksResult
from tabtwin.evaluation.audit_result import AuditResult, SizesResult, TableRows
from tabtwin.evaluation.canaries import measure as canaries
from tabtwin.evaluation.canaries.results import CanariesResult
from tabtwin.evaluation.comparison import MAX_ROWS, Comparison
from tabtwin.evaluation.distances import measure as distances
from tabtwin.evaluation.distances.results import ClosenessResult
from tabtwin.evaluation.fidelity import measure as fidelity
from tabtwin.evaluation.fidelity.results import DiscriminatorResult, LikenessResult
from tabtwin.evaluation.result import Part
from tabtwin.evaluation.risks import measure as risks
from tabtwin.evaluation.risks.results import CombinationsResult, RisksResult

CAPS = {"rows": MAX_ROWS, **fidelity.CAPS, **distances.CAPS, **attacks.CAPS, **risks.CAPS}
"""The most rows that each comparison takes."""


@dataclass(frozen=True)
class Measure:
    """One measure: what it finds, with the gates on it, and how it is computed."""

    result: type[Part]
    compute: Callable[[Comparison], Part]


def sizes(compared: Comparison) -> SizesResult:
    """Count the rows of each table."""
    whole = compared.whole
    counts = TableRows(
        synthetic=len(whole.synthetic),
        pool=len(whole.pool),
        training=len(whole.training),
        holdout=len(whole.holdout),
        caps=CAPS,
    )
    return SizesResult(rows=counts)


MEASURES = (
    Measure(SizesResult, sizes),
    Measure(LikenessResult, fidelity.likeness),
    Measure(DiscriminatorResult, fidelity.discriminator),
    Measure(ClosenessResult, distances.closeness),
    Measure(AttacksResult, attacks.attacks),
    Measure(RisksResult, risks.risks),
    Measure(CombinationsResult, risks.combinations),
    Measure(CanariesResult, canaries.canaries),
)


def measured(compared: Comparison) -> AuditResult:
    """Compute every measure and put the results together."""
    found = [measure.compute(compared) for measure in MEASURES]
    return AuditResult(**{name: value for part in found for name, value in part})
