"""The part of ``audit.json`` that gates ask for: the same figures at half the price, for many twins.

What no gate hangs on (accuracies by column, risks, the control of attacks) takes as long again.
"""

from __future__ import annotations

import pandas as pd

from tabtwin.evaluation.attacks.attack import attack
from tabtwin.evaluation.attacks.figures import every_attack
from tabtwin.evaluation.attacks.measure import attacked
from tabtwin.evaluation.attacks.results import EveryAttack
from tabtwin.evaluation.comparison import Comparison, Rows, Tables
from tabtwin.evaluation.distances.measure import closeness_of
from tabtwin.evaluation.distances.results import Copies, Distances
from tabtwin.evaluation.fidelity.measure import DiscriminatorMeasure, likeness_of
from tabtwin.evaluation.fidelity.results import Control, Discriminator
from tabtwin.evaluation.result import Result, Samples
from tabtwin.evaluation.validity.measure import ValidityMeasure
from tabtwin.evaluation.validity.results import Validity
from tabtwin.lib import log
from tabtwin.schema.schema import Schema


class GatedAttacks(Result):
    """The attacks that gates ask for."""

    twin: EveryAttack


class Gated(Result):
    """The part of an audit that gates ask for."""

    control: Control
    discriminator: Discriminator
    distances: Distances
    validity: Validity
    copies: Samples[Copies]
    attacks: GatedAttacks
    canaries: None = None


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
        near = closeness_of(compared)
        found = attack(compared.twin, *attacked(compared), schema, seed=seed, threads=threads)
        return Gated(
            control=likeness_of(compared).control(),
            discriminator=DiscriminatorMeasure.measured(compared).discriminator,
            validity=ValidityMeasure.measured(compared).validity,
            distances=near.trials(),
            copies=Samples(twin=near.copies("twin"), pool=near.copies("pool")),
            attacks=GatedAttacks(twin=every_attack(found)),
        )
