"""``boost``: columns one after another, each drawn given those before it by small boosted trees."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tabtwin.generators.boost.fitting import fit_model
from tabtwin.generators.boost.knobs import Knobs
from tabtwin.generators.boost.model import BoostModel, load
from tabtwin.generators.protocol import Settings
from tabtwin.lib.log import Progress
from tabtwin.tables.schema import Schema


class BoostGenerator:
    """``boost``, as :class:`tabtwin.generators.protocol.Generator` has it."""

    name = "boost"

    def __init__(self, knobs: Knobs | None = None) -> None:
        self._knobs = knobs or Knobs()

    def fit(
        self,
        rows: pd.DataFrame,
        schema: Schema,
        settings: Settings,
        seed: int,
        progress: Progress,
        subjects: np.ndarray | None = None,
    ) -> BoostModel:
        """Learn encoded rows; epochs and device do not concern it."""
        return fit_model(rows, schema, settings, self._knobs, seed, progress, subjects)

    def load(self, data: bytes) -> BoostModel:
        """The model that ``save`` wrote; nothing in it is executed."""
        return load(data)
