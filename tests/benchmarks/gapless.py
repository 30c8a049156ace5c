"""Tables for peers that know no missing cell: a number's gaps become a category beside it, and back again.

Columns are called ``n0``, ``m0`` (whether ``n0`` is missing) and ``c1``, by their place. Numbers keep their
scale, and whole ones stay whole, so that a peer sees what there is to see in them.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from tabtwin.generators.sdv.plain import Category, Coding, Number, fit_coding, from_plain, to_plain
from tabtwin.preparation.prepare import Ingested
from tabtwin.protection.rare_values import mended, protect_cells


def without_gaps(found: Ingested) -> tuple[pd.DataFrame, Coding]:
    """The protected training rows, and what :func:`with_gaps` needs to undo it."""
    known = protect_cells(found.training, found.schema, found.encoding)
    coding = tuple(
        replace(column, center=float(np.round(column.center)), scale=1.0)
        if isinstance(column, Number) and column.scale > 0
        else column
        for column in fit_coding(known, found.schema)
    )
    table = to_plain(known, coding)
    whole = [name for name in table.select_dtypes("float64") if (table[name] % 1 == 0).all()]
    return table.astype(dict.fromkeys(whole, "int64")), coding


def with_gaps(drawn: pd.DataFrame, coding: Coding, found: Ingested) -> pd.DataFrame:
    """What a peer drew, canonical, each number on its column's grid."""
    texts = {name: drawn[name].astype(str) for name in drawn if name[0] in "cm"}
    return mended(from_plain(drawn.assign(**texts), coding), found.schema, found.encoding)


def label(coding: Coding, name: str) -> str:
    """The plain name of a column."""
    (column,) = [column for column in coding if column.name == name]
    return ("c" if isinstance(column, Category) else "n") + column.label
