"""Join the shares of a model: each of a group of its columns, or of a shard of that group's rows.

A model that is fitted at once is its only share, joined: the bytes are the same however it was divided.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby, product

import numpy as np

from tabtwin.generators.boost.descent import PartModel
from tabtwin.generators.boost.fit_summary import by_column, cost, in_all
from tabtwin.generators.boost.forest import Forest, chain, cut
from tabtwin.generators.boost.model import BoostModel
from tabtwin.generators.boost.share import Piece, Share
from tabtwin.lib.errors import IntegrityError


@dataclass(frozen=True)
class _Held:
    """A piece with its part model and its own boosters."""

    piece: Piece
    part: PartModel
    forest: Forest


def join(models: Sequence[BoostModel]) -> BoostModel:
    """Join ``models``, the shares of a model, in any order; a whole model alone is returned as it is.

    Raises:
        IntegrityError: if they are not all shares of one model, each once.
    """
    first = models[0]
    if len(models) == 1 and first.share is None:
        return first
    _check([model.share for model in models])
    held = sorted((piece for model in models for piece in _pieces(model)), key=lambda held: held.piece.place)
    sequence, forests = list[PartModel](), [cut(first.forest, 0, 0)]
    costs, boosters = {}, 0
    for _, same in groupby(held, key=lambda held: held.piece.place):
        whole = _joined(list(same))
        part = whole.part
        moved = np.where(part.booster >= 0, part.booster + boosters, -1).astype(np.int32)
        sequence.append(replace(part, booster=moved))
        forests.append(whole.forest)
        costs[part.part] = cost(whole.piece, whole.forest)
        boosters += len(whole.forest.booster)
    return replace(
        first,
        sequence=tuple(sequence),
        forest=chain(forests),
        training=in_all(by_column(first.coding, costs), first.training["rows"]),
        share=None,
    )


def _pieces(model: BoostModel) -> list[_Held]:
    """Return what a share has of each part."""
    assert model.share is not None
    found, first = [], 0
    for piece, part in zip(model.share.pieces, model.sequence, strict=True):
        end = first + len(piece.numbers)
        found.append(_Held(piece, part, cut(model.forest, first, end)))
        first = end
    return found


def _joined(held: Sequence[_Held]) -> _Held:
    """Return all boosters of a part, in their order, from what the shards have of them."""
    numbers = np.concatenate([one.piece.numbers for one in held])
    part, piece = held[0].part, held[0].piece
    if sorted(numbers.tolist()) != list(range(int(part.booster.max(initial=-1)) + 1)):
        raise IntegrityError(
            f"expected every booster of part {part.part} of the model once, found others; train it again"
        )
    order = np.argsort(numbers)
    losses = np.concatenate([one.piece.losses for one in held])
    single = [cut(one.forest, at, at + 1) for one in held for at in range(len(one.piece.numbers))]
    forest = chain([cut(held[0].forest, 0, 0), *(single[at] for at in order)])
    return _Held(replace(piece, numbers=numbers[order], losses=losses[order]), part, forest)


def _check(shares: Sequence[Share | None]) -> None:
    """Stop unless these are all shares of one model, each once."""
    places = [share.place for share in shares if share]
    found = sorted((place.groups, place.shards, place.group, place.shard) for place in places)
    groups, shards, *_ = found[0] if found else (1, 1)
    numbers = product(range(1, groups + 1), range(1, shards + 1))
    if found != [(groups, shards, *number) for number in numbers] or len(found) < len(shares):
        listed = ", ".join(str(share.place) if share else "a whole model" for share in shares)
        raise IntegrityError(f"expected every part of one model, each once, found {listed}; train it again")
    if len({share.origin for share in shares if share}) > 1:
        raise IntegrityError(
            "expected parts of one model, found parts that were fitted to other rows, or with other settings "
            "or another seed; train it again"
        )
