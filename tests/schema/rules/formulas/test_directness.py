"""Formulas through rounded columns come after direct ones, so that both hold in every row."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tabtwin.protection.rare_values import as_protected, decode, encode, fit_encoding
from tabtwin.protection.recoding import with_recoding
from tabtwin.schema.encoding import units
from tabtwin.schema.rule import Rule
from tabtwin.schema.rules.computing import differ
from tabtwin.schema.rules.finding import with_rules
from tabtwin.schema.rules.formulas.directness import direct_first
from tabtwin.schema.rules.formulas.finding import formulas
from tabtwin.schema.rules.formulas.quantities import Quantities
from tabtwin.schema.rules.observed import Observed
from tabtwin.schema.schema import Column, Schema

ROWS = 800


def shares(seed: int, digits: int) -> tuple[pd.DataFrame, Schema]:
    """A part of a whole, as a share of so many digits and as a percentage of one."""
    rng = np.random.default_rng(seed)
    part = rng.integers(3, 900, ROWS).astype(float)
    whole = part + rng.integers(1, 900, ROWS)
    table = pd.DataFrame(
        {
            "part": part,
            "whole": whole,
            "share": (part / whole).round(digits),
            "pct": (100 * part / whole).round(1),
        }
    )
    return table, described({"part": 0, "whole": 0, "share": digits, "pct": 1})


def described(digits: dict[str, int]) -> Schema:
    """A schema of numbers of so many digits."""
    return Schema(
        columns=tuple(
            Column(name=name, kind="decimal" if places else "integer", digits=places)
            for name, places in digits.items()
        )
    )


def made(table: pd.DataFrame, schema: Schema) -> tuple[pd.DataFrame, Schema]:
    """Rows decoded from shuffled ones, and the schema with the rules that they keep."""
    whose = np.arange(len(table))
    encoding = fit_encoding(table, schema, whose, 5)
    shown = as_protected(table, schema, encoding)
    ruled = with_rules(Observed(schema, table, shown, encoding, whose, 5))
    encoding = with_recoding(encoding, table, shown, ruled, whose, 5)
    encoded, rng = encode(table, ruled, encoding), np.random.default_rng(7)
    drawn = {name: encoded[name].to_numpy()[rng.integers(0, len(table), 3_000)] for name in encoded}
    return decode(pd.DataFrame(drawn), ruled, encoding), ruled


@pytest.mark.parametrize("digits", [2, 3, 4])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_share_and_a_percentage_are_both_of_the_whole_however_they_are_rounded(
    seed: int, digits: int
) -> None:
    table, schema = shares(seed, digits)
    twin, ruled = made(table, schema)
    whole = formulas(table, schema, np.arange(ROWS))
    assert len(whole) > 2
    for rule in whole:
        if rule.columns[0] in {"share", "pct"}:
            cells = {name: twin[name].to_numpy() for name in rule.columns}
            assert not differ(rule, cells, units(schema)).any(), str(rule)
    assert {"share", "pct"} <= {rule.columns[0] for rule in ruled.rules if rule.kind == "formula"}
    ratio = twin["part"] / twin["whole"]
    assert np.abs(twin["share"] - ratio).max() <= 0.5 * 0.1**digits + 1e-9
    assert np.abs(twin["pct"] - 100 * ratio).max() <= 0.05 + 1e-9


def test_a_formula_without_a_rival_stays_in_its_place_whatever_it_gives() -> None:
    rng = np.random.default_rng(3)
    odd, other = 2.0 * rng.integers(0, 90, ROWS) + 1, rng.integers(0, 90, ROWS).astype(float)
    half = np.floor(odd / 2 + 0.5)  # tabtwin rounds half of them otherwise
    table = pd.DataFrame({"odd": odd, "half": half, "other": other, "total": half + other})
    schema = described(dict.fromkeys(table, 0))
    rules = formulas(table, schema, np.arange(ROWS))
    assert str(rules[0]).startswith("half = ")
    assert {rule.columns[0] for rule in made(table, schema)[1].rules if rule.computes} == {"half", "total"}


def test_formulas_that_give_the_same_cells_keep_their_order() -> None:
    table, schema = shares(1, 3)
    known = Quantities.of(table, schema, np.arange(ROWS))
    texts = {"share = part / whole": ("share", "part", "whole"), "share = pct / 100": ("share", "pct")}
    rules = [
        Rule(kind="formula", columns=columns, expression=text.partition(" = ")[2])
        for text, columns in texts.items()
    ]
    for order in (rules, rules[::-1]):
        assert direct_first(order, known) == order
    coarse, narrow = shares(1, 2)
    known = Quantities.of(coarse, narrow, np.arange(ROWS))
    assert direct_first(rules[::-1], known) == rules
