"""tabtwin.audit and the gates: copies are refused, fresh rows pass, small tables show nothing."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import examples
from audited import SCHEMA, source
from tabtwin.evaluation.audit_result import AuditResult
from tabtwin.evaluation.canaries.planting import PLANTED, planted_rows
from tabtwin.evaluation.fidelity.accuracy import shuffled
from tabtwin.evaluation.gates.limits import shipped_limits
from tabtwin.evaluation.gates.verdicts import Gate, guards_privacy, judge, worst
from tabtwin.evaluation.result import Compared
from tabtwin.evaluation.risks.risks import RISKS
from tabtwin.lib import frames, log, seeds
from tabtwin.lib.options import FEWEST_TWIN_ROWS
from tabtwin.pipeline.audit import STEP, Params, audit_tables, run
from tabtwin.pipeline.pool import BLOCK, MEMBER
from tabtwin.pipeline.step import Inputs, Outputs
from tabtwin.selection.results import Refined
from tabtwin.selection.shares import Shares
from tabtwin.store.artifacts import Ref

SHOWN, ROWS = 3_000, 1_500
"""Rows that are enough for every gate to show a good twin, and those that show what is wrong with another."""
FEWER = 600
"""Rows that tell what no gate decides."""
TRAINING, HOLDOUT = source(ROWS, 1), source(ROWS // 2, 2)


def audited(twin: pd.DataFrame, pool: pd.DataFrame | None = None) -> AuditResult:
    pool = twin if pool is None else pool
    return audit_tables(twin, pool, TRAINING, HOLDOUT, SCHEMA, seed=1, threads=2)


def verdicts(audit: AuditResult) -> dict[str, Gate]:
    return {gate.name: gate for gate in judge(audit, shipped_limits())}


@pytest.fixture(scope="module")
def fresh() -> AuditResult:
    tables = source(SHOWN, 3), source(SHOWN, 3), source(SHOWN, 1), source(SHOWN // 2, 2)
    return audit_tables(*tables, SCHEMA, seed=1, threads=2)


@pytest.fixture(scope="module")
def copied() -> AuditResult:
    """A twin that repeats training, from a clean pool."""
    return audited(TRAINING, source(ROWS, 3))


@pytest.fixture(scope="module")
def tiny() -> AuditResult:
    return audit_tables(
        source(100, 3), source(100, 3), source(75, 1), source(25, 2), SCHEMA, seed=1, threads=1
    )


def test_fresh_rows_of_the_source_pass_every_gate(fresh: AuditResult) -> None:
    assert {gate.verdict for gate in verdicts(fresh).values()} == {"passed"}


def test_a_copy_of_training_is_refused_by_every_gate_of_privacy(copied: AuditResult) -> None:
    found = verdicts(copied)
    assert found["likeness"].verdict == "passed"
    found = {name: gate for name, gate in found.items() if guards_privacy(gate)}
    assert {gate.verdict for gate in found.values()} == {"refused"}
    assert {gate.measured_on for gate in found.values()} == {"twin"}
    assert worst(list(found.values())) == "refused"


def test_a_tiny_table_shows_nothing(tiny: AuditResult) -> None:
    assert {gate.verdict for gate in verdicts(tiny).values()} == {"not_shown"}


def test_training_rows_with_one_number_nudged_are_refused() -> None:
    nudged = TRAINING.assign(pay=TRAINING["pay"] + 0.5)
    found = verdicts(audited(nudged))
    assert found["copies"].verdict == "passed"
    assert found["dcr"].verdict == found["nndr"].verdict == "refused"


@pytest.mark.slow
def test_a_hole_around_training_rows_is_refused() -> None:
    """Twin rows at holdout rows and nowhere near training's: as a cutoff would leave them, only more so."""
    found = verdicts(audited(HOLDOUT.assign(pay=HOLDOUT["pay"] + 0.5)))
    assert found["nndr"].verdict == "refused"
    assert found["nndr"].figure is not None
    assert found["nndr"].figure < 0


def test_fresh_rows_are_as_like_the_source_as_training_is(fresh: AuditResult) -> None:
    likeness = fresh.control.likeness
    assert likeness.low < 0 < likeness.high
    assert fresh.gap.low < 0 < fresh.gap.high
    assert fresh.discriminator.low < 0.5 < fresh.discriminator.high


