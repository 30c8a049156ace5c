"""Adapt CTGAN and TVAE of SDV 2.0: one adapter for both.

It does what SDV leaves to its users: seeds, also for every block of a sample (SDV reseeds itself on load,
so shards would repeat); a batch size that its code supports; a device that exists; loss and epoch as training
proceeds; and a model file without the numbers of the training rows, which CTGAN keeps for every category, or
the uuid and dates that SDV adds.
"""

from __future__ import annotations

import contextlib
import io
import math
import pickle
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import torch
from sdv.metadata import Metadata

from tabtwin.generators.protocol import Columns, Settings, Training, sample_blocks
from tabtwin.generators.sdv.pickling import StablePickler
from tabtwin.generators.sdv.plain import Coding, fit_coding, from_plain, to_plain
from tabtwin.generators.sdv.watched import SYNTHESIZERS
from tabtwin.lib.devices import Device
from tabtwin.lib.errors import InputError, RefusedError
from tabtwin.lib.foreign import contained
from tabtwin.lib.log import Progress
from tabtwin.lib.seeds import derive
from tabtwin.schema.schema import Schema

BLOCK = 5_000
TABLE = "t"
PAC = 10
MOST_COLUMNS = 5_000
MOST_CELLS = 500_000_000
LOSSES = 100


class SdvTraining(Training):
    """How a fit of SDV's went: rows of a batch, and the mean losses of some epochs."""

    batch_size: int
    losses: list[dict[str, float]]


class SdvGenerator:
    """``ctgan`` or ``tvae``; see :class:`tabtwin.generators.protocol.Generator`."""

    leaves_out = False
    balances = False

    def __init__(self, name: str) -> None:
        self.name = name

    def fit(
        self,
        rows: Columns,
        schema: Schema,
        settings: Settings,
        seed: int,
        progress: Progress,
        subjects: np.ndarray | None = None,
        folds: np.ndarray | None = None,
    ) -> SdvModel:
        """Learn encoded rows, whatever their subjects.

        Raises:
            InputError: if there is no such device, or a column has too many categories to be learned.
            RefusedError: if the training diverged.
        """
        device, seed = pick_device(settings.device), derive(seed, "fit")  # libraries take 32 bits
        table = pd.DataFrame({column.name: rows[column.name] for column in schema.learned})
        coding = fit_coding(table, schema)
        check_width(coding, len(rows), self.name)
        # Shuffled, so that nothing in the model that follows the rows' order reveals the table's.
        plain = to_plain(table.sample(frac=1, random_state=seed), coding)
        batch = batch_size(len(rows))
        training: SdvTraining = {"device": device, "batch_size": batch, "losses": []}
        if plain.shape[1] == 0:
            return SdvModel(coding, None, training)
        synthesizer = SYNTHESIZERS[self.name](
            _metadata(plain),
            enforce_min_max_values=False,
            enforce_rounding=False,
            epochs=settings.epochs,
            batch_size=batch,
            enable_gpu=device == "cuda",
        )
        synthesizer.watch(lambda losses: _report(losses, settings.epochs, progress))
        with _steady(seed):
            synthesizer.fit({TABLE: plain})
        losses = _losses(synthesizer.get_loss_values())
        _strip(synthesizer)
        if not all(math.isfinite(value) for value in losses[-1].values()):
            raise RefusedError(
                f"expected a finite loss of {self.name}, found that its training diverged; "
                "choose another generator, or other --epochs"
            )
        return SdvModel(coding, synthesizer, {**training, "losses": _thinned(losses)})

    def load(self, data: bytes) -> SdvModel:
        """Load a model from verified bytes; it samples on the CPU, so that its rows are the same anywhere."""
        model: SdvModel = pickle.loads(data)
        if model.synthesizer is not None:
            model.synthesizer._model.set_device("cpu")
        return model

    def join(self, models: Sequence[SdvModel]) -> SdvModel:
        """Return the one model: a network learns all columns together."""
        (model,) = models
        return model


