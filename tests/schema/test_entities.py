"""An entity is one column, or several that name a subject together."""

import numpy as np
import pytest

from repeated import as_csv, clinics
from tabtwin.io.writing import export_table
from tabtwin.lib.errors import InputError
from tabtwin.preparation.prepare import ingest_table
from tabtwin.schema.entities import entity_columns, made_column, subject_names, subjects_of
from tabtwin.schema.kinds.cells import distinct
from tabtwin.schema.source import Source


def source(**columns: list[object]) -> Source:
    cells = {name: distinct(np.array(values, dtype=object)) for name, values in columns.items()}
    return Source(cells, len(next(iter(columns.values()))))


TWO = source(clinic=["a", "a", "b", "b", None, "b"], number=["1", "2", "1", "1", "1", None])


def test_columns_are_named_with_commas_and_a_single_one_as_it_is() -> None:
    assert entity_columns("clinic,number", TWO.columns) == ("clinic", "number")
    assert entity_columns("a,b", ["a,b"]) == ("a,b",)
    assert entity_columns(None, TWO.columns) == entity_columns("", TWO.columns) == ()


def test_rows_of_one_subject_share_a_number_and_nameless_rows_have_their_own() -> None:
    subjects = subjects_of(TWO, ("clinic", "number"))
    assert subjects[2] == subjects[3]
    assert len(set(subjects.tolist())) == 5
    assert subjects_of(TWO, ()).tolist() == list(range(6))
    assert subject_names(TWO, ("clinic", "number")) == {("a", "1"), ("a", "2"), ("b", "1")}


def test_the_column_of_most_values_is_made_new_and_the_other_one_is_learned() -> None:
    table = clinics(np.random.default_rng(1))
    assert made_column(TWO, ("clinic", "number")) == "number"
    found = ingest_table(as_csv(table), "t.csv", entity="clinic,number")
    assert found.schema.entity == "clinic,number"
    assert (found.schema["number"].kind, found.schema["clinic"].kind) == ("key", "category")
    twin = export_table(found.training, found.schema, np.random.default_rng(1))
    assert twin["number"].is_unique
    assert not set(twin["number"]) & set(table["number"].astype(str))


def test_subjects_of_two_columns_are_held_out_whole() -> None:
    table = clinics(np.random.default_rng(1)).assign(mark=lambda rows: rows["number"] + 0.5)
    found = ingest_table(as_csv(table), "t.csv", entity="clinic,number")
    pairs = [set(zip(part["clinic"], part["mark"], strict=True)) for part in (found.training, found.holdout)]
    assert not pairs[0] & pairs[1]


def test_a_holdout_of_ones_own_has_other_subjects() -> None:
    table = clinics(np.random.default_rng(1))
    with pytest.raises(InputError, match="expected subjects that the table does not have, found 240 in both"):
        ingest_table(as_csv(table), "t.csv", entity="clinic,number", holdout=as_csv(table))
    others = table.assign(clinic=table["clinic"] + "'s other house")
    own = ingest_table(as_csv(table), "t.csv", entity="clinic,number", holdout=as_csv(others))
    assert len(own.holdout) == len(set(own.held_subjects)) * 5 == 1_200
