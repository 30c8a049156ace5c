"""Hold what rules are sought in: training rows, what value protection leaves of them, and whose they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tabtwin.schema.encoding import Encoding
from tabtwin.schema.schema import Schema


@dataclass(frozen=True)
class Observed:
    """The rows of a table in which rules are sought.

    Attributes:
        schema: Their columns, with declared and denied rules.
        training: Canonical rows before value protection, in which sums and orderings must hold.
        protected: The same after value protection, without rules: what categories fix is found there.
        encoding: The values that may be released.
        subjects: The subject of each row (rows,), integers from 0.
        protect: k of value protection.
    """

    schema: Schema
    training: pd.DataFrame
    protected: pd.DataFrame
    encoding: Encoding
    subjects: np.ndarray
    protect: int
