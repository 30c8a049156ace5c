"""From bytes to training, holdout, folds and what protection leaves."""

import json

import numpy as np
import pandas as pd
import pytest

from tabtwin.lib.errors import InputError
from tabtwin.preparation.prepare import Ingested, ingest_table
from tabtwin.protection.rare_values import decode, violations
from tabtwin.schema import splits

ROWS = 400


def table() -> pd.DataFrame:
    rng = np.random.default_rng(6)
    return pd.DataFrame(
        {
            "id": np.arange(1, ROWS + 1),
            "age": rng.integers(18, 90, ROWS),
            "city": rng.choice(["north", "south", "west"], ROWS),
            "churn": rng.choice(["Yes", "No"], ROWS, p=[0.25, 0.75]),
        }
    )


def ingest(frame: pd.DataFrame, **options: object) -> Ingested:
    return ingest_table(frame.to_csv(index=False).encode(), "t.csv", **options)  # type: ignore[arg-type] # test's own


def test_a_table_is_split_typed_and_protected() -> None:
    found = ingest(table(), target="churn")
    assert found.facts.model_dump(exclude={"notes", "protected"}) == {
        "rows": 400,
        "training": 300,
        "holdout": 100,
        "columns": 4,
        "protect": 5,
        "plans": (),
        "canaries": None,
    }
    assert list(found.training.columns) == ["age", "city", "churn"]
    assert found.holdout["churn"].value_counts(normalize=True)["Yes"] == pytest.approx(0.25, abs=0.03)
    assert found.folds.dtypes.astype(str).to_dict() == {"fold": "int8", "subject": "int32"}
    back = decode(found.encoded, found.schema, found.encoding)
    assert not violations(back, found.schema, found.encoding).any()


def test_no_more_rows_are_learned_than_asked_for_and_the_rest_are_in_no_part() -> None:
    whole, some = ingest(table(), target="churn"), ingest(table(), target="churn", max_train_rows=120)
    assert len(some.training) == len(some.folds) == 120
    pd.testing.assert_frame_equal(some.holdout, whole.holdout)
    assert any("180 rows out" in note for note in some.facts.notes)
    assert some.facts.rows == ROWS
    assert ingest(table(), target="churn", max_train_rows=300).encoded.equals(whole.encoded)


def test_of_a_large_table_some_rows_are_drawn_and_the_facts_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(splits, "_FEWEST_DRAWN", 200)
    monkeypatch.setattr(splits, "_LEAST", 40)
    whole = ingest(table(), target="churn", max_train_rows=0)
    found = ingest(table(), target="churn", max_train_rows=180)
    assert (found.facts.rows, found.facts.whole) == (220, ROWS)
    assert (found.facts.training, found.facts.holdout) == (180, 40)
    assert found.contents == whole.contents
    assert whole.facts.whole is None
    assert any(
        "220 rows were drawn of 400, one by one, since no --entity" in note for note in found.facts.notes
    )
    other = ingest(table(), target="churn", max_train_rows=180, seed=2)
    assert other.facts.rows == 220
    assert not other.training.equals(found.training)
    unseen = table().tail(50).to_csv(index=False).encode()
    assert ingest(table(), target="churn", max_train_rows=200, holdout=unseen).facts.training == 200


