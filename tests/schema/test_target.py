"""The target's little grammar, and the choice where nobody names one."""

import numpy as np
import pandas as pd
import pytest

from tabtwin.evaluation.utility.tasks import task_of
from tabtwin.io.writing import export_table, to_csv
from tabtwin.io.writing_parquet import to_arrow
from tabtwin.lib.errors import InputError
from tabtwin.preparation.prepare import Ingested, ingest_table
from tabtwin.preparation.profile import Asked, open_table
from tabtwin.preparation.warnings import doubts
from tabtwin.schema.schema import Column, MadeTarget, Schema, target_values
from tabtwin.schema.target import check_made, choose_target, with_target

SCHEMA = Schema(
    columns=(
        Column(name="id", kind="key"),
        Column(name="age", kind="integer"),
        Column(name="age >= 3", kind="integer"),
        Column(name="city", kind="category", missing=True),
        Column(name="paid", kind="boolean"),
        Column(name="since", kind="datetime", format="%Y"),
        Column(name="land", kind="constant", value="here"),
    )
)


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("age >= 30", ("age", ">=", "30")),
        ("age<18.5", ("age", "<", "18.5")),
        ("age = 3", ("age", "=", "3")),
        ("city = New York", ("city", "=", "New York")),
        ("city='a = b'", ("city", "=", "a = b")),
        ("age >= 3 > 7", ("age >= 3", ">", "7")),
    ],
)
def test_a_rule_makes_a_target(text: str, made: tuple[str, str, str]) -> None:
    column, operator, value = made
    found = with_target(SCHEMA, text)
    assert found.made == MadeTarget.model_validate({"column": column, "operator": operator, "value": value})
    assert found.target_source == column


