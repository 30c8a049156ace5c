"""Measure how well attackers distinguish the rows that the twin's generator saw."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Self

from pydantic import Field

from tabtwin.evaluation.attacks.attack import attack, control
from tabtwin.evaluation.attacks.figures import every_attack
from tabtwin.evaluation.attacks.gates import GATES
from tabtwin.evaluation.attacks.publication import public_attacks
from tabtwin.evaluation.attacks.results import Attacks
from tabtwin.evaluation.comparison import Comparison, Rows, draw_of, drawn
from tabtwin.evaluation.measure import Measure
from tabtwin.evaluation.result import Compared
from tabtwin.evaluation.rounding import Grid, People
from tabtwin.evaluation.subjects import count

MAX_ATTACKED = 10_000
MEMBERS_EACH = 4
"""The most training rows for each row that is not one in a trial, half of the holdout: more would narrow the
interval of an AUC by a tenth at most."""
FEW_MEMBERS = 2_500
"""Training rows that are always asked about, since few of them may be exposed."""
FEWEST_ATTACKED = 4
"""Subjects of the holdout: two for each half."""


class AttacksMeasure(Measure):
    """How well attackers distinguish the rows that were trained on."""

    attacks: Attacks | None = Field(
        description="membership attacks; null if the holdout has fewer than 4 subjects"
    )

    gates = GATES
    work: ClassVar[int] = 5
    caps: ClassVar[Mapping[str, int]] = {"attacked": MAX_ATTACKED}

    @classmethod
    def measured(cls, compared: Comparison) -> Self:
        """Attack the twin, and half of the holdout as a control."""
        if count(compared.unseen.clusters) < FEWEST_ATTACKED:
            return cls(attacks=None)
        members, others = attacked(compared)
        schema, seed, threads = compared.schema, compared.seed, compared.threads
        found = Attacks(
            twin=every_attack(attack(compared.twin, members, others, schema, seed=seed, threads=threads)),
            control=every_attack(control(members, others, schema, seed=seed, threads=threads)),
            rows=Compared(twin=len(compared.twin), training=len(members), holdout=len(others)),
        )
        return cls(attacks=found)

    def public(self, grid: Grid, people: People) -> Self:
        """Return the attacks' figures, as exact as the number of people asked about allows."""
        return type(self)(attacks=self.attacks and public_attacks(self.attacks, grid, people))


def attacked(compared: Comparison) -> tuple[Rows, Rows]:
    """Draw the training and the holdout rows that attacks ask about, at most ``MAX_ATTACKED`` of each."""
    others = _some(compared.unseen, MAX_ATTACKED, compared.seed, "holdout")
    most = min(MAX_ATTACKED, max(FEW_MEMBERS, MEMBERS_EACH * len(others) // 2))
    return _some(compared.seen, most, compared.seed, "training"), others


def _some(rows: Rows, most: int, seed: int, name: str) -> Rows:
    return rows.take(drawn(len(rows), most, draw_of(seed, "attacked", name)))
