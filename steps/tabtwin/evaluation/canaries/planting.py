"""Plant canaries in training: made-up rows, half of them held back, to see what a generator memorizes.

Their table has canonical rows and ``PLANTED``; it is empty if there are none. :mod:`generation` draws them,
and :mod:`memorising` measures with them.
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
    """Return the canonical rows that were trained on."""
    return canaries[canaries[PLANTED].to_numpy(bool)].drop(columns=PLANTED).reset_index(drop=True)


def plant(
    encoded: pd.DataFrame, folds: pd.DataFrame, canaries: pd.DataFrame, schema: Schema, encoding: Encoding
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return training rows and their folds, followed by the planted rows, dealt to the folds in turn.

    All planted rows are of one subject, which is no one.
    """
    rows = encode(planted_rows(canaries), schema, encoding)
    nobody = pd.DataFrame({"fold": np.arange(len(rows)) % FOLDS, "subject": folds["subject"].max() + 1})
    return (
        pd.concat([encoded, rows], ignore_index=True),
        pd.concat([folds, nobody.astype(folds.dtypes)], ignore_index=True),
    )


def without_nobody(schema: Schema, protect: int) -> Schema:
    """Return the schema for learning a planted table: one more subject must share a number to keep it.

    So as many real ones share it as without canaries, whose subject is no one.
    """
    columns = (
        column if column.public else column.model_copy(update={"protect": column.threshold(protect) + 1})
        for column in schema.columns
    )
    return schema.model_copy(update={"columns": tuple(columns)})
