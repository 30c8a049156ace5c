"""What a generator is: it fits a model to rows, and the model is an endless table, the same for a seed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
import pandas as pd

from tabtwin.lib.devices import Device
from tabtwin.lib.log import Progress
from tabtwin.schema.schema import Schema
from tabtwin.store.artifacts import Frozen


class Settings(Frozen):
    """What every generator is told; one that has no use for a setting ignores it.

    Attributes:
        epochs: Passes over the rows.
        device: Where to train.
        threads: CPU threads; of boost they change no byte.
        block: Rows that are drawn together, where that is the generator's to choose; 0: as many as it learns.
        protect: k of value protection: subjects that vouch for a number that the model keeps.
        members: Members that boost averages; 0: as many as it likes.
        restraint: Nats of left-out likelihood that each booster of boost gives up to stop earlier.
        group: Which group of columns boost fits, from 1 to ``groups``; the other columns it only looks at.
        groups: Into how many groups of about the same cost columns are dealt.
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


class Model(Protocol):
    """A fitted generator: it holds no row of its training table, nor anything by row."""

    @property
    def block(self) -> int:
        """Rows in a block. Blocks are numbered from 0 and drawn one by one, each from its own seed."""
        ...

    @property
    def training(self) -> dict[str, Any]:
        """How the fit went, as JSON values: device, losses and the like."""
        ...

    def sample(self, first: int, count: int, seed: int) -> pd.DataFrame:
        """Rows ``first`` to ``first + count`` of the endless table of ``seed``, encoded as in training."""
        ...

    def alone(self) -> Model:
        """The model as its first member has it, whose fold it has not seen; itself where it is but one."""
        ...

    def save(self) -> bytes:
        """The model as bytes; equal for equal rows, settings and seed."""
        ...


class Generator(Protocol):
    """A way of making models.

    Attributes:
        name: As specs spell it.
        leaves_out: Whether a model has members of its own that leave folds out; it then gets all rows.
        balances: Whether a block's rows are balanced against one another, which a part of it would lose.
    """

    name: str
    leaves_out: bool
    balances: bool

    def fit(
        self,
        rows: pd.DataFrame,
        schema: Schema,
        settings: Settings,
        seed: int,
        progress: Progress,
        subjects: np.ndarray | None = None,
        folds: np.ndarray | None = None,
    ) -> Model:
        """Learn encoded rows.

        Args:
            rows: float64 with NaN, and object columns of ``str`` and ``None``.
            schema: Their schema.
            settings: Those of the step.
            seed: From which all draws derive theirs; of any number of bits.
            progress: Told how far it is.
            subjects: Whose each row is, integers (rows,); without them each is its own.
            folds: Which member, from 0, leaves each row out, integers (rows,), for a generator that
                ``leaves_out``.

        Raises:
            InputError: if a setting cannot be met here, or the table does not suit the generator.
        """
        ...

    def load(self, data: bytes) -> Model:
        """The model that ``save`` wrote; ``data`` must have been verified, since it may be unpickled."""
        ...

    def join(self, models: Sequence[Any]) -> Model:
        """The whole of which loaded ``models`` are the parts, one for each group of columns.

        Raises:
            IntegrityError: if they are not all parts of one model.
        """
        ...


def sample_blocks(draw: Callable[[int], pd.DataFrame], block: int, first: int, count: int) -> pd.DataFrame:
    """Rows ``first`` to ``first + count`` of a table whose blocks of ``block`` rows are ``draw(0)``, …"""
    numbers = range(first // block, max(first, first + count - 1) // block + 1)
    rows = pd.concat([draw(number) for number in numbers], ignore_index=True)
    start = first - numbers.start * block
    return rows.iloc[start : start + count].reset_index(drop=True)
