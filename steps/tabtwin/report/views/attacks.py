"""What the part on membership attacks shows: what an attacker could tell of who was trained on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tabtwin.report.evidence import Evidence
from tabtwin.report.formats import Figure, figure
from tabtwin.report.section import Section

RATE = "0.01"
"""The false positive rate at which rows count as caught."""


@dataclass(frozen=True)
class Attack:
    """What one attack found.

    Attributes:
        auc: How often it ranks a training row above an unseen one.
        control: The same of real rows.
        exposed: The same among the rows that stand most alone.
        caught: The shares of training rows caught for sure by the highest and by the lowest scores.
    """

    auc: Figure | None
    control: Figure | None
    exposed: Figure | None
    caught: tuple[float, float] | None


@dataclass(frozen=True)
class Attacks:
    """What the attacks found.

    Attributes:
        attacks: Each of them, by its name in ``audit.json``.
        training: How many training rows were attacked.
        holdout: How many unseen ones.
        near_training: The share of training rows that the twin comes ten times nearer than real rows.
        near_holdout: The same of unseen rows.
    """

    attacks: Mapping[str, Attack]
    training: int
    holdout: int
    near_training: float | None
    near_holdout: float | None


@dataclass(frozen=True)
class View:
    """What the attacks found; nothing where the holdout is too small for any."""

    found: Attacks | None


def view(evidence: Evidence) -> View:
    """Gather what the attacks found."""
    found = evidence.audit["attacks"]
    if found is None:
        return View(None)
    near = found["twin"]["relative"]["near"]
    return View(
        Attacks(
            attacks={name: _attack(name, found) for name in found["twin"]},
            training=found["rows"]["training"],
            holdout=found["rows"]["holdout"],
            near_training=near["training"],
            near_holdout=near["holdout"],
        )
    )


def _attack(name: str, found: Mapping[str, Any]) -> Attack:
    twin, control = found["twin"][name], found["control"][name]
    above, below = figure(twin["above"][RATE]), figure(twin["below"][RATE])
    return Attack(
        auc=figure(twin["auc"]),
        control=figure(control["auc"]),
        exposed=figure(twin["exposed"]),
        caught=None if above is None or below is None else (above.value, below.value),
    )


SECTION = Section("attacks", "Attacks", view)
