"""Groups of columns of which one is set: dummies, and choices that exclude each other."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import tabtwin
from tabtwin.lib.errors import InputError
from tabtwin.schema.rule import Rule
from tabtwin.schema.rules.breaking import broken
from tabtwin.schema.rules.one_of import groups
from tests.schema.rules.test_never import found, kinds_of, mixed


def dummies(rows: int = 900, spelled: tuple[object, object] = (0.0, 1.0)) -> pd.DataFrame:
    """A table with the dummies of a category of four values."""
    rng = np.random.default_rng(1)
    which = rng.choice(4, rows, p=[0.4, 0.3, 0.2, 0.1])
    sets = {f"color_{name}": which == at for at, name in enumerate(["red", "blue", "green", "gray"])}
    off, on = spelled
    return pd.DataFrame(
        {
            "size": rng.normal(170, 9, rows).round(1),
            **{name: np.where(rows_of, on, off) for name, rows_of in sets.items()},
            "owner": rng.choice(["yes", "no"], rows),
        }
    )


def rule_of(table: pd.DataFrame) -> list[Rule]:
    return groups(table, kinds_of(table), np.arange(len(table)), 5)


@pytest.mark.parametrize("spelled", [(0.0, 1.0), ("False", "True"), ("no", "yes"), ("N", "Y"), (None, "x")])
def test_dummies_are_a_group_in_any_spelling(spelled: tuple[object, object]) -> None:
    (rule,) = rule_of(dummies(spelled=spelled).drop(columns="owner"))
    assert str(rule) == "exactly one of color_gray, color_green, color_blue, color_red is set"
    assert rule.unset["color_red"] == ("0" if spelled[0] == 0.0 else spelled[0])


@pytest.mark.parametrize("kind", ["one_of", "exclusive"])
def test_rows_drawn_column_by_column_have_one_of_a_group_set(kind: str) -> None:
    table = dummies().drop(columns=["color_red"] if kind == "exclusive" else [])
    schema = found(table)
    (rule,) = (rule for rule in schema.rules if rule.is_group)
    assert rule.kind == kind
    made = mixed(table, schema)
    count = made[list(rule.columns)].sum(axis=1)
    assert (count == 1).all() if kind == "one_of" else set(count) == {0.0, 1.0}


def test_a_group_needs_no_formula_for_its_sum() -> None:
    assert [str(rule) for rule in found(dummies()).rules] == [
        "exactly one of color_gray, color_green, color_blue, color_red is set"
    ]


def test_columns_of_which_one_is_filled_exclude_each_other() -> None:
    rng = np.random.default_rng(1)
    way = rng.choice(5, 1_500)
    table = pd.DataFrame(
        {
            "email": np.where(way == 0, rng.choice(["a", "b", "c"], 1_500), None),
            "fax": np.where(way == 1, rng.integers(100, 200, 1_500), np.nan),
            "post": np.where(way == 2, rng.choice(["k", "l"], 1_500), None),
            "size": rng.normal(170, 9, 1_500).round(1),
        }
    )
    schema = found(table)
    assert any("email" in str(rule) and str(rule).endswith("not missing") for rule in schema.rules)
    assert (mixed(table, schema)[["email", "fax", "post"]].notna().sum(axis=1) <= 1).all()


def test_a_group_of_few_rows_may_be_chance() -> None:
    assert rule_of(dummies(29)) == []


def test_one_row_with_two_set_denies_a_group() -> None:
    table = dummies()
    table.loc[5, ["color_red", "color_blue"]] = 1.0
    assert not any(rule.kind == "one_of" for rule in rule_of(table))


def test_a_group_is_denied_and_another_declared() -> None:
    names = tuple(f"color_{name}" for name in ("red", "blue", "green", "gray"))
    schema = kinds_of(dummies()).model_copy(
        update={
            "denied": (Rule(kind="exclusive", columns=names),),
            "rules": (Rule(kind="exclusive", columns=("color_red", "owner"), values={"owner": "no"}),),
        }
    )
    told = found(dummies(), schema)
    assert not any(rule.kind == "one_of" for rule in told.rules)
    (rule,) = (rule for rule in told.rules if rule.is_group)
    assert (rule.columns, rule.values) == (("color_red", "owner"), {"color_red": "1", "owner": "no"})
    made = mixed(dummies(), told)
    assert not ((made["color_red"] == 1) & (made["owner"] == "no")).any()
    assert not broken(made, told.rules, {}).any()


def test_a_declared_group_of_columns_that_are_not_set_is_refused_in_one_line() -> None:
    rule = Rule(kind="one_of", columns=("color_red", "size"))
    with pytest.raises(InputError, match=r"'size', of which it is not clear; say what it holds"):
        found(dummies(), kinds_of(dummies()).model_copy(update={"rules": (rule,)}))


def test_a_fitted_twin_keeps_dummies() -> None:
    table = dummies().astype({name: int for name in dummies() if name.startswith("color")})
    made = tabtwin.fit(table, seed=1).sample(900)
    counts = made.filter(like="color")
    assert (counts.sum(axis=1) == 1).all()
    assert (counts.mean() - table.filter(like="color").mean()).abs().max() < 0.05
