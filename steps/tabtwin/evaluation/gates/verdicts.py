"""Judge the audit's figures by gates, with intervals.

A gate is *passed* if the whole interval is within the limit, *refused* if all of it is beyond, and otherwise
*not shown*: the table is too small to tell. If twin and raw pool are judged, the worse counts, since
``screen`` makes the twin's distances look good by construction. The questions and limits are beside each
measure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from pydantic import Field

from tabtwin.evaluation.audit_result import AuditResult
from tabtwin.evaluation.gates.limits import Limits
from tabtwin.evaluation.intervals import Estimate
from tabtwin.evaluation.question import Question, Sample
from tabtwin.store.artifacts import Frozen

Verdict = Literal["passed", "not_shown", "refused"]
TOLD_DIGITS = 3
WORSE: tuple[Verdict, ...] = ("passed", "not_shown", "refused")


class Gate(Frozen):
    """A gate's verdict and all that a report needs to explain it."""

    name: str = Field(description="one word, as in a file of limits")
    title: str = Field(description="what is judged, in a few words")
    figure: float | None = Field(
        description="the worse of those judged; null: could not be measured, or is withheld"
    )
    interval: tuple[float, float] | None = Field(
        description="where the truth lies, at the gates' common error rate"
    )
    neutral: float = Field(description="the figure of unseen real rows")
    limit: float = Field(description="beyond it the gate refuses")
    lower: float | None = Field(description="the limit on the other side, if there is one")
    default: float | None = Field(description="the limit that this version ships, if another was set")
    measured_on: Sample = Field(description="whose figure it is")
    verdict: Verdict = Field(description="passed, not shown (the table is too small to tell), or refused")
    means: str = Field(description="what the figure says")
    remedy: str = Field(description="what helps if the gate is not passed")


class Verdicts(Frozen):
    """The outcome of all gates, as in ``gates.json``."""

    refused: bool = Field(description="whether the twin should not be shared")
    strict: bool = Field(description="whether what was not shown refuses")
    alpha: float = Field(description="error rate of all gates together")
    gates: tuple[Gate, ...] = Field(description="one entry per gate")


def judge(audit: AuditResult, limits: Limits, *, foreign: bool = False) -> list[Gate]:
    """Judge ``audit.json``, gate by gate.

    Args:
        audit: What :func:`tabtwin.pipeline.audit.audit_tables` returned.
        limits: What to judge by, from :mod:`tabtwin.evaluation.gates.limits`.
        foreign: Whether another tool made the twin, so that there is no raw pool, and remedies name none of
            tabtwin's options.
    """
    asked = [question for question in AuditResult.questions() if question.asked(audit)]
    tail = _tail(asked, limits.alpha)
    judged = [_judge(question, audit, limits, tail) for question in asked]
    return [_foreign(*pair) for pair in zip(judged, asked, strict=True)] if foreign else judged


def rounded_by(gates: Iterable[Gate], audit: AuditResult, alpha: float) -> list[Gate]:
    """Return the same verdicts with the figures of a rounded audit, or without those that it withholds.

    Rounding moves no end of an interval over a limit, so figures still agree with the verdict.
    """
    known = {question.name: question for question in AuditResult.questions()}
    given = list(gates)
    tail = _tail([known[gate.name] for gate in given], alpha)
    return [_rounded(gate, known[gate.name].figure(audit, gate.measured_on), tail) for gate in given]


def worst(gates: list[Gate]) -> Verdict:
    """Return the verdict on all gates together."""
    return max((gate.verdict for gate in gates), key=WORSE.index, default="passed")


def guards_privacy(gate: Gate) -> bool:
    """Return whether the gate guards privacy; otherwise it guards closeness."""
    return any(one.name == gate.name and one.about == "privacy" for one in AuditResult.questions())


def refuses(gates: Iterable[Gate], *, strict: bool) -> bool:
    """Return whether a twin may not be released: a gate refused or, if ``strict``, was not shown."""
    refusing = {"refused", "not_shown"} if strict else {"refused"}
    return any(gate.verdict in refusing for gate in gates)


def verdict_of(gates: Sequence[Gate], *, alpha: float, strict: bool) -> Verdicts:
    """Return the outcome of the gates."""
    return Verdicts(refused=refuses(gates, strict=strict), strict=strict, alpha=alpha, gates=tuple(gates))


def _tail(asked: Sequence[Question], alpha: float) -> float:
    """Return the error rate of each way in which a gate may refuse."""
    return alpha / sum(question.ways for question in asked) if asked else alpha


def _rounded(gate: Gate, found: Estimate | None, tail: float) -> Gate:
    if found is None or gate.interval is None:
        return gate.model_copy(update={"figure": None, "interval": None})
    exact, ends = gate.interval, [round(end, TOLD_DIGITS) for end in found.interval(tail)]
    limits = [gate.limit] if gate.lower is None else [gate.limit, gate.lower]
    for limit in limits:
        ends = [_same_side(end, true, limit) for end, true in zip(ends, exact, strict=True)]
    low, high = min(ends), max(ends)
    return gate.model_copy(update={"figure": min(high, max(low, found.value)), "interval": (low, high)})


def _same_side(shown: float, exact: float, limit: float) -> float:
    """Return a rounded figure, or the limit where rounding took it to the limit's other side."""
    return limit if (shown > limit) != (exact > limit) else shown


def _judge(question: Question, audit: AuditResult, limits: Limits, tail: float) -> Gate:
    limit = limits.limits[question.name]
    lower = question.lower(limit)

    def gate(sample: Sample) -> Gate:
        found = question.figure(audit, sample)
        interval = found.interval(tail) if found else None
        return Gate(
            name=question.name,
            title=question.title,
            figure=found.value if found else None,
            interval=interval,
            neutral=question.neutral,
            limit=limit,
            lower=lower,
            default=limits.replaced.get(question.name),
            measured_on=sample,
            verdict=_verdict(interval, limit, lower),
            means=question.means,
            remedy=question.remedy.own,
        )

    return max(map(gate, question.samples), key=lambda gate: (WORSE.index(gate.verdict), _beyond(gate)))


def _foreign(gate: Gate, question: Question) -> Gate:
    return gate.model_copy(update={"remedy": question.remedy.foreign, "measured_on": "twin"})


def _verdict(interval: tuple[float, float] | None, limit: float, lower: float | None) -> Verdict:
    if interval is None:
        return "not_shown"
    low, high = interval
    if low > limit or (lower is not None and high < lower):
        return "refused"
    return "passed" if high <= limit and (lower is None or low >= lower) else "not_shown"


def _beyond(gate: Gate) -> float:
    """Return how far the figure goes toward the limit, to name the worse of two."""
    strayed = 0.0 if gate.figure is None else gate.figure - gate.neutral
    return strayed if gate.lower is None else abs(strayed)
