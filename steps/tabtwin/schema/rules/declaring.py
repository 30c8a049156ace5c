"""Check and complete the rules that a user declares in the schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from tabtwin.lib.errors import InputError
from tabtwin.schema.declared import check_known
from tabtwin.schema.encoding import ColumnCode, Encoding, units
from tabtwin.schema.kinds import registry
from tabtwin.schema.kinds.quantity import Quantity
from tabtwin.schema.rule import Rule, computing_order
from tabtwin.schema.rules.computing import as_numbers, exceeds, with_looseness
from tabtwin.schema.rules.declaring_states import completed_group, completed_never
from tabtwin.schema.rules.finding_places import with_cells
from tabtwin.schema.rules.fixed_cells import as_cell
from tabtwin.schema.rules.fixing import fixing_but_for_gaps
from tabtwin.schema.rules.grouping import Groups, Things
from tabtwin.schema.rules.observed import Observed
from tabtwin.schema.rules.pair_fixing import pair_values
from tabtwin.schema.rules.pairing import parts
from tabtwin.schema.schema import Column, Schema

MOST_BROKEN = 0.5
"""The share of rows that may break a declared comparison."""


def check_rule(rule: Rule, schema: Schema) -> None:
    """Refuse a declared rule about columns of unsuitable kinds.

    Raises:
        InputError: with the rule and the column.
    """
    for name in rule.columns:
        check_known(name, [column.name for column in schema.columns], "--schema")
    columns = [schema[name] for name in rule.columns]
    for position, column in enumerate(columns):
        if registry.of(column).is_learned and not _fits(rule, position, column, columns[0]):
            raise InputError(
                f"--schema: expected a rule of kind {rule.kind} about other columns than "
                f"{column.name!r}, which is of kind {column.kind} ({rule}); correct it"
            )


def _fits(rule: Rule, position: int, column: Column, first: Column) -> bool:
    kind = registry.of(column)
    if rule.kind in {"sum", "place"}:
        return kind.is_number
    if rule.kind in {"formula", "compare"}:
        return isinstance(kind, Quantity)
    if rule.kind == "order":  # none between a number and a date
        other = registry.of(first)
        return isinstance(kind, Quantity) and (
            not other.is_learned or (isinstance(other, Quantity) and kind.scale == other.scale)
        )
    if rule.kind == "implies" and position == 0:
        return kind.is_label or kind.is_number
    if rule.kind == "bands" and position == 0:
        return isinstance(kind, Quantity) and kind.is_calendar == bool(rule.expression)
    return kind.is_label or isinstance(kind, Quantity)


def completed(rule: Rule, observed: Observed, found: Sequence[Rule]) -> Rule | None:
    """Return a declared rule with what a category fixes: as declared, or as in the table; if any is left.

    What the user declares is kept as far as value protection allows: a hidden value fixes nothing, and a
    fixed value that is hidden becomes the rare group, or a missing cell.

    Args:
        rule: The declared rule; without values it is about values that always occur together in the table,
            with as much support as for a rule that is found.
        observed: The rows of the table.
        found: Rules of bands that the table has.

    Raises:
        InputError: if it is not as a rule of its kind has to be.
    """
    schema, training, protected = observed.schema, observed.training, observed.protected
    subjects, protect = observed.subjects, observed.protect
    if rule.kind == "formula":
        cells = {name: training[name].to_numpy() for name in rule.columns}
        k = max(schema[name].threshold(protect) for name in rule.columns)
        return with_looseness(rule, cells, subjects, k).model_copy(update={"declared": True})
    if rule.kind == "place":
        placed = with_cells(rule, protected, schema, units(schema), subjects, protect)
        return placed.model_copy(update={"declared": True})
    if rule.kind == "compare":
        return _compared(rule, training)
    if rule.kind == "never":
        return completed_never(rule, observed)
    if rule.is_group:
        return completed_group(rule, observed)
    if rule.kind == "bands":
        return _with_ranges(rule, found)
    if rule.kind == "pair":
        return _pair(rule, observed)
    if rule.kind == "implies":
        return _implication(rule, observed)
    return rule.model_copy(update={"declared": True, "values": {}})


def _implication(rule: Rule, observed: Observed) -> Rule:
    """Return a declared rule with what one column fixes: as declared, or as in the table."""
    schema, protected, encoding = observed.schema, observed.protected, observed.encoding
    subjects, protect = observed.subjects, observed.protect
    first, then = (schema[name] for name in rule.columns)
    groups = Groups.of(protected, first, subjects, protect)
    loose = rule.loose or (registry.of(first).is_number and not registry.of(first).is_whole)
    rule = rule.model_copy(update={"declared": True, "loose": loose})
    if not rule.values:
        things = Things.of(protected[then.name], then, protect)
        fixing = fixing_but_for_gaps(groups, things, protected, subjects, protect)
        return rule.model_copy(update={"values": fixing.values, "loose": fixing.loose, "gaps": fixing.gaps})
    shown = set(groups.values if registry.of(first).is_number else encoding.columns[first.name].categories)
    values = {value: fixed for value, fixed in rule.values.items() if value in shown}
    values = _released(values, then, observed)
    return rule.model_copy(update={"values": values})


def _pair(rule: Rule, observed: Observed) -> Rule:
    """Return a declared rule with what two columns fix together: as declared, or as in the table."""
    then = observed.schema[rule.fixed]
    if not rule.values:
        values, loose = pair_values(rule, observed)
        return rule.model_copy(update={"declared": True, "values": values, "loose": loose})
    values = dict(rule.values)
    for at, name in enumerate(rule.fixing):
        cells = observed.training[name]
        values = {key: held for key, held in values.items() if _is_shown(key, at, cells, observed.encoding)}
    values = dict(sorted(_released(values, then, observed).items()))
    return rule.model_copy(update={"declared": True, "values": values, "loose": True})


def _compared(rule: Rule, training: pd.DataFrame) -> Rule:
    """Return a declared comparison.

    Raises:
        InputError: if most rows break it, and so may their means, to which rows of the twin are moved.
    """
    if exceeds(rule, {name: training[name].to_numpy() for name in rule.columns}).mean() > MOST_BROKEN:
        raise InputError(
            f"--schema: expected a comparison that most rows keep, found {rule}, which more than half of "
            "them break, so that no twin near them can be made; correct it or leave it out"
        )
    return rule.model_copy(update={"declared": True})


def _with_ranges(rule: Rule, found: Sequence[Rule]) -> Rule:
    """Return a declared rule of bands with its ranges, as declared, or as in the table.

    Raises:
        InputError: if it has none, and none were found.
    """
    alike = (other for other in found if rule.is_like(other) and rule.expression == other.expression)
    values = rule.values or next((other.values for other in alike), {})
    if not values:
        raise InputError(
            f"--schema: expected a number whose ranges fix another column, found none in {rule}; correct it, "
            "or add values: what the least and the greatest number of each range fix"
        )
    return rule.model_copy(update={"declared": True, "values": values})


def _is_shown(key: str, at: int, cells: pd.Series, encoding: Encoding) -> bool:
    """Return whether one value of a combination may be released.

    Raises:
        InputError: if the combination, or the value, cannot be read.
    """
    code, dtype = encoding.columns[str(cells.name)], cells.to_numpy().dtype
    try:
        text = parts(key)[at]
        if code.low is None or code.high is None:
            return text in code.categories
        found = as_numbers(np.array([as_cell(text, dtype)], dtype))[0]
    except ValueError:
        raise InputError(
            '--schema: expected combinations as JSON arrays of two texts, such as ["tea", "12"], in the '
            f"values of a rule of kind pair, found another one for {cells.name!r}; correct it"
        ) from None
    return bool(code.low <= found <= code.high)


def _released(values: Mapping[str, str | None], then: Column, observed: Observed) -> dict[str, str | None]:
    """Return what is fixed in a column, as far as it may be released."""
    cells = observed.training[then.name]
    if registry.is_label(then):
        return _shown_alone(values, cells, observed.protected[then.name], then)
    return _within(values, cells, observed.encoding.columns[then.name])


def _within(values: Mapping[str, str | None], cells: pd.Series, code: ColumnCode) -> dict[str, str | None]:
    """Return the fixed numbers or dates that may be released.

    Raises:
        InputError: if one is no number or date.
    """
    kept: dict[str, str | None] = {}
    assert code.low is not None
    assert code.high is not None
    low, high, dtype = code.low, code.high, cells.to_numpy().dtype
    for value, fixed in values.items():
        try:
            found = as_numbers(np.array([as_cell(fixed, dtype)], dtype))[0]
        except ValueError:
            raise InputError(
                f"--schema: expected numbers, or dates as 2020-01-31, in the values that a rule fixes in "
                f"{cells.name!r}, found another text; correct it"
            ) from None
        if fixed is None or low <= found <= high:
            kept[value] = fixed
    return kept


def _shown_alone(
    values: Mapping[str, str | None], before: pd.Series, after: pd.Series, then: Column
) -> dict[str, str | None]:
    """Return the fixed values as released, without values that no row holds or that others replace."""
    kept: dict[str, str | None] = {}
    for value, fixed in values.items():
        shown = after[(before == fixed).to_numpy()].head(1) if fixed is not None else after.head(0)
        if fixed is None or (shown == fixed).any():
            kept[value] = fixed
        elif len(shown) and (shown.isna() | (shown == then.token)).all():
            kept[value] = None if shown.isna().all() else then.token
    return kept


def with_missing(schema: Schema, rules: tuple[Rule, ...]) -> Schema:
    """Return the schema with cells allowed to be missing where a rule makes them so."""
    absent = {rule.fixed for rule in rules if None in rule.values.values()}
    absent |= {column.name for column in schema.columns if column.missing}
    for rule in computing_order(rules):
        if absent & set(rule.columns[1:]) or "/" in rule.expression:
            absent.add(rule.columns[0])
    columns = tuple(
        column.model_copy(update={"missing": True})
        if column.name in absent and not column.missing
        else column
        for column in schema.columns
    )
    return schema.model_copy(update={"columns": columns})
