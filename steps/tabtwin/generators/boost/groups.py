"""Fit columns in groups, and join the *shares* of a model that this gives.

Codes, order and plan follow from the table, the settings and the seed, so every fit computes the same ones,
and then the boosters of its own group alone. Joined, the shares are the bytes of a model fitted at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256

import numpy as np

from tabtwin.generators.boost.coding import Coding, state
from tabtwin.generators.boost.descent import PartModel
from tabtwin.generators.boost.fit_summary import in_all
from tabtwin.generators.boost.forest import Forest, chain, cut
from tabtwin.generators.boost.learning import FitTask
from tabtwin.generators.boost.model import BoostModel, Share
from tabtwin.lib.errors import IntegrityError
from tabtwin.store.artifacts import canonical

FIXED = 5
"""The cost of a code tree's level besides its predictors, in predictors; from timings of single parts.
"""


def columns_of(coding: Coding, tasks: Mapping[int, FitTask], group: int, groups: int) -> tuple[str, ...]:
    """Return the columns that a group, numbered from 1, fits with all of their parts.

    Each column is in one group. ``tasks`` are by part; a part without one is constant.
    """
    costs, number = [], 0
    for column in coding:
        parts = range(number, number + len(column.parts))
        costs.append(sum(_cost(tasks[part]) for part in parts if part in tasks))
        number += len(column.parts)
    dealt = deal(costs, groups)
    return tuple(column.name for column, to in zip(coding, dealt, strict=True) if to == group - 1)


def deal(costs: Sequence[int], groups: int) -> list[int]:
    """Return the group, from 0, of each cost: the largest first, each to the group with the least so far.

    >>> deal([5, 3, 3], 2)
    [1, 0, 0]

    No group then costs more than 4/3 of the most expensive group of the best deal (Graham 1969).
    """
    load, dealt = [0] * groups, [0] * len(costs)
    for at in sorted(range(len(costs)), key=lambda at: -costs[at]):
        # Columns that cost nothing are dealt, too: a group without any would waste a pod.
        dealt[at] = min(range(groups), key=lambda group: (load[group], dealt.count(group), group))
        load[dealt[at]] += costs[at]
    return dealt


def origin(
    model: BoostModel,
    groups: int,
    sequence: Sequence[int],
    codes: np.ndarray,
    folds: np.ndarray,
    seed: int,
) -> str:
    """Return a digest of all that determines a whole model: the same for each of its shares.

    Args:
        model: A share.
        groups: How many there are.
        sequence: All parts, in the order in which they are drawn.
        codes: What is fitted to, int32 (rows, parts).
        folds: The fold of each row, int8 (rows,).
        seed: Of the fit.
    """
    columns, arrays = state(model.coding)
    arrays |= {"codes": codes, "folds": folds}
    about = {
        "groups": groups,
        "columns": columns,
        "sequence": sequence,
        "knobs": model.knobs.model_dump(mode="json"),
        "block": model.block,
        "seed": seed,
        "arrays": {name: sha256(np.ravel(values).data).hexdigest() for name, values in arrays.items()},
    }
    return sha256(canonical(about)).hexdigest()


def join(models: Sequence[BoostModel]) -> BoostModel:
    """Join ``models``, the shares of a model, in any order; a whole model alone is returned as it is.

    Raises:
        IntegrityError: if they are not all shares of one model.
    """
    if len(models) == 1 and models[0].share is None:
        return models[0]
    _check(models)
    pieces = {place: piece for model in models for place, piece in _pieces(model)}
    sequence, boosters = list[PartModel](), 0
    for place in sorted(pieces):
        part, forest = pieces[place]
        moved = np.where(part.booster >= 0, part.booster + boosters, -1).astype(np.int32)
        sequence.append(replace(part, booster=moved))
        boosters += len(forest.booster)
    costs = {name: cost for model in models for name, cost in model.training["columns"].items()}
    first = models[0]
    return replace(
        first,
        sequence=tuple(sequence),
        forest=chain([pieces[place][1] for place in sorted(pieces)]),
        training=in_all({column.name: costs[column.name] for column in first.coding}, first.training["rows"]),
        share=None,
    )


def _cost(task: FitTask) -> int:
    """Return the relative cost of fitting a part: each level of its code tree looks at all rows."""
    levels = len(task.tree.levels) - 1
    return levels * (len(task.predictors) + FIXED) * task.members * task.growths[0].rounds


def _pieces(model: BoostModel) -> list[tuple[int, tuple[PartModel, Forest]]]:
    """Return the part models of a share by their places in the whole, with their own boosters, from 0."""
    assert model.share is not None
    found, first = [], 0
    for place, part in zip(model.share.places, model.sequence, strict=True):
        end = max(first, int(part.booster.max(initial=-1)) + 1)
        own = np.where(part.booster >= 0, part.booster - first, -1).astype(np.int32)
        found.append((place, (replace(part, booster=own), cut(model.forest, first, end))))
        first = end
    return found


def _check(models: Sequence[BoostModel]) -> None:
    shares = [model.share or Share(1, 1, (), "") for model in models]
    found = sorted((share.groups, share.group) for share in shares)
    if found != [(len(shares), group) for group in range(1, len(shares) + 1)]:
        listed = ", ".join(f"{group} of {groups}" for groups, group in found)
        raise IntegrityError(f"expected every part of one model, each once, found {listed}; train it again")
    if len({share.origin for share in shares}) > 1:
        raise IntegrityError(
            "expected parts of one model, found parts that were fitted to other rows, or with other settings "
            "or another seed; train it again"
        )
