"""Measure how often the twin breaks what always holds in its source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Self, get_args

import numpy as np
from pydantic import Field

from tabtwin.evaluation.comparison import MAX_ROWS, Comparison, draw_of, drawn
from tabtwin.evaluation.intervals import GROUPS, Figure, Rate, clustered, difference
from tabtwin.evaluation.measure import Heading, Measure
from tabtwin.evaluation.rounding import Grid, People
from tabtwin.evaluation.subjects import count, subject_groups
from tabtwin.evaluation.validity.cells import beyond, unlike
from tabtwin.evaluation.validity.coded import Coded, Known, coded
from tabtwin.evaluation.validity.finding import MOST_COLUMNS, find_rules, rows_searched
from tabtwin.evaluation.validity.gates import GATES
from tabtwin.evaluation.validity.publication import public_validity
from tabtwin.evaluation.validity.results import FoundRule, Searched, UnlikeCells, Validity
from tabtwin.evaluation.validity.rule import Rule, RuleKind

LISTED = 100
"""How many rules are listed."""


class ValidityMeasure(Measure):
    """How often the twin breaks what always holds."""

    validity: Validity = Field(description="rules that hold in every training row, and who breaks them")

    gates = GATES
    section = Heading("validity", "What always holds")
    caps: ClassVar[Mapping[str, int]] = {"validity": MAX_ROWS}

    @classmethod
    def measured(cls, compared: Comparison) -> Self:
        """Find what holds in all training rows, and count the rows of twin and holdout that break it."""
        columns = compared.schema.learned[:MOST_COLUMNS]
        seen = compared.seen.take(drawn(len(compared.seen), MAX_ROWS, draw_of(compared.seed, "validity")))
        (cells, twin, unseen), words = coded([seen.table, compared.twin, compared.unseen.table], columns)
        known = Known(columns, cells, words, seen.clusters)
        rules = find_rules(known, draw_of(compared.seed, "validity", "sums"))
        found, broken = _tried(rules, twin, unseen, compared)
        searched = Searched(
            rows=rows_searched(len(cells), len(columns)),
            columns=len(columns),
            left_out=len(compared.schema.learned) - len(columns),
        )
        kinds: tuple[RuleKind, ...] = get_args(RuleKind)
        return cls(
            validity=Validity(
                rules={kind: sum(rule.kind == kind for rule in rules) for kind in kinds},
                broken=broken,
                found=found,
                columns=tuple(_unlike(known, twin, unseen)),
                searched=searched,
            )
        )

    def public(self, grid: Grid, people: People) -> Self:
        """Return shares as exact as the number of people allows, and rules that k of them show."""
        return type(self)(validity=public_validity(self.validity, grid, people))


def _tried(
    rules: list[Rule], twin: Coded, unseen: Coded, compared: Comparison
) -> tuple[tuple[FoundRule, ...], Figure | None]:
    """Return the rules, those first that the twin breaks most, and the share of rows that break any."""
    mine, theirs = np.zeros(len(twin), bool), np.zeros(len(unseen), bool)
    found = []
    for rule in rules:
        ours, held = rule.broken(twin), rule.broken(unseen)
        mine |= ours
        theirs |= held
        found.append(
            FoundRule(
                kind=rule.kind,
                columns=rule.columns,
                says=rule.says,
                subjects=rule.subjects,
                twin=float(ours.mean()),
                holdout=float(held.mean()),
            )
        )
    if not rules:
        return (), None
    apart = difference(
        Rate(share=float(mine.mean()), n=len(mine)),
        _by_subject(theirs, compared.unseen.clusters, draw_of(compared.seed, "validity", "groups")),
    )
    in_order = sorted(found, key=lambda rule: rule.twin - (rule.holdout or 0.0), reverse=True)
    return tuple(in_order[:LISTED]), apart.figure()


def _by_subject(broken: np.ndarray, subjects: np.ndarray, rng: np.random.Generator) -> Rate:
    """Return the share of rows that are broken, of as many as their subjects allow."""
    if not broken.any():
        return Rate(share=0.0, n=count(subjects))
    dealt = subject_groups(subjects, rng)
    without = np.array(
        [broken[dealt != group].mean() if (dealt != group).any() else np.nan for group in range(GROUPS)]
    )
    return clustered(float(broken.mean()), len(broken), without)


def _unlike(known: Known, twin: Coded, unseen: Coded) -> list[UnlikeCells]:
    """Return the columns in which the twin has cells that are unlike training's."""
    found = [
        UnlikeCells(
            column=column.name,
            unlike=unlike(known, number, twin),
            unlike_holdout=unlike(known, number, unseen),
            beyond=beyond(known, number, twin),
            beyond_holdout=beyond(known, number, unseen),
        )
        for number, column in enumerate(known.columns)
    ]
    odd = [cells for cells in found if cells.unlike or cells.beyond]
    return sorted(odd, key=lambda cells: cells.unlike + cells.beyond, reverse=True)
