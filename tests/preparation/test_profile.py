"""Columns that name people stop a run until somebody says what becomes of them."""

import json
from functools import cache

import numpy as np
import pandas as pd
import pytest
from faker import Faker

from tabtwin.io.writing import export_table
from tabtwin.io.writing_parquet import to_arrow
from tabtwin.lib.errors import InputError
from tabtwin.preparation.prepare import Ingested, ingest_table

ROWS = 300


@cache
def table() -> pd.DataFrame:
    fake, rng = Faker(), np.random.default_rng(2)
    fake.seed_instance(2)
    return pd.DataFrame(
        {
            "customerID": [f"{number}-XYZ" for number in rng.permutation(9_000)[:ROWS] + 1_000],
            "email": [fake.email() for _ in range(ROWS)],
            "phone": [f"+1 202 555 {number}" for number in rng.permutation(9_000)[:ROWS] + 1_000],
            "note": [fake.sentence() for _ in range(ROWS)],
            "age": rng.integers(18, 90, ROWS),
            "plan": rng.choice(["gold", "silver"], ROWS),
        }
    )


@cache
def ingest(**options: object) -> Ingested:
    return ingest_table(table().to_csv(index=False).encode(), "t.csv", **options)  # type: ignore[arg-type] # test's own


def test_one_line_names_all_that_stops_a_run_and_no_key_is_among_it() -> None:
    with pytest.raises(InputError) as caught:
        ingest()
    line = str(caught.value)
    assert "'email' (e-mail addresses" in line
    assert "--keep" not in line
    assert "--drop note" in line
    assert "customerID" not in line
    assert "phone" not in line
    assert "@" not in line


def test_what_the_line_proposes_goes_on() -> None:
    found = ingest(drop="note", replace="email")
    assert [column.name for column in found.schema.columns] == ["customerID", "email", "phone", "age", "plan"]
    twin = export_table(found.training, found.schema, np.random.default_rng(1))
    assert twin["email"].str.endswith(("@example.com", "@example.net", "@example.org")).all()
    assert not set(twin["email"]) & set(table()["email"])
    assert to_arrow(twin, found.schema)["email"].null_count == 0
    assert "1 of the columns dropped, as asked: the twin has none of them." in found.facts.notes
    assert any("email names people" in note for note in found.facts.notes)


def test_a_column_that_is_kept_is_treated_as_any_other() -> None:
    with pytest.raises(InputError, match="different or too rare to be released in 'email', 'note'"):
        ingest(keep="email")


def test_the_schema_that_results_can_be_given_back_without_the_options() -> None:
    first = ingest(drop="note", replace="email")
    content = json.dumps(first.schema.model_dump(mode="json")).encode()
    again = ingest(drop="note", schema_file=content)
    assert again.schema["email"].kind == "identifier"
    assert again.encoded.equals(first.encoded)


def test_a_schema_that_guesses_a_kind_does_not_say_that_a_column_names_nobody() -> None:
    content = json.dumps({"columns": [{"name": "email", "kind": "category"}]}).encode()
    with pytest.raises(InputError, match=r"--replace email"):
        ingest(schema_file=content, drop="note")
    content = json.dumps({"columns": [{"name": "email", "kind": "key"}]}).encode()
    assert ingest(schema_file=content, drop="note").schema["email"].kind == "key"


def test_what_is_dropped_has_no_role() -> None:
    with pytest.raises(InputError, match="--drop: expected other columns than the target, found 'plan'"):
        ingest(drop="note,email,plan", target="plan")
    with pytest.raises(InputError, match="--drop: expected other columns than the entity, found 'email'"):
        ingest(drop="note,email", entity="email")
    content = json.dumps({"quasi_identifiers": ["age", "note"], "columns": [{"name": "note"}]}).encode()
    assert ingest(drop="note,email", schema_file=content).schema.quasi_identifiers == ("age",)


def test_a_column_that_a_schema_misspells_is_refused_whatever_is_dropped() -> None:
    for content in (
        {"quasi_identifiers": ["aeg"]},
        {"rules": [{"kind": "order", "columns": ["aeg", "age"]}]},
    ):
        with pytest.raises(InputError, match="did you mean 'age'"):
            ingest(drop="note,email", schema_file=json.dumps(content).encode())


def test_names_that_repeat_can_be_kept() -> None:
    fake = Faker()
    fake.seed_instance(1)
    frame = table()[["age", "plan"]].assign(player=[fake.name() for _ in range(30)] * (ROWS // 30))
    data = frame.to_csv(index=False).encode()
    with pytest.raises(InputError, match=r"--keep player"):
        ingest_table(data, "t.csv")
    assert ingest_table(data, "t.csv", keep="player").schema["player"].kind == "category"


def test_only_what_names_people_can_be_replaced_unless_the_schema_says_what_it_holds() -> None:
    with pytest.raises(InputError, match=r"--replace: .*'note'"):
        ingest(drop="email", replace="note")
    content = json.dumps({"columns": [{"name": "note", "identifier": "name", "locale": "de_DE"}]}).encode()
    column = ingest(drop="email", replace="note", schema_file=content).schema["note"]
    assert (column.identifier, column.locale) == ("name", "de_DE")
    content = content.replace(b"de_DE", b"xx_XX")
    with pytest.raises(InputError, match="locale that Faker knows"):
        ingest(drop="email", replace="note", schema_file=content)


def test_an_own_holdout_may_lack_what_is_dropped_and_is_read_as_the_table_is() -> None:
    holdout = table().drop(columns="note").to_csv(index=False).encode()
    found = ingest(drop="note", replace="email", holdout=holdout)
    assert len(found.holdout) == ROWS


def test_text_that_is_dates_or_numbers_but_for_a_cell_is_told_to_be_corrected_in_its_row() -> None:
    days = pd.date_range("2019-01-01", periods=300).astype(str).where(np.arange(300) != 7, "soon")
    frame = pd.DataFrame({"day": days, "plan": ["gold", "silver", "bronze"] * 100})
    with pytest.raises(InputError, match=r"'day' \(299 of 300 cells are dates, .* row 8\); correct it, "):
        ingest_table(frame.to_csv(index=False).encode(), "t.csv")


def test_text_of_which_protection_would_hide_nearly_all_stops_a_run_unless_protection_is_less() -> None:
    frame = pd.DataFrame({"job": [f"job {at // 3}" for at in range(300)], "n": np.arange(300) % 7})
    data = frame.to_csv(index=False).encode()
    with pytest.raises(InputError, match="too rare to be released in 'job'"):
        ingest_table(data, "t.csv")
    assert ingest_table(data, "t.csv", min_subjects=2).schema["job"].kind == "category"
