"""Find rules in a table: what holds in every row, and would not by chance.

A rule needs support: if its columns were unrelated, the odds that it held for all subjects would be below 1
in 10^12. Rules in a table of 100 rows rarely reach that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from tabtwin.schema.encoding import units
from tabtwin.schema.kinds import registry
from tabtwin.schema.kinds.quantity import Quantity
from tabtwin.schema.kinds.registry import is_quantity
from tabtwin.schema.rule import Rule, edges
from tabtwin.schema.rules.breaking import broken
from tabtwin.schema.rules.computed_ends import said_beyond
from tabtwin.schema.rules.declaring import check_rule, completed, with_missing
from tabtwin.schema.rules.finding_places import places, with_fixed_places
from tabtwin.schema.rules.fixing import CHANCE, FEWEST, NEARLY_ALL, implications
from tabtwin.schema.rules.formulas.finding import formulas
from tabtwin.schema.rules.limits import limits
from tabtwin.schema.rules.never import never
from tabtwin.schema.rules.number_codes import covered, loosened
from tabtwin.schema.rules.observed import Observed
from tabtwin.schema.rules.one_of import groups
from tabtwin.schema.rules.ordering import reach
from tabtwin.schema.rules.pair_fixing import pair_implications
from tabtwin.schema.rules.reconciling import kept_together
from tabtwin.schema.rules.states import states_of
from tabtwin.schema.schema import Column, Schema

MOST_NUMBERS = 120


def with_rules(observed: Observed, last: Sequence[Rule] = ()) -> Schema:
    """Return the schema of rows with their rules: declared ones, and found ones that are not denied.

    Args:
        observed: The rows.
        last: Rules that were found elsewhere; each is kept if it agrees with all others.

    Raises:
        InputError: if declared rules are about columns of unsuitable kinds, or cannot be kept together.
    """
    schema, training, protected = observed.schema, observed.training, observed.protected
    subjects, protect = observed.subjects, observed.protect
    for rule in (*schema.rules, *schema.denied):
        check_rule(rule, schema)
    learned = {column.name for column in schema.learned}
    said = (completed(rule, observed, last) for rule in schema.rules if learned >= set(rule.columns))
    declared = [rule for rule in said if rule is not None]
    units_of = units(schema)
    by_code, by_category = implications(protected, schema, subjects, protect, training)
    pairs = pair_implications(protected, schema, subjects, protect)
    numbers = {column.name for column in schema.learned if registry.of(column).is_number}
    told = loosened([*declared, *by_code], [*declared, *by_code, *by_category, *pairs], numbers)
    declared, by_code = told[: len(declared)], told[len(declared) :]

    # What the table breaks leaves no room for what holds there.
    forced = _written([rule for rule in declared if broken(protected, (rule,), units_of).any()])

    def allowed(rules: Iterable[Rule]) -> list[Rule]:
        free = (rule for rule in rules if not forced & _written([rule]))
        return [rule for rule in free if not any(rule.is_like(other) for other in schema.denied)]

    stated = {name for rule in declared for name in rule.columns}
    # That one of a group is set is also a sum of 1; who denies the one denies the other.
    chosen = groups(protected, schema, subjects, protect)
    computing = allowed(formulas(training, schema, subjects, protect))
    given = [rule for rule in computing if rule.columns[0] not in stated]
    given = [rule for rule in given if not any(set(rule.columns) <= set(one.columns) for one in chosen)]
    computed = [rule for rule in kept_together(declared, given, observed) if rule.computes]
    orders = said_beyond(_orders(training, schema, subjects), computed, training)
    where = places(protected, schema, units_of, subjects, protect)
    strict, loose = ([rule for rule in by_code if rule.loose == said] for said in (False, True))
    loose.sort(key=lambda rule: len(rule.values))
    codes = [*strict, *(rule for rule in loose if covered(rule, protected) >= NEARLY_ALL)]
    # What a name of a weekday fixes, the weekday of the date does, too.
    by_date, ranges = ([rule for rule in last if bool(rule.expression) == dated] for dated in (True, False))
    choices, categories, sums = _apart(chosen, last), _apart(by_category, last), _apart(given, strict)
    ordered = _apart(orders, codes)
    fixed = [rule for rule in categories.free if is_quantity(schema[rule.fixed]) and rule.writes]
    first = (
        *choices.free,
        *sums.free,
        *by_date,
        *strict,
        *sums.implied,
        *fixed,
        *ordered.free,
        *categories.free,
    )
    later = (*where, *pairs, *ranges, *loose, *ordered.implied, *choices.implied, *categories.implied)
    found = allowed((*first, *later))
    rules = kept_together(declared, found, observed)
    held = states_of(protected, schema, subjects, protect, rules)
    limited = limits(held, observed, rules)
    parted = allowed((*never(held, observed, rules), *limited))
    rules = with_fixed_places(kept_together(rules, parted, observed), units_of)
    rules = tuple(_leaving_what_is_drawn(rule, observed) for rule in rules)
    return with_missing(schema, rules).model_copy(update={"rules": rules})


def _leaving_what_is_drawn(rule: Rule, observed: Observed) -> Rule:
    """Return a rule as one that yields where its numbers recur in some rows only, so that they are no codes:
    one of them is moved in a row, rather than what it fixes.
    """
    if rule.kind != "implies" or not is_quantity(observed.schema[rule.columns[0]]) or not rule.loose:
        return rule
    is_no_code = covered(rule, observed.protected) < NEARLY_ALL
    return rule.model_copy(update={"yields": is_no_code or rule.yields})


class _Apart(NamedTuple):
    """Rules that one column implies by fixing all of theirs, and the others."""

    free: list[Rule]
    implied: list[Rule]


def _apart(rules: Iterable[Rule], fixings: Iterable[Rule]) -> _Apart:
    """Set those rules apart whose columns are all fixed by one column, or by the ranges of one."""
    fixed: dict[str, set[str]] = {}
    for rule in fixings:
        fixed.setdefault(rule.expression or rule.columns[0], set()).add(rule.columns[1])
    found = _Apart([], [])
    for rule in rules:
        implied = any(set(rule.columns) <= columns for columns in fixed.values())
        (found.implied if implied else found.free).append(rule)
    return found


def _written(rules: Iterable[Rule]) -> set[str]:
    """Return the columns that rules about states write."""
    return {then for rule in rules for _, then in edges(rule)}


def _scale(column: Column) -> str:
    kind = registry.of(column)
    return kind.scale if isinstance(kind, Quantity) else ""


def _orders(training: pd.DataFrame, schema: Schema, subjects: np.ndarray) -> list[Rule]:
    """Return orderings of columns of one scale, whatever their units, without those that follow from closer
    ones.
    """
    found: list[tuple[float, Rule]] = []
    for scale in dict.fromkeys(kind.scale for kind in registry.KINDS if isinstance(kind, Quantity)):
        names = [column.name for column in schema.learned if _scale(column) == scale][:MOST_NUMBERS]
        cells = {name: training[name].to_numpy() for name in names}
        numbers = {name: values.astype("float64") for name, values in cells.items()}
        absent = {name: pd.isna(values) for name, values in cells.items()}
        flags = {name for name, values in numbers.items() if _is_flag(values)}
        # A flag and a number are in no order, even if no number is below 1.
        for low, high in ((a, b) for a in names for b in names if a != b and (a in flags) == (b in flags)):
            there = ~absent[low] & ~absent[high]
            if there.sum() < FEWEST or (numbers[low][there] > numbers[high][there]).any():
                continue
            people = len(np.unique(subjects[there]))
            wrong = _wrong_by_chance(numbers[low][there], numbers[high][there])
            strict = (numbers[low][there] < numbers[high][there]).any()
            if strict and people >= FEWEST and wrong < 1 and -people * np.log10(1 - wrong) > CHANCE:
                apart = float((numbers[high][there] - numbers[low][there]).mean())
                found.append((apart, Rule(kind="order", columns=(low, high))))
    found.sort(key=lambda pair: pair[0])
    kept: list[Rule] = []
    for _, rule in found:
        if not _follows(rule, kept):
            kept.append(rule)
    return kept


def _is_flag(values: np.ndarray) -> bool:
    return len(np.unique(values[~np.isnan(values)])) <= 2


def _wrong_by_chance(low: np.ndarray, high: np.ndarray) -> float:
    """Return how often low > high if rows were shuffled."""
    return float(np.searchsorted(np.sort(high), low, side="left").mean() / len(high))


def _follows(rule: Rule, kept: Sequence[Rule]) -> bool:
    """Return whether an ordering follows from others."""
    return rule.columns[1] in reach(rule.columns[0], [other.columns for other in kept])
