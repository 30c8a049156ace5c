"""What the part on risks to people shows: singling out, linking, inferring, and rare combinations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tabtwin.report.evidence import Evidence
from tabtwin.report.formats import Figure, figure
from tabtwin.report.section import Section

SHOWN_COLUMNS = 10


@dataclass(frozen=True)
class Risk:
    """What one attack, or one column's inference, comes to.

    Attributes:
        risk: What is right of training beyond what is right of unseen people, as a part of what could be.
        training: The share of guesses that are right of training.
        holdout: The same of unseen people.
        baseline: The share that random guesses get right.
        control: The risk of a twin of real rows.
    """

    risk: Figure | None
    training: float | None
    holdout: float | None
    baseline: float | None
    control: Figure | None


@dataclass(frozen=True)
class Attacks:
    """What the attacks found.

    Attributes:
        attacks: Each of them, by its name in ``audit.json``.
        training: How many training rows were attacked.
        holdout: How many unseen ones.
        columns: Of the columns whose risk of inference is highest, by name, that first.
        asked: How many columns there are.
    """

    attacks: Mapping[str, Risk]
    training: int
    holdout: int
    columns: Mapping[str, Risk]
    asked: int


@dataclass(frozen=True)
class Holders:
    """Rare combinations and the people of one side who hold them; None for a count that is withheld."""

    combinations: int | None
    in_twin: int | None
    subjects: int | None
    met: int | None


@dataclass(frozen=True)
class Lead:
    """By how much more of training's people are met than of unseen ones."""

    training: float
    holdout: float
    difference: Figure


@dataclass(frozen=True)
class Combinations:
    """Rare combinations of quasi-identifiers.

    Attributes:
        columns: The quasi-identifiers that set people apart.
        left_out: Those that are constant or empty.
        k: Fewer people than that make a combination rare.
        training: Of training.
        holdout: Of unseen people, the control.
        lead: How these differ, where there are enough of both.
        rare: How many rows of the twin hold one that is rare in training.
        rows: How many rows the twin has.
    """

    columns: tuple[str, ...]
    left_out: tuple[str, ...]
    k: int
    training: Holders
    holdout: Holders
    lead: Lead | None
    rare: int | None
    rows: int


@dataclass(frozen=True)
class Risks:
    """What was found of people; None where the holdout is too small, or nothing is declared."""

    attacks: Attacks | None
    combinations: Combinations | None


def view(evidence: Evidence) -> Risks:
    """Gather the risks to people."""
    audit = evidence.audit
    return Risks(
        attacks=audit["risks"] and _attacks(audit["risks"]),
        combinations=audit["combinations"] and _combinations(audit["combinations"]),
    )


def _attacks(found: Mapping[str, Any]) -> Attacks:
    twin, control = found["twin"], found["control"]
    columns = {name: _risk(one, control["columns"].get(name)) for name, one in twin["columns"].items()}
    highest = sorted(columns, key=lambda name: (-_value(columns[name]), name))[:SHOWN_COLUMNS]
    return Attacks(
        attacks={name: _risk(twin[name], control[name]) for name in twin if name != "columns"},
        training=found["rows"]["training"],
        holdout=found["rows"]["holdout"],
        columns={name: columns[name] for name in highest},
        asked=len(columns),
    )


def _risk(found: Mapping[str, Any] | None, control: Mapping[str, Any] | None) -> Risk:
    other = None if control is None else figure(control["risk"])
    if found is None:
        return Risk(None, None, None, None, other)
    training, holdout = found["training"]["share"], found["holdout"]["share"]
    return Risk(figure(found["risk"]), training, holdout, found["baseline"], other)


def _value(found: Risk) -> float:
    return -1.0 if found.risk is None else found.risk.value


def _combinations(found: Mapping[str, Any]) -> Combinations:
    counted = ("combinations", "in_twin", "subjects", "met")
    training, holdout = (
        Holders(**{name: found[side][name] for name in counted}) for side in ("training", "holdout")
    )
    return Combinations(
        columns=tuple(found["columns"]),
        left_out=tuple(found["left_out"]),
        k=found["k"],
        training=training,
        holdout=holdout,
        lead=_lead(found["difference"]),
        rare=found["twin"]["rare"],
        rows=found["twin"]["rows"],
    )


def _lead(found: Mapping[str, Any] | None) -> Lead | None:
    difference = figure(found)
    if found is None or difference is None:
        return None
    training, holdout = (rate["share"] for rate in found["rates"])
    return Lead(training, holdout, difference)


SECTION = Section("risks", "Risks to people", view)
