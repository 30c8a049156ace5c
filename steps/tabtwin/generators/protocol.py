"""Define the generator protocol: a generator fits a model to rows, which is one endless table per seed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypedDict

import numpy as np
import pandas as pd
from pydantic import ConfigDict

from tabtwin.lib.devices import Device
from tabtwin.lib.log import Progress
from tabtwin.schema.schema import Schema
from tabtwin.store.artifacts import Frozen


class Settings(Frozen):
    """The settings of all generators; a generator ignores those that do not concern it.

    Attributes:
        epochs: Passes over the rows.
        device: Where to train.
        threads: CPU threads; their number changes no byte of a boost model.
        block: Rows that are drawn together, if the generator can choose; 0: as many as it learns.
        protect: k of value protection: subjects that must share a number for the model to keep it.
        members: Members that boost averages; 0: as many as it chooses.
        restraint: Nats of left-out likelihood that each booster of boost gives up to stop earlier.
        group: The group of columns that boost fits, from 1 to ``groups``; other columns only predict.
        groups: The number of groups of about the same cost that columns are dealt to.
        shard: The shard of the group's rows that boost fits, from 1 to ``shards``: the rows of some boosters.
        shards: The number of shards of about the same cost that a group's boosters are dealt to.
    """

    epochs: int = 1
    device: Device = "auto"
    threads: int = 1
    block: int = 0
    protect: int = 5
    members: int = 0
    restraint: float = 0.0
    group: int = 1
    groups: int = 1
    shard: int = 1
    shards: int = 1


class Training(TypedDict):
    """How a fit went, as JSON values: the device, and in types of their own what generators say beside."""

    device: str


class Trained(Frozen):
    """What others read of ``training.json``.

    Attributes:
        generator: The generator that was trained.
        member: Its number, which says which fold it left out.
    """

    model_config = ConfigDict(extra="ignore")

    generator: str
    member: int


class Columns(Protocol):
    """A table that is read a column at a time: a pandas table, or one that is stored."""

    def __len__(self) -> int:
        """Return how many rows there are."""
        ...

    def __getitem__(self, name: str) -> pd.Series:
        """Return a column, (rows,)."""
        ...


class Model(Protocol):
    """A fitted generator: it holds no row of its training table, and nothing by row."""

    @property
    def block(self) -> int:
        """Return the rows of a block; blocks are numbered from 0 and drawn singly, each from its own seed."""
        ...

    @property
    def training(self) -> Training:
        """Return how the fit went."""
        ...

    def sample(self, first: int, count: int, seed: int) -> pd.DataFrame:
        """Return rows ``first`` to ``first + count`` of the endless encoded table of ``seed``."""
        ...

    def sample_block(self, rows: int, seed: int) -> pd.DataFrame:
        """Return ``rows`` encoded rows that are drawn together, as one block of ``seed``."""
        ...

    def alone(self) -> Model:
        """Return the first member, which has not seen its fold, as a model; itself if there is only one."""
        ...

    def save(self) -> bytes:
        """Return the model as bytes; equal for equal rows, settings and seed."""
        ...


class Generator(Protocol):
    """A way to make models.

    Attributes:
        name: Its name in specs.
        leaves_out: Whether a model has members that each leave a fold out; it then gets all rows.
        balances: Whether a block's rows are balanced against one another, which a part of it would lose.
    """

    name: str
    leaves_out: bool
    balances: bool

    def fit(
        self,
        rows: Columns,
        schema: Schema,
        settings: Settings,
        seed: int,
        progress: Progress,
        subjects: np.ndarray | None = None,
        folds: np.ndarray | None = None,
    ) -> Model:
        """Learn encoded rows.

        Args:
            rows: float64 with NaN, and object columns of ``str`` and ``None``; a pandas table, unless the
                generator ``leaves_out``.
            schema: Their schema.
            settings: Those of the step.
            seed: The seed, of any number of bits, from which all draws derive theirs.
            progress: Called as the fit proceeds.
            subjects: The subject of each row, integers (rows,); without them, each row is a subject.
            folds: The member, from 0, that leaves each row out, integers (rows,), for a generator that
                ``leaves_out``.

        Raises:
            InputError: if a setting cannot be met here, or the table does not suit the generator.
        """
        ...

    def load(self, data: bytes) -> Model:
        """Load the model that ``save`` wrote; ``data`` must have been verified, since it may be unpickled."""
        ...

    def join(self, models: Sequence[Any]) -> Model:
        """Join loaded ``models``, the parts of a model, one for each group of columns and shard of rows.

        Raises:
            IntegrityError: if they are not all parts of one model.
        """
        ...


def sample_blocks(draw: Callable[[int], pd.DataFrame], block: int, first: int, count: int) -> pd.DataFrame:
    """Return rows ``first`` to ``first + count`` of a table whose blocks of ``block`` rows are
    ``draw(0)``, …
    """
    numbers = range(first // block, max(first, first + count - 1) // block + 1)
    rows = pd.concat([draw(number) for number in numbers], ignore_index=True)
    start = first - numbers.start * block
    return rows.iloc[start : start + count].reset_index(drop=True)
