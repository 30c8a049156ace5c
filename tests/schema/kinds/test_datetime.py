"""A date is a date in whatever form, as fine as k subjects' are, and never a key."""

from __future__ import annotations

import io
from typing import Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tabtwin.io.reading import read_source
from tabtwin.io.writing_parquet import to_arrow
from tabtwin.lib.errors import InputError
from tabtwin.protection.precision import as_vouched
from tabtwin.schema.column import Column
from tabtwin.schema.kinds import registry
from tabtwin.schema.kinds.category import VariedError
from tabtwin.schema.kinds.cells import Cells, distinct
from tabtwin.schema.kinds.grids import Grid
from tabtwin.schema.kinds.guessing import guess
from tabtwin.schema.schema import Schema
from tabtwin.schema.source import Source
from tabtwin.schema.typed import canonical

RNG = np.random.default_rng(5)
MINUTES = np.datetime64("2020-01-01T00:00", "us") + RNG.integers(0, 10**6, 400) * np.timedelta64(1, "m")
K = 5


def learned(cells: Cells) -> tuple[Column, np.ndarray]:
    """A column as k subjects have it, and its canonical cells."""
    rows = len(cells.codes)
    schema = Schema(columns=(guess("x", cells, K),))
    found = as_vouched(schema, Source({"x": cells}, rows), np.ones(rows, bool), np.arange(rows), K, {})
    return found["x"], registry.of(found["x"]).read(cells.without(found["x"].marks), found["x"])


def written(cells: Cells) -> list[str | None]:
    """A column read, and written again."""
    column, stamps = learned(cells)
    return list(registry.of(column).texts(pd.Series(stamps), column))


def of(texts: list[str | None]) -> Cells:
    return distinct(np.array(texts, dtype=object))


def iso(stamps: np.ndarray, form: str = "%Y-%m-%dT%H:%M:%S") -> list[str]:
    return list(pd.DatetimeIndex(stamps).strftime(form))


def test_one_offset_is_kept_although_all_cells_differ() -> None:
    texts = [f"{text}+02:00" for text in iso(np.unique(MINUTES))]
    column, _ = learned(of(texts))
    assert (column.kind, column.format) == ("datetime", "%Y-%m-%dT%H:%M:%S+02:00")
    assert column.every == 60
    assert written(of(texts)) == texts


def test_several_offsets_are_drawn_as_often_as_k_subjects_have_them() -> None:
    offsets = RNG.choice(["+01:00", "-05:00"], 400, p=[0.75, 0.25]).tolist()
    offsets[:2] = ["+09:30", "+09:30"]
    texts = [one + two for one, two in zip(iso(MINUTES), offsets, strict=True)]
    column, _ = learned(of(texts))
    assert set(column.offsets) == {"+01:00", "-05:00"}
    assert column.zone == ""
    found = pd.Series([str(text)[-6:] for text in written(of(texts))]).value_counts(normalize=True)
    assert set(found.index) == {"+01:00", "-05:00"}
    assert abs(found["+01:00"] - 0.75) < 0.1


@pytest.mark.parametrize("spelled", ["%z", "%Z"])
def test_offsets_by_season_follow_from_the_zone(spelled: str) -> None:
    local = (
        pd.DatetimeIndex(MINUTES).tz_localize("Europe/Berlin", ambiguous="NaT", nonexistent="NaT").dropna()
    )
    texts = list(local.strftime(f"%Y-%m-%d %H:%M:%S {spelled}"))
    column, _ = learned(of(texts))
    assert column.zone == "Europe/Berlin"
    assert written(of(texts)) == texts


def test_offsets_by_month_are_drawn_by_month_where_no_zone_fits() -> None:
    months = MINUTES.astype("datetime64[M]").astype(int) % 12
    texts = [
        text + ("+0530" if month < 6 else "+0230") for text, month in zip(iso(MINUTES), months, strict=True)
    ]
    column, _ = learned(of(texts))
    assert (column.zone, len(column.offset_shares)) == ("", 12)
    assert written(of(texts)) == texts


def test_times_on_quarter_hours_stay_there() -> None:
    quarters = MINUTES.astype("datetime64[m]").astype("int64") // 15 * 15
    cells = of(iso(quarters.astype("datetime64[m]").astype("datetime64[us]"), "%Y-%m-%d %H:%M"))
    column, stamps = learned(cells)
    kind = registry.quantity(column)
    assert column.every == 900
    moved = kind.canonical(kind.numbers(pd.Series(stamps)) + 0.003, column, (0, 1e6))
    assert not (moved.astype("datetime64[s]").astype("int64") % 900).any()


def test_a_finer_time_of_fewer_than_k_subjects_leaves_no_trace() -> None:
    stamps = MINUTES.copy()
    stamps[: K - 1] += np.timedelta64(7, "s")
    assert learned(of(iso(stamps)))[0].every == 60
    stamps[K - 1] += np.timedelta64(7, "s")
    assert learned(of(iso(stamps)))[0].every == 0


def test_marks_in_place_of_dates_keep_their_shares() -> None:
    texts: list[str | None] = list(iso(MINUTES, "%Y-%m-%d"))
    texts[:80], texts[80:120], texts[120:140] = ["0000-00-00"] * 80, ["9999-12-31"] * 40, [None] * 20
    column, _ = learned(of(texts))
    assert (column.kind, set(column.marks)) == ("datetime", {"0000-00-00", "9999-12-31"})
    found = pd.Series(written(of(texts)), dtype=object)
    assert abs((found == "0000-00-00").sum() - 80) < 20
    assert abs((found == "9999-12-31").sum() - 40) < 20
    assert 5 < found.isna().sum() < 40


