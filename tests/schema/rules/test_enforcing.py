"""Random tables and random rules: those that can be kept together are, in every row, within all bounds."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tabtwin.schema.rule import Rule
from tabtwin.schema.rules.agreement import obstacle
from tabtwin.schema.rules.breaking import broken
from tabtwin.schema.rules.enforcing import enforce

ROWS = 24
WORDS = tuple("abcd")
CATEGORIES = ("c0", "c1", "c2", "c3")
CODES = ("k0", "k1")
NUMBERS = ("n0", "n1", "n2", "n3")
DATES = ("d0", "d1", "d2")
DATED = frozenset(DATES)
UNITS = st.sampled_from([0.0, 0.01, 0.5, 1.0])


@st.composite
def grids(draw: st.DrawFn) -> tuple[dict[str, tuple[float, float]], dict[str, float]]:
    """Bounds and units of numbers, and of dates in days."""
    bounds, units = {}, {}
    for name in (*NUMBERS, *DATES, *CODES):
        unit = 1.0 if name in (*DATES, *CODES) else draw(st.sampled_from([0.0, 0.01, 0.1, 1.0]))
        low = draw(st.integers(-20, 20))
        bounds[name] = (float(low), float(low + draw(st.integers(0, 30))))
        units[name] = unit
    return bounds, units


@st.composite
def tables(draw: st.DrawFn) -> tuple[pd.DataFrame, dict[str, tuple[float, float]], dict[str, float]]:
    """A canonical table within its bounds, on its units, with missing cells."""
    bounds, units = draw(grids())
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    gaps = draw(st.sampled_from([0.0, 0.3]))
    cells: dict[str, np.ndarray] = {}
    for name in CATEGORIES:
        cells[name] = rng.choice(np.array([*WORDS, None], dtype=object), ROWS)
    for name, (low, high) in bounds.items():
        drawn = rng.uniform(low, high, ROWS)
        digits = {0.0: 17, 0.01: 2, 0.1: 1}.get(units[name], 0)
        numbers = np.clip(np.round(drawn, digits) if digits < 17 else drawn, low, high)
        absent = rng.random(ROWS) < gaps
        if name in DATED:
            stamps = numbers.astype("int64").astype("datetime64[D]").astype("datetime64[ns]")
            stamps[absent] = np.datetime64("NaT")
            cells[name] = stamps
        else:
            cells[name] = np.where(absent, np.nan, numbers)
    return pd.DataFrame(cells), bounds, units


@st.composite
def one_rule(draw: st.DrawFn) -> Rule:
    kind = draw(st.sampled_from(["sum", "order", "order", "implies", "implies", "implies"]))
    if kind == "sum":
        wanted = draw(st.integers(3, 4))
        return Rule(kind="sum", columns=tuple(draw(st.permutations(NUMBERS))[:wanted]))
    if kind == "order":
        among = draw(st.sampled_from([(*NUMBERS, *CODES), DATES]))
        return Rule(kind="order", columns=tuple(draw(st.permutations(among))[:2]))
    first = draw(st.sampled_from([*CATEGORIES, *CODES]))
    then = draw(st.sampled_from([name for name in (*CATEGORIES, *CODES, *NUMBERS, *DATES) if name != first]))
    keys = st.sampled_from(WORDS) if first in CATEGORIES else st.integers(-20, 50).map(str)
    fixed = st.sampled_from([*WORDS, None]) if then in CATEGORIES else st.none()
    return Rule(kind="implies", columns=(first, then), values=draw(st.dictionaries(keys, fixed, max_size=5)))


def kept(rules: list[Rule], bounds: dict[str, tuple[float, float]], units: dict[str, float]) -> list[Rule]:
    """Of some rules, those that nothing speaks against beside those before them."""
    found: list[Rule] = []
    for rule in rules:
        within = rule.columns[0] not in CODES or all(
            bounds[rule.columns[0]][0] <= float(value) <= bounds[rule.columns[0]][1] for value in rule.values
        )
        alike = any(rule.is_like(other) for other in found)
        if within and not alike and not obstacle(rule, found, bounds, units, DATED):
            found.append(rule)
    return found


@settings(max_examples=100)
@given(tables(), st.lists(one_rule(), min_size=1, max_size=10), st.randoms(use_true_random=False))
def test_rules_that_can_be_kept_together_are_kept_in_every_row_in_whatever_order_they_stand(
    given_table: tuple[pd.DataFrame, dict[str, tuple[float, float]], dict[str, float]],
    rules: list[Rule],
    chance: object,
) -> None:
    table, bounds, units = given_table
    found = kept(rules, bounds, units)
    assume(found)
    chance.shuffle(found)  # type: ignore[attr-defined] # hypothesis gives random.Random
    columns = list(table)
    chance.shuffle(columns)  # type: ignore[attr-defined] # hypothesis gives random.Random
    held = enforce(table[columns], tuple(found), bounds, units)
    assert not broken(held, tuple(found), units).any()
    for name, (low, high) in bounds.items():
        cells = held[name]
        if name in DATED:
            cells = (cells - pd.Timestamp("1970-01-01")) / pd.Timedelta(days=1)
        assert not ((cells < low) | (cells > high)).any()
    for name in CATEGORIES:
        assert held[name].isin([*WORDS, None]).all()
    pd.testing.assert_frame_equal(enforce(held, tuple(found), bounds, units), held)
