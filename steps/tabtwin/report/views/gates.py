"""Gather the section on gates: every gate with its figure, interval, limit and meaning."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from tabtwin.evaluation.gates.limits import shipped_limits
from tabtwin.evaluation.gates.verdicts import Gate, Verdict
from tabtwin.report import svg
from tabtwin.report.evidence import Evidence
from tabtwin.report.formats import number, short
from tabtwin.report.section import Section
from tabtwin.report.templating import drawing


@dataclass(frozen=True)
class Judged:
    """A gate and its picture, if it has a figure."""

    gate: Gate
    drawing: Markup | None


@dataclass(frozen=True)
class Gates:
    """Every gate, and what they share.

    Attributes:
        judged: The gates.
        alpha: The error rate of all together.
        shipped_alpha: The same as tabtwin ships it.
        has_pool: Whether a raw pool is judged beside the twin.
    """

    judged: tuple[Judged, ...]
    alpha: float
    shipped_alpha: float
    has_pool: bool


def view(evidence: Evidence) -> Gates:
    """Gather every gate."""
    judged = tuple(Judged(gate, _drawing(gate)) for gate in evidence.gates)
    return Gates(judged, evidence.alpha, shipped_limits().alpha, has_pool=evidence.made is not None)


def by_verdict(evidence: Evidence, wanted: Verdict) -> tuple[Gate, ...]:
    """Return the gates of one verdict."""
    return tuple(gate for gate in evidence.gates if gate.verdict == wanted)


def _drawing(gate: Gate) -> Markup | None:
    if gate.figure is None or gate.interval is None:
        return None
    limits = [gate.limit] if gate.lower is None else [gate.lower, gate.limit]
    low, high = map(number, gate.interval)
    title = f"{gate.title}: {number(gate.figure)}, interval {low} to {high}, limit {short(gate.limit)}"
    return drawing(svg.interval(gate.figure, *gate.interval, limits, title))


SECTION = Section("gates", "Gates", view)
