import numpy as np
import pandas as pd
import pytest

from tabtwin.evaluation.utility import learners
from tabtwin.evaluation.utility.results import Utility
from tabtwin.pipeline.utility import judge
from tabtwin.schema.schema import Column, MadeTarget, Schema

COLUMNS = (
    Column(name='weight, [kg] {"x": 1}', kind="decimal", digits=2, missing=True),
    Column(name="colour", kind="category"),
    Column(name="churn", kind="category", missing=True),
)
SCHEMA = Schema(columns=COLUMNS, target="churn")


@pytest.fixture(autouse=True)
def few_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learners, "ROUNDS", 12)


def people(rows: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    weight = rng.normal(70, 10, rows)
    heavy = weight + rng.normal(0, 4, rows) > 75
    churn = np.where(heavy, "yes", "no").astype(object)
    weight[::9] = np.nan
    colours = rng.choice(np.array(["red", "blue"], dtype=object), rows)
    return pd.DataFrame({COLUMNS[0].name: weight, "colour": colours, "churn": churn})


def judged(schema: Schema = SCHEMA, **changed: pd.DataFrame) -> Utility:
    tables = {"real": people(300, 1), "synthetic": people(300, 2), "hybrid": people(600, 3)}
    holdout = changed.pop("holdout", people(200, 4))
    return judge(tables | changed, holdout, schema, 1, 1, held_subjects=np.arange(len(holdout)))


def test_a_model_beats_the_baseline_where_there_is_something_to_learn() -> None:
    report = judged()
    assert report.metrics == ("auc", "accuracy", "f1")
    assert report.baseline["auc"] == 0.5
    for name in ("real", "synthetic", "hybrid"):
        found = report.trained_on[name].score["auc"]
        assert 0.8 < found.low < found.value < found.high


def test_the_same_seed_gives_the_same_figures() -> None:
    assert judged() == judged()


def test_a_number_is_judged_by_r2_beside_the_mean() -> None:
    report = judged(Schema(columns=COLUMNS, target=COLUMNS[0].name))
    assert report.task == "regression"
    assert report.baseline["r2"] <= 0
    assert report.scored("real") > 0.2
    # A ninth of the weights is missing, and rows without a target teach and test nothing.
    assert report.holdout_rows == 200 - 23


def test_a_made_targets_source_is_no_feature() -> None:
    made = MadeTarget(column="churn", operator="=", value="yes")
    columns = (Column(name="colour", kind="category"), Column(name="churn", kind="category"))
    report = judged(Schema(columns=columns, target="left", made=made))
    assert report.scored("real") < 0.65


def test_a_twin_of_one_class_gets_no_model_and_a_note() -> None:
    report = judged(synthetic=people(300, 2).assign(churn="no"))
    assert report.trained_on["synthetic"] is None
    assert any(note.startswith("synthetic: no model") for note in report.notes)


def test_a_class_that_the_holdout_lacks_does_no_harm() -> None:
    real = people(300, 1)
    real.loc[:19, "churn"] = "maybe"
    assert judged(real=real).scored("real") > 0.7


def test_a_holdout_of_one_class_has_an_accuracy_but_no_auc() -> None:
    found = judged(holdout=people(200, 4).assign(churn="no")).trained_on["real"].score
    assert found["auc"] is None
    assert found["accuracy"] is not None


def test_rare_classes_are_grouped_and_tiny_ones_left_out_with_notes() -> None:
    real = people(300, 1)
    real.loc[0, "churn"] = "rare"
    report = judged(real=real)
    assert report.notes[0].startswith("classes beyond the")
    assert any("real: fewer than 5 rows of classes with fewer" in note for note in report.notes)


def test_a_table_without_target_is_skipped_with_a_note() -> None:
    report = judged(Schema(columns=COLUMNS))
    assert report.task == "none"
    assert "no target" in report.notes[0]


def test_a_table_of_its_target_alone_is_skipped_with_a_note() -> None:
    assert "no column is left" in judged(Schema(columns=COLUMNS[2:], target="churn")).notes[0]


def test_many_rows_are_drawn_from_with_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tabtwin.pipeline.utility.ROWS", 250)
    report = judged()
    assert report.trained_on["hybrid"].rows == 250
    assert "hybrid: trained on 250 rows drawn from about 600" in report.notes


def test_a_subject_counts_once_in_the_interval_however_many_rows_it_has() -> None:
    tables, holdout = {"real": people(300, 1)}, people(200, 4)
    alone = judge(tables, holdout, SCHEMA, 1, 1, held_subjects=np.arange(200))
    rows = np.repeat(np.arange(200), 5)
    repeated = judge(tables, holdout.iloc[rows].reset_index(drop=True), SCHEMA, 1, 1, held_subjects=rows)
    errors = [found.trained_on["real"].score["accuracy"].se for found in (alone, repeated)]
    assert errors[0] == pytest.approx(errors[1], rel=0.5)
