"""Find states of two columns that never occur together, though by chance they would.

All pairs of columns with few states are tried. A pair of states is said to exclude each other if, in the
table's subjects, unrelated columns would have it so often that the odds of never seeing it are below one in
ten thousand, divided by how many pairs of states are tried in the whole table. If a state never occurs with
nearly everything of the other column by that measure, it occurs nowhere else than where it was seen.

What follows from other rules, also by way of a third column, is not said again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from itertools import combinations, permutations

import numpy as np

from tabtwin.lib.counting import different
from tabtwin.schema.encoding import bounds
from tabtwin.schema.kinds import registry
from tabtwin.schema.rule import Rule, edges
from tabtwin.schema.rules.chains import told
from tabtwin.schema.rules.fixed_cells import as_text
from tabtwin.schema.rules.fixing import FEWEST, NEARLY_ALL
from tabtwin.schema.rules.observed import Observed
from tabtwin.schema.rules.pairing import parts
from tabtwin.schema.rules.skip_patterns import plain, said
from tabtwin.schema.rules.states import CHANCE_OF_ANY, State, States, is_rest, rare_group

MOST_PAIRS = 400
"""The most pairs of states that two columns may have."""
MOST_RULES = 100
"""The most pairs of columns about which something is said: in a survey, all may hang together."""
SEARCHED = 20_000
"""How many rows are looked at first."""

Known = dict[tuple[str, str], np.ndarray]
Excluded = tuple[States, States, np.ndarray]


def never(held: Sequence[States], observed: Observed, kept: Sequence[Rule]) -> list[Rule]:
    """Return what never occurs together, each rule in both directions.

    The column that excludes most is written by none of them, if possible, so that all others follow from it.

    Args:
        held: The states of columns.
        observed: The rows of the table.
        kept: Rules that are kept: what they say is not said again.
    """
    some = [states for states in held if len(states.states) > 1]
    pairs = [
        pair for pair in combinations(some, 2) if len(pair[0].states) * len(pair[1].states) <= MOST_PAIRS
    ]
    tried = sum(len(one.states) * len(other.states) for one, other in pairs)
    least = np.log(max(1, tried)) - np.log(CHANCE_OF_ANY)
    excluded: list[Excluded] = []
    for one, other in pairs:
        absent = _absent(one, other, observed.subjects, least)
        if absent.any():
            excluded.append((one, other, absent))
    degree, names = _degrees(excluded), [states.column.name for states in some]
    excluded.sort(key=lambda found: -max(degree[found[0].column.name], degree[found[1].column.name]))
    known, steps = _implied(some, kept), {step for rule in kept for step in edges(rule)}
    rules: list[Rule] = []
    for one, other, absent in excluded:
        if len(rules) >= 2 * MOST_RULES:
            break
        pair = one.column.name, other.column.name
        news = absent & ~known[pair] & ~_follows(*pair, names, known, steps)
        known[pair] = known[pair] | absent
        known[pair[::-1]] = known[pair].T
        if news.any():
            steps.add(pair if degree[pair[0]] >= degree[pair[1]] else pair[::-1])
            ways = [
                excluding(one, other, absent, observed, news),
                excluding(other, one, absent.T, observed, news.T),
            ]
            if degree[pair[1]] > degree[pair[0]]:
                ways.reverse()
            rules += ways
    return rules


def of_two(one: States, other: States, observed: Observed) -> Rule | None:
    """Return what never occurs together in two columns, as if they were the whole table; if anything."""
    least = np.log(max(1, len(one.states) * len(other.states))) - np.log(CHANCE_OF_ANY)
    absent = _absent(one, other, observed.subjects, least)
    return excluding(one, other, absent, observed) if absent.any() else None


def counted(one: States, other: States) -> np.ndarray:
    """Return how many rows are in each pair of states, int (states, states)."""
    width = len(other.states)
    held = (one.codes >= 0) & (other.codes >= 0)
    codes = one.codes[held] * width + other.codes[held]
    return np.bincount(codes, minlength=len(one.states) * width).reshape(-1, width)


def _absent(one: States, other: States, subjects: np.ndarray, least: float) -> np.ndarray:
    """Return which pairs of states exclude each other, bool (states, states)."""
    nothing = np.zeros((len(one.states), len(other.states)), bool)
    people = different(subjects)
    expected = people * one.shares[:, None] * other.shares[None, :]
    likely = expected >= max(least, 1.0)
    if not likely.any():
        return nothing
    first = States(one.column, one.states, one.codes[:SEARCHED])
    early = counted(first, States(other.column, other.states, other.codes[:SEARCHED]))
    if not (likely & (early == 0)).any():
        return nothing
    zero = counted(one, other) == 0
    enough = people * one.shares[:, None] >= FEWEST, people * other.shares[None, :] >= FEWEST
    sure = zero & likely & enough[0] & enough[1]
    spread = _nowhere_else(zero, sure, one.shares) | _nowhere_else(zero.T, sure.T, other.shares).T
    sure[[state == rare_group(one) for state in one.states]] = False
    sure[:, [state == rare_group(other) for state in other.states]] = False
    return np.asarray(sure | spread)


def _nowhere_else(zero: np.ndarray, sure: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Return all pairs that are never seen of second states that surely avoid nearly all of a column."""
    gone, avoided, seen = (shares @ table for table in (zero, sure, ~zero))
    return np.asarray(zero & ((avoided >= NEARLY_ALL * gone) & (seen <= 0.5) & sure.any(axis=0))[None, :])