def test_a_mark_of_fewer_than_k_subjects_is_missing() -> None:
    texts = list(iso(MINUTES, "%d/%m/%Y"))
    texts[: K - 1] = ["99/99/9999"] * (K - 1)
    column, _ = learned(of(texts))
    assert (column.marks, column.mark_shares, column.blank) == ((), (), "")


def test_a_word_that_few_cells_hold_is_no_mark() -> None:
    texts = list(iso(MINUTES, "%Y-%m-%d"))
    texts[:3] = ["secret"] * 3
    with pytest.raises(VariedError):
        guess("x", of(texts), K)
    texts[:9] = ["never"] * 9
    assert guess("x", of(texts), K).marks == ("never",)


def test_texts_that_look_like_dates_are_no_keys() -> None:
    texts = [f"{text} o'clock" for text in iso(np.unique(MINUTES), "%Y-%m-%d %H:%M")]
    with pytest.raises(InputError, match="look like some in another; declare their format") as refused:
        guess("at", of(texts))
    assert "\n" not in str(refused.value)


def test_numbers_of_receipts_that_begin_with_a_date_are_keys() -> None:
    days = iso(np.unique(MINUTES), "%Y-%m-%d")
    assert guess("receipt", of([f"{day}-{at:03d}" for at, day in enumerate(days)])).kind == "key"


@pytest.mark.parametrize(
    "column",
    [
        pa.array([-(10**13), 10**13, None] * 40, pa.timestamp("ms")),
        pa.array([0, 10**7, None] * 40, pa.timestamp("us", "Europe/Berlin")),
        pa.array([-600_000, 2_932_896, None] * 40, pa.date32()),
        pa.array([0, 10**6, None] * 40, pa.time64("us")),
        pa.array([0, 10**3, None] * 40, pa.time32("ms")),
        pa.array([0, 10**9, None] * 40, pa.duration("ns")),
    ],
    ids=lambda column: str(column.type),
)
def test_parquet_gives_back_what_it_gave(column: pa.Array) -> None:
    buffer = io.BytesIO()
    pq.write_table(pa.table({"x": column, "y": range(120)}), buffer)
    source = read_source(buffer.getvalue(), "t.parquet").without(["y"])
    schema = Schema(columns=(guess("x", source.columns["x"]),))
    back = to_arrow(canonical(source, schema), schema)["x"]
    assert back.type == column.type
    assert back.to_pylist() == column.to_pylist()


@pytest.mark.parametrize(("odd", "form"), [(0, "%H:%M:%S"), (2, "%H:%M:%S"), (40, "%H:%M:%S.%f")])
def test_stored_times_of_day_stay_so_and_as_fine_as_those_of_k_subjects(odd: int, form: str) -> None:
    micros = np.arange(120) * 37_000_000 + (np.arange(120) < odd) * 250_000
    buffer = io.BytesIO()
    pq.write_table(pa.table({"x": pa.array(micros, pa.time64("us"))}), buffer)
    source = read_source(buffer.getvalue(), "t.parquet")
    schema = Schema(columns=(guess("x", source.columns["x"]),))
    new = as_vouched(schema, source, np.ones(120, bool), np.arange(120), K, {})
    assert (new["x"].kind, new["x"].format) == ("time", form)


def test_periods_of_weeks_and_quarters_come_back_as_they_were() -> None:
    weeks = pd.period_range("2019-12-30", periods=60, freq="W")
    quarters = pd.period_range("1980Q1", periods=60, freq="Q-MAR")
    table = pd.DataFrame({"week": weeks, "quarter": quarters}).sample(120, replace=True, random_state=1)
    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False)
    source = read_source(buffer.getvalue(), "t.parquet")
    assert {cells.values.dtype for cells in source.columns.values()} == {np.dtype("datetime64[us]")}
    schema = Schema(columns=tuple(guess(name, cells) for name, cells in source.columns.items()))
    schema = as_vouched(schema, source, np.ones(120, bool), np.arange(120), K, {})
    back = to_arrow(canonical(source, schema), schema).to_pandas()
    pd.testing.assert_frame_equal(back, table.reset_index(drop=True))


@pytest.mark.parametrize("unit", ["D", "W", "M", "Q", "Y"])
def test_grids_of_dates_say_one_point_and_many_alike(unit: Literal["D", "W", "M", "Q", "Y"]) -> None:
    grid, index = Grid(1.0, unit=unit), np.arange(-300, 300)
    values = grid.values(index)
    assert values.tolist() == [grid.value(int(at)) for at in index]
    assert (grid.index(values) == index).all()
    assert (grid.index_from(values) == index).all()
    assert (grid.index_from(values - 0.5) == index).all()


@pytest.mark.parametrize("form", ["{}/{}", "{}-{:02}", "{}-{:03}"])
def test_subjects_and_their_visits_are_no_years_and_months(form: str) -> None:
    texts = np.array([form.format(1_001 + at // 3, 1 + at % 3) for at in range(300)], dtype=object)
    assert guess("visit", distinct(texts)).kind == "key"
    years = np.array([form.format(1_901 + at // 3, 1 + at % 3) for at in range(300)], dtype=object)
    assert guess("visit", distinct(years)).kind == "datetime"
