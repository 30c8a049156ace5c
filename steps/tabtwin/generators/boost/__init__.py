"""Generate columns one after another, each given those before it, by small boosted trees.

Numbers become ordinal codes (:mod:`coding`); a column is drawn by a balanced tree over its codes
(:mod:`tree`), at each node of which a small booster decides left or right (:mod:`learning`), and coins
fall as evenly as they can (:mod:`balance`). :func:`tabtwin.fit` learns a pandas table with it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tabtwin.generators.boost.fitting import fit_model
from tabtwin.generators.boost.joining import join
from tabtwin.generators.boost.knobs import Knobs
from tabtwin.generators.boost.model import BoostModel, load
from tabtwin.generators.protocol import Columns, Settings
from tabtwin.lib.log import Progress
from tabtwin.schema.schema import Schema

__all__ = ["BoostGenerator", "BoostModel", "Knobs", "load"]


class BoostGenerator:
    """``boost``; see :class:`tabtwin.generators.protocol.Generator`."""

    name = "boost"
    leaves_out = True
    balances = True

    def __init__(self, knobs: Knobs | None = None) -> None:
        self._knobs = knobs or Knobs()

    def fit(
        self,
        rows: Columns,
        schema: Schema,
        settings: Settings,
        seed: int,
        progress: Progress,
        subjects: np.ndarray | None = None,
        folds: np.ndarray | None = None,
    ) -> BoostModel:
        """Learn encoded rows; epochs and device do not apply."""
        own = {"members": settings.members, "restraint": settings.restraint}
        knobs = self._knobs.model_copy(update={name: value for name, value in own.items() if value})
        return fit_model(rows, schema, settings, knobs, seed, progress, subjects, folds)

    def load(self, data: bytes) -> BoostModel:
        """Load the model that ``save`` wrote; nothing in it is executed."""
        return load(data)

    def join(self, models: Sequence[BoostModel]) -> BoostModel:
        """Join the shares of a model."""
        return join(models)
