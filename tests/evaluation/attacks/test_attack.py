"""What each attack finds in twins that are known to leak, and in none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from audited import SCHEMA, source
from tabtwin.evaluation.attacks.attack import attack, control
from tabtwin.evaluation.attacks.figures import ATTACKS, LEARNED, Found, every_attack
from tabtwin.evaluation.comparison import Rows

ROWS = 1500
SHARP = ("nearest", "relative", "density_1", LEARNED)


@pytest.fixture(scope="module")
def training() -> pd.DataFrame:
    return source(ROWS, 1)


@pytest.fixture(scope="module")
def holdout() -> pd.DataFrame:
    return source(2 * ROWS, 2)


def attacked(twin: pd.DataFrame, training: pd.DataFrame, holdout: pd.DataFrame) -> dict[str, Found]:
    return attack(twin, Rows.of(training), Rows.of(holdout), SCHEMA, seed=1)


def tells(found: Found) -> bool:
    """Whether the interval leaves chance out, at one in a thousand either way."""
    low, high = found.auc.interval(0.0005)
    return low > 0.5 or high < 0.5


def test_every_attack_but_the_blunt_ones_tells_on_a_copy(training, holdout):
    found = attacked(training, training, holdout)
    assert tuple(found) == ATTACKS
    assert all(found[name].auc.value > 0.97 for name in SHARP)
    assert tells(found["tracing_2"])
    assert tells(found["tracing_3"])
    assert tells(found["density_2"])
    for name in SHARP:
        caught = found[name].above[0.01]
        assert caught is not None
        assert caught.interval()[0] > 0.5
        assert found[name].above[0.001] is None
    near = found["relative"].near
    assert near is not None
    assert near.members == 1
    assert near.others < 0.3
    assert near.effect.interval()[0] > 1


def test_no_attack_tells_on_fresh_rows_nor_on_a_twin_that_nobody_trained(training, holdout):
    fresh = attacked(source(ROWS, 3), training, holdout)
    assert not [name for name, found in fresh.items() if tells(found)]
    of_control = control(Rows.of(training), Rows.of(holdout), SCHEMA, seed=1)
    assert tuple(of_control) == ATTACKS
    assert not [name for name, found in of_control.items() if tells(found)]


def test_the_control_is_off_where_training_and_holdout_are_two_populations(training, holdout):
    later = holdout.assign(pay=holdout["pay"] * 1.3)
    found = control(Rows.of(training), Rows.of(later), SCHEMA, seed=1)
    assert tells(found["tracing_1"])


def test_a_few_copies_among_fresh_rows_are_caught_at_low_false_positives(training, holdout):
    twin = pd.concat([source(ROWS, 3), training.head(ROWS // 10)], ignore_index=True)
    found = attacked(twin, training, holdout)
    caught = found["density_1"].above[0.01]
    assert caught is not None
    assert caught.interval()[0] > 0.02
    assert found["density_1"].auc.value < 0.6


def test_copies_of_the_rows_that_stand_alone_show_among_those_rows(training, holdout):
    alone = training[(training["pay"] > training["pay"].quantile(0.96)) | (training["age"] > 70)]
    found = attacked(pd.concat([source(ROWS, 3), alone], ignore_index=True), training, holdout)["density_1"]
    assert found.exposed is not None
    assert found.exposed.value > found.auc.value + 0.1


def test_what_is_learned_finds_copies_with_a_column_changed_better_than_any_single_score(training, holdout):
    twin = training.assign(debt=training["debt"].sample(frac=1, random_state=1).to_numpy())
    found = attacked(twin, training, holdout)
    assert found[LEARNED].auc.value > max(found[name].auc.value for name in ATTACKS if name != LEARNED)


def test_rows_of_one_subject_widen_the_interval(training, holdout):
    parts = [pd.concat([rows.head(500)] * 3, ignore_index=True) for rows in (training, holdout)]
    subjects = np.tile(np.arange(500), 3)
    by_row, by_subject = (
        attack(source(ROWS, 3), *(Rows.of(part, of) for part in parts), SCHEMA, seed=1)["density_1"].auc
        for of in (None, subjects)
    )
    assert by_subject.se > 1.4 * by_row.se
    assert by_subject.df < 500


def test_the_figures_are_json_values_and_the_same_for_a_seed_and_any_number_of_threads(training, holdout):
    parts = Rows.of(training.head(300)), Rows.of(holdout.head(300))
    one, two = (attack(source(300, 3), *parts, SCHEMA, seed=1, threads=threads) for threads in (1, 2))
    spelled = [every_attack(part).model_dump_json() for part in (one, two)]
    assert spelled[0] == spelled[1]


def test_tables_too_small_to_show_anything_get_figures_all_the_same():
    found = attack(source(5, 1), Rows.of(source(8, 2)), Rows.of(source(6, 3)), SCHEMA, seed=1)
    assert all(np.isfinite(one.auc.value) for one in found.values())
    assert all(one.above[0.01] is None for one in found.values())
