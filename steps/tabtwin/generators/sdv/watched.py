"""Make SDV's CTGAN and TVAE report every epoch: neither has a callback.

Training stays in this process; ctgan would start one process per core to transform its table.
"""

from __future__ import annotations

from typing import Any

import joblib  # type: ignore[import-untyped] # ships no types
import pandas as pd
from sdv.single_table import CTGANSynthesizer, TVAESynthesizer
from sdv.single_table.ctgan import CTGAN, TVAE, detect_discrete_columns


class _Watched:
    """Mixin for ctgan's models that reports every epoch, as they assign ``loss_values`` after each."""

    report: Any = None

    @property
    def loss_values(self) -> Any:
        return self.__dict__.get("_losses")

    @loss_values.setter
    def loss_values(self, losses: Any) -> None:
        self.__dict__["_losses"] = losses
        if self.report is not None and losses is not None and len(losses):
            self.report(losses)


class CtganModel(_Watched, CTGAN):  # type: ignore[misc] # ctgan ships no types
    """CTGAN that reports its epochs."""


class TvaeModel(_Watched, TVAE):  # type: ignore[misc] # ctgan ships no types
    """TVAE that reports its epochs."""


class _Synthesizer:
    """Mixin for SDV's synthesizers that watches the model, and fits it in this process only."""

    watched: type[Any]
    report: Any = None

    def watch(self, report: Any) -> None:
        """Call ``report`` with the losses so far after every epoch."""
        self.report = report

    def _fit(self: Any, plain: pd.DataFrame) -> None:
        transformers = self._data_processor._hyper_transformer.field_transformers
        discrete = detect_discrete_columns(self.metadata, plain, transformers)
        self._model = self.watched(**self._model_kwargs)
        self._model.report = self.report
        with joblib.parallel_config(backend="sequential"):
            self._model.fit(plain, discrete_columns=discrete)


class _CtganSynthesizer(_Synthesizer, CTGANSynthesizer):  # type: ignore[misc] # SDV ships no types
    """SDV's CTGAN, watched."""

    watched = CtganModel


class _TvaeSynthesizer(_Synthesizer, TVAESynthesizer):  # type: ignore[misc] # SDV ships no types
    """SDV's TVAE, watched."""

    watched = TvaeModel


SYNTHESIZERS: dict[str, type[Any]] = {"ctgan": _CtganSynthesizer, "tvae": _TvaeSynthesizer}
