"""A table of several rows a subject stops until somebody says what they have in common."""

import re
import shlex

import numpy as np
import pandas as pd
import pytest

from repeated import as_csv, clinics, patients
from tabtwin.io.reading import from_pandas
from tabtwin.io.writing import export_table
from tabtwin.io.writing_parquet import to_arrow
from tabtwin.lib.errors import InputError
from tabtwin.preparation.check import check_table
from tabtwin.preparation.prepare import Ingested, ingest_table
from tabtwin.preparation.profile import Asked, Opened, open_table


def table() -> pd.DataFrame:
    return patients(np.random.default_rng(1))


def opened(frame: pd.DataFrame, **asked: str) -> Opened:
    return open_table(as_csv(frame), "t.csv", b"", Asked(**asked))  # type: ignore[arg-type] # test's own


def ingest(frame: pd.DataFrame, **options: object) -> Ingested:
    return ingest_table(as_csv(frame), "t.csv", **options)  # type: ignore[arg-type] # test's own


def proposed(line: str) -> dict[str, str]:
    """The options that a line proposes."""
    found = (shlex.split(words) for words in re.findall(r"\((--(?:entity|drop|keep) [^)]*)\)", line))
    return {option.removeprefix("--"): columns for option, columns in found}


def test_one_line_says_which_column_how_many_values_what_hangs_on_it_and_what_to_do() -> None:
    with pytest.raises(InputError) as caught:
        ingest(table())
    line = str(caught.value)
    assert "'who' (record numbers), with 120 values in 720 rows" in line
    assert "'born' and 'dx' are the same within each" in line
    assert proposed(line) == {"entity": "who", "drop": "who,born", "keep": "who"}
    assert "MRN" not in line
    assert "\n" not in line


@pytest.mark.parametrize("option", ["entity", "drop", "keep"])
@pytest.mark.parametrize("make", [patients, clinics])
def test_each_remedy_that_the_line_proposes_goes_on(option: str, make: object) -> None:
    frame = make(np.random.default_rng(1))  # type: ignore[operator] # one of two functions
    words = proposed(opened(frame).refusal)[option]
    assert opened(frame, **{option: words}).refusal == ""
    assert len(ingest(frame, **{option: words}).training)


def test_columns_that_name_the_same_once_it_is_gone_are_left_out_with_it() -> None:
    frame = table()
    frame["number"] = frame["who"].str[-6:].astype(int) % 9_973 + 20_000
    assert proposed(opened(frame).refusal)["drop"] == "who,number,born"
    assert "'number'" in opened(frame, drop="who").refusal
    assert "'born'" in opened(frame, drop="who,number").refusal
    assert opened(frame, drop="who,number,born").refusal == ""


def test_too_few_subjects_are_no_entity() -> None:
    words = proposed(opened(patients(np.random.default_rng(1), 40)).refusal)
    assert set(words) == {"drop", "keep"}


def test_a_pair_is_named_as_an_entity_of_two_columns() -> None:
    words = proposed(opened(clinics(np.random.default_rng(1))).refusal)
    assert words == {"entity": "clinic,number", "drop": "number,born", "keep": "clinic,number"}


def test_an_entity_comes_out_new_and_what_one_subject_repeats_counts_once() -> None:
    frame = table()
    remarks = frame["who"].map(
        {name: f"fell off a horse, case {at}" for at, name in enumerate(frame["who"].unique())}
    )
    with pytest.raises(InputError, match="too rare to be released in 'remark'"):
        ingest(frame.assign(remark=remarks), entity="who")
    shown = remarks.where(np.arange(len(frame)) % 3 == 0, "none")
    found = ingest(frame.assign(remark=shown), entity="who")
    assert set(found.encoded["remark"]) <= {"none", "(other)"}
    twin = export_table(found.training, found.schema, np.random.default_rng(2))
    assert twin["who"].str.fullmatch("MRN-[0-9]{6}").all()
    assert not set(twin["who"]) & set(frame["who"])


@pytest.mark.parametrize("kind", ["int64", "float64", "string", "datetime64[us]"])
def test_keys_of_an_entity_are_new_in_every_type(kind: str) -> None:
    frame = table()
    codes = pd.factorize(frame["who"])[0]
    frame["who"] = pd.Series(
        pd.to_datetime(codes * 97, unit="D") if "date" in kind else codes + 1_000
    ).astype(kind)
    found = ingest_table(from_pandas(frame), "t.parquet", entity="who")
    twin = to_arrow(
        export_table(found.training, found.schema, np.random.default_rng(2)), found.schema
    ).to_pandas()
    assert twin["who"].is_unique
    assert not set(twin["who"].astype(str)) & set(frame["who"].astype(str))


def test_a_subject_that_is_replaced_is_still_asked_for() -> None:
    frame = table()
    frame["who"] = frame["who"].str.replace("MRN-", "p") + "@example.com"
    line = opened(frame).refusal
    assert "--replace who" in line
    assert "'who' (e-mail addresses), with 120 values" in line
    assert "--entity who" in opened(frame, replace="who").refusal
    both = ingest(frame, replace="who", entity="who")
    assert both.schema["who"].kind == "identifier"
    assert len(both.training) == both.folds["subject"].nunique() * 6


def test_check_shows_the_column_that_stops_a_run() -> None:
    found = check_table(opened(table()), "t.csv")
    (column,) = [column for column in found.columns if column.name == "who"]
    assert (column.kind, column.why) == (
        "subject",
        "record numbers, 'born' and 'dx' are the same within each",
    )
    assert "--entity who" in found.stops


def test_notes_of_a_run_say_that_rows_of_subjects_are_drawn_one_by_one() -> None:
    notes = ingest(table(), entity="who").facts.notes
    assert any("Rows of one who are held out and counted together" in note for note in notes)
    assert not any("drawn one by one" in note for note in ingest(table(), keep="who").facts.notes)


def test_a_crossing_subject_is_asked_for_beside_an_entity() -> None:
    frame = table()
    rng = np.random.default_rng(4)
    frame["vehicle"] = rng.choice([f"V-{number}" for number in range(10_000, 10_080)], len(frame))
    line = opened(frame, entity="who").refusal
    assert "expected no other subject than the --entity, found 'vehicle'" in line
    assert proposed(line) == {"drop": "vehicle", "keep": "vehicle"}
    assert opened(frame, entity="who", keep="vehicle").refusal == ""


def test_whole_numbers_that_pandas_wrote_beside_missing_cells_have_no_part_that_names_subjects() -> None:
    rng = np.random.default_rng(7)
    price = pd.Series(rng.lognormal(3, 1, 900).round(2)).where(rng.random(900) > 0.1)
    frame = pd.DataFrame({"price": price, "cents": (price * 100).round(), "usd": (price * 1.08).round(2)})
    assert as_csv(frame).count(b".0,") > 700
    assert not opened(frame).refusal


def test_stops_and_postcodes_with_their_places_are_no_subjects() -> None:
    rng = np.random.default_rng(8)
    stop = rng.integers(0, 90, 1_800)
    frame = pd.DataFrame(
        {
            "lat": rng.uniform(47, 54, 90).round(5)[stop],
            "stop_name": [f"Halt {number}" for number in stop],
            "lon": rng.uniform(7, 14, 90).round(5)[stop],
            "riders": rng.integers(0, 900, 1_800),
        }
    )
    assert not opened(frame).refusal
    assert "'plate'" in opened(frame.rename(columns={"stop_name": "plate"})).refusal
