"""Deal a model's columns to groups, and the boosters of a group to shards of its rows.

Codes, order and plan follow from the table, the settings and the seed, so every fit computes the same ones,
and then its own boosters alone. Joined (:mod:`joining`), they are the bytes of a model fitted at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from heapq import heappop, heappush

import numpy as np

from tabtwin.generators.boost.coding import Coding, state
from tabtwin.generators.boost.model import BoostModel
from tabtwin.store.artifacts import canonical


def columns_of(
    coding: Coding, costs: Mapping[int, Sequence[int]], group: int, groups: int
) -> tuple[str, ...]:
    """Return the columns that a group, numbered from 1, fits with all of their parts.

    Each column is in one group. ``costs`` are those of each part's boosters; a part without any is constant.
    """
    of_columns, number = [], 0
    for column in coding:
        parts = range(number, number + len(column.parts))
        of_columns.append(sum(sum(costs[part]) for part in parts if part in costs))
        number += len(column.parts)
    dealt = deal(of_columns, groups)
    return tuple(column.name for column, to in zip(coding, dealt, strict=True) if to == group - 1)


def boosters_of(
    costs: Mapping[int, Sequence[int]], own: Sequence[int], shard: int, shards: int
) -> dict[int, list[int]]:
    """Return the boosters that a shard, numbered from 1, fits of each part: each is in one shard.

    ``own`` are the parts of the shard's group.
    """
    boosters = [(part, number) for part in own for number in range(len(costs[part]))]
    dealt = deal([costs[part][number] for part, number in boosters], shards)
    found: dict[int, list[int]] = {part: [] for part in own}
    for (part, number), to in zip(boosters, dealt, strict=True):
        if to == shard - 1:
            found[part].append(number)
    return found


def deal(costs: Sequence[int], groups: int) -> list[int]:
    """Return the group, from 0, of each cost: the largest first, each to the group with the least so far.

    >>> deal([5, 3, 3], 2)
    [0, 1, 1]

    No group then costs more than 4/3 of the most expensive group of the best deal (Graham 1969).
    """
    # Costs of nothing are dealt evenly, too: a group without any would waste a pod.
    least, dealt = [(0, 0, group) for group in range(groups)], [0] * len(costs)
    for at in sorted(range(len(costs)), key=lambda at: -costs[at]):
        load, count, group = heappop(least)
        dealt[at] = group
        heappush(least, (load + costs[at], count + 1, group))
    return dealt


def origin(
    model: BoostModel,
    divided: tuple[int, int],
    counts: Mapping[int, np.ndarray],
    codes: np.ndarray,
    folds: np.ndarray,
    seed: int,
) -> str:
    """Return a digest of all that determines a whole model: the same for each of its shares.

    Args:
        model: A share.
        divided: Into how many groups, and each into how many shards.
        counts: All rows by fold and code, of all parts in the order in which they are drawn.
        codes: Of the rows that trees grow on, int32 (rows, parts).
        folds: The fold of each of these, int8 (rows,).
        seed: Of the fit.
    """
    columns, arrays = state(model.coding)
    arrays |= {"codes": codes, "folds": folds} | {f"counts {part}": found for part, found in counts.items()}
    about = {
        "divided": divided,
        "columns": columns,
        "sequence": list(counts),
        "knobs": model.knobs.model_dump(mode="json"),
        "block": model.block,
        "seed": seed,
        "arrays": {name: sha256(np.ravel(values).data).hexdigest() for name, values in arrays.items()},
    }
    return sha256(canonical(about)).hexdigest()
