"""Weigh which columns depend on groups of rows, and whether these are subjects or ordinary categories.

A category determines what it belongs to (a city its state), a code its label, and a number what follows from
it. A subject determines several unrelated things, or one that is nearly unique to it (a date of birth).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from tabtwin.protection.identifiers import known_names, tokens
from tabtwin.protection.identifiers.dependence import CHANCE, CONSTANT, likeness, smoothness, whole_groups
from tabtwin.protection.identifiers.fields import Field, cells_of
from tabtwin.protection.identifiers.headers import hints

_FOLLOWS = 0.5
_FEW_LEVELS = 30
_MANY_GROUPS = 100
_SOME_GROUPS = 60
_AT_RANDOM = 0.7
_OWN = 0.25
_LOOSE = -3.0
_NAMED = 0.5
_LEAST_GRID = 3
_FULL = 0.95
_MANY_YEARS = 20 * 365


@dataclass(frozen=True)
class Evidence:
    """The columns that depend on groups.

    Attributes:
        dependent: Names of all columns that are nearly constant within them.
        apart: How many of these are independent: they follow neither from the group's number nor from one
            another, and are not another spelling of the group.
        labelled: Whether a column of text is another spelling of the group.
        own: Whether one of them is a number or date that few groups share.
        dated: Whether one is a date over many years, as dates of birth are.
        alone: Whether the only one is enough, since there are many groups, and it has few values at random,
            or is unique to them; and no label says what each group is.
        planned: Whether groups are the cells of a grid of two columns: places of a map, years of countries.
    """

    dependent: tuple[str, ...] = ()
    apart: int = 0
    labelled: bool = False
    own: bool = False
    dated: bool = False
    alone: bool = False
    planned: bool = False

    @property
    def tells_subjects(self) -> bool:
        """Return whether groups named by a number or a code are subjects."""
        return not self.planned and (self.apart >= 2 or (self.apart == 1 and self.alone))

    @property
    def tells_more(self) -> bool:
        """Return whether even groups named by words are."""
        return self.apart >= 2 and self.dated

    @property
    def tells_persons(self) -> bool:
        """Return whether even groups named like days, weeks or hours are."""
        return self.apart >= 3 and self.own


def weigh(
    groups: np.ndarray,
    ranks: np.ndarray,
    fields: Sequence[Field],
    *,
    chance: float = CHANCE,
) -> Evidence:
    """Weigh the columns that depend on groups of rows.

    Args:
        groups: The group of each row (rows,); -1: none.
        ranks: The place of each group in the order of their names (groups,).
        fields: Columns that may depend on them.
        chance: Powers of ten, as :data:`dependence.CHANCE`.
    """
    if not fields:
        return Evidence()
    rows = whole_groups(groups)
    mine, cells = groups[rows], cells_of(fields, rows)
    depends = np.flatnonzero(likeness(mine, cells, chance).depends).tolist()
    if not len(depends):
        return Evidence()
    some = [fields[at] for at in depends]
    known = _of_groups(mine, cells[:, depends], ranks)
    labels = [_is_label(field, mine, cells[:, at]) for field, at in zip(some, depends, strict=True)]
    roughness = {
        at: smoothness(_values(field, known[:, at]), ordered=field.numbers is not None)
        for at, field in enumerate(some)
    }
    free = [at for at in roughness if roughness[at] > _FOLLOWS]
    others = [at for at in free if not labels[at]]
    apart = _independent(others, known)
    numbers = [at for at in free if labels[at] and some[at].numbers is not None]
    chosen = apart + numbers[:1]
    levels = {at: len(np.unique(known[known[:, at] >= 0, at])) for at in chosen}
    own = [at for at in chosen if some[at].numbers is not None and levels[at] >= _OWN * len(known)]
    alone = [
        at
        for at in apart
        if len(known) >= _MANY_GROUPS and levels[at] <= _FEW_LEVELS and roughness[at] >= _AT_RANDOM
    ]
    worded = [field for label, field in zip(labels, some, strict=True) if label and field.numbers is None]
    listed = bool(worded) and len(chosen) == 1 and not any(map(_may_name_people, worded))
    return Evidence(
        dependent=tuple(field.name for field in some),
        apart=len(chosen),
        labelled=bool(worded),
        own=bool(own),
        dated=any(some[at].kind == "date" and _spans_years(some[at]) for at in own),
        alone=not listed and (bool(alone) or (bool(own) and len(known) >= _SOME_GROUPS)),
        planned=_is_grid(known),
    )


def _may_name_people(field: Field) -> bool:
    """Return whether labels may be names of people or firms, and so of subjects rather than of a list."""
    spoken = hints(field.name) & {"people", "first name", "last name"}
    return bool(spoken) or known_names.known(field.texts).begin >= _NAMED or tokens.is_code(field.texts)


def _is_grid(known: np.ndarray) -> bool:
    """Return whether two columns (groups, columns) have nearly all of their values together, each
    pair once.
    """
    levels = [len(np.unique(column[column >= 0])) for column in known.T]
    return any(
        min(levels[one], levels[other]) >= _LEAST_GRID
        and _FULL * levels[one] * levels[other] <= len(known) <= levels[one] * levels[other]
        and len(np.unique(known[:, [one, other]], axis=0)) == len(known)
        for one, other in combinations(range(len(levels)), 2)
    )


def _spans_years(field: Field) -> bool:
    return field.numbers is not None and bool(np.ptp(field.numbers) >= _MANY_YEARS)


def _of_groups(groups: np.ndarray, cells: np.ndarray, ranks: np.ndarray) -> np.ndarray:
    """Return what each group has in each column (groups, columns), groups in the order of their names."""
    found, places = np.unique(groups, return_inverse=True)
    known = np.full((len(found), cells.shape[1]), -1, cells.dtype)
    for at in range(cells.shape[1]):
        held = cells[:, at] >= 0
        known[places[held], at] = cells[held, at]
    return known[np.argsort(ranks[found], kind="stable")]


def _values(field: Field, codes: np.ndarray) -> np.ndarray:
    """Return the values that are not missing, as numbers if they are such."""
    held = codes[codes >= 0]
    return field.numbers[held] if field.numbers is not None else held


def _is_label(field: Field, groups: np.ndarray, codes: np.ndarray) -> bool:
    """Return whether a column names the groups, too: each of its values is of one group."""
    held = codes >= 0
    back = likeness(codes[held], groups[held].reshape(-1, 1))
    return bool(back.share[0] <= CONSTANT)


def _independent(places: Sequence[int], known: np.ndarray) -> list[int]:
    """Return those of some columns (groups, columns) that no finer one of them determines."""
    kept: list[int] = []
    for at in sorted(places, key=lambda at: -len(np.unique(known[:, at]))):
        if not any(_fixes(known[:, other], known[:, at]) for other in kept):
            kept.append(at)
    return kept


def _fixes(first: np.ndarray, then: np.ndarray) -> bool:
    held = first >= 0
    return bool(likeness(first[held], then[held].reshape(-1, 1), _LOOSE).depends[0])