def _degrees(excluded: Sequence[Excluded]) -> Mapping[str, int]:
    """Return how many pairs of states that exclude each other each column has."""
    found: dict[str, int] = {}
    for one, other, absent in excluded:
        for states in (one, other):
            found[states.column.name] = found.get(states.column.name, 0) + int(absent.sum())
    return found


def _implied(columns: Sequence[States], kept: Sequence[Rule]) -> Known:
    """Return which states of each two columns exclude each other by what one of them, or a pair of columns,
    fixes, or by a group.
    """
    found = {
        (one.column.name, other.column.name): np.zeros((len(one.states), len(other.states)), bool)
        for one in columns
        for other in columns
    }
    for one in columns:
        said = told(one.column.name, kept)
        for other in columns:
            for value, fixed in said.get(other.column.name, {}).items():
                if one is not other and value in one.states and fixed in other.states:
                    row = np.arange(len(other.states)) != other.states.index(fixed)
                    found[one.column.name, other.column.name][one.states.index(value)] |= row
                    found[other.column.name, one.column.name][:, one.states.index(value)] |= row
    by_name = {states.column.name: states for states in columns}
    for rule in (rule for rule in kept if rule.kind == "pair" and rule.fixed in by_name):
        for at, name in enumerate(rule.fixing):
            if name in by_name:
                apart = _kept_apart(by_name[name], by_name[rule.fixed], rule, at)
                found[name, rule.fixed] |= apart
                found[rule.fixed, name] |= apart.T
    for rule in (rule for rule in kept if rule.is_group):
        both = {
            states.column.name: _on(states, rule) for states in columns if states.column.name in rule.columns
        }
        for first, then in permutations(both, 2):
            found[first, then] |= both[first][:, None] & both[then][None, :]
    return found


def _kept_apart(one: States, then: States, rule: Rule, at: int) -> np.ndarray:
    """Return which states of one column of a pair, and of what the pair fixes, no combination has."""
    seen = {(parts(key)[at], held) for key, held in rule.values.items()}
    firsts, fixed = ({value for value, _ in seen}, {held for _, held in seen})
    return np.array(
        [
            [state in firsts and held in fixed and (state, held) not in seen for held in then.states]
            for state in one.states
        ]
    )


def _on(states: States, rule: Rule) -> np.ndarray:
    """Return which states of a column of a group mean that it is set, bool (states,)."""
    on = rule.values.get(states.column.name)
    return np.array([state is not None and on in {None, state} for state in states.states])


def _follows(
    first: str, second: str, names: Sequence[str], known: Known, steps: Set[tuple[str, str]]
) -> np.ndarray:
    """Return which states of two columns exclude each other by way of a third one.

    A column that is written after both is no way: when it is, they may have left it no state.
    """
    found = np.zeros(known[first, second].shape, bool)
    for name in names:
        if name in {first, second} or {(first, name), (second, name)} <= steps:
            continue
        found |= ((~known[first, name]).astype("int64") @ (~known[name, second]).astype("int64")) == 0
    return found


def excluding(
    one: States,
    other: States,
    absent: np.ndarray,
    observed: Observed,
    news: np.ndarray | None = None,
) -> Rule:
    """Return the rule that writes the second of two columns where states exclude each other.

    Args:
        one: The states of the first column.
        other: Those of the second.
        absent: Which pairs exclude each other, bool (states, states).
        observed: The rows of the table.
        news: Those of the pairs that do not follow from other rules; by default all.
    """
    news = absent if news is None else news
    subjects = observed.subjects
    counts = np.where(absent, 0, counted(one, other))
    instead: list[tuple[State, State]] = []
    for at in np.flatnonzero(news.any(axis=1)):
        place = int(np.where(absent[at], -1, counts[at]).argmax())
        people = different(subjects[(one.codes == at) & (other.codes == place)])
        if people < max(states.column.threshold(observed.protect) for states in (one, other)):
            place = int(np.where(absent[at], -1.0, other.shares).argmax())  # few subjects' own is not written
        state: State = other.states[place]
        if is_rest(state):
            there = (one.codes == at) & (other.codes == place)
            usual = _usual(other, there, observed)
            if usual is None:
                continue
            state = usual
        instead.append((one.states[at], state))
    return Rule(
        kind="never",
        columns=(one.column.name, other.column.name),
        pairs=tuple((one.states[at], other.states[to]) for at, to in np.argwhere(news)),
        instead=tuple(instead),
        says=said(one, other, counts, absent) or plain(one, other, news),
    )


def _usual(states: States, there: np.ndarray, observed: Observed) -> str | None:
    """Return the mean of numbers that many subjects have in some rows (rows,), or their commonest word."""
    cells, encoding = observed.protected[states.column.name][there], observed.encoding
    if different(observed.subjects[there]) < max(FEWEST, states.column.threshold(observed.protect)):
        return None
    if registry.is_label(states.column):
        counts = cells.value_counts()
        kept = [word for word in counts.index if word in encoding.columns[states.column.name].categories]
        return str(kept[0]) if kept else None
    kind, ends = registry.quantity(states.column), bounds(encoding)[states.column.name]
    mean = np.clip(kind.on_grid(np.array([kind.numbers(cells).mean()]), states.column), *ends)
    return as_text(kind.canonical(mean, states.column, ends)[0])
