"""The gates: from the audit's figures to verdicts, by intervals.

A gate is *passed* where the whole interval keeps to the limit, *refused* where all of it is beyond, and *not
shown* between: the table is then too small to tell. Twin and raw pool are both judged, and the worse counts,
since ``screen`` made the twin's distances look good by construction. Limits stand in ``gates.toml``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Any, Literal

from pydantic import Field

from tabtwin.lib.contract import Frozen
from tabtwin.measures.intervals import Estimate

Verdict = Literal["passed", "not_shown", "refused"]
WORSE: tuple[Verdict, ...] = ("passed", "not_shown", "refused")
Sample = Literal["twin", "pool"]
SAMPLES: tuple[Sample, ...] = ("twin", "pool")


class Limit(Frozen):
    """One gate's setting."""

    limit: float = Field(gt=0)


class Limits(Frozen):
    """``gates.toml``: the error rate of all gates together, and each one's limit."""

    alpha: float = Field(gt=0, lt=1)
    dcr: Limit
    copies: Limit
    nndr: Limit


class Gate(Frozen):
    """A verdict and all that a report needs to explain it.

    Attributes:
        name: One word, as in ``gates.toml``.
        title: What is judged, in a few words.
        figure: The worse of twin and pool; None where the table is too small to measure it.
        interval: Where the truth lies, at the gates' common error rate.
        limit: The setting; either way of 0 where ``two_sided``.
        two_sided: Whether a figure below −limit refuses as well.
        measured_on: ``twin`` or ``pool``: whose figure it is.
        verdict: ``passed``, ``not_shown`` or ``refused``.
        means: What the figure says.
        remedy: What helps where the gate is not passed.
    """

    name: str
    title: str
    figure: float | None
    interval: tuple[float, float] | None
    limit: float
    two_sided: bool
    measured_on: Sample
    verdict: Verdict
    means: str
    remedy: str


class _Question(Frozen):
    """What a gate asks of the audit, and how it explains itself."""

    name: Literal["dcr", "copies", "nndr"]
    title: str
    section: Literal["distances", "copies"]
    key: str
    two_sided: bool
    means: str
    remedy: str


_QUESTIONS = (
    _Question(
        name="dcr",
        title="Leaning towards training (DCR)",
        section="distances",
        key="leaning",
        two_sided=False,
        means="How much oftener the closest real row is a training row than it is for unseen rows: "
        "0 as unseen rows, 1 as a verbatim copy of training.",
        remedy="Train for fewer epochs or leave the model out that leans most; a larger holdout "
        "narrows the interval.",
    ),
    _Question(
        name="copies",
        title="Surplus copies",
        section="copies",
        key="surplus",
        two_sided=False,
        means="The share of rows that equal a training row, beyond the share of training rows that equal "
        "another training row.",
        remedy="The generator repeats training rows: train for fewer epochs, or leave that model out.",
    ),
    _Question(
        name="nndr",
        title="Crowds and holes (NNDR below 0.1)",
        section="distances",
        key="nndr",
        two_sided=True,
        means="The share of rows that stand at one training row rather than among several, minus the same "
        "for as many unseen rows: above 0 a crowd around training rows, below 0 a hole.",
        remedy="A crowd: train for fewer epochs. A hole: use --screen matched, since a plain cutoff "
        "leaves one around every training row.",
    ),
)


def read_limits() -> Limits:
    """The limits that this version ships."""
    text = resources.files("tabtwin").joinpath("gates.toml").read_text(encoding="utf-8")
    return Limits.model_validate(tomllib.loads(text))


def judge(audit: Mapping[str, Any], limits: Limits) -> list[Gate]:
    """Judge ``audit.json``, gate by gate.

    Args:
        audit: What :func:`tabtwin.audit.audit_tables` returned.
        limits: From :func:`read_limits`.
    """
    ways = sum(len(SAMPLES) * (2 if question.two_sided else 1) for question in _QUESTIONS)
    return [_judge(question, audit, limits, limits.alpha / ways) for question in _QUESTIONS]


def worst(gates: list[Gate]) -> Verdict:
    """The verdict on all gates together."""
    return max((gate.verdict for gate in gates), key=WORSE.index, default="passed")


def _judge(question: _Question, audit: Mapping[str, Any], limits: Limits, tail: float) -> Gate:
    limit: float = getattr(limits, question.name).limit
    judged = [_gate(question, sample, _figure(question, audit, sample), limit, tail) for sample in SAMPLES]
    return max(judged, key=lambda gate: (WORSE.index(gate.verdict), _beyond(gate)))


def _figure(question: _Question, audit: Mapping[str, Any], sample: str) -> Estimate | None:
    figure = audit[question.section][sample][question.key]
    return None if figure is None else Estimate.from_json(figure)


def _gate(question: _Question, sample: Sample, found: Estimate | None, limit: float, tail: float) -> Gate:
    interval = found.interval(tail) if found else None
    return Gate(
        name=question.name,
        title=question.title,
        figure=found.value if found else None,
        interval=interval,
        limit=limit,
        two_sided=question.two_sided,
        measured_on=sample,
        verdict=_verdict(interval, limit, two_sided=question.two_sided) if interval else "not_shown",
        means=question.means,
        remedy=question.remedy,
    )


def _verdict(interval: tuple[float, float], limit: float, *, two_sided: bool) -> Verdict:
    low, high = interval
    if low > limit or (two_sided and high < -limit):
        return "refused"
    if high <= limit and (not two_sided or low >= -limit):
        return "passed"
    return "not_shown"


def _beyond(gate: Gate) -> float:
    """How far the figure goes towards the limit, to name the worse of two."""
    figure = gate.figure or 0.0
    return abs(figure) if gate.two_sided else figure
