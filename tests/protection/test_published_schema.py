"""What a published schema says, whatever was declared: nothing that value protection hides."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tabtwin.lib.errors import InputError
from tabtwin.preparation.prepare import Ingested, ingest_table
from tabtwin.schema.schema import Schema

ROWS = 240
SECRETS = ("Zyxomarkle", "Quuxbury", "Frobnitz")
"""Words that one, two and three rows hold, of those that protection hides at k = 5."""


def table() -> pd.DataFrame:
    """A department fixes its room; three rare departments and rooms are secrets."""
    rng = np.random.default_rng(3)
    at = rng.integers(0, 4, ROWS)
    frame = pd.DataFrame(
        {
            "dept": np.array(["sales", "legal", "press", "labs"], dtype=object)[at],
            "room": np.array(["S1", "L1", "P1", "X1"], dtype=object)[at],
            "flag": rng.choice(["yes", "no"], ROWS),
            "age": rng.integers(18, 80, ROWS).astype(str),
        }
    )
    place = 0
    for number, secret in enumerate(SECRETS, start=1):
        frame.loc[place : place + number - 1, "dept"] = secret
        frame.loc[place : place + number - 1, "room"] = f"{secret} room"
        frame.loc[100 + place : 100 + place + number - 1, "age"] = f"{secret} age"
        place += number
    return frame


def ingested(declared: dict[str, object]) -> Ingested:
    given = table().to_csv(index=False).encode()
    return ingest_table(given, "t.csv", schema_file=json.dumps(declared).encode(), target="flag")


AGE = {"name": "age", "kind": "integer", "marks": [f"{secret} age" for secret in SECRETS]}


def test_what_categories_fix_is_kept_in_private_and_not_published() -> None:
    found = ingested({"columns": [AGE]})
    private = {rule.columns: rule.values for rule in found.schema.rules}
    assert private["dept", "room"] == {"sales": "S1", "legal": "L1", "press": "P1", "labs": "X1"}
    assert {rule.columns for rule in found.published.rules} == set(private)
    assert all(rule.values == {} for rule in found.published.rules)
    assert "dept fixes cells of room: kept." in found.facts.notes


def test_a_mark_that_too_few_subjects_hold_is_not_published_and_others_are() -> None:
    frame = table()
    frame.loc[150:190, "age"] = "unknown"
    column = AGE | {"marks": [*AGE["marks"], "unknown", "never seen"], "blank": f"{SECRETS[0]} age"}  # type: ignore[misc] # a list
    found = ingest_table(
        frame.to_csv(index=False).encode(), "t.csv", schema_file=json.dumps({"columns": [column]}).encode()
    )
    assert found.published["age"].marks == ("unknown", "never seen")
    assert found.published["age"].blank == ""


def test_a_published_schema_comes_back_and_finds_the_same_rules_again() -> None:
    first = ingested({"columns": [AGE]})
    whole = json.loads(first.published.model_dump_json())
    whole["columns"][3] |= {"marks": AGE["marks"]}
    again = ingested(whole)
    assert [rule.values for rule in again.schema.rules] == [rule.values for rule in first.schema.rules]
    assert again.published.rules == tuple(
        rule.model_copy(update={"declared": True}) for rule in first.published.rules
    )


WORDS = st.sampled_from(
    [
        *SECRETS,
        *(f"{secret} room" for secret in SECRETS),
        *(f"{secret} age" for secret in SECRETS),
        "sales",
        "S1",
        "?",
    ]
)
VALUES = st.dictionaries(WORDS, st.one_of(WORDS, st.none()), max_size=5)


@st.composite
def declarations(draw: st.DrawFn) -> dict[str, object]:
    """A schema file with words, secrets among them, wherever it may have any."""
    columns: list[dict[str, object]] = [dict(AGE)]
    for name, kind in (("dept", "category"), ("room", "category")):
        stated: dict[str, object] = {"name": name}
        for field, words in (
            ("marks", st.lists(WORDS, max_size=2)),
            ("blank", WORDS),
            ("token", WORDS),
            ("value", WORDS),
            ("why", WORDS),
            ("dtype", WORDS),
            ("spelling", st.tuples(WORDS, WORDS)),
        ):
            if draw(st.integers(0, 3)) == 0:
                stated[field] = draw(words)
        if draw(st.booleans()):
            stated |= {"kind": kind, "rare": draw(st.sampled_from(["token", "missing"]))}
        columns.append(stated)
    sides = {
        side: [{"kind": "implies", "columns": ["dept", "room"], "values": draw(VALUES)}]
        for side in ("rules", "denied")
        if draw(st.booleans())
    }
    return {"columns": columns, **sides}


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(declarations())
def test_no_value_of_fewer_than_k_subjects_is_in_a_published_schema(declared: dict[str, object]) -> None:
    try:
        found = ingested(declared)
    except InputError as error:
        said = str(error)
    else:
        said = found.published.model_dump_json() + "".join(found.facts.notes)
    assert not any(secret in said for secret in SECRETS)


@pytest.mark.parametrize("field", ["rules", "denied"])
def test_a_published_schema_is_one(field: str) -> None:
    rule = {"kind": "implies", "columns": ["dept", "room"], "values": {SECRETS[0]: "S1"}}
    found = ingested({"columns": [AGE], field: [rule]})
    assert Schema.model_validate_json(found.published.model_dump_json()) == found.published


def test_the_reason_for_a_kind_counts_no_cells() -> None:
    rng = np.random.default_rng(4)
    rows = 400
    stays = pd.to_datetime("2020-01-01") + pd.to_timedelta(rng.integers(0, 1500, rows), unit="D")
    frame = pd.DataFrame(
        {
            "day": stays.strftime("%Y-%m-%d"),
            "amount": [f"{value:,}" for value in rng.integers(1, 9000, rows)],
            "weight": [f"{value} kg" for value in rng.integers(1, 20, rows)],
            "code": rng.choice(["250", "250.1", "401"], rows),
            "age": rng.integers(18, 80, rows).astype(str),
            "flag": rng.choice(["yes", "no"], rows),
        }
    )
    frame.loc[3, "day"] = "0000-00-00"
    frame.loc[5, "amount"] = "1,234,567"
    frame.loc[9, "weight"] = "77 lb"
    frame.loc[:11, "code"] = "250.00"
    frame.loc[7, "age"] = "n/a"
    found = ingest_table(frame.to_csv(index=False).encode(), "t.csv", target="flag")
    exact = {column.name: column.why for column in found.schema.columns}
    shown = {column.name: column.why for column in found.published.columns}
    assert all(any(sign.isdigit() for sign in exact[name]) for name in ("day", "amount", "weight", "code"))
    assert not any(sign.isdigit() for why in shown.values() for sign in why)
    assert exact["age"] == "every cell is a number, or a usual mark"
    assert shown["age"] == "every cell is a number"
    assert shown["amount"] == "every cell is a number with thousands' commas"
