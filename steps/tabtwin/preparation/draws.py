"""Choose how many rows of a large table are drawn, by the options on it."""

from __future__ import annotations

from tabtwin.io.drawing import Draw
from tabtwin.lib.seeds import derive_wide
from tabtwin.preparation.table_options import Asked
from tabtwin.schema.declared import read_declared
from tabtwin.schema.splits import drawn_rows


def draw_of(asked: Asked, schema_file: bytes, seed: int, *, own_holdout: bool) -> Draw:
    """Return which rows of a table to draw while it is read.

    Args:
        asked: The options on the table.
        schema_file: What the user declares, as JSON.
        seed: The run's seed.
        own_holdout: Whether the user has other rows that are held out.

    Raises:
        InputError: if the schema file is not a schema.
    """
    most = drawn_rows(asked.max_train_rows, own_holdout=own_holdout)
    entity = asked.entity or read_declared(schema_file).entity or ""
    return Draw(most, derive_wide(seed, "ingest", "draw"), entity)
