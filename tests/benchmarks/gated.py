"""The part of ``audit.json`` that gates ask for: the same figures at half the price, for many twins.

What no gate hangs on (accuracies by column, risks, the control of attacks) takes as long again. A measure
with gates that is not in :data:`SHORT` is computed as the audit does it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from tabtwin.evaluation.attacks.attack import attack
from tabtwin.evaluation.attacks.figures import every_attack
from tabtwin.evaluation.attacks.measure import AttacksMeasure, attacked
from tabtwin.evaluation.attacks.results import EveryAttack
from tabtwin.evaluation.audit_result import AuditResult
from tabtwin.evaluation.comparison import Comparison, Rows, Tables
from tabtwin.evaluation.distances.measure import ClosenessMeasure, closeness_of
from tabtwin.evaluation.distances.results import Copies, Distances
from tabtwin.evaluation.fidelity.measure import LikenessMeasure, likeness_of
from tabtwin.evaluation.fidelity.results import Control
from tabtwin.evaluation.measure import Measure
from tabtwin.evaluation.result import Result, Samples
from tabtwin.lib import log
from tabtwin.schema.schema import Schema


class ShortLikeness(Result):
    """The likeness that gates ask for."""

    control: Control

    @classmethod
    def measured(cls, compared: Comparison) -> ShortLikeness:
        """Measure how far a control is from the holdout, beside the twin."""
        return cls(control=likeness_of(compared).control())


class ShortCloseness(Result):
    """The distances that gates ask for."""

    distances: Distances
    copies: Samples[Copies]

    @classmethod
    def measured(cls, compared: Comparison) -> ShortCloseness:
        """Measure distances and copies."""
        near = closeness_of(compared)
        copies = Samples(twin=near.copies("twin"), pool=near.copies("pool"))
        return cls(distances=near.distances(), copies=copies)


class GatedAttacks(Result):
    """The attacks on the twin."""

    twin: EveryAttack


class ShortAttacks(Result):
    """The attacks that gates ask for."""

    attacks: GatedAttacks

    @classmethod
    def measured(cls, compared: Comparison) -> ShortAttacks:
        """Attack the twin, and not its control."""
        found = attack(
            compared.twin, *attacked(compared), compared.schema, seed=compared.seed, threads=compared.threads
        )
        return cls(attacks=GatedAttacks(twin=every_attack(found)))


SHORT: Mapping[type[Measure], type[ShortLikeness | ShortCloseness | ShortAttacks]] = {
    LikenessMeasure: ShortLikeness,
    ClosenessMeasure: ShortCloseness,
    AttacksMeasure: ShortAttacks,
}
PARTS = tuple(SHORT.get(measure, measure) for measure in AuditResult.measures() if measure.gates)


class Gated:
    """The part of an audit that gates ask for, with the names that ``audit.json`` has."""

    def __init__(self, part_of: Callable[[Any], Result]) -> None:
        self.parts = [part_of(part) for part in PARTS]

    def __getattr__(self, name: str) -> Any:
        """Return a figure by its name."""
        for part in self.__dict__["parts"]:
            if name in type(part).model_fields:
                return getattr(part, name)
        raise AttributeError(name)

    def as_json(self) -> str:
        """Return all figures, to be read by :meth:`of_json`."""
        return json.dumps({type(part).__name__: part.model_dump(mode="json") for part in self.parts})

    @classmethod
    def of_json(cls, text: str) -> Gated:
        """Return what :meth:`as_json` wrote."""
        kept = json.loads(text)
        return cls(lambda part: part.model_validate(kept[part.__name__]))


def gated_figures(
    twin: pd.DataFrame,
    training: pd.DataFrame,
    holdout: pd.DataFrame,
    schema: Schema,
    *,
    seed: int,
    threads: int,
) -> Gated:
    """What ``gates.verdicts.judge`` reads of canonical tables, each within the audit's caps.

    The figures are those of :func:`tabtwin.pipeline.audit.audit_tables` for a twin that is its own pool.
    """
    whole = Tables(twin, twin, Rows.of(training), Rows.of(holdout))
    compared = Comparison.of(whole, schema, seed=seed, threads=threads)
    with log.silence():
        return Gated(lambda part: part.measured(compared))
