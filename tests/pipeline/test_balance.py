import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from tabtwin.pipeline.balance import ORIGIN, balance, evened, join
from tabtwin.protection.rare_values import fit_encoding
from tabtwin.schema.encoding import Encoding
from tabtwin.schema.schema import Column, MadeTarget, Schema, target_values

COLUMNS = (
    Column(name="age", kind="integer"),
    Column(name="colour", kind="category"),
    Column(name="churn", kind="boolean", missing=True, spelling=("no", "yes")),
)
SCHEMA = Schema(columns=COLUMNS, target="churn")


def people(rows: int, yes: int, unknown: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    churn = ["yes"] * yes + ["no"] * (rows - yes - unknown) + [None] * unknown
    return pd.DataFrame(
        {
            "age": rng.integers(18, 90, rows).astype(float),
            "colour": rng.choice(np.array(["red", "blue"], dtype=object), rows),
            "churn": pd.Series(churn, dtype=object),
        }
    )


def encoding(table: pd.DataFrame, schema: Schema = SCHEMA) -> Encoding:
    return fit_encoding(table, schema, np.arange(len(table)), 5)


def test_both_classes_are_as_large_as_the_larger_one() -> None:
    twin = people(100, yes=20)
    new, report = balance(twin, SCHEMA, encoding(twin), seed=1)
    assert report.method == "SMOTENC"
    assert [entry["balanced"] for entry in report.classes] == [80, 80]
    assert new["churn"].tolist() == ["yes"] * 60
    assert (new["age"] % 1 == 0).all()


def test_rows_without_a_target_are_left_as_they_are_and_said() -> None:
    twin = people(100, yes=20, unknown=7)
    new, report = balance(twin, SCHEMA, encoding(twin), seed=1)
    assert new["churn"].notna().all()
    assert "7 synthetic rows have no target" in report.notes[0]


def test_a_made_target_is_made_anew_of_the_new_rows() -> None:
    twin = people(100, yes=20)
    made = MadeTarget(column="age", operator=">=", value="70")
    schema = Schema(columns=COLUMNS, target="old", made=made)
    new, report = balance(twin, schema, encoding(twin, schema), seed=1)
    counts = pd.concat([target_values(twin, schema), target_values(new, schema)]).value_counts()
    assert {entry["class"]: entry["balanced"] for entry in report.classes} == counts.to_dict()
    assert counts["yes"] == counts["no"]


def test_a_number_as_target_is_skipped_with_a_note() -> None:
    twin = people(100, yes=20)
    schema = Schema(columns=COLUMNS, target="age")
    new, report = balance(twin, schema, encoding(twin, schema), seed=1)
    assert len(new) == 0
    assert report.method == "none"
    assert "not a category" in report.notes[0]


def test_a_table_without_target_is_skipped_with_a_note() -> None:
    twin = people(100, yes=20)
    schema = Schema(columns=COLUMNS)
    assert "no target" in balance(twin, schema, encoding(twin, schema), seed=1)[1].notes[0]


def test_one_class_is_skipped_with_a_note() -> None:
    twin = people(100, yes=0)
    new, report = balance(twin, SCHEMA, encoding(twin), seed=1)
    assert len(new) == 0
    assert "1 class" in report.notes[0]


def test_a_class_of_one_row_is_drawn_again_with_a_note() -> None:
    twin = people(100, yes=1)
    # Protection would never put out a class of one row; the twin may all the same hold one row of a class.
    new, report = balance(twin, SCHEMA, encoding(people(100, yes=20)), seed=1)
    assert len(new) == 98
    assert "98 rows were drawn again" in report.notes[0]


def test_the_hybrid_says_where_each_row_came_from() -> None:
    twin, real = people(100, yes=20), people(50, yes=10)
    new, _ = balance(twin, SCHEMA, encoding(twin), seed=1)
    hybrid = join(real, twin, new)
    assert hybrid[ORIGIN].value_counts().to_dict() == {"synthetic": 100, "smote": 60, "real": 50}
    assert list(hybrid.columns) == ["age", "colour", "churn", ORIGIN]


@given(sizes=st.lists(st.integers(1, 500), min_size=1, max_size=20), most=st.integers(0, 5000))
@settings(max_examples=50)
def test_classes_are_raised_evenly_within_the_bound(sizes: list[int], most: int) -> None:
    wanted = evened(np.array(sizes), most)
    raised = {size + wanted[label] for label, size in enumerate(sizes) if label in wanted}
    assert sum(wanted.values()) <= most
    assert len(raised) <= 1
    missing = sum(max(sizes) - size for size in sizes)
    if missing <= most:
        assert sum(wanted.values()) == missing
