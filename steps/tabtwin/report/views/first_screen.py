"""Gather the first screen: the verdict, and how close, how private and how certain it is, in a few words."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from tabtwin.evaluation.fidelity.results import Discriminator
from tabtwin.evaluation.gates.verdicts import Gate, guards_privacy
from tabtwin.evaluation.intervals import Figure
from tabtwin.evaluation.question import NOTHING
from tabtwin.report.evidence import Evidence
from tabtwin.report.views import likeness, verdict
from tabtwin.report.views.gates import by_verdict

ATTACKS = ("tracing", "nearest", "density", "learned")
"""The gates whose figure is the AUC of an attack on all rows."""


@dataclass(frozen=True)
class Closeness:
    """Where the twin is between a shuffle and fresh real rows.

    Attributes:
        stand: Between which of them.
        likeness: The figure; None if it could not be measured.
        discriminator: How well a model tells the twin from real rows.
        broken: The share of rows that break what always holds, if it is more than may be.
        drawing: The same as a picture.
    """

    stand: likeness.Stand
    likeness: Figure | None
    discriminator: Discriminator
    broken: float | None
    drawing: Markup


@dataclass(frozen=True)
class Privacy:
    """What speaks for and against the twin's privacy.

    Attributes:
        gates: How many gates judge it.
        refused: How many of them refuse.
        attacks: How many attacks could be run.
        right: How often the best of them is right; None if none could be run.
        copies: The share of rows that are copies beyond chance.
    """

    gates: int
    refused: int
    attacks: int
    right: float | None
    copies: float | None


@dataclass(frozen=True)
class Unshown:
    """What could not be shown."""

    gates: int
    unshown: int
    not_compared: int


@dataclass(frozen=True)
class FirstScreen:
    """The first screen.

    Attributes:
        rows: How many rows the twin has.
        drawn: How many of them were drawn to be judged; None if all were.
        columns: How many columns.
        real_rows: How many rows it was made from, or is compared with.
        is_ours: Whether the pipeline made the twin.
        is_private: Whether this is the private page.
        releases: The rows of each release that is judged here, the twin's own last.
        verdict: May it be shared?
        closeness: How close is it?
        privacy: How private is it?
        unshown: What was not shown?
    """

    rows: int
    drawn: int | None
    columns: int
    real_rows: int
    is_ours: bool
    is_private: bool
    releases: tuple[int, ...]
    verdict: verdict.Verdict
    closeness: Closeness
    privacy: Privacy
    unshown: Unshown


def view(evidence: Evidence) -> FirstScreen:
    """Gather the first screen."""
    audit, found = evidence.audit, evidence.carried
    return FirstScreen(
        rows=audit.rows.synthetic,
        drawn=(audit.rows.drawn or {}).get("synthetic"),
        columns=evidence.table.columns,
        real_rows=evidence.table.rows,
        is_ours=evidence.made is not None,
        is_private=evidence.private is not None,
        releases=tuple(evidence.releases),
        verdict=verdict.view(evidence),
        closeness=Closeness(
            stand=likeness.stand(audit.control),
            likeness=audit.control.likeness,
            discriminator=audit.discriminator,
            broken=audit.validity.breaks,
            drawing=likeness.line(audit.control),
        ),
        privacy=_privacy(evidence),
        unshown=Unshown(
            gates=len(evidence.gates),
            unshown=len(by_verdict(evidence, "not_shown")),
            not_compared=len(found.not_compared) if found else 0,
        ),
    )


def _privacy(evidence: Evidence) -> Privacy:
    gates = {gate.name: gate for gate in evidence.gates if guards_privacy(gate)}
    tried = [gates[name] for name in ATTACKS if name in gates and gates[name].figure is not None]
    return Privacy(
        gates=len(gates),
        refused=sum(gate.verdict == "refused" for gate in gates.values()),
        attacks=len(tried),
        right=max(map(_right, tried), default=None),
        copies=gates["copies"].figure,
    )


def _right(gate: Gate) -> float:
    """Return how often an attacker is right who knows in which direction the attack errs."""
    assert gate.figure is not None
    return NOTHING + abs(gate.figure - NOTHING)
