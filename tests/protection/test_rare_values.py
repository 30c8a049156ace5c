"""No value that fewer than k subjects hold survives protection, and everything else does."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabtwin.protection.rare_values import (
    decode,
    encode,
    fit_encoding,
    unfinished,
    unsupported_columns,
    violations,
)
from tabtwin.schema.encoding import Encoding, Recoding
from tabtwin.schema.kinds.registry import quantity
from tabtwin.schema.rule import Rule
from tabtwin.schema.schema import Column, Schema

K = 5


def schema(**fields: object) -> Schema:
    return Schema(columns=(Column.model_validate({"name": "x", "kind": "category"} | fields),))


def table(*cells: object) -> pd.DataFrame:
    numeric = all(cell is None or isinstance(cell, float) for cell in cells)
    return pd.DataFrame({"x": pd.Series(cells, dtype=float if numeric else object)})


def protected(cells: pd.DataFrame, columns: Schema, subjects: np.ndarray | None = None) -> list[object]:
    subjects = np.arange(len(cells)) if subjects is None else subjects
    encoding = fit_encoding(cells, columns, subjects, K)
    encoded = encode(cells, columns, encoding)
    assert not violations(decode(encoded, columns, encoding), columns, encoding).any()
    return encoded["x"].tolist()


def test_rare_categories_join_one_group() -> None:
    cells = table(*["a"] * 9, "b", "b", "c", "d", "e")
    assert protected(cells, schema())[9:] == ["(other)"] * 5


def test_a_small_rare_group_becomes_missing_where_cells_may_be() -> None:
    assert protected(table(*["a"] * 9, "b", None), schema(missing=True))[9:] == [None, None]


def test_a_small_rare_group_becomes_the_commonest_where_none_may_be_missing() -> None:
    assert protected(table(*["z"] * 9, *["a"] * 6, "b"), schema())[-1] == "z"


def test_the_schema_may_put_rare_categories_out_as_missing() -> None:
    cells = table(*["a"] * 9, *"bcdefg")
    assert protected(cells, schema(rare="missing", missing=True))[9:] == [None] * 6


def test_a_boolean_never_gets_a_third_value() -> None:
    cells = table(*["Yes"] * 20, *["No"] * 4)
    assert set(protected(cells, schema(kind="boolean", spelling=("No", "Yes")))) == {"Yes"}


def test_numbers_stop_at_the_mean_of_the_k_outermost_subjects_cells() -> None:
    values = protected(table(*(number**2 / 10 for number in range(100))), schema(kind="decimal", digits=1))
    # .6 in steps of 2 is 0, which one subject holds; 941.1 in steps of 20
    assert (min(values), max(values)) == (0.2, 940.0)  # type: ignore[type-var] # all are floats


def test_bounds_of_the_largest_integers_are_integers() -> None:
    values = protected(table(*(2.0**52 + 7 * number**2 for number in range(60))), schema(kind="integer"))
    assert all(value % 1 == 0 for value in values)  # type: ignore[operator] # all are floats


def test_a_heavy_minimum_stays() -> None:
    values = protected(table(*[0.0] * 5, *map(float, range(1, 95))), schema(kind="integer"))
    assert min(values) == 0.0  # type: ignore[type-var] # all are floats


def test_rows_of_one_subject_count_once() -> None:
    cells = table(*["a"] * 20, *["b"] * 20)
    subjects = np.array([*range(20), *[20] * 20])
    assert set(protected(cells, schema(), subjects)) == {"a"}
    numbers = table(*map(float, range(20)), *[99.0] * 20)
    # 99 counts as 22, twice as far from the middle as 16; the mean is 18, someone's, and 20 is nobody's.
    assert max(protected(numbers, schema(kind="integer"), subjects)) == 20.0  # type: ignore[type-var] # floats


def test_too_few_subjects_for_two_bounds_leave_only_their_mean() -> None:
    cells = table(1.0, 2.0, 3.0, 4.0, 5.0, 9.0, *[None] * 50)
    # The mean is 4, which is someone's; 6 is the nearest that is nobody's.
    assert set(protected(cells, schema(kind="integer", missing=True))[:6]) == {6.0}


def test_a_column_that_too_few_subjects_hold_is_named() -> None:
    cells = table("a", "b", *[None] * 50)
    assert unsupported_columns(cells, schema(missing=True), np.arange(52), K) == ["x"]
    assert unsupported_columns(cells, schema(missing=True, public=True), np.arange(52), K) == []


def test_a_public_column_is_left_alone_and_a_column_may_have_its_own_k() -> None:
    cells = table(*["a"] * 9, "b", "c")
    assert protected(cells, schema(public=True))[-1] == "c"
    assert protected(cells, schema(protect=1))[-1] == "c"


def test_decoding_rounds_as_the_column_is_written() -> None:
    columns = schema(kind="decimal", digits=1)
    cells = table(*[0.4] * 5, *(number / 10 for number in range(5, 45)), *[4.5] * 5)
    encoding = fit_encoding(cells, columns, np.arange(50), K)
    drawn = pd.DataFrame({"x": [1.2345, -9.0, 99.0, np.nan]})
    found = decode(drawn, columns, encoding)["x"]
    assert found[:3].tolist() == [1.2, 0.4, 4.5]
    assert np.isnan(found[3])


@pytest.mark.parametrize(
    ("form", "digits", "unit"),
    [("%Y-%m-%d", 0, "D"), ("%Y-%m", 0, "M"), ("%Y-%m-%d %H:%M", 0, "m"), ("%Y-%m-%d %H:%M:%S.%f", 3, "ms")],
)
def test_dates_survive_in_their_formats_resolution(form: str, digits: int, unit: str) -> None:
    columns = schema(kind="datetime", format=form, digits=digits, missing=True)
    steps = np.random.default_rng(3).integers(-500, 500, 60)
    stamps = (np.datetime64("2001-01-01", unit) + steps).astype("datetime64[us]")
    cells = pd.DataFrame({"x": np.append(np.repeat(stamps, 5), np.datetime64("NaT", "us"))})
    encoding = fit_encoding(cells, columns, np.arange(301), K)
    back = decode(encode(cells, columns, encoding), columns, encoding)
    pd.testing.assert_frame_equal(back, cells)


@given(st.lists(st.one_of(st.none(), st.sampled_from("abcdefghij")), min_size=30, max_size=80))
@settings(max_examples=60)
def test_no_category_of_fewer_than_k_subjects_survives(cells: list[str | None]) -> None:
    columns, frame = schema(missing=True), pd.DataFrame({"x": pd.Series(cells, dtype=object)})
    if not unsupported_columns(frame, columns, np.arange(len(cells)), K):
        found = protected(frame, columns)
        assert all(cells.count(value) >= K for value in set(found) - {None, "(other)"})  # type: ignore[arg-type] # str
        assert found.count("(other)") in {0, *range(K, len(cells))}
        kept = [(old, new) for old, new in zip(cells, found, strict=True) if old and cells.count(old) >= K]
        assert all(old == new for old, new in kept)
        assert all(new is None for old, new in zip(cells, found, strict=True) if old is None)


def test_the_unit_of_a_column_is_the_last_place_it_is_written_with() -> None:
    assert _unit(Column(name="n", kind="integer")) == 1
    assert _unit(Column(name="n", kind="decimal", digits=2)) == 0.01
    assert _unit(Column(name="n", kind="decimal", digits=17)) == 0
    assert _unit(Column(name="n", kind="datetime", format="%-d.%-m.%Y %-H:%M")) == 1 / 1_440
    assert _unit(Column(name="n", kind="datetime", format="%Y-%m-%dT%H:%M:%S.%f")) == 0


NUMBERS = (
    {"kind": "integer"},
    {"kind": "decimal", "digits": 2},
    {"kind": "decimal", "digits": 17},
    {"kind": "datetime", "format": "%Y-%m-%d"},
    {"kind": "datetime", "format": "%Y-%m-%d %H:%M:%S"},
    {"kind": "datetime", "format": "%m/%Y"},
)


@given(
    rows=st.lists(st.tuples(st.integers(-400, 400), st.integers(0, 30)), min_size=40, max_size=120),
    power=st.sampled_from([1, 2]),
    fields=st.sampled_from(NUMBERS),
)
@settings(max_examples=60)
def test_protection_moves_no_cell_to_one_that_fewer_than_k_subjects_hold(
    rows: list[tuple[int, int]], power: int, fields: dict[str, object]
) -> None:
    # Every fifth point at most, so that there is room beside each.
    points = np.array([5 * np.sign(value) * abs(value) ** power for value, _ in rows])
    subjects = np.array([subject for _, subject in rows])
    if fields["kind"] != "datetime":
        cells: object = points / 10.0 ** int(fields.get("digits") == 2) * 0.5 ** (fields.get("digits") == 17)
    else:
        unit = {"%Y-%m-%d": "D", "%m/%Y": "M"}.get(str(fields["format"]), "s")
        steps = points % 3_000 // 5 * 5 if unit == "M" else points % 100_000 // 5 * 5
        cells = (np.datetime64("1800-01-01", unit) + steps).astype("datetime64[us]")
    columns, frame = schema(**fields), pd.DataFrame({"x": cells})
    if unsupported_columns(frame, columns, subjects, K):
        return
    encoding = fit_encoding(frame, columns, subjects, K)
    kept = decode(encode(frame, columns, encoding), columns, encoding)
    moved = kept["x"][(kept["x"] != frame["x"]).to_numpy()].unique()
    holders = pd.Series(subjects).groupby(frame["x"].to_numpy()).nunique()
    assert (holders.reindex(moved).dropna() >= K).all()


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ([*map(float, range(100)), None], {"kind": "integer"}),
        ([*["a"] * 60, *["b"] * 40, None], {"kind": "category"}),
        ([*["no"] * 60, *["yes"] * 40, None], {"kind": "boolean", "spelling": ("no", "yes")}),
    ],
)
def test_missing_cells_that_too_few_subjects_have_are_not_learned(
    cells: list[object], column: dict[str, object]
) -> None:
    as_it_is = pd.Series(protected(table(*cells), schema(**column, missing=True)))
    assert as_it_is.isna().sum() == 1
    kept = pd.Series(protected(table(*cells), schema(**column, missing=False)))
    assert kept.notna().all()
    assert set(kept) <= set(cells)


def _unit(column: Column) -> float:
    return quantity(column).unit(column)


def test_rows_that_no_values_complete_are_told_where_columns_are_computed() -> None:
    pool = pd.DataFrame({"low": [1.0, 3.0, 2.0], "high": [2.0, 2.0, 2.0]})
    columns = tuple(Column(name=name, kind="integer") for name in pool)
    found = Schema(columns=columns, rules=(Rule(kind="order", columns=("low", "high")),))
    assert not unfinished(pool, found, Encoding(columns={})).any()
    computing = Encoding(columns={}, recoding=Recoding(anchor={"low": 1.0}))
    assert unfinished(pool, found, computing).tolist() == [False, True, False]
