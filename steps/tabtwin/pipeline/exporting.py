"""Export a twin in the source's formats, one part at a time: all rows together may not fit into memory.

    refine/synthetic.parquet of each part -> synthetic.csv and synthetic.parquet, or part-00001.parquet, ...

A twin of one part is one file in each format. One of several is a Parquet file a part, all with the same
types, and one CSV only if it has at most ``CSV_ROWS`` rows. Keys are new in all parts and earlier releases.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa

from tabtwin.io.writing import export_table, nothing_taken, take, to_csv
from tabtwin.io.writing_parquet import to_arrow
from tabtwin.lib import frames, log
from tabtwin.lib.taken import Taken
from tabtwin.pipeline.step import Inputs, Outputs
from tabtwin.schema.schema import Schema
from tabtwin.store.artifacts import Ref
from tabtwin.store.release_manifest import CSV, CSV_ROWS, PARQUET, part_file
from tabtwin.store.twins import by_run


@dataclass(frozen=True)
class _Twin:
    """The twin that is exported.

    Attributes:
        schema: Its schema.
        parts: The files of its typed rows, in their order.
        rows: How many rows all of them have.
    """

    schema: Schema
    parts: Sequence[Ref]
    rows: int

    @property
    def files(self) -> list[str]:
        """Return the names of the Parquet files that are made of the parts."""
        if not self.is_divided:
            return [PARQUET]
        return [part_file(number) for number in range(1, len(self.parts) + 1)]

    @property
    def is_divided(self) -> bool:
        """Return whether it has several parts."""
        return len(self.parts) > 1

    @property
    def has_csv(self) -> bool:
        """Return whether it is also written as one CSV."""
        return not self.is_divided or self.rows <= CSV_ROWS


@dataclass
class _Exported:
    """What is kept of the parts that were exported.

    Attributes:
        tables: Their rows, if they are also written as CSV.
        types: The types of their columns in Parquet.
    """

    tables: list[pd.DataFrame] = field(default_factory=list)
    types: list[pa.Schema] = field(default_factory=list)

    @property
    def uneven(self) -> frozenset[str]:
        """Return the columns that do not have the same type in all parts."""
        names = self.types[0].names
        return frozenset(name for name in names if len({types.field(name).type for types in self.types}) > 1)


def export_twin(inputs: Inputs, outputs: Outputs, schema: Schema, *, escape_formulas: bool) -> int:
    """Write the twin's files, and return how many rows it has.

    Args:
        inputs: The parts of the twin, and those of earlier releases.
        outputs: Where its files go, each as soon as it is made.
        schema: The schema that is published.
        escape_formulas: Whether a CSV has an apostrophe before what a spreadsheet would run.
    """
    parts = by_run(inputs.refs)[""]
    rows = sum(frames.count_rows(inputs.read(ref.step, ref.file, ref.name)) for ref in parts)
    twin = _Twin(schema, parts, rows)
    exported = _export(twin, inputs, outputs)
    if exported.uneven:
        # A type that cannot hold the token of value protection gave way to text, but not in every part.
        exported = _export(twin, inputs, outputs, exported.uneven)
    if twin.has_csv:
        whole = exported.tables[0] if len(parts) == 1 else pd.concat(exported.tables, ignore_index=True)
        outputs.write(CSV, to_csv(whole, schema, escape_formulas=escape_formulas))
    else:
        log.logger().info("release.without_csv", rows=rows, most=CSV_ROWS)
    return rows


def _export(twin: _Twin, inputs: Inputs, outputs: Outputs, texts: frozenset[str] = frozenset()) -> _Exported:
    """Write every part as Parquet, with these columns as text."""
    # Not from the run's seed: trying seeds on the released keys would reveal the one of the split.
    rng = np.random.default_rng([int(str(inputs.run.digest(ref)), 16) for ref in twin.parts])
    taken = _taken_before(inputs, twin.schema)
    if twin.is_divided:
        for known in taken.values():
            known.planned = len(known) + twin.rows
    exported = _Exported()
    made = zip(twin.parts, twin.files, strict=True)
    for ref, file in log.counted(made, len(twin.parts), "parts") if twin.is_divided else made:
        table = export_table(inputs.table(ref.step, ref.file, ref.name), twin.schema, rng, taken)
        typed = to_arrow(table, twin.schema, texts=texts, rows=twin.rows)
        outputs.write_now(file, frames.arrow_to_parquet(typed))
        exported.types.append(typed.schema)
        if twin.has_csv:
            exported.tables.append(table)
        if twin.is_divided:
            take(taken, table, twin.schema)
    return exported


def _taken_before(inputs: Inputs, schema: Schema) -> dict[str, Taken]:
    """Return what earlier releases have in columns that are made new, reading nothing else of them."""
    taken = nothing_taken(schema)
    for ref in inputs.refs:
        if ref.step == "release":
            data = inputs.read(ref.step, ref.file, run=ref.run)
            take(taken, frames.from_parquet(data, list(taken)), schema)
    return taken
