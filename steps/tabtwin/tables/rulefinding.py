"""Finding rules in a table: what holds in every row, and would not by chance.

A rule needs support: had its columns nothing to do with one another, the odds that it held in all rows would
be below 1 in 10^12. Those of a table of 100 rows seldom come to that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from tabtwin.lib.errors import InputError
from tabtwin.tables.declared import check_known
from tabtwin.tables.encoding import Encoding, decode, encode, units
from tabtwin.tables.rules import Rule, broken
from tabtwin.tables.schema import CATEGORICAL, NUMERIC, Column, Schema

CHANCE = 12.0
"""Powers of ten: how unlikely it must be that a rule holds by chance."""

FEWEST = 30
FEWEST_SUMS = 100
LOOK = 64
MOST_NUMBERS = 120


def find_rules(
    training: pd.DataFrame, protected: pd.DataFrame, schema: Schema, units_of: Mapping[str, float]
) -> tuple[Rule, ...]:
    """The rules of a table: those that the schema declares, and those found that it does not deny.

    Args:
        training: Canonical rows as they are: sums and orderings need hold there.
        protected: The same after value protection: what categories fix is told of these.
        schema: Its ``rules`` are declared ones, its ``denied`` ones are not looked for.
        units_of: What numbers of a column are multiples of.
    """
    declared = tuple(_completed(rule, protected, schema) for rule in schema.rules)
    found = [
        *_sums(training, schema, units_of),
        *_orders(training, schema, units_of),
        *_implications(protected, schema),
    ]
    kept: list[Rule] = []
    for rule in (*declared, *found):
        known = any(rule.is_like(other) for other in kept)
        denied = any(rule.is_like(other) for other in schema.denied)
        if not known and not denied and _fits(rule, kept):
            kept.append(rule)
    return tuple(kept)


def with_rules(schema: Schema, training: pd.DataFrame, encoding: Encoding) -> Schema:
    """The schema with the rules of canonical ``training``.

    Raises:
        InputError: if a declared rule's columns are not of a kind that such rules are about.
    """
    for rule in (*schema.rules, *schema.denied):
        _check(rule, schema)
    learned = {column.name for column in schema.learned}
    said = tuple(rule for rule in schema.rules if learned >= set(rule.columns))
    bare = schema.model_copy(update={"rules": ()})
    protected = decode(encode(training, bare, encoding), bare, encoding)
    rules = find_rules(training, protected, bare.model_copy(update={"rules": said}), units(schema))
    return schema.model_copy(update={"rules": rules})


def _check(rule: Rule, schema: Schema) -> None:
    for position, name in enumerate(rule.columns):
        check_known(name, [column.name for column in schema.columns], "--schema")
        kind = schema[name].kind
        fits = {
            "sum": kind in NUMERIC,
            "order": kind in (*NUMERIC, "datetime"),
            "implies": kind in CATEGORICAL or position > 0,
        }
        if schema[name].learned and not fits[rule.kind]:
            raise InputError(
                f"--schema: expected a rule of kind {rule.kind} to be about other columns than {name!r}, "
                f"which is of kind {kind}; correct it"
            )


def _fits(rule: Rule, kept: Sequence[Rule]) -> bool:
    """Whether a rule can be kept beside others: columns of sums are in no other sum or ordering, a column is
    determined once, and none determines itself.
    """
    columns = set(rule.columns)
    sums = {name for other in kept if other.kind == "sum" for name in other.columns}
    orders = {name for other in kept if other.kind == "order" for name in other.columns}
    implied = {other.columns[1]: other.columns[0] for other in kept if other.kind == "implies"}
    if rule.kind == "sum":
        return not columns & (sums | orders | set(implied))
    if rule.kind == "order":
        return not columns & (sums | set(implied))
    first, then = rule.columns
    if then in sums | orders or then in implied:
        return False
    while first in implied:
        first = implied[first]
    return first != then


def _completed(rule: Rule, protected: pd.DataFrame, schema: Schema) -> Rule:
    """A declared rule, with the values that a category fixes where they are not given."""
    values = rule.values
    if rule.kind == "implies" and not values:
        first, then = (schema[name] for name in rule.columns)
        values = _fixed(protected, first, then, chance=0.0)
    return rule.model_copy(update={"declared": True, "values": values})


def _sums(training: pd.DataFrame, schema: Schema, units_of: Mapping[str, float]) -> list[Rule]:
    """Totals of two parts that both vary: looked for in a few rows, then held against all."""
    names = [column.name for column in schema.learned if column.kind in NUMERIC][:MOST_NUMBERS]
    whole = training[names].dropna()
    if len(names) < 3 or len(whole) < FEWEST_SUMS:
        return []
    numbers = whole.to_numpy()
    some = numbers[np.linspace(0, len(numbers) - 1, LOOK).astype(int)]
    found = []
    for first, second in combinations(range(len(names)), 2):
        total = some[:, first] + some[:, second]
        off = np.abs(some - total[:, None])
        slack = 1e-9 * np.abs(total) + 1e-9
        near = [at for at in np.flatnonzero((off <= slack[:, None]).all(axis=0)) if at not in (first, second)]
        for at in near:
            rule = Rule(kind="sum", columns=(names[at], names[first], names[second]))
            parts = numbers[:, first], numbers[:, second]
            speaking = ((parts[0] != 0) & (parts[1] != 0)).sum()
            varied = speaking >= FEWEST_SUMS and min(len(np.unique(part)) for part in parts) > 2
            if varied and _holds(training, rule, units_of):
                found.append(rule)
    return found


def _orders(training: pd.DataFrame, schema: Schema, units_of: Mapping[str, float]) -> list[Rule]:
    """Orderings of numbers or of dates of one unit; those that follow from closer ones are left out."""
    found: list[tuple[float, Rule]] = []
    for kinds in (NUMERIC, ("datetime",)):
        names = [column.name for column in schema.learned if column.kind in kinds][:MOST_NUMBERS]
        cells = {name: training[name].to_numpy() for name in names}
        numbers = {name: values.astype("float64") for name, values in cells.items()}
        absent = {name: pd.isna(values) for name, values in cells.items()}
        for low, high in ((a, b) for a in names for b in names if a != b):
            there = ~absent[low] & ~absent[high]
            alike = units_of[low] == units_of[high]
            if not alike or there.sum() < FEWEST or (numbers[low][there] > numbers[high][there]).any():
                continue
            wrong = _wrong_by_chance(numbers[low][there], numbers[high][there])
            strict = (numbers[low][there] < numbers[high][there]).any()
            if strict and wrong < 1 and -there.sum() * np.log10(1 - wrong) > CHANCE:
                apart = float((numbers[high][there] - numbers[low][there]).mean())
                found.append((apart, Rule(kind="order", columns=(low, high))))
    found.sort(key=lambda pair: pair[0])
    kept: list[Rule] = []
    for _, rule in found:
        if not _follows(rule, kept):
            kept.append(rule)
    return kept


def _wrong_by_chance(low: np.ndarray, high: np.ndarray) -> float:
    """How often low > high were their rows shuffled."""
    return float(np.searchsorted(np.sort(high), low, side="left").mean() / len(high))


def _follows(rule: Rule, kept: Sequence[Rule]) -> bool:
    """Whether an ordering follows from others."""
    reached, queue = {rule.columns[0]}, [rule.columns[0]]
    while queue:
        at = queue.pop()
        nexts = [other.columns[1] for other in kept if other.columns[0] == at]
        queue += [name for name in nexts if name not in reached]
        reached |= set(nexts)
    return rule.columns[1] in reached


def _implications(protected: pd.DataFrame, schema: Schema) -> list[Rule]:
    """What categories fix; those that fix most rows come first."""
    firsts = [column for column in schema.learned if column.kind in CATEGORICAL]
    found: list[tuple[int, Rule]] = []
    for first in firsts:
        counts = protected[first.name].value_counts()
        for then in schema.learned:
            values = _fixed(protected, first, then, CHANCE) if then.name != first.name else {}
            if values:
                rows = int(counts[list(values)].sum())
                found.append((rows, Rule(kind="implies", columns=(first.name, then.name), values=values)))
    found.sort(key=lambda pair: -pair[0])
    return [rule for _, rule in found]


def _fixed(protected: pd.DataFrame, first: Column, then: Column, chance: float) -> dict[str, str | None]:
    """For each value of ``first`` what ``then`` always holds with it, if it is one thing, and not by chance.

    Of numbers and dates only that they are missing can be fixed.
    """
    if then.kind in CATEGORICAL:
        codes, held = pd.factorize(protected[then.name].to_numpy(object), use_na_sentinel=True)
    else:
        codes, held = np.where(protected[then.name].isna(), -1, 0), np.array([""], dtype=object)
    shares = np.bincount(codes + 1, minlength=len(held) + 1) / len(codes)
    by, values = pd.factorize(protected[first.name], use_na_sentinel=True)
    order = np.argsort(by, kind="stable")
    starts = np.searchsorted(by[order], np.arange(len(values)))
    if not len(values):
        return {}
    counts = np.diff(np.append(starts, len(order)))
    least, most = (what.reduceat(codes[order], starts) for what in (np.minimum, np.maximum))
    fixed: dict[str, str | None] = {}
    for value, low, high, count in zip(values, least, most, counts, strict=True):
        if low != high or (then.kind not in CATEGORICAL and low >= 0) or shares[low + 1] >= 1:
            continue
        if chance == 0 or (count >= FEWEST and -count * np.log10(shares[low + 1]) > chance):
            fixed[str(value)] = None if low < 0 else str(held[low])
    return fixed


def _holds(training: pd.DataFrame, rule: Rule, units_of: Mapping[str, float]) -> bool:
    return not broken(training[list(rule.columns)], (rule,), units_of).any()
