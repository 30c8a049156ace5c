"""Find linear relations between columns: copies, sums and differences of any number of parts, constant sums.

Columns that depend on others are found in one pass, by orthogonalizing all of them; of those that hang
together, the relations between the fewest are taken (circuits).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import numpy as np

from tabtwin.schema.expression import Expression, column, number, operation, parse
from tabtwin.schema.rule import Rule
from tabtwin.schema.rules.formulas.quantities import FEWEST_ROWS, Quantities
from tabtwin.schema.rules.formulas.support import beyond

MOST_PARTS = 13
_MOST_SETS = 3_000
_EXACT = 1e-6
_SMALL = 3e-6
_NEARLY = 1e-4
"""What is left of a column beside the others, in its own spread, if there may be a relation."""
_FEWER = 0.25
"""A column has few different numbers if another of its relation has so many more, as a share of rows."""


def relations(table: Quantities, about: int | None = None) -> list[Rule]:
    """Return formulas that may hold, those between the fewest columns first; each relation with every column
    that may be its target, the likeliest first.

    Args:
        table: The numbers and dates.
        about: The place of a column that all of them must have; by default, any.
    """
    found: dict[frozenset[str], list[tuple[float, Rule]]] = {}
    for group in table.complete():
        there = ~np.isnan(table.values[:, group]).any(axis=1)
        if there.sum() < FEWEST_ROWS or len(group) < 2:
            continue
        numbers = table.some(there)[:, group]
        if about is not None and not (about in group and _follows(numbers, group.index(about))):
            continue
        for members, weights in _circuits(numbers):
            names = [table.names[group[at]] for at in members]
            if frozenset(names) not in found:
                found[frozenset(names)] = solved(names, weights, numbers[:, members])
    rules = [pair for pairs in found.values() for pair in pairs]
    rules.sort(key=lambda pair: (len(pair[1].columns), pair[0]))
    return [rule for _, rule in rules]


def coalesced_relations(table: Quantities) -> list[Rule]:
    """Return the same between numbers of which some count as 0 where they are missing, as totals of fees and
    discounts do, for targets that are never missing.
    """
    gaps = np.isnan(table.values)
    filled = gaps.any(axis=0) & ~table.dated
    names = {name for name, there in zip(table.names, filled, strict=True) if there}
    if not names or len(names) == len(table.names):
        return []
    rules = relations(replace(table, values=np.where(gaps & filled, 0.0, table.values)))
    return [
        rule.model_copy(update={"expression": str(parse(rule.expression).coalesced(names))})
        for rule in rules
        if rule.columns[0] not in names and not names.isdisjoint(rule.columns)
    ]


def _follows(numbers: np.ndarray, at: int) -> bool:
    """Return whether a column may be a weighted sum of the others (rows, columns): a quick look."""
    varied = numbers.std(axis=0) > 0
    if not varied[at]:
        return False
    scaled = (numbers - numbers.mean(axis=0)) / np.where(varied, numbers.std(axis=0), 1.0)
    return bool(np.sqrt((beyond(scaled, at) ** 2).mean()) < _NEARLY)


def _circuits(numbers: np.ndarray) -> Iterator[tuple[list[int], np.ndarray]]:
    """Yield the columns and the weights of relations: weighted sums that are the same in every row."""
    sizes = numbers.std(axis=0)
    varied = np.flatnonzero(sizes > 0)
    scaled = (numbers[:, varied] - numbers[:, varied].mean(axis=0)) / sizes[varied]
    space = _null_space(scaled)
    for part in _parts(space):
        basis = space[part][:, np.abs(space[part]).max(axis=0) > _SMALL]
        seen = set()
        for vector in sparse(basis):
            members = np.flatnonzero(np.abs(vector) > _SMALL)
            if 2 <= len(members) <= MOST_PARTS and tuple(members) not in seen:
                seen.add(tuple(members))
                places = varied[part[members]]
                yield places.tolist(), vector[members] / sizes[places]


def _null_space(scaled: np.ndarray) -> np.ndarray:
    """Return weights (columns, relations): one relation for each column that depends on those before it."""
    rest, order = scaled.copy(), []
    waiting = list(range(scaled.shape[1]))
    while waiting:
        norms = np.linalg.norm(rest[:, waiting], axis=0) / np.sqrt(len(rest))
        best = int(norms.argmax())
        if norms[best] < _EXACT:
            break
        at = waiting.pop(best)
        order.append(at)
        direction = rest[:, at] / np.linalg.norm(rest[:, at])
        for _ in range(2):  # twice is enough for float64
            rest[:, waiting] -= np.outer(direction, direction @ rest[:, waiting])
    space = np.zeros((scaled.shape[1], len(waiting)))
    if waiting:
        space[order] = np.linalg.lstsq(scaled[:, order], scaled[:, waiting], rcond=None)[0]
        space[waiting, np.arange(len(waiting))] = -1.0
    space[np.abs(space) < _SMALL] = 0.0
    return space


def _parts(space: np.ndarray) -> list[np.ndarray]:
    """Return the columns of each set of relations that hang together."""
    sets: list[set[int]] = []
    for weights in space.T:
        new = set(np.flatnonzero(weights).tolist())
        joined = [one for one in sets if one & new]
        sets = [one for one in sets if not one & new] + [new.union(*joined)]
    return [np.array(sorted(one)) for one in sets]


def sparse(basis: np.ndarray) -> Iterator[np.ndarray]:
    """Yield weights (columns,) in the span of ``basis`` with as many zeros as possible.

    Each is given by the columns that are not in it; if there are too many ways to choose them, only the
    relations between few columns of the basis itself are tried.
    """
    width = basis.shape[1]
    for tried, absent in enumerate(combinations(range(len(basis)), width - 1)):
        if tried >= _MOST_SETS:
            break
        if width == 1:
            yield basis[:, 0]
            continue
        _, sizes, turned = np.linalg.svd(basis[list(absent)])
        if len(sizes) == width - 1 and sizes[-1] > 1e-9:
            vector = basis @ turned[-1]
            yield np.where(np.abs(vector) > _SMALL * np.abs(vector).max(), vector, 0.0)
    yield from basis.T


def solved(names: list[str], weights: np.ndarray, numbers: np.ndarray) -> list[tuple[float, Rule]]:
    """Return the relation, solved for each column whose weight makes plain numbers of the others.

    A column of few different numbers, such as loans in whole thousands, is rather a part than a result: what
    is computed keeps no numbers of its own.
    """
    found = []
    different = np.array([len(np.unique(cells)) for cells in numbers.T]) / len(numbers)
    for at, name in enumerate(names):
        shares = -np.delete(weights, at) / weights[at]
        plain = np.array([_plain(share) for share in shares])
        if np.isnan(plain).any():
            continue
        others = np.delete(numbers, at, axis=1)
        constant = float(np.median(numbers[:, at] - others @ plain))
        constant = _plain(constant) if abs(constant) > 1e-6 * np.abs(numbers[:, at]).max() else 0.0
        if np.isnan(constant):
            continue
        text = str(_written([other for other in names if other != name], plain, constant))
        factors = set(np.abs(plain).tolist()) - {1.0}  # one for all parts of an average
        price = 2.0 * len(factors) + (plain < 0).sum() + 1.5 * (constant != 0) - 0.1 * at / len(names)
        price += 3.0 * (different.max() - different[at] > _FEWER)
        columns = (name, *(other for other in names if other != name))
        found.append((float(price), Rule(kind="formula", columns=columns, expression=text)))
    return sorted(found, key=lambda pair: pair[0])


def _plain(value: float) -> float:
    """Return the number of at most four digits that a number is, except for noise; NaN if it has more."""
    found = float(f"{value:.3e}")
    return found if abs(found - value) <= 1e-5 * abs(value) else np.nan


def _written(names: list[str], weights: np.ndarray, constant: float) -> Expression:
    """Return a weighted sum as an expression: what is added before what is taken away."""
    terms = sorted(zip(weights.tolist(), names, strict=True), key=lambda term: term[0] < 0)
    size = abs(terms[0][0])
    common = len(terms) > 1 and size != 1 and all(abs(weight) == size for weight, _ in terms)
    common &= not constant or terms[0][0] > 0
    if common:
        terms = [(weight / size, name) for weight, name in terms]
    found = number(constant) if constant and terms[0][0] < 0 else None
    for weight, name in terms:
        term = _times(column(name), abs(weight))
        if found is None:
            found = term if weight > 0 else operation("negative", term)
        else:
            found = operation("+" if weight > 0 else "-", found, term)
    assert found is not None
    if common:
        found = operation("*", number(size), found)
    if constant and weights.max() > 0:
        found = operation("+" if constant > 0 else "-", found, number(abs(constant)))
    return found


def _times(term: Expression, weight: float) -> Expression:
    return term if weight == 1 else operation("*", number(weight), term)
