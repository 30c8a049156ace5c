"""``tabtwin run`` on a file as a stranger calls it, and what became of it; kept under ``bench/tables``."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tabtwin.pipeline import provenance
from tabtwin.pipeline.registry import STEPS, module_of
from tabtwin.schema.schema import Schema
from tabtwin.store.artifacts import canonical, sha256
from tests.benchmarks import always
from tests.benchmarks.cells import BENCH, KEY_LENGTH
from tests.benchmarks.watching import KEY, Watched, tabtwin, watch

KEPT, WORK = BENCH / "tables" / "kept", BENCH / "tables" / "work"
PARQUET = ".parquet"
FEWEST = 5
"""The fewest rows whose cells a twin tells of, by default."""
CAP = 3_600.0
"""Seconds after which a run is given up."""

_PROPOSED = re.compile(r"\((--drop (?:'[^']*'|\"'\"|[^\s'()])+)\)")
_OURS = "tabtwin: "


@dataclass(frozen=True)
class Attempt:
    """One run of a table, with the options beside ``--out`` and ``--generators``.

    Attributes:
        options: Those that an earlier run's line proposed.
        code: The exit code.
        line: Why it did not end with 0.
        lines: How many stderr has.
        seconds: Wall time.
        megabytes: Peak memory of all processes.
        headline: The report's first figures, where there is a report.
        likeness: The gate's figure.
        refused_by: The gates that refused.
        order: Whether the twin has the source's columns in its order.
        odd: Columns that pandas reads from the twin's CSV as another type than from the source's.
        rules: How many rules hold in every row of the source, by a script of its own.
        broken: Those that hold in fewer than 99.9 % of the twin's rows.
        made_by: The digest of the code that a run goes through.
    """

    options: tuple[str, ...]
    code: int
    line: str
    lines: int
    seconds: float
    megabytes: float
    headline: dict[str, Any] = field(default_factory=dict)
    likeness: float | None = None
    refused_by: tuple[str, ...] = ()
    order: bool = True
    odd: tuple[str, ...] = ()
    rules: int | None = None
    broken: tuple[str, ...] = ()
    made_by: str = ""

    @property
    def figures(self) -> dict[str, Any]:
        """What a line of the benchmark shows."""
        return {
            "code": self.code,
            "verdict": self.headline.get("verdict"),
            "likeness": self.likeness,
            "auc": self.headline.get("discriminator_auc"),
            "seconds": self.seconds,
            "megabytes": self.megabytes,
            "odd": len(self.odd) if self.code == 0 else None,
            "rules": self.rules,
            "broken": len(self.broken) if self.rules is not None else None,
        }

    @property
    def proposed(self) -> tuple[str, ...]:
        """The options that its line proposes."""
        return proposed_by(self.line)


def proposed_by(line: str) -> tuple[str, ...]:
    """The options that a line proposes, to leave columns out."""
    return tuple(word for text in _PROPOSED.findall(line) for word in shlex.split(text))


def attempt(source: Path, *, again: bool = False, proposed: bool = True, cap: float = CAP) -> list[Attempt]:
    """The runs of a file: the plain one, and one with what that one's line proposes.

    Args:
        source: The file.
        again: Whether runs of other code than today's count for nothing.
        proposed: Whether to run it with what is proposed, too.
        cap: Seconds after which a run is given up.
    """
    file = KEPT / f"{source.name[:80]}-{sha256(source.read_bytes())[:KEY_LENGTH]}.json"
    if file.exists():
        found = [_read(one) for one in json.loads(file.read_bytes())]
        if not again or found[0].made_by == code():
            return found
    first = _run(source, (), cap)
    more = proposed and first.code == 2 and first.proposed
    runs = [first, _run(source, first.proposed, cap)] if more else [first]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(canonical([asdict(one) for one in runs]))
    return runs


def code() -> str:
    """The digest of all code that a run goes through."""
    return sha256(b"".join(provenance.source_digest(module_of(step)).encode() for step in STEPS))[:KEY_LENGTH]


def _read(fields: dict[str, Any]) -> Attempt:
    return Attempt(
        **{name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()}
    )


def _run(source: Path, options: tuple[str, ...], cap: float) -> Attempt:
    out = WORK / "out"
    shutil.rmtree(out, ignore_errors=True)
    words = tabtwin("run", str(source), "--out", str(out), "--generators", "boost:4", *options)
    ended = watch(words, WORK / "said", cap, {"TABTWIN_SIGNING_KEY": KEY})
    done = _done(ended)
    metrics = out / "private" / "metrics.json"
    found = json.loads(metrics.read_text()) if metrics.exists() else {}
    gates = {gate["name"]: gate for gate in found.get("gates", {}).get("gates", ())}
    held = _compare(source, out / "release") if ended.code == 0 else Compared()
    shutil.rmtree(out, ignore_errors=True)
    return Attempt(
        options=options,
        code=ended.code,
        line=done.get("reason", "") or _last_line(ended.errors),
        lines=len(ended.errors.splitlines()),
        seconds=ended.seconds,
        megabytes=ended.megabytes,
        headline=found.get("headline", {}),
        likeness=gates["likeness"]["figure"] if "likeness" in gates else None,
        refused_by=tuple(name for name, gate in gates.items() if gate["verdict"] == "refused"),
        order=held.order,
        odd=held.odd,
        rules=held.rules,
        broken=held.broken,
        made_by=code(),
    )


def _done(ended: Watched) -> dict[str, Any]:
    """The last line of the log, which says how a run ended."""
    lines = [json.loads(line) for line in ended.output.splitlines() if line.startswith("{")]
    return next((line for line in reversed(lines) if line.get("event") == "run.done"), {})


def _last_line(errors: str) -> str:
    lines = [line for line in errors.splitlines() if line.strip()]
    return lines[-1].removeprefix(_OURS) if lines else ""


@dataclass(frozen=True)
class Compared:
    """How a twin's file compares with its source; as :class:`Attempt` has it."""

    order: bool = True
    odd: tuple[str, ...] = ()
    rules: int | None = None
    broken: tuple[str, ...] = ()