def test_whole_subjects_are_drawn_of_a_large_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(splits, "_FEWEST_DRAWN", 201)
    monkeypatch.setattr(splits, "_LEAST", 40)
    frame = table().assign(who=np.repeat(np.arange(ROWS // 2), 2))
    found = ingest(frame, entity="who", max_train_rows=160)
    assert found.facts.rows == 200
    assert found.folds["subject"].value_counts().unique().tolist() == [2]
    assert any("200 rows were drawn of 400, whole subjects;" in note for note in found.facts.notes)


def test_a_subject_is_sampled_whole() -> None:
    frame = table().assign(who=np.repeat(np.arange(ROWS // 2), 2))
    found = ingest(frame, entity="who", max_train_rows=151)
    assert found.folds["subject"].value_counts().unique().tolist() == [2]


def test_the_same_seed_gives_the_same_split_and_another_seed_another() -> None:
    first, same, other = (ingest(table(), seed=seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(first.holdout, same.holdout)
    assert not first.holdout.equals(other.holdout)


def test_a_marker_that_few_rows_hold_stands_in_no_schema_encoding_or_fact() -> None:
    frame = table().astype({"age": object})
    frame["flag"] = np.where(np.arange(ROWS) < 3, "MARKERA", "b")
    frame["city"] = frame["city"].where(np.arange(ROWS) > 2, "MARKERB")
    frame.loc[:2, "age"] = 987654
    declared = json.dumps({"columns": [{"name": "flag", "kind": "boolean"}]}).encode()
    found = ingest(frame, schema_file=declared)
    told = found.schema.model_dump_json() + found.encoding.model_dump_json() + found.facts.model_dump_json()
    assert "MARKER" not in told
    assert "987654" not in told
    assert "MARKER" not in found.encoded.to_csv()
    assert found.facts.protected["age"] > 0


def test_a_column_that_protection_would_hide_is_left_empty_and_said() -> None:
    frame = table()
    frame["rarely"] = np.where(np.arange(ROWS) < 3, 7.5, np.nan)
    found = ingest(frame)
    assert found.schema["rarely"].kind == "empty"
    assert any("rarely is left empty" in note for note in found.facts.notes)
    assert "rarely" not in found.training


def test_a_hidden_boolean_leaves_no_word_in_the_schema() -> None:
    frame = table()
    frame["flag"] = np.where(np.arange(ROWS) < 1, "SECRETA", np.where(np.arange(ROWS) < 2, "SECRETB", ""))
    declared = json.dumps({"columns": [{"name": "flag", "kind": "boolean"}]}).encode()
    found = ingest(frame, schema_file=declared)
    assert found.schema["flag"].kind == "empty"
    assert "SECRET" not in found.schema.model_dump_json()


def test_a_target_made_of_a_hidden_value_is_refused_without_it() -> None:
    frame = table().assign(who=[f"P{max(number - 60, 0):03d}" for number in range(ROWS)])
    frame.loc[:59, "city"] = "SECRET"
    with pytest.raises(InputError, match=r"subjects in training that meet .*'city'") as error:
        ingest(frame, entity="who", target="city = SECRET")
    assert "SECRET" not in str(error.value)


def test_a_protection_that_hides_the_target_blames_the_option_that_was_given() -> None:
    frame = table()[["age", "churn"]]
    with pytest.raises(InputError, match=r"^--min-subjects: .*'churn', found few; lower it"):
        ingest(frame, min_subjects=290)
    with pytest.raises(InputError, match=r"^--target: .*'churn', found few; name another"):
        ingest(frame, min_subjects=290, target="churn")
    with pytest.raises(InputError, match=r"^--min-subjects: .*found none; lower it"):
        ingest(frame, min_subjects=301)


def test_rows_of_one_entity_stay_on_one_side() -> None:
    frame = table()
    frame["who"] = [f"P{number % 90:03d}" for number in range(ROWS)]
    frame["mark"] = [number % 90 + 0.5 for number in range(ROWS)]
    found = ingest(frame, entity="who")
    assert not set(found.training["mark"]) & set(found.holdout["mark"])
    assert found.schema["who"].kind == "key"


@pytest.mark.parametrize("own", [False, True])
def test_rows_held_out_know_their_subject(own: bool) -> None:
    frame = table()
    frame["who"] = [f"P{number % 90:03d}" for number in range(ROWS)]
    frame["mark"] = [number % 90 + 0.5 for number in range(ROWS)]
    others = frame[:200].assign(who="Q" + frame["who"]).to_csv(index=False).encode()
    found = ingest(frame, entity="who", holdout=others if own else b"")
    marks = found.holdout["mark"].groupby(found.held_subjects).nunique()
    assert (marks == 1).all()
    assert len(marks) == found.holdout["mark"].nunique()


def test_quasi_identifiers_are_declared_and_never_guessed() -> None:
    schema = json.dumps({"quasi_identifiers": ["city", "age"]}).encode()
    assert ingest(table(), schema_file=schema).schema.quasi_identifiers == ("city", "age")
    assert ingest(table()).schema.quasi_identifiers == ()


def test_a_holdout_of_ones_own_leaves_the_whole_table_to_training() -> None:
    found = ingest(table(), holdout=table()[:60].to_csv(index=False).encode())
    assert (len(found.training), len(found.holdout)) == (400, 60)


def test_a_holdout_too_small_to_compare_with_is_refused() -> None:
    with pytest.raises(InputError, match="--holdout: expected at least 25 rows held out, found 24; add rows"):
        ingest(table(), holdout=table()[:24].to_csv(index=False).encode())


def test_a_split_by_heavy_subjects_that_holds_out_too_few_rows_is_refused() -> None:
    rows = np.arange(ROWS)
    frame = table().assign(who=np.where(rows < 70, rows, 70 + rows % 2))
    with pytest.raises(InputError, match=r"at least 25 rows held out.*another --entity"):
        ingest(frame, entity="who")


def test_a_holdout_that_does_not_fit_is_refused_by_column() -> None:
    odd = table()[:60].astype({"age": object})
    odd.loc[3, "age"] = "SECRET"
    with pytest.raises(InputError, match=r"--holdout: column 'age': 1 of 60 cells") as error:
        ingest(table(), holdout=odd.to_csv(index=False).encode())
    assert "SECRET" not in str(error.value)
    with pytest.raises(InputError, match=r"found none named 'city'"):
        ingest(table(), holdout=odd.drop(columns="city").to_csv(index=False).encode())


def test_a_target_that_nobody_named_is_chosen_and_said() -> None:
    found = ingest(table())
    assert found.schema.chosen
    assert any("No target was given" in note for note in found.facts.notes)


def test_what_is_held_out_has_no_say_in_the_choice_of_a_target() -> None:
    frame = table().assign(flag="a")
    frame.loc[[3, 77, 200, 350], "flag"] = ["b", "c", "d", "e"]
    assert ingest(frame[["id", "age", "flag"]]).schema.target is None


def test_a_chosen_target_that_is_written_down_leads_to_the_same_result() -> None:
    first = ingest(table())
    again = ingest(table(), schema_file=first.schema.model_dump_json().encode())
    assert (again.schema.target, again.schema.chosen) == (first.schema.target, True)
    pd.testing.assert_frame_equal(again.holdout, first.holdout)


def test_what_one_cell_says_of_decimals_dates_and_keys_is_not_told() -> None:
    frame = table()
    frame["paid"] = [f"{number * 1.31:.2f}" for number in range(ROWS)]
    frame["n"] = (np.arange(ROWS) % 23).astype(str)
    frame["code"] = [f"C{number:05d}" for number in range(0, 50 * ROWS, 50)]
    clean = ingest(frame, target="churn")
    frame.loc[5, ["paid", "n"]] = ["3.123456", "4.5"]
    frame.loc[6, "code"] = "X00017"
    odd = ingest(frame, target="churn")
    assert [odd.schema[name] for name in ("paid", "n")] == [clean.schema[name] for name in ("paid", "n")]
    assert odd.schema["code"].pattern.startswith("C")
    for part in (odd.training, odd.holdout, odd.encoded):
        assert (part["n"] == np.rint(part["n"])).all()
        assert (part["paid"] == part["paid"].round(2)).all()


def test_the_written_schema_leads_to_the_same_result() -> None:
    first = ingest(table(), target="age >= 40")
    again = ingest(table(), schema_file=first.schema.model_dump_json().encode())
    assert again.schema.made == first.schema.made
    pd.testing.assert_frame_equal(again.holdout, first.holdout)


@pytest.mark.parametrize("rows", [0, 99])
def test_fewer_than_a_hundred_rows_are_refused(rows: int) -> None:
    with pytest.raises(InputError, match=f"at least 100 rows, found {rows}"):
        ingest(table()[:rows])


def test_a_table_of_keys_and_constants_is_refused() -> None:
    with pytest.raises(InputError, match="expected a column to learn"):
        ingest(table()[["id"]].assign(x=1))
