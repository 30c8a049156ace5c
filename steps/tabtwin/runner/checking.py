"""Check a pandas table as ``tabtwin check`` checks a file."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

import pandas as pd

from tabtwin.io.from_pandas import from_pandas
from tabtwin.io.to_pandas import has_other_names
from tabtwin.lib import options
from tabtwin.lib.errors import InputError
from tabtwin.lib.listing import as_option, split_columns
from tabtwin.preparation.check import Check, check_table
from tabtwin.preparation.draws import draw_of
from tabtwin.preparation.profile import open_table
from tabtwin.preparation.table_options import Asked
from tabtwin.runner.notebook import as_schema

FILE = "table.parquet"
LISTS = ("drop", "keep", "replace", "entity")


def check_frame(
    table: pd.DataFrame,
    target: str = "",
    *,
    schema: Mapping[str, object] | None = None,
    holdout: pd.DataFrame | None = None,
    seed: int | None = None,
    **settings: Any,
) -> Check:
    """Check a table; see :func:`tabtwin.check`.

    Raises:
        InputError: if it cannot be read, or a setting is unknown or wrong.
    """
    settings = options.current_names(options.describe(Asked), settings)
    if unknown := settings.keys() - Asked.model_fields.keys():
        raise InputError(
            f"expected settings of tabtwin check, found {min(unknown)!r}; see tabtwin check --help"
        )
    given = {name: as_option(value) if name in LISTS else value for name, value in settings.items()}
    named = {"header": "yes"} if has_other_names(table) else {}
    asked = options.build(Asked, {"target": target, **named, **given})
    dropped = split_columns(given.get("drop", ""), list(map(str, table.columns)))
    declared = as_schema(schema or {})
    unseen = b"" if holdout is None else from_pandas(holdout)
    mark = secrets.randbits(64) if seed is None else seed
    draw = draw_of(asked, declared, mark, own_holdout=holdout is not None)
    opened = open_table(from_pandas(table, dropped), FILE, declared, asked, draw=draw)
    return check_table(opened, "table", holdout=unseen, seed=mark)
