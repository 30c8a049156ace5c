"""The report's figures as JSON: the same twice, once without what would let anyone confirm a guess."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tabtwin import __version__
from tabtwin.evaluation.gates.verdicts import worst
from tabtwin.report import disclosure, history
from tabtwin.report.evidence import Evidence, Making
from tabtwin.report.publishing import published

_ELSEWHERE = {"protected", "plans"}
"""What ingest found that stands in the private part, or in its notes already."""


def metrics(evidence: Evidence, *, private: bool) -> dict[str, Any]:
    """Every figure of the run; ``private`` ones are exact, with the seed, digests and where things lie."""
    evidence = evidence if private else published(evidence)
    figures = {
        "tabtwin": __version__,
        "headline": headline(evidence),
        "gates": {
            "refused": evidence.refused,
            "strict": evidence.strict,
            "alpha": evidence.alpha,
            "gates": [gate.model_dump(mode="json") for gate in evidence.gates],
        },
        "releases": list(evidence.releases),
        **(history.public(evidence) if evidence.made else {}),
        "table": {name: value for name, value in evidence.facts.items() if name not in _ELSEWHERE},
        "audit": evidence.audit.as_json(),
        **({"carried": disclosure.public(evidence.carried)} if evidence.carried else {}),
        **(_made(evidence.made, private=private) if evidence.made else {}),
        "utility": evidence.utility,
        "settings": evidence.settings,
        "versions": evidence.versions,
    }
    return figures | (
        {"private": evidence.private, "protected": evidence.facts.get("protected", {})} if private else {}
    )


def headline(evidence: Evidence) -> dict[str, Any]:
    """The few figures that a terminal shows."""
    audit, control = evidence.audit, evidence.audit.control
    trained = evidence.utility["trained_on"]
    main = (evidence.utility["metrics"] or [None])[0]
    useful = {
        f"{main}_of_{name}": _rounded(result["mean"].get(main))
        for name, result in trained.items()
        if result is not None
    }
    return {
        "verdict": "refused" if evidence.refused else worst(list(evidence.gates)).replace("_", " "),
        "accuracy": _rounded(audit.accuracy.pooled.overall),
        "accuracy_holdout": _rounded(control.twin.value),
        "accuracy_holdout_of_real_rows": _rounded(control.training.value),
        "accuracy_holdout_of_shuffle": _rounded(control.shuffle.value),
        "discriminator_auc": _rounded(audit.discriminator.value),
        "dcr_share": _rounded(audit.dcr.twin.value),
        "nndr_ratio": _rounded(audit.nndr_ratio.twin.mean),
        **useful,
    }


def _made(made: Making, *, private: bool) -> dict[str, Any]:
    """How the pipeline made the twin."""
    return {
        "weights": made.weights if private else _without_reasons(made.weights),
        "scores": _scores(made.scores),
        "screen": made.screen,
        "refine": made.refine,
        "balance": made.balance,
    }


def _scores(scores: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Each model's scores without the reports' details by pair, which stand in its ``score.json``."""
    return {
        name: {
            key: {inner: value for inner, value in part.items() if inner != "details"}
            if isinstance(part, dict)
            else part
            for key, part in score.items()
        }
        for name, score in scores.items()
    }


def _without_reasons(weights: Mapping[str, Any]) -> dict[str, Any]:
    """The weights, without what failures say, which may name places in the store."""
    lost = [{key: failure[key] for key in ("step", "name", "code")} for failure in weights["lost"]]
    return {**weights, "lost": lost}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
