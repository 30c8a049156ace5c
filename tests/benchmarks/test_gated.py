"""The gates see the same in the benchmark's short audit as in the whole one."""

from __future__ import annotations

from audited import SCHEMA, source
from tabtwin.evaluation.gates.limits import shipped_limits
from tabtwin.evaluation.gates.verdicts import judge
from tabtwin.pipeline.audit import audit_tables
from tests.benchmarks.gated import Gated, gated_figures


def test_gates_judge_the_short_audit_as_the_whole_one() -> None:
    twin, training, holdout = source(500, 3), source(400, 1), source(200, 2)
    whole = audit_tables(twin, twin, training, holdout, SCHEMA, seed=1, threads=1)
    short = gated_figures(twin, training, holdout, SCHEMA, seed=1, threads=1)
    for figures in (short, Gated.of_json(short.as_json())):
        assert judge(figures, shipped_limits()) == judge(whole, shipped_limits())