def is_hidden(real: pd.Series, twin: pd.Series) -> bool:
    """Return whether a CSV shows no type, or another one, of a column for what protection hides.

    A twin's column without a cell has none. Beside numbers, texts that fewer than five rows hold are hidden.
    """
    if twin.notna().sum() == 0:
        return True
    texts = pd.to_numeric(real.dropna(), errors="coerce").isna()
    return real.dtype == object and pd.api.types.is_numeric_dtype(twin) and int(texts.sum()) < FEWEST


def subjects_of(real: pd.DataFrame, names: list[str]) -> np.ndarray | None:
    """Return whom each row is of, integers (rows,), as the columns say that a run was told to drop.

    Args:
        real: The source.
        names: The columns that are left.
    """
    dropped = [name for name in real.columns if name not in names]
    return real.groupby(dropped, dropna=False, sort=False).ngroup().to_numpy() if dropped else None


def _compare(source: Path, release: Path) -> Compared:
    """Compare the twin's columns, their types, and what always holds with the source's.

    Columns that the run was told to drop are in neither. Both files are read with the same words.
    """
    schema = Schema.model_validate_json((release / "schema.json").read_bytes())
    names = [column.name for column in schema.columns]
    if source.suffix == PARQUET:
        real, twin = pd.read_parquet(source), pd.read_parquet(release / "synthetic.parquet")
    else:
        words: dict[str, Any] = {"sep": schema.delimiter, "encoding": schema.encoding, "low_memory": False}
        real, twin = pd.read_csv(source, **words), pd.read_csv(release / "synthetic.csv", **words)
    rules = always.found_in(real[[name for name in real.columns if name in names]], subjects_of(real, names))
    return Compared(
        order=list(twin.columns) == [name for name in real.columns if name in names],
        odd=tuple(
            f"{name}: {real[name].dtype} became {twin[name].dtype}"
            for name in real.columns.intersection(twin.columns)
            if real[name].dtype != twin[name].dtype and not is_hidden(real[name], twin[name])
        ),
        rules=len(rules),
        broken=tuple(always.broken_in(twin, rules)),
    )
