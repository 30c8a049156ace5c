"""tabtwin.evaluation.risks.risks: each risk is high on a copy, and nothing on rows that nobody trained on."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from audited import SCHEMA, source
from tabtwin.evaluation.comparison import Rows
from tabtwin.evaluation.risks import risks as measured
from tabtwin.evaluation.risks.risks import RISKS, Risks, control, risks

ROWS = 1_500
TRAINING, HOLDOUT = source(ROWS, 1), source(500, 2)


def as_json(found: Risks) -> str:
    """Figures as text; an error where one is no number."""
    return json.dumps(found.result().model_dump(mode="json"), allow_nan=False)


def found(twin: pd.DataFrame) -> Risks:
    return risks(twin, Rows.of(TRAINING), Rows.of(HOLDOUT), SCHEMA, seed=1)


def tells(name: str, of: Risks) -> bool:
    """Whether the interval leaves 0 out, at one in a thousand either way."""
    risk = of.figures[name]
    assert risk is not None
    low, high = risk.interval(0.0005) or (0.0, 0.0)
    return low > 0 or high < 0


@pytest.fixture(scope="module")
def copied() -> Risks:
    return found(TRAINING)


def test_every_risk_is_high_on_a_copy(copied: Risks) -> None:
    assert tuple(copied.figures) == RISKS
    for name in RISKS:
        risk = copied.figures[name]
        assert risk is not None
        assert (risk.interval() or (0, 0))[0] > 0.75, name
    assert set(copied.columns) == {column.name for column in SCHEMA.learned}
    assert all(risk.training.share == 1 for risk in copied.columns.values())


@pytest.mark.parametrize("seed", [3, 4, 5])
def test_no_risk_shows_on_fresh_rows(seed: int) -> None:
    fresh = found(source(ROWS, seed))
    assert not [name for name in RISKS if tells(name, fresh)]


def test_no_risk_shows_on_the_control_of_real_rows() -> None:
    honest = control(Rows.of(TRAINING), Rows.of(HOLDOUT), SCHEMA, seed=1)
    assert not [name for name in RISKS if tells(name, honest)]


def test_half_a_copy_is_half_the_risk_of_a_copy(copied: Risks) -> None:
    half = found(pd.concat([TRAINING[: ROWS // 2], source(ROWS // 2, 3)], ignore_index=True))
    for name in ("linkability_1", "inference"):
        of_half, of_all = half.figures[name], copied.figures[name]
        assert of_half is not None
        assert of_all is not None
        assert of_half.value == pytest.approx((of_all.value or 0) / 2, abs=0.07)
    assert tells("singling_out_univariate", half)


def test_guessing_at_random_does_worse_than_the_attack_on_a_copy(copied: Risks) -> None:
    assert all(risk.baseline < risk.training.share for risk in copied.figures.values() if risk)
    assert all(0 < risk.baseline < 1 for risk in copied.figures.values() if risk)


def test_rows_of_one_subject_make_one_guess_and_one_person() -> None:
    subjects = np.repeat(np.arange(100), 5)
    training, holdout = (
        Rows.of(pd.concat([part[:100]] * 5, ignore_index=True).sort_values("pay"), subjects)
        for part in (TRAINING, HOLDOUT)
    )
    by_subject = risks(TRAINING[:100], training, holdout, SCHEMA, seed=1)
    risk = by_subject.figures["inference"]
    assert risk is not None
    assert risk.guesses == 100
    linked = by_subject.figures["singling_out_univariate"]
    assert linked is not None
    assert linked.training.share > 0.9


def test_figures_are_json_values_and_the_same_for_a_seed_and_any_number_of_threads() -> None:
    parts = Rows.of(TRAINING[:300]), Rows.of(HOLDOUT[:100])
    one, two = (risks(source(300, 3), *parts, SCHEMA, seed=1, threads=threads) for threads in (1, 2))
    assert as_json(one) == as_json(two)
    assert as_json(one) != as_json(risks(source(300, 3), *parts, SCHEMA, seed=2))


def test_no_more_subjects_are_asked_about_than_the_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measured, "MAX_ASKED", 70)
    risk = found(TRAINING).figures["linkability_1"]
    assert risk is not None
    assert risk.guesses == 70


def test_a_single_column_can_be_singled_out_by_and_nothing_else() -> None:
    schema = SCHEMA.model_copy(update={"columns": SCHEMA.columns[1:2]})
    parts = [Rows.of(part[["pay"]]) for part in (TRAINING, HOLDOUT)]
    alone = risks(TRAINING[["pay"]], *parts, schema, seed=1)
    assert alone.figures["singling_out_univariate"] is not None
    assert alone.figures["linkability_1"] is alone.figures["inference"] is None
    assert alone.columns == {}
    as_json(alone)


def test_tables_too_small_to_show_anything_get_figures_all_the_same() -> None:
    tiny = risks(source(5, 1), Rows.of(source(8, 2)), Rows.of(source(4, 3)), SCHEMA, seed=1)
    as_json(tiny)
    as_json(control(Rows.of(source(8, 2)), Rows.of(source(4, 3)), SCHEMA, seed=1))


def test_a_holdout_larger_than_training_counts_as_many_people() -> None:
    large = risks(source(200, 3), Rows.of(TRAINING[:200]), Rows.of(HOLDOUT), SCHEMA, seed=1)
    risk = large.figures["singling_out_univariate"]
    assert risk is not None
    assert risk.holdout.n == pytest.approx(risk.guesses)


def test_a_risk_is_not_read_from_a_handful_of_predicates() -> None:
    schema = SCHEMA.model_copy(update={"columns": SCHEMA.columns[:1]})
    twin = pd.DataFrame({"age": [18.0, 40.0, 40.0, 90.0, 60.0, 60.0]})
    few = risks(twin, *(Rows.of(part[["age"]]) for part in (TRAINING, HOLDOUT)), schema, seed=1)
    assert few.figures["singling_out_univariate"] is None
