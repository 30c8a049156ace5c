"""Canaries: rows that nobody is, half of them planted in training, to see what a generator memorises.

As a table: canonical rows and ``PLANTED``; of no rows where none were asked for. How they are drawn stands in
:mod:`tabtwin.evaluation.canaries.generation`, what is found by them in
:mod:`tabtwin.evaluation.canaries.memorising`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from tabtwin.protection.rare_values import encode
from tabtwin.schema.encoding import Encoding
from tabtwin.schema.schema import Schema
from tabtwin.schema.splits import FOLDS

PLANTED = "tabtwin:planted"
"""Column of the canaries: whether the row was trained on."""


def planted_rows(canaries: pd.DataFrame) -> pd.DataFrame:
    """The canonical rows that were trained on."""
    return canaries[canaries[PLANTED].to_numpy(bool)].drop(columns=PLANTED).reset_index(drop=True)


def plant(
    encoded: pd.DataFrame, folds: pd.DataFrame, canaries: pd.DataFrame, schema: Schema, encoding: Encoding
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Training rows and their folds, with the planted rows behind them, dealt to the folds in turn.

    All planted rows are of one subject, which is nobody's.
    """
    rows = encode(planted_rows(canaries), schema, encoding)
    nobody = pd.DataFrame({"fold": np.arange(len(rows)) % FOLDS, "subject": folds["subject"].max() + 1})
    return (
        pd.concat([encoded, rows], ignore_index=True),
        pd.concat([folds, nobody.astype(folds.dtypes)], ignore_index=True),
    )


def without_nobody(schema: Schema, protect: int) -> Schema:
    """The schema by which a planted table is learned: one subject more must share a number to keep it.

    So as many real ones vouch for it as without canaries, whose subject is nobody.
    """
    columns = (
        column if column.public else column.model_copy(update={"protect": column.threshold(protect) + 1})
        for column in schema.columns
    )
    return schema.model_copy(update={"columns": tuple(columns)})
