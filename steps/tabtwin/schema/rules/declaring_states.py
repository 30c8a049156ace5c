"""Complete declared rules about states: what never occurs together, and groups of which one column is set."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tabtwin.lib.errors import InputError
from tabtwin.schema.encoding import Encoding
from tabtwin.schema.kinds import registry
from tabtwin.schema.rule import Rule
from tabtwin.schema.rules.computing import as_numbers
from tabtwin.schema.rules.fixed_cells import as_cell
from tabtwin.schema.rules.never import excluding, of_two
from tabtwin.schema.rules.observed import Observed
from tabtwin.schema.rules.one_of import Switch, as_rule, of_value, switch_of
from tabtwin.schema.rules.states import REST, State, States, codes_of, is_rest, limit_of, others_of
from tabtwin.schema.schema import Column


def completed_never(rule: Rule, observed: Observed) -> Rule | None:
    """Return a declared rule with what the second column holds instead, and the table's pairs if it has none.

    There is none if the table has no such pairs, or none that may be released.

    Raises:
        InputError: if a state is no value of its column.
    """
    protected = observed.protected
    columns = [observed.schema[name] for name in rule.columns]
    if not rule.pairs:
        held = [
            States.of(protected[column.name], column, observed.subjects, observed.protect)
            for column in columns
        ]
        found = of_two(held[0], held[1], observed)
        return None if found is None else _declared(found)
    for column, texts in zip(columns, zip(*rule.pairs, strict=True), strict=True):
        _check(rule, column, texts, protected[column.name].to_numpy())
    shown = [
        pair
        for pair in rule.pairs
        if all(_is_shown(text, column, observed.encoding) for text, column in zip(pair, columns, strict=True))
    ]
    if not shown:
        return None
    named = [tuple(dict.fromkeys(pair[side] for pair in shown)) for side in (0, 1)]
    one, other = (
        _states(protected[column.name], column, texts) for column, texts in zip(columns, named, strict=True)
    )
    absent = np.zeros((len(one.states), len(other.states)), bool)
    for first, second in shown:
        absent[one.states.index(first), other.states.index(second)] = True
    return _declared(excluding(one, other, absent, observed))


def completed_group(rule: Rule, observed: Observed) -> Rule | None:
    """Return a declared group with what each column holds if it is set, and if it is not.

    A column whose value is hidden leaves the group, which then says that at most one of the others is set;
    with fewer than two columns left, there is none.

    Raises:
        InputError: if a column has no state that means that it is set.
    """
    found: list[Switch] = []
    for name in rule.columns:
        cells, column = observed.protected[name], observed.schema[name]
        if name in rule.values:
            _check(rule, column, (rule.values[name],), cells.to_numpy())
            if not _is_shown(rule.values[name], column, observed.encoding):
                continue
            found.append(of_value(cells, column, rule.values[name]))
            continue
        switch = switch_of(cells, column, by_value=rule.kind == "one_of" or bool(rule.values))
        if switch is None:
            raise InputError(
                f"--schema: expected columns that are set or not in a rule of kind {rule.kind}, found "
                f'{name!r}, of which it is not clear; say what it holds where it is set ("values")'
            )
        found.append(switch)
    kind = rule.kind if len(found) == len(rule.columns) else "exclusive"
    return _declared(as_rule(kind, found)) if len(found) > 1 else None


def _declared(rule: Rule) -> Rule:
    return rule.model_copy(update={"declared": True})


def _states(cells: pd.Series, column: Column, named: tuple[State, ...]) -> States:
    """Return the declared states of a column, any other, and missing cells."""
    states = tuple(dict.fromkeys((*named, REST, None)))
    return States(column, states, codes_of(cells.to_numpy(), states))


def _check(rule: Rule, column: Column, texts: tuple[State, ...], cells: np.ndarray) -> None:
    """Refuse states that are no numbers or dates, where the column has some."""
    try:
        for text in texts:
            values = others_of(str(text)) if is_rest(text) else [limit_of(text) or text]
            if not registry.is_label(column):
                as_numbers(np.array([as_cell(value, cells.dtype) for value in values], cells.dtype))
    except ValueError:
        raise InputError(
            f"--schema: expected numbers, or dates as 2020-01-31, as values of {column.name!r} in a rule "
            f"of kind {rule.kind}, found another text; correct it"
        ) from None


def _is_shown(text: State, column: Column, encoding: Encoding) -> bool:
    """Return whether a state may be released."""
    if text is None:
        return column.missing
    code = encoding.columns[column.name]
    if is_rest(text) or (code.low is not None and limit_of(text) is not None):
        return True
    if registry.is_label(column):
        return text in code.categories
    assert code.low is not None
    assert code.high is not None
    return bool(code.low <= float(text) <= code.high) if registry.of(column).is_number else True
