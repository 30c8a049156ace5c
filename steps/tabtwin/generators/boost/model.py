"""A fitted model: how columns are coded, how each part is drawn, and all boosters; no row, no cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import NotRequired, TypedDict, cast

import numpy as np
import pandas as pd
from pydantic import JsonValue

from tabtwin.generators.boost import share as shares
from tabtwin.generators.boost.coding import Coding, Part, PartState, load_coding, split, state
from tabtwin.generators.boost.descent import PartModel
from tabtwin.generators.boost.features import Ancestor, View
from tabtwin.generators.boost.fit_summary import BoostTraining
from tabtwin.generators.boost.forest import Forest
from tabtwin.generators.boost.knobs import Knobs
from tabtwin.generators.boost.likelihood import log_likelihood
from tabtwin.generators.boost.numbers import Numbers
from tabtwin.generators.boost.sampling import draw_block
from tabtwin.generators.boost.serialization import pack, unpack
from tabtwin.generators.boost.share import Share, ShareState
from tabtwin.generators.boost.tree import CodeTree
from tabtwin.generators.protocol import sample_blocks
from tabtwin.lib.seeds import generator

FORMAT = 1
_TREE = tuple(field.name for field in fields(CodeTree))


class PartModelState(TypedDict):
    """A part model as the model's file keeps it, beside its arrays."""

    part: int
    ancestors: list[int]


class ModelState(TypedDict):
    """What a model's file stores as JSON, besides arrays."""

    format: int
    columns: list[PartState]
    sequence: list[PartModelState]
    knobs: dict[str, JsonValue]
    block: int
    training: BoostTraining
    share: NotRequired[ShareState]


@dataclass(frozen=True)
class BoostModel:
    """A fitted model; see :class:`tabtwin.generators.protocol.Model`.

    Attributes:
        coding: How columns are coded.
        sequence: How parts are drawn, in this order; constant parts need no model.
        forest: The boosters of all.
        knobs: What it was fitted with.
        block: Rows that are drawn together.
        training: How the fit went.
        share: What it is of a whole, if it is a share, which cannot be drawn from alone: the boosters of its
            part models are numbered by part. ``None`` for a whole.
    """

    coding: Coding
    sequence: tuple[PartModel, ...]
    forest: Forest
    knobs: Knobs
    block: int
    training: BoostTraining
    share: Share | None = None

    @property
    def parts(self) -> tuple[Part, ...]:
        """Return all parts of all columns, in the columns' order."""
        return tuple(part for column in self.coding for part in column.parts.values())

    def sample(self, first: int, count: int, seed: int) -> pd.DataFrame:
        """Return rows ``first`` to ``first + count`` of the endless encoded table of ``seed``."""
        return sample_blocks(lambda number: self._draw(number, seed), self.block, first, count)

    def sample_block(self, rows: int, seed: int) -> pd.DataFrame:
        """Return ``rows`` encoded rows that are balanced against one another."""
        return replace(self, block=rows).sample(0, rows, seed)

    def log_likelihood(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return the log-likelihood of encoded rows, by column: nats (rows, columns); a row's is the sum.

        The mean sum over left-out rows measures the fit; compare it at equal ``bins``.
        """
        found = log_likelihood(self.sequence, self.forest, self.parts, view(rows, self.coding))
        ends = np.cumsum([len(column.parts) for column in self.coding])
        cells = {
            column.name: found[:, end - len(column.parts) : end].sum(axis=1)
            for column, end in zip(self.coding, ends, strict=True)
        }
        return pd.DataFrame(cells, index=rows.index)

    def alone(self) -> BoostModel:
        """Return the first member alone: its trees saw no row of the fold that it leaves out."""
        boosters = self.forest.booster.copy()
        boosters[:, 1] = boosters[:, 0] + 1
        return replace(self, forest=self.forest._replace(booster=boosters))

    def save(self) -> bytes:
        """Return the model as bytes, the same for the same rows, settings and seed."""
        columns, arrays = state(self.coding)
        kept = {f"coding.{name}": values for name, values in arrays.items()}
        kept |= {f"forest.{name}": values for name, values in self.forest._asdict().items()}
        for number, model in enumerate(self.sequence):
            kept |= {f"part{number}.{name}": values for name, values in _part_arrays(model).items()}
        about: ModelState = {
            "format": FORMAT,
            "columns": columns,
            "sequence": [
                {"part": model.part, "ancestors": [ancestor.part for ancestor in model.ancestors]}
                for model in self.sequence
            ],
            "knobs": self.knobs.model_dump(mode="json"),
            "block": self.block,
            "training": self.training,
        }
        if self.share:
            about["share"], arrays = shares.state(self.share)
            kept |= {f"share.{name}": values for name, values in arrays.items()}
        return pack(about, kept)

    def _draw(self, number: int, seed: int) -> pd.DataFrame:
        assert self.share is None, "a share of a model must be joined with the others before it is drawn from"
        rng = generator(seed, "block", number)
        drawn = draw_block(self.sequence, self.forest, self.parts, self.block, rng)
        cells, at = {}, 0
        for column in self.coding:
            values = dict(zip(column.parts, drawn[at : at + len(column.parts)], strict=True))
            cells[column.name] = column.join(values)
            at += len(column.parts)
        return pd.DataFrame(cells, index=range(self.block))


def load(data: bytes) -> BoostModel:
    """Load the model that :meth:`BoostModel.save` wrote; nothing in it is executed."""
    found, arrays = unpack(data)
    about = cast(ModelState, found)

    def of(prefix: str) -> dict[str, np.ndarray]:
        return {
            name.removeprefix(prefix): values for name, values in arrays.items() if name.startswith(prefix)
        }

    return BoostModel(
        coding=load_coding(about["columns"], of("coding.")),
        sequence=tuple(
            _load_part(said, of(f"part{number}.")) for number, said in enumerate(about["sequence"])
        ),
        forest=Forest(**of("forest.")),
        knobs=Knobs.model_validate(about["knobs"]),
        block=about["block"],
        training=about["training"],
        share=shares.load(about["share"], of("share.")) if "share" in about else None,
    )


def view(rows: pd.DataFrame, coding: Coding) -> View:
    """Return encoded rows as codes and numbers."""
    parts = [part for column in coding for part in column.parts.values()]
    seen, number = View.empty(len(rows), parts), 0
    for column in coding:
        values = split(rows[column.name], column)
        for name, part in column.parts.items():
            numbers = values[name] if isinstance(part, Numbers) else None
            seen.put(number, part.codes(values[name]), numbers)
            number += 1
    return seen


def _part_arrays(model: PartModel) -> dict[str, np.ndarray]:
    kept = {f"tree.{name}": getattr(model.tree, name) for name in _TREE}
    kept |= {f"rank{number}": ancestor.rank for number, ancestor in enumerate(model.ancestors)}
    return kept | {name: getattr(model, name) for name in ("predictors", "booster", "place", "starts")}


def _load_part(said: PartModelState, arrays: Mapping[str, np.ndarray]) -> PartModel:
    ancestors: Sequence[int] = said["ancestors"]
    return PartModel(
        part=said["part"],
        predictors=arrays["predictors"],
        ancestors=tuple(Ancestor(part, arrays[f"rank{at}"]) for at, part in enumerate(ancestors)),
        tree=CodeTree(**{name: arrays[f"tree.{name}"] for name in _TREE}),
        booster=arrays["booster"],
        place=arrays["place"],
        starts=arrays["starts"],
    )
