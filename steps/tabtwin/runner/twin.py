"""Run the pipeline on a pandas table, as ``tabtwin run`` does on a file.

The command runs in a process of its own: under the variables that fix its bytes, which are read when a
process starts, and with its own event loop and signals, which a notebook's kernel has in use.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from tabtwin.evaluation.gates.verdicts import Gate
from tabtwin.io.from_pandas import from_pandas
from tabtwin.io.to_pandas import GivenTypes, given_types, has_other_names
from tabtwin.lib.errors import InputError, IntegrityError, RefusedError, TabtwinError
from tabtwin.lib.frames import to_pandas
from tabtwin.lib.listing import joined, split_columns
from tabtwin.lib.options import flag
from tabtwin.runner.kept import KeptFolder, kept_folder
from tabtwin.runner.notebook import AS_FILE, in_frame
from tabtwin.store import disk_space
from tabtwin.store.release_manifest import FOLDER, PARQUET

OURS = "tabtwin: "
"""The beginning of the one line that says why a command ended."""
ERRORS = {kind.code: kind for kind in (InputError, IntegrityError)}


@dataclass(frozen=True, eq=False)
class Twin:
    """A twin with its metrics; in a notebook it shows its report.

    Attributes:
        table: The released rows; ``None`` if refused.
        refused: Whether nothing is released.
        refusal: Why, and what helps, in one line; empty if it is not refused.
        gates: Each gate's verdict; none if the run was refused before there was a twin to judge.
        metrics: All figures, as in ``metrics.json``; empty if there are no verdicts.
        report: One HTML page that can be shared with the twin; of a refused one, the private report.
    """

    table: pd.DataFrame | None = field(repr=False)
    refused: bool
    refusal: str
    gates: tuple[Gate, ...] = field(repr=False)
    metrics: dict[str, Any] = field(repr=False)
    report: str = field(repr=False)

    def _repr_html_(self) -> str:
        return in_frame(self.report)


def make_twin(
    table: pd.DataFrame, target: str = "", *, out: str | Path | None = None, **options: Any
) -> Twin:
    """Make a synthetic twin of a pandas table.

    Args:
        table: The real rows; levels of its index that have a name are columns, too.
        target: What models predict, in the form of ``--target``.
        out: The output folder; by default one that is removed, with everything derived from real rows.
        options: Options of ``tabtwin run``, with underscores: flags are booleans, several columns are a list;
            ``schema`` and ``gates`` may be dictionaries, and ``holdout`` a pandas table.

    Raises:
        InputError: if the table or an option is wrong.
        TabtwinError: if the command fails in another way than by a refusal.
    """
    with kept_folder() as kept:
        given = kept.folder
        source = given / "table.parquet"
        _write(source, from_pandas(table, _dropped(table, options.get("drop") or ())))
        folder = Path(out) if out is not None else given / "out"
        named = {"header": "yes"} if has_other_names(table) else {}
        words = _words({"target": target} | named | options, given)
        code, reason = _drive(kept, ["run", str(source), f"--out={folder}", *words, "--log=json"])
        if code not in {0, RefusedError.code}:
            raise ERRORS.get(code, TabtwinError)(reason)
        return _read(folder, reason, given_types(table))


def _write(place: Path, data: bytes) -> None:
    with disk_space.writing(place.parent, len(data)):
        place.write_bytes(data)


def _dropped(table: pd.DataFrame, drop: str | Sequence[str]) -> Sequence[str]:
    """Return the columns that an option, a text or a list, drops."""
    return split_columns(drop, list(map(str, table.columns))) if isinstance(drop, str) else drop


def _words(options: Mapping[str, object], given: Path) -> list[str]:
    """Return the options as a command line has them; values that are not text become files in ``given``."""
    words = []
    for name, value in options.items():
        if isinstance(value, bool):
            words += [flag(name)] if value else []
        elif name in AS_FILE and isinstance(value, pd.DataFrame | Mapping):
            ending, as_bytes = AS_FILE[name]
            place = given / f"{name}{ending}"
            _write(place, as_bytes(value))
            words.append(f"{flag(name)}={place}")
        elif value is not None:
            words.append(f"{flag(name)}={joined(value) if isinstance(value, list | tuple) else value}")
    return words


def _drive(kept: KeptFolder, words: Sequence[str]) -> tuple[int, str]:
    """Run a command to its end; return its exit code, and why it did not end with 0."""
    ended, said, errors = kept.run(words)
    done = [line for line in map(json.loads, said.splitlines()) if line.get("event") == "run.done"]
    if done:
        code, reason = done[-1]["code"], done[-1].get("reason", "")
    else:
        code = ended
        ours = [line for line in errors.splitlines() if line.startswith(OURS)]
        reason = ours[-1].removeprefix(OURS) if ours else ""  # a traceback's lines may quote a cell
    return code, reason or (f"the run ended with code {code} and gave no reason" if code else "")


def _read(folder: Path, refusal: str, types: GivenTypes) -> Twin:
    """Read what a run left in its output folder: a release, or why there is none."""
    place = folder / ("private" if refusal else "release")
    figures = place / "metrics.json"
    metrics = json.loads(figures.read_text()) if figures.exists() else {}
    return Twin(
        table=None if refusal else types.restore(to_pandas(released_rows(place))),
        refused=bool(refusal),
        refusal=refusal,
        gates=tuple(Gate.model_validate(gate) for gate in metrics["gates"]["gates"]) if metrics else (),
        metrics=metrics,
        report=(place / "report.html").read_text(),
    )


def released_rows(release: Path) -> pa.Table:
    """Return all rows of a release: of one file, or of a folder of its parts."""
    return pq.read_table(release / (PARQUET if (release / PARQUET).exists() else FOLDER))
