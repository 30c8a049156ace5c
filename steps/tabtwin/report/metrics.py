"""Write the report's figures as JSON, private and public: the latter without what would confirm a guess."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from tabtwin import __version__
from tabtwin.evaluation.gates.verdicts import Verdict, Verdicts, worst
from tabtwin.report import disclosure, history
from tabtwin.report.evidence import Evidence
from tabtwin.report.metrics_model import Headline, Metrics
from tabtwin.report.publishing import published

SHOWN: dict[Verdict, Literal["passed", "not shown", "refused"]] = {
    "passed": "passed",
    "not_shown": "not shown",
    "refused": "refused",
}


def metrics(evidence: Evidence, *, private: bool) -> Metrics:
    """Return every figure of the run; the ``private`` ones are exact, with the seed, digests and places."""
    evidence = evidence if private else published(evidence)
    made = evidence.made
    return Metrics(
        tabtwin=__version__,
        headline=headline(evidence),
        gates=Verdicts(
            refused=evidence.refused,
            strict=evidence.strict,
            alpha=evidence.alpha,
            gates=tuple(evidence.gates),
        ),
        releases=tuple(evidence.releases),
        before=history.earlier(evidence) if made else None,
        seed=history.seed(evidence) if made else None,
        table=evidence.table,
        audit=evidence.audit,
        carried=disclosure.public(evidence.carried) if evidence.carried else None,
        weights=(made.weights if private else made.weights.without_reasons()) if made else None,
        scores={name: score.without_details() for name, score in made.scores.items()} if made else None,
        screen=made.screen if made else None,
        refine=made.refine if made else None,
        balance=made.balance if made else None,
        utility=evidence.utility,
        settings=dict(evidence.settings),
        versions=dict(evidence.versions),
        private=evidence.private if private else None,
        protected=_exact(evidence.protected) if private else None,
    )


def headline(evidence: Evidence) -> Headline:
    """Return the few figures that a terminal shows."""
    audit, control, utility = evidence.audit, evidence.audit.control, evidence.utility
    useful = {
        f"{utility.main}_of_{name}": utility.scored(name)
        for name, result in utility.trained_on.items()
        if result is not None
    }
    return Headline(
        verdict="refused" if evidence.refused else SHOWN[worst(list(evidence.gates))],
        accuracy=_rounded(audit.accuracy.pooled.overall),
        accuracy_holdout=_rounded(control.twin.value),
        accuracy_holdout_of_real_rows=_rounded(control.training.value),
        accuracy_holdout_of_shuffle=_rounded(control.shuffle.value),
        discriminator_auc=_rounded(audit.discriminator.value),
        dcr_share=_rounded(audit.dcr.twin.value),
        nndr_ratio=_rounded(audit.nndr_ratio.twin.mean),
        **{name: None if value is None else _rounded(value) for name, value in useful.items()},
    )


def _exact(cells: Mapping[str, int | None]) -> dict[str, int]:
    """Return the counts that are not withheld, which are all of the private ones."""
    return {name: count for name, count in cells.items() if count is not None}


def _rounded(value: float) -> float:
    return round(value, 4)