def test_a_column_whose_name_looks_like_a_rule_is_a_column() -> None:
    assert with_target(SCHEMA, "age >= 3").made is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("agge", "did you mean 'age'"),
        ("agge > 3", "did you mean 'age'"),
        ("id", "which is key"),
        ("since", "which is datetime"),
        ("city >= 3", "which is category"),
        ("age >= old", "expected a number"),
        ("age >= __import__('os')", "expected a number"),
        ("age ~ 3", "--target"),
        ("land", "expected a column of two classes or more, found only one value in 'land'"),
    ],
)
def test_a_target_that_cannot_be_is_refused(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        with_target(SCHEMA, text)


def test_a_made_target_is_missing_where_its_column_is() -> None:
    table = pd.DataFrame({"city": pd.Series(["a", "b", None], dtype=object)})
    assert target_values(table, with_target(SCHEMA, "city = a")).tolist() == ["yes", "no", None]


def test_a_made_target_needs_rows_on_both_sides() -> None:
    table = pd.DataFrame({"age": np.arange(100.0)})
    subjects = np.arange(100)
    check_made(with_target(SCHEMA, "age >= 50"), table, subjects, 5)
    with pytest.raises(InputError, match=r"subjects in training that meet the rule on column 'age'"):
        check_made(with_target(SCHEMA, "age >= 95"), table, subjects, 5)


def test_rows_of_one_subject_do_not_make_a_target() -> None:
    table = pd.DataFrame({"city": ["SECRET"] * 40 + ["b"] * 60})
    subjects = np.maximum(np.arange(100) - 35, 0)
    with pytest.raises(InputError, match="at least 10 subjects in training that meet") as error:
        check_made(with_target(SCHEMA, "city = SECRET"), table, subjects, 5)
    assert "SECRET" not in str(error.value)


def test_the_most_balanced_column_of_few_values_is_chosen_and_said() -> None:
    table = pd.DataFrame(
        {
            "age": np.arange(100.0) % 3,
            "age >= 3": np.arange(100.0),
            "city": [f"c{number}" for number in range(100)],
            "paid": ["Yes"] * 30 + ["No"] * 70,
        }
    )
    chosen = choose_target(SCHEMA, table)
    assert (chosen.target, chosen.chosen) == ("paid", True)


def test_integers_of_few_values_stand_in_where_no_category_fits() -> None:
    schema = Schema(columns=(Column(name="grade", kind="integer"), Column(name="x", kind="decimal")))
    table = pd.DataFrame({"grade": np.arange(100.0) % 3, "x": np.arange(100.0)})
    assert choose_target(schema, table).target == "grade"
    assert choose_target(schema, table.assign(grade=np.arange(100.0))).target is None


def test_a_class_of_fewer_than_k_subjects_neither_makes_nor_spoils_a_target() -> None:
    schema = Schema(columns=(Column(name="city", kind="category"), Column(name="paid", kind="boolean")))
    paid = ["Yes"] * 30 + ["No"] * 70
    few = pd.DataFrame({"city": ["a"] * 97 + ["b"] * 3, "paid": ["Yes"] + ["No"] * 99})
    assert choose_target(schema, few, np.arange(100), 5).target is None
    many = pd.DataFrame({"city": [f"c{number % 10}" for number in range(96)] + list("wxyz"), "paid": paid})
    assert choose_target(schema, many, np.arange(100), 5).target == "city"
    assert choose_target(schema, many, np.arange(100), 4).target == "paid"


def test_rows_of_one_subject_are_one_voice_for_a_class() -> None:
    schema = Schema(columns=(Column(name="city", kind="category"),))
    table = pd.DataFrame({"city": ["a"] * 60 + ["b"] * 40})
    assert choose_target(schema, table, np.minimum(np.arange(100), 60), 5).target is None


def test_a_target_that_protection_hides_is_named_where_there_is_no_other() -> None:
    schema = Schema(columns=(Column(name="city", kind="category"),))
    table = pd.DataFrame({"city": ["a", "b", "c", "d"] * 3})
    assert choose_target(schema, table, np.arange(12), 5).target == "city"


def rare(held: int, values: tuple[object, object] = (0, 1), rows: int = 1_200) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    classes = np.full(rows, values[0], dtype=object)
    classes[rng.choice(rows, held, replace=False)] = values[1]
    return pd.DataFrame({"age": rng.integers(18, 80, rows), "Class": classes})


def ingested(frame: pd.DataFrame, target: str = "Class", **options: object) -> Ingested:
    return ingest_table(frame.to_csv(index=False).encode(), "t.csv", target=target, **options)  # type: ignore[arg-type] # test's own


@pytest.mark.parametrize("values", [(0, 1), (1, 2), (-1, 1), (0.0, 1.0), (2.5, 7.25), ("no", "yes")])
def test_two_values_are_two_classes_whether_numbers_or_words(values: tuple[object, object]) -> None:
    found = ingested(rare(300, values))
    assert task_of(found.schema, found.training).kind == "classification"
    twin = to_csv(export_table(found.training, found.schema, np.random.default_rng(1)), found.schema)
    assert {line.split(",")[1] for line in twin.decode().split()[1:]} == {str(value) for value in values}
    typed = to_arrow(
        export_table(found.training, found.schema, np.random.default_rng(1)), found.schema
    ).to_pandas()
    assert pd.api.types.is_numeric_dtype(typed["Class"]) == (values != ("no", "yes"))


def test_what_is_declared_a_number_is_one_and_so_are_three_values() -> None:
    declared = b'{"columns": [{"name": "Class", "kind": "integer"}]}'
    assert ingested(rare(300), schema_file=declared).schema["Class"].kind == "integer"
    three = rare(300).rename(columns={"Class": "grade"})
    three.loc[:50, "grade"] = 7
    found = ingested(three, target="grade").schema["grade"]
    assert found.kind == "integer"
    assert "3 values, predicted as a number: declare a category for classes" in found.why


@pytest.mark.parametrize("name", ["Class", "glass_type", "TYPE", "customerSegment"])
def test_a_few_whole_numbers_that_are_called_classes_are_classes(name: str) -> None:
    table = rare(300).rename(columns={"Class": name})
    table.loc[:50, name] = 7
    found = ingested(table, target=name)
    assert found.schema[name].kind == "category"
    assert task_of(found.schema, found.training).kind == "classification"
    many = table.assign(**{name: np.arange(len(table)) % 11})
    assert ingested(many, target=name).schema[name].kind == "integer"


@pytest.mark.parametrize("values", [2, 3, 9])
@pytest.mark.parametrize("name", ["grade", "type"])
def test_a_chosen_target_is_read_as_a_given_one(name: str, values: int) -> None:
    table = pd.DataFrame({name: np.random.default_rng(1).integers(1, values + 1, 400)})
    chosen, given = ingested(table, target=""), ingested(table, target=name)
    assert chosen.schema.columns == given.schema.columns
    for one, other in ((chosen.training, given.training), (chosen.holdout, given.holdout)):
        assert one[name].dtype == other[name].dtype
        assert set(one[name]) == set(other[name])


def test_numbers_of_two_values_are_chosen_as_words_are() -> None:
    frame = rare(600).assign(kind=["a", "b", "b", "b"] * 300)
    assert ingested(frame, target="").schema.target == "Class"


@pytest.mark.parametrize("values", [(0, 1), ("fine", "fraud")])
@pytest.mark.parametrize("held", [1, 2, 4])
def test_a_class_that_protection_hides_is_told_before_and_after(
    values: tuple[object, object], held: int
) -> None:
    frame = rare(held, values)
    found = ingested(frame)
    opened = open_table(frame.to_csv(index=False).encode(), "t.csv", b"", Asked(target="Class"))
    told = (found.facts.notes, "has classes"), (doubts(opened, found), "has 1 of 2 classes")
    for said, how_many in told:  # notes are published
        (line,) = [line for line in said if f"{how_many} that the twin lacks" in line]
        assert all(remedy in line for remedy in ("--min-subjects", "group", "--target"))
        assert "fraud" not in line


@pytest.mark.parametrize("values", [(0, 1), ("fine", "fraud")])
def test_a_rare_class_is_warned_of_in_numbers_as_in_words(values: tuple[object, object]) -> None:
    frame = rare(30, values)
    opened = open_table(frame.to_csv(index=False).encode(), "t.csv", b"", Asked(target="Class"))
    found = ingested(frame)
    assert any("1 of 2 classes with fewer than 50 rows" in line for line in doubts(opened, found))
    assert not any("that the twin does not" in note for note in found.facts.notes)
