"""The part of ``audit.json`` that gates ask for: the same figures at half the price, for many twins.

What no gate hangs on (accuracies by column, risks, the control of attacks) takes as long again.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from tabtwin.evaluation.attacks.attack import Rows, attack
from tabtwin.evaluation.distances.closeness import Closeness
from tabtwin.lib import log
from tabtwin.pipeline.audit import attacked, discriminator, judged_likeness
from tabtwin.schema.schema import Schema


def gated_figures(
    twin: pd.DataFrame,
    training: pd.DataFrame,
    holdout: pd.DataFrame,
    schema: Schema,
    *,
    seed: int,
    threads: int,
) -> dict[str, Any]:
    """What ``gates.verdicts.judge`` reads of canonical tables, each within the audit's caps.

    The figures are those of :func:`tabtwin.pipeline.audit.audit_tables` for a twin that is its own pool.
    """
    names = [column.name for column in schema.learned]
    seen, unseen, made = Rows.of(training[names]), Rows.of(holdout[names]), twin[names]
    with log.silence():
        near = Closeness(
            {"twin": made, "pool": made},
            seen.table,
            unseen.table,
            schema,
            subjects=seen.clusters,
            held_subjects=unseen.clusters,
            seed=seed,
            threads=threads,
        )
        found = attack(made, *attacked(seen, unseen, seed), schema, seed=seed, threads=threads)
        return {
            "control": judged_likeness(made, seen, unseen, schema, seed, threads).control(),
            "discriminator": discriminator(made, seen, unseen, schema, seed, threads),
            "distances": near.trials(),
            "copies": {name: near.copies(name) for name in near.samples},
            "attacks": {"twin": {name: one.as_json() for name, one in found.items()}},
            "canaries": None,
        }
