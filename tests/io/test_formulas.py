"""What a spreadsheet would run is told by column, and escaped where somebody says so."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabtwin.io.formulas import begins_formula, escape
from tabtwin.io.reading import read_source
from tabtwin.io.writing import export_table, to_csv
from tabtwin.io.writing_parquet import to_arrow
from tabtwin.preparation.prepare import Ingested, ingest_table

ROWS = 400
DANGEROUS = [
    "=1+1",
    "+cmd",
    "@SUM(A1)",
    "-2+3",
    "-5 +A1",
    "-A1",
    "\tx",
    "\rx",
    "=HYPERLINK(1)",
    "+41 44 1",
    "＝1",
]
HARMLESS = ["fine", "a=b", "-5", "-1,234.5", "-3 %", "-5 to 0", "-", "--", "'=1", "5+5", ""]


def found(**columns: object) -> Ingested:
    rng = np.random.default_rng(3)
    table = pd.DataFrame(
        {"age": rng.integers(18, 80, ROWS) - 40, "kind": rng.choice(["a", "b"], ROWS)} | columns
    )
    return ingest_table(table.to_csv(index=False).encode(), "t.csv", header="yes")


def texts(*of: str) -> np.ndarray:
    return np.random.default_rng(4).choice(np.array(of, dtype=object), ROWS)


@pytest.mark.parametrize("text", DANGEROUS)
def test_what_a_spreadsheet_runs_gets_an_apostrophe(text: str) -> None:
    assert begins_formula(text)
    assert escape(text) == "'" + text


@pytest.mark.parametrize("text", HARMLESS)
def test_what_no_spreadsheet_runs_stays(text: str) -> None:
    assert escape(text) == text


@given(st.text())
def test_nothing_that_is_escaped_is_a_formula(text: str) -> None:
    assert not begins_formula(escape(text))
    assert escape(escape(text)) == escape(text)


def test_cells_and_names_are_escaped_in_the_csv_alone_and_numbers_are_not() -> None:
    notes = texts("=cmd()", "fine", "@x", '=a"b,c')
    one = found(
        **{"note": notes, "=name": notes, "code": [f"+{at:04d}x" for at in range(ROWS)], "same": "=1"}
    )
    table = export_table(one.training, one.schema, np.random.default_rng(1))
    plain, written = (
        read_source(to_csv(table, one.schema, escape_formulas=how), "t.csv", "yes") for how in (False, True)
    )
    assert list(written.columns) == ["age", "kind", "note", "'=name", "code", "same"]
    for (name, before), after in zip(plain.columns.items(), written.columns.values(), strict=True):
        assert [escape(text) if name != "age" else text for text in before.values] == after.values.tolist()
    assert (written.columns["age"].values.astype(float) < 0).any()
    assert set(to_arrow(table, one.schema)["note"].to_pylist()) == set(notes)


def test_the_report_says_which_columns_hold_formulas_and_no_cell() -> None:
    one = found(**{"note": texts("=cmd()", "fine", "@x"), "=name": texts("b", "c"), "same": "=1"})
    (line,) = [note for note in one.facts.notes if "formula" in note]
    assert "2 values of note, all cells of same, 1 names of columns" in line
    assert "--escape-formulas" in line
    assert "cmd" not in line


def test_a_table_without_formulas_has_no_such_line() -> None:
    assert not [note for note in found().facts.notes if "formula" in note]


def test_what_protection_hides_is_not_counted() -> None:
    notes = texts("fine", "well")
    notes[:2] = "=secret()"
    assert not [note for note in found(note=notes).facts.notes if "formula" in note]
