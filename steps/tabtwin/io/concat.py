"""Concatenate several files of one table, such as one for each year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from tabtwin.io.contents import rows_digest
from tabtwin.io.drawing import Draw, Drawing, draw_rows
from tabtwin.io.header import Header
from tabtwin.io.headings import refuse_other_row
from tabtwin.io.reading import plainly, read_file
from tabtwin.io.row_sums import RowSums, sums_of
from tabtwin.lib.blob import Blob, as_blob
from tabtwin.lib.errors import InputError
from tabtwin.schema.kinds.cells import Cells, Stored, as_text
from tabtwin.schema.source import Source, Whole, is_small, unreadable


def read_files(
    files: Sequence[tuple[bytes | Blob, str]], header: Header = "auto", draw: Draw | None = None
) -> Source:
    """Read a table from its files and their names; the order of columns and the dialect are the first's.

    Args:
        files: The files.
        header: Whether they have names.
        draw: Which rows to draw; all by default.

    Raises:
        InputError: if one is not a table, or has other columns or types than the first.
    """
    drawing = Drawing(draw or Draw())
    sources = [read_file(data, name, header, drawing) for data, name in files]
    held = _concatenated(files, sources, header)
    if is_small(drawing.read, len(held.columns)):
        held = plainly(held)
        contents = rows_digest(held)
        found = draw_rows(held, drawing)
    else:
        contents = _summed(sources, drawing).digest()
        found = plainly(draw_rows(held, drawing))
    return replace(found, whole=Whole(drawing.read, contents))


def _summed(sources: Sequence[Source], drawing: Drawing) -> RowSums:
    """Return the sums of all rows of a large table; of files whose rows are all held, they are taken now."""
    total = RowSums()
    for source, sums in zip(sources, drawing.sums, strict=True):
        total.join(sums or sums_of(source))
    return total


def _concatenated(
    files: Sequence[tuple[bytes | Blob, str]], sources: Sequence[Source], header: Header
) -> Source:
    """Return the rows of several files as one table."""
    if len(sources) == 1:
        return sources[0]
    (_, first), *others = files
    _check_distinct([file for file, source in zip(files, sources, strict=True) if source.rows])
    for (_, name), source in zip(others, sources[1:], strict=True):
        if header == "auto" and source.columns.keys() != sources[0].columns.keys():
            refuse_other_row(source, sources[0], name)
        _check_alike(sources[0], first, source, name)
    columns = {
        name: _one_after_another([source.columns[name] for source in sources]) for name in sources[0].columns
    }
    bare = {name: mark for source in reversed(sources) for name, mark in source.quoting.bare.items()}
    return replace(
        sources[0],
        columns=columns,
        rows=sum(source.rows for source in sources),
        quoting=sources[0].quoting._replace(bare=bare),
    )


def _check_distinct(files: Sequence[tuple[bytes | Blob, str]]) -> None:
    """Refuse a file that is given twice: its rows would be both learned and held out."""
    seen: dict[str, str] = {}
    for data, name in files:
        digest = as_blob(data).sha256
        if digest in seen:
            raise InputError(
                f"{name}: expected other rows than in {seen[digest]}, found the same; name each file once"
            )
        seen[digest] = name


def _check_alike(first: Source, name: str, other: Source, other_name: str) -> None:
    lacking = [column for column in first.columns if column not in other.columns]
    added = [column for column in other.columns if column not in first.columns]
    if lacking or added:
        # The names of this file may be a row's cells.
        place = list(other.columns).index(added[0]) + 1 if added else 0
        found = f"none named {lacking[0]!r}" if lacking else f"one more, column {place}"
        raise InputError(
            f"{other_name}: expected the columns of {name}, found {found}; give files of one table, or make "
            "their headers alike"
        )
    for column, cells in other.columns.items():
        expected, found = (cells_of.dtype or "text" for cells_of in (first.columns[column], cells))
        if expected != found:
            raise InputError(
                f"{other_name}: column {column!r}: expected {expected}, as in {name}, found {found}; "
                "convert it"
            )


def _one_after_another(parts: Sequence[Cells]) -> Cells:
    places, values = pd.factorize(np.concatenate([cells.values for cells in parts]))
    starts = np.cumsum([0, *(len(cells.values) for cells in parts[:-1])])
    codes = [
        np.append(places[start : start + len(cells.values)], -1)[cells.codes]
        for start, cells in zip(starts, parts, strict=True)
    ]
    fault = next((cells.fault for cells in parts if cells.fault), "")
    if fault:
        known = [cells.behind or cells for cells in parts]
        texts = [Cells(as_text(cells), cells.codes) for cells in known]
        behind = _one_after_another(texts) if all(cells.behind for cells in parts if cells.fault) else None
        return unreadable(sum(len(cells.codes) for cells in parts), parts[0].dtype, fault, behind)
    return Cells(
        np.asarray(values),
        np.concatenate(codes).astype("int32"),
        parts[0].dtype,
        stored=_all_levels([cells.stored for cells in parts]),
        keeps_empty=any(cells.keeps_empty for cells in parts),
    )


def _all_levels(parts: Sequence[Stored]) -> Stored:
    """Return the type of the first file, with the levels of all: those of later files come last."""
    levels = dict.fromkeys(text for stored in parts for text in stored.levels)
    return replace(parts[0], levels=tuple(levels) if all(stored.levels for stored in parts) else ())