@dataclass
class SdvModel:
    """A fitted synthesizer; see :class:`tabtwin.generators.protocol.Model`.

    Attributes:
        coding: How the encoded table is made plain for SDV.
        synthesizer: SDV's synthesizer, stripped; ``None`` if no column varies.
        training: Device, batch size and losses by epoch.
    """

    coding: Coding
    synthesizer: Any
    training: SdvTraining
    block: int = BLOCK

    def sample(self, first: int, count: int, seed: int) -> pd.DataFrame:
        """Return rows ``first`` to ``first + count`` of the endless encoded table of ``seed``."""
        return sample_blocks(lambda number: self._draw(number, seed), self.block, first, count)

    def sample_block(self, rows: int, seed: int) -> pd.DataFrame:
        """Return ``rows`` encoded rows; none is balanced against others."""
        return self.sample(0, rows, seed)

    def alone(self) -> SdvModel:
        """Return itself."""
        return self

    def save(self) -> bytes:
        """Return the model as bytes, the same for the same rows, settings and seed."""
        buffer = io.BytesIO()
        StablePickler(buffer, protocol=5).dump(self)
        return buffer.getvalue()

    def _draw(self, number: int, seed: int) -> pd.DataFrame:
        plain = pd.DataFrame(index=range(self.block))
        if self.synthesizer is not None:
            mark = derive(seed, "block", number)
            with _steady(mark):
                self.synthesizer.reset_sampling()
                self.synthesizer._set_random_state(mark)
                plain = self.synthesizer.sample(self.block)[TABLE]
        return from_plain(plain, self.coding)


def pick_device(device: Device) -> str:
    """Return ``cuda`` or ``cpu``.

    Raises:
        InputError: if ``cuda`` is asked for and there is none.
    """
    there = torch.cuda.is_available()
    if device == "cuda" and not there:
        raise InputError(
            "expected a CUDA device, since device is cuda (or pool is gpu), found none that torch can use; "
            "set device to cpu"
        )
    return "cuda" if there and device != "cpu" else "cpu"


def batch_size(rows: int) -> int:
    """Return the rows of a step: 500, or a tenth of a smaller table, at least 50; divisible by ``PAC``.

    >>> batch_size(1_234)
    120
    """
    return min(500, max(50, rows // 10 // PAC * PAC))


def check_width(coding: Coding, rows: int, name: str) -> None:
    """Refuse a table whose one-hot matrix would not fit, and name the widest column.

    Raises:
        InputError: if it has more than 5,000 columns, or 500 million cells (4 GB).
    """
    width = sum(column.width for column in coding)
    if width <= MOST_COLUMNS and width * rows <= MOST_CELLS:
        return
    widest = max(coding, key=lambda column: column.width)
    raise InputError(
        f"{name} would need {width} columns for {rows} rows, {widest.width} of them for column "
        f"{widest.name!r}; drop that column, group its values, raise --min-subjects, or declare it a key"
    )


def _metadata(plain: pd.DataFrame) -> Metadata:
    """Return SDV's metadata from our own knowledge of each column; nothing is guessed."""
    texts = set(plain.select_dtypes(object))
    columns = {name: {"sdtype": "categorical" if name in texts else "numerical"} for name in plain}
    return Metadata.load_from_dict({"tables": {TABLE: {"columns": columns}}, "relationships": []})


@contextlib.contextmanager
def _steady(seed: int) -> Iterator[None]:
    """Isolate SDV, and run torch seeded and on one thread, while the body runs."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with contained(seed % 2**32), torch.random.fork_rng():
            torch.manual_seed(seed)
            yield
    finally:
        torch.set_num_threads(threads)


def _strip(synthesizer: Any) -> None:
    """Remove what the model does not need to sample: row numbers, losses, a uuid, dates, our callback."""
    synthesizer.report = None
    synthesizer._synthesizer_id = synthesizer._creation_date = synthesizer._fitted_date = ""
    synthesizer._data_processor._transformers_by_sdtype = {}
    model = synthesizer._model
    model.report = model.loss_values = None
    model.set_device("cpu")
    if hasattr(model, "_data_sampler"):
        model._data_sampler._rid_by_cat_cols = []


def _losses(table: pd.DataFrame) -> list[dict[str, float]]:
    """Return the mean loss of each epoch."""
    means = table.drop(columns="Batch", errors="ignore").astype("float64").groupby("Epoch").mean()
    names = [str(name).lower().replace(" ", "_") for name in means]
    rows = means.to_numpy()
    return [
        {"epoch": number, **dict(zip(names, map(float, row), strict=True))}
        for number, row in enumerate(rows, start=1)
    ]


def _report(table: pd.DataFrame, epochs: int, progress: Progress) -> None:
    last = table.iloc[-1]
    loss = last["Loss"] if "Loss" in table else last["Generator Loss"]
    progress(int(last["Epoch"]) + 1, epochs, f"epochs, loss {loss:.3f}")


def _thinned(losses: list[dict[str, float]]) -> list[dict[str, float]]:
    """Return at most ``LOSSES`` of them, evenly, the first and the last among them."""
    kept = np.unique(np.linspace(0, len(losses) - 1, min(LOSSES, len(losses))).round().astype(int))
    return [losses[index] for index in kept]
