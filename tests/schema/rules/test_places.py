"""A twin's places lie where k subjects' do, and a stop has its own."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tabtwin
from tabtwin.lib.errors import InputError
from tabtwin.schema.rule import Rule
from tabtwin.schema.rules.declaring import check_rule
from tabtwin.schema.rules.place_names import place_names
from tabtwin.schema.rules.places import PlaceGrid
from tabtwin.schema.schema import Schema

ROWS = 900


def towns(rows: int = ROWS, seed: int = 1) -> np.ndarray:
    """Return places around seven towns, (rows, 2)."""
    centers = np.random.default_rng(0).uniform([40, -74], [42, -72], (7, 2))
    rng = np.random.default_rng(seed)
    return (centers[rng.integers(0, 7, rows)] + rng.normal(0, 0.03, (rows, 2))).round(4)


def table(places: np.ndarray, names: tuple[str, str] = ("lat", "lon"), **more: object) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    columns = {names[0]: places[:, 0], names[1]: places[:, 1], "paid": rng.gamma(2, 9, len(places)).round(2)}
    return pd.DataFrame(columns).assign(**more)


def astray(twin: pd.DataFrame, places: np.ndarray) -> float:
    """Return the share of places farther from all others than any of a town is from its next."""
    points = twin[["lat", "lon"]].dropna().to_numpy()
    return float((np.linalg.norm(points[:, None] - places[None], axis=2).min(axis=1) > 0.1).mean())


def described(source: pd.DataFrame) -> Schema:
    return tabtwin.check(source, seed=1).schema_found


@pytest.mark.parametrize(
    ("names", "pairs"),
    [
        (["lat", "lon"], [("lat", "lon", True)]),
        (["LNG", "LAT"], [("LAT", "LNG", True)]),
        (["decimalLatitude", "decimalLongitude"], [("decimalLatitude", "decimalLongitude", True)]),
        (["start_lat", "end_lon", "start_lon"], [("start_lat", "start_lon", True)]),
        (["Breitengrad", "Längengrad"], [("Breitengrad", "Längengrad", True)]),
        (["широта", "долгота"], [("широта", "долгота", True)]),
        (["coord_y", "coord_x"], [("coord_y", "coord_x", False)]),
        (["Easting", "Northing"], [("Northing", "Easting", False)]),
        (["latency", "longest"], []),
        (["lat", "paid"], []),
    ],
)
def test_pairs_are_found_by_their_names(names: list[str], pairs: list[tuple[str, str, bool]]) -> None:
    assert place_names(names) == pairs


@pytest.mark.parametrize("gaps", [False, True])
@pytest.mark.parametrize("turned", [False, True])
def test_a_twin_is_nowhere_between_the_towns(gaps: bool, turned: bool) -> None:
    places = towns()
    source = table(places)
    if gaps:
        source.loc[source.index % 9 == 0, ["lat", "lon"]] = None
    source = source[["lon", "paid", "lat"]] if turned else source
    assert "lat and lon lie where other rows do" in tabtwin.check(source, seed=1).rules
    denied = {"denied": [{"kind": "place", "columns": ["lat", "lon"]}]}
    twin = tabtwin.fit(source, seed=1).sample(600)
    free = tabtwin.fit(source, tabtwin.check(source, schema=denied, seed=1).schema_found, seed=1).sample(600)
    assert astray(twin, places) < 0.003
    assert astray(free, places) > 0.02
    assert ((twin["lat"] * 1e4).dropna() % 1).round(3).isin([0, 1]).all()
    assert twin["lat"].isna().any() == gaps


def test_stops_without_a_name_have_places_of_the_tables() -> None:
    stops = np.random.default_rng(0).uniform([40, -74], [42, -72], (30, 2)).round(5)
    places = stops[np.random.default_rng(1).integers(0, 30, ROWS)]
    twin = tabtwin.fit(table(places), seed=1).sample(500)
    known = set(map(tuple, stops))
    assert all(tuple(place) in known for place in twin[["lat", "lon"]].to_numpy())


def test_a_stop_has_its_own_place_and_rare_ones_are_where_others_are() -> None:
    stops = np.random.default_rng(0).uniform([40, -74], [42, -72], (40, 2)).round(4)
    at = np.random.default_rng(1).choice(40, ROWS, p=np.array([1] * 30 + [0.06] * 10) / 30.6)
    source = table(stops[at], stop=[f"Stop {number}" for number in at])
    twin = tabtwin.fit(source, seed=1).sample(600)
    places = source.groupby("stop")[["lat", "lon"]].first()
    named = twin[twin["stop"] != "(other)"]
    assert (named[["lat", "lon"]].to_numpy() == places.loc[named["stop"]].to_numpy()).all()
    assert astray(twin, stops) == 0


def test_a_place_that_is_computed_with_is_one_all_the_same() -> None:
    places = towns()
    source = table(places, rounded=places[:, 0].round(1))
    found = tabtwin.check(source, seed=1).rules
    assert "lat and lon lie where other rows do" in found
    twin = tabtwin.fit(source, seed=1).sample(400)
    assert astray(twin, places) < 0.003


def test_places_anywhere_between_their_ends_have_no_rule_but_may_be_declared_one() -> None:
    places = np.random.default_rng(2).uniform([40, -74], [42, -72], (ROWS, 2)).round(4)
    assert tabtwin.check(table(places), seed=1).rules == ()
    other = table(towns(), ("y", "x"))
    assert tabtwin.check(other, seed=1).rules == ()
    declared = {"rules": [{"kind": "place", "columns": ["y", "x"]}]}
    assert tabtwin.check(other, schema=declared, seed=1).rules == ("y and x lie where other rows do",)
    with pytest.raises(InputError, match="expected a rule of kind place about other columns"):
        check_rule(Rule(kind="place", columns=("y", "x")), described(other.assign(x=["a", "b", "c"] * 300)))


def test_places_are_missing_where_another_column_says_so() -> None:
    places = towns()
    source = table(places, way=np.where(np.arange(ROWS) % 3 > 0, "delivered", "fetched"))
    source.loc[source["way"] == "fetched", ["lat", "lon"]] = None
    assert "lat and lon lie where other rows do" in tabtwin.check(source, seed=1).rules
    twin = tabtwin.fit(source, seed=1).sample(600)
    for name in ("lat", "lon"):
        assert (twin[name].isna() == (twin["way"] == "fetched")).all()
    assert astray(twin, places) < 0.003


def test_numbers_out_of_range_are_no_places() -> None:
    assert tabtwin.check(table(towns() * 10), seed=1).rules == ()


@settings(max_examples=30)
@given(
    seed=st.integers(0, 10**6), rows=st.integers(100, 600), spread=st.sampled_from(["even", "normal", "few"])
)
def test_independent_columns_are_seldom_places(seed: int, rows: int, spread: str) -> None:
    rng = np.random.default_rng(seed)
    draw = {
        "even": lambda: rng.uniform(10, 20, rows),
        "normal": lambda: rng.normal(15, 2, rows),
        "few": lambda: rng.integers(10, 14, rows) + 0.5,
    }[spread]
    source = table(np.stack([draw(), draw()], axis=1).round(3))
    assert not any("lie where" in rule for rule in tabtwin.check(source, seed=1).rules)


@settings(max_examples=60)
@given(
    seed=st.integers(0, 10**6),
    units=st.sampled_from([(1e-4, 1e-4), (0.25, 0.25), (1e-5, 1e-2), (0.0, 0.0)]),
    rows=st.integers(1, 400),
    k=st.integers(2, 9),
)
def test_cells_are_of_k_subjects_and_all_that_is_moved_lies_in_them(
    seed: int, units: tuple[float, float], rows: int, k: int
) -> None:
    rng = np.random.default_rng(seed)
    grid = PlaceGrid.of(*units)
    numbers = [
        np.rint(rng.normal(0, 3, rows) / unit) * unit if unit else rng.normal(0, 3, rows) for unit in units
    ]
    subjects = rng.integers(0, rows, rows)
    points = grid.points(*numbers)
    cells = grid.find(points, subjects, k)
    for level, one, other in cells:
        within = (grid.cells(points, level) == (one, other)).all(axis=1)
        assert len(np.unique(subjects[within])) >= k
    assert not cells or len(np.unique(subjects)) >= k
    if cells:
        drawn = (rng.normal(0, 9, 50), np.where(rng.random(50) < 0.1, np.nan, rng.normal(0, 9, 50)))
        first, then = grid.moved(drawn, cells)
        there = ~np.isnan(drawn[1])
        assert grid.inside(grid.points(first[there], then[there]), cells).all()
        assert np.isnan(then[~there]).all()
        assert (first[~there] == drawn[0][~there]).all()


@pytest.mark.parametrize(("unit", "far"), [(1e-10, 20.0), (0.0, 1e6), (0.0, 1e25)])
def test_fine_units_of_a_wide_range_keep_places_where_they_are(unit: float, far: float) -> None:
    rng = np.random.default_rng(4)
    stops = rng.random((40, 2)) * far
    grid, people = PlaceGrid.of(unit, unit), np.arange(1_000)
    points = grid.points(*stops[people % 40].T)
    assert grid.inside(points, grid.find(points, people, 5)).all()