def test_a_copy_is_closer_to_training_than_to_the_holdout(copied: AuditResult) -> None:
    assert copied.gap.low > 0
    assert copied.distances.twin.excess.low > 0
    assert copied.distances.twin.leaning.value == pytest.approx(1.0, abs=0.05)
    assert copied.copies.twin.surplus.low > 0.9


def test_attacks_tell_on_a_copy_and_not_on_fresh_rows(fresh: AuditResult, copied: AuditResult) -> None:
    of_copy, of_fresh = (audit.attacks.twin for audit in (copied, fresh))
    for name in ("nearest", "relative", "density_1", "learned"):
        assert of_copy[name].auc.low > 0.9
    assert of_copy.tracing_3.auc.low > 0.5
    for found in (of_fresh, fresh.attacks.control):
        assert all(abs(attack.auc.value - 0.5) < 4 * attack.auc.se for _, attack in found)
    assert fresh.attacks.rows == Compared(twin=SHOWN, training=SHOWN, holdout=SHOWN // 2)
    assert of_copy.density_1.above == {"0.001": None, "0.01": None}


def test_attacks_and_risks_go_by_subject_where_rows_share_one() -> None:
    training, holdout = source(400, 1), source(300, 2)
    audit = audit_tables(
        source(500, 3),
        source(500, 3),
        training.loc[np.repeat(np.arange(400), 5)],
        holdout.loc[np.repeat(np.arange(300), 5)],
        SCHEMA,
        seed=1,
        threads=1,
        subjects=np.repeat(np.arange(400), 5),
        held_subjects=np.repeat(np.arange(300), 5),
    )
    assert audit.attacks.twin.nearest.auc.df < 160
    linked = audit.risks.twin.linkability_1
    assert [linked.training.n, linked.holdout.n] == pytest.approx([400, 300])


def visits(people: int, seed: int) -> pd.DataFrame:
    """Fresh people, five rows of each that differ little."""
    rows = source(people, seed).loc[np.repeat(np.arange(people), 5)].reset_index(drop=True)
    return rows.assign(pay=np.round(rows["pay"] + seeds.generator(seed, "visits").normal(0, 5, len(rows)), 2))


def audited_visits(twin: pd.DataFrame) -> AuditResult:
    return audit_tables(
        twin,
        twin,
        visits(400, 1),
        visits(200, 2),
        SCHEMA,
        seed=1,
        threads=2,
        subjects=np.repeat(np.arange(400), 5),
        held_subjects=np.repeat(np.arange(200), 5),
    )


@pytest.mark.slow
def test_where_subjects_have_several_rows_an_honest_twin_is_not_refused() -> None:
    audit = audited_visits(visits(400, 3))
    control = audit.distances.control.dcr_share
    assert control.low < 0.5 < control.high
    assert control.value == pytest.approx(0.5, abs=0.1)
    assert audit.gap.low < 0 < audit.gap.high
    found = verdicts(audit)
    assert [found[name].verdict for name in ("copies", "nndr")] == ["passed", "passed"]
    assert "refused" not in {gate.verdict for gate in found.values()}
    assert audit.discriminator.rows == 400


def test_where_subjects_have_several_rows_a_copy_is_refused() -> None:
    found = verdicts(audited_visits(visits(400, 1)))
    assert {found[name].verdict for name in ("copies", "dcr", "nndr")} == {"refused"}


def test_risks_are_high_on_a_copy_and_not_on_fresh_rows(fresh: AuditResult, copied: AuditResult) -> None:
    for name in RISKS:
        assert copied.risks.twin[name].risk.low > 0.7
        assert fresh.risks.twin[name].risk.low < 0.05
        assert fresh.risks.control[name].risk.low < 0.05
    assert copied.risks.rows == Compared(twin=ROWS, training=ROWS, holdout=ROWS // 2)


def test_rare_combinations_are_counted_where_quasi_identifiers_are_declared(fresh: AuditResult) -> None:
    assert fresh.combinations is None
    schema = SCHEMA.model_copy(update={"quasi_identifiers": ("age", "since")})
    small, held = TRAINING[:200], HOLDOUT[:100]
    audit = audit_tables(small, small, small, held, schema, seed=1, threads=1)
    assert audit.combinations.columns == ("age", "since")
    assert audit.combinations.training.met == 200


def test_a_holdout_of_three_rows_is_too_small_for_attacks() -> None:
    audit = audit_tables(source(50, 3), source(50, 3), source(90, 1), source(3, 2), SCHEMA, seed=1, threads=1)
    assert audit.attacks is audit.risks is None


def test_a_shuffle_has_a_likeness_of_one_and_is_told_apart() -> None:
    training, holdout = TRAINING[:FEWER], HOLDOUT[: FEWER // 2]
    twin = shuffled(training, seeds.generator(1, "test"))
    audit = audit_tables(twin, twin, training, holdout, SCHEMA, seed=1, threads=2)
    assert audit.control.likeness.value == pytest.approx(1.0, abs=0.1)
    assert audit.discriminator.low > 0.8
    assert audit.dependence.mean_difference > 0.1


def test_the_audit_of_a_twin_depends_on_seed_and_rows_only(tiny: AuditResult) -> None:
    again = audit_tables(
        source(100, 3), source(100, 3), source(75, 1), source(25, 2), SCHEMA, seed=1, threads=2
    )
    assert json.dumps(again.as_json(), allow_nan=False) == json.dumps(tiny.as_json(), allow_nan=False)


def test_the_audit_holds_names_and_numbers_and_no_cell(fresh: AuditResult) -> None:
    text = json.dumps(fresh.as_json())
    for value in ("basic", "gold", "2010-", "True"):
        assert value not in text


def test_a_holdout_of_ten_rows_and_a_twin_of_ten_are_audited_without_an_error() -> None:
    audit = audit_tables(
        source(10, 3), source(10, 3), source(90, 1), source(10, 2), SCHEMA, seed=1, threads=1
    )
    json.dumps(audit.as_json(), allow_nan=False)
    assert worst(judge(audit, shipped_limits())) == "not_shown"


@pytest.mark.parametrize("others", [0, 1])
def test_a_holdout_of_one_subject_or_nearly_so_is_audited_without_an_error(others: int) -> None:
    held = np.append(np.zeros(9, int), others)
    audit = audit_tables(
        source(50, 3),
        source(50, 3),
        source(60, 1),
        source(10, 2),
        SCHEMA,
        seed=1,
        threads=1,
        subjects=np.repeat(np.arange(2), 30),
        held_subjects=held,
    )
    json.dumps(audit.as_json(), allow_nan=False)


def test_a_holdout_larger_than_training_is_audited() -> None:
    audit = audit_tables(
        source(300, 3), source(900, 4), source(200, 1), source(600, 2), SCHEMA, seed=1, threads=1
    )
    json.dumps(audit.as_json(), allow_nan=False)
    assert audit.gap.rows == 200


def test_a_table_of_one_column_is_audited() -> None:
    schema = SCHEMA.model_copy(update={"columns": SCHEMA.columns[:1]})
    parts = [source(200, seed)[["age"]] for seed in (1, 2, 3)]
    audit = audit_tables(parts[0], parts[0], parts[1], parts[2], schema, seed=1, threads=1)
    json.dumps(audit.as_json(), allow_nan=False)
    assert audit.accuracy.pooled.bivariate is None


def test_canaries_that_the_pool_repeats_are_told_from_those_held_back_and_the_gate_refuses() -> None:
    canaries = shuffled(TRAINING, seeds.generator(1, "canaries"))[:120].assign(
        **{PLANTED: np.arange(120) % 2 == 0}
    )
    audit = audit_tables(
        source(300, 3),
        pd.concat([source(500, 3), planted_rows(canaries)]),
        TRAINING[:500],
        HOLDOUT[:200],
        SCHEMA,
        seed=1,
        threads=1,
        canaries=canaries,
    )
    assert audit.canaries.auc.low > 0.95
    assert (audit.canaries.planted, audit.canaries.pool) == (60, 560)
    assert verdicts(audit)["canaries"].verdict == "refused"


def test_an_audit_without_canaries_says_nothing_of_them(tiny: AuditResult) -> None:
    assert tiny.canaries is None
    assert "canaries" not in verdicts(tiny)


def step_inputs(share: dict[str, Any] | None = None) -> Inputs:
    """All that the step reads."""
    pool = source(200, 3).assign(**{MEMBER: "boost-1", BLOCK: np.int32(0)})
    files = {
        ("ingest", "schema.json"): SCHEMA.model_dump_json().encode(),
        ("ingest", "training.parquet"): frames.to_parquet(source(150, 1)),
        ("ingest", "holdout.parquet"): frames.to_parquet(source(50, 2)),
        ("ingest", "holdout_subjects.parquet"): frames.to_parquet(
            pd.DataFrame({"subject": np.arange(50, dtype=np.int32)})
        ),
        ("ingest", "folds.parquet"): frames.to_parquet(
            pd.DataFrame({"fold": np.zeros(150, np.int8), "subject": np.arange(150, dtype=np.int32)})
        ),
        ("ingest", "canaries.parquet"): frames.to_parquet(
            source(0, 1).assign(**{PLANTED: np.zeros(0, bool)})
        ),
        ("refine", "synthetic.parquet"): frames.to_parquet(source(200, 3)),
        ("refine", "refine.json"): json.dumps(examples.example(Refined, {"share": share})).encode(),
        ("sample", "pool.parquet"): frames.to_parquet(pool),
    }
    store = SimpleNamespace(read=lambda ref: files[ref.step, ref.file])
    refs = [Ref(step=step, file=file, name="a-0" if step == "sample" else "") for step, file in files]
    return Inputs(store, refs)  # type: ignore[arg-type] # stands in for a Run


@pytest.mark.parametrize("share", [None, {"column": "left", "values": {"True": 0.5}}])
def test_the_step_hands_over_what_it_found(share: dict[str, Any] | None) -> None:
    outputs = Outputs()
    figures = run(Params(threads=1), step_inputs(share), outputs)
    audit = json.loads(outputs.files["audit.json"])
    assert audit["rows"]["training"] == 150
    assert (audit["rows"]["synthetic"], audit["rows"]["pool"]) == (200, 200)
    assert "drawn" not in audit["rows"]
    assert figures["accuracy"] == audit["accuracy"]["pooled"]["overall"]
    assert STEP.name == "audit"


def test_of_more_rows_than_can_be_held_some_are_judged_and_all_are_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tabtwin.pipeline.released_rows.MOST_ROWS", 120)
    monkeypatch.setattr("tabtwin.pipeline.audit.MOST_ROWS", 130)
    outputs = Outputs()
    run(Params(threads=1), step_inputs(), outputs)
    rows = json.loads(outputs.files["audit.json"])["rows"]
    assert (rows["synthetic"], rows["pool"]) == (200, 200)
    assert rows["drawn"] == {"synthetic": 120, "pool": 130}


@pytest.mark.slow
def test_likeness_is_judged_on_rows_of_the_tables_own_shares() -> None:
    drawn = source(2 * ROWS, 3)
    left = drawn["left"] == "True"
    twin = pd.concat([drawn[left][: ROWS // 3], drawn[~left][: ROWS // 3]], ignore_index=True)
    values, real = (table["left"].to_numpy() for table in (twin, TRAINING))
    natural = Shares("left", {"True": 0.5}).natural(values, real, np.random.default_rng(1))
    tables = (twin, twin, TRAINING, HOLDOUT, SCHEMA)
    as_it_is, at_own = (audit_tables(*tables, seed=1, threads=2, natural=rows) for rows in (None, natural))
    assert at_own.control.likeness.value < 0.1 < as_it_is.control.likeness.value
    assert at_own.attacks == as_it_is.attacks


def test_a_twin_of_as_few_rows_as_may_be_asked_for_is_audited() -> None:
    few = source(FEWEST_TWIN_ROWS, 3)
    audit = audit_tables(few, source(100, 3), TRAINING[:FEWER], HOLDOUT[:FEWER], SCHEMA, seed=1, threads=1)
    json.dumps(audit.as_json(), allow_nan=False)
    assert audit.discriminator.rows == FEWEST_TWIN_ROWS
    judge(audit, shipped_limits())


def test_an_audit_tells_how_far_it_is_from_its_beginning_to_its_end() -> None:
    told: list[tuple[int, int, str]] = []
    with log.report_to(lambda *shown: told.append(shown)):
        audit_tables(source(FEWER, 3), source(FEWER, 3), TRAINING, HOLDOUT, SCHEMA, seed=1, threads=2)

    done = [done for done, _, _ in told]
    assert done == sorted(done)
    assert told[-1] == (100, 100, "audit")
    assert len(set(done)) >= len(AuditResult.measures())
    assert {what for _, _, what in told} == {"attacks", "audit"}
