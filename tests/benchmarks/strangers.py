"""Peers that do not install beside tabtwin: each in an environment of its own, which is made when needed.

A peer's script (under ``scripts/``) reads Parquet, fits, draws, and writes Parquet; seconds are those of the
script, imports included, and memory is its peak.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from tabtwin.lib import seeds
from tabtwin.runner.fork_server import die_with_parent
from tabtwin.schema.kinds.registry import is_label
from tabtwin.schema.schema import Schema
from tabtwin.store.artifacts import sha256
from tests.benchmarks.gapless import label, with_gaps, without_gaps
from tests.benchmarks.making import Job, Made, Stopwatch, megabytes

ENVIRONMENTS = Path("bench") / "environments"
STAMP = "calls.json"
SCRIPTS = Path(__file__).with_name("scripts")
MINUTES = 20
"""TabularARGN's own cap on its training."""
PROTOTYPE = "PROTOTYPE"
"""The variable that holds the prototype's command: a script and arguments, ``{target}`` for the target."""


@dataclass(frozen=True)
class Environment:
    """A virtual environment of a peer's own.

    Attributes:
        script: The file in ``scripts/`` that runs in it.
        calls: What pip is told, one call after another.
    """

    script: str
    calls: tuple[str, ...]

    def versions(self) -> dict[str, str]:
        """What decides the peer's rows."""
        digest = sha256((SCRIPTS / self.script).read_bytes())
        return {"packages": "; ".join(self.calls), "script": digest}

    @property
    def folder(self) -> Path:
        """Where it stands."""
        return ENVIRONMENTS / Path(self.script).stem

    def is_made(self) -> bool:
        """Whether it stands whole."""
        stamp = self.folder / STAMP
        return stamp.exists() and json.loads(stamp.read_text()) == list(self.calls)

    def python(self) -> Path:
        """Its interpreter; the environment is made where it does not stand whole."""
        folder = self.folder
        stamp, python = folder / STAMP, folder.resolve() / "bin" / "python"
        if not self.is_made():
            venv.create(folder, with_pip=True, clear=True)
            for call in self.calls:
                words = [python, "-m", "pip", *call.split(), "--quiet", "--disable-pip-version-check"]
                subprocess.run(words, check=True, stdout=sys.stderr)
            stamp.write_text(json.dumps(self.calls))
        return python


ARF = Environment("arf.py", ("install numpy<2.4 pandas<3 pyarrow arfpy==0.1.1",))
ARGN = Environment(
    "argn.py",
    (
        "install torch==2.13.0",
        "install mostlyai-engine==2.7.3",
        # Its language models want them, in builds that do not load beside torch's for the CPU.
        "uninstall --yes torchvision torchaudio",
    ),
)

ARGN_RUN = Environment("argnrun.py", (*ARGN.calls[:2], "install mostlyai-qa==1.10.11", *ARGN.calls[2:]))
"""TabularARGN as above, with the report of its makers."""


def arf(job: Job) -> Made:
    """An adversarial random forest: Watson et al., AISTATS 2023."""
    table, coding = without_gaps(job.table.found)
    drawn, made = _run(ARF, job, table, [])
    return Made({"twin": with_gaps(drawn, coding, job.table.found)}, *made)


def argn(job: Job) -> Made:
    """TabularARGN as its users call it; what it writes gets its types back."""
    found = job.table.found
    whole = {column.name: "Int64" for column in found.schema.learned if column.kind == "integer"}
    drawn, made = _run(ARGN, job, found.training.astype(whole), [str(MINUTES)])
    return Made({"twin": _typed(drawn, found.schema)}, *made)


def prototype(job: Job) -> Made:
    """The prototype that the variable names, in our own environment; options are arguments of its own."""
    found = job.table.found
    table, coding = without_gaps(found)
    target = label(coding, found.schema.target_source or found.schema.learned[-1].name)
    script, *given = (word.replace("{target}", target) for word in _prototype_command())
    options = [f"{key}={value}" for key, value in job.options.items()]
    source, result = job.folder / "training.csv", job.folder / "twin.parquet"
    table.to_csv(source, index=False)
    seed = seeds.derive(job.seed, "benchmark", "prototype") >> 1
    made = _timed([sys.executable, script, source, result, *given, *options, f"seed={seed}"])
    return Made({"twin": with_gaps(pd.read_parquet(result), coding, found)}, *made)


def prototype_versions() -> dict[str, str]:
    """The prototype's command and all code beside it."""
    script = Path(_prototype_command()[0])
    code = b"".join(path.read_bytes() for path in sorted(script.parent.glob("*.py")))
    return {"command": " ".join(_prototype_command()[1:]), "code": sha256(code)}


def _prototype_command() -> list[str]:
    words = shlex.split(os.environ.get(PROTOTYPE, ""))
    if not words:
        raise SystemExit(f"the peer 'prototype' wants its command in the variable {PROTOTYPE}")
    return words


def _run(
    environment: Environment, job: Job, table: pd.DataFrame, arguments: Sequence[str]
) -> tuple[pd.DataFrame, tuple[float, float, float]]:
    source, result = job.folder / "training.parquet", job.folder / "drawn.parquet"
    table.to_parquet(source, index=False)
    seed = str(seeds.derive(job.seed, "benchmark", environment.script) >> 1)
    script = SCRIPTS / environment.script
    made = _timed([environment.python(), script, source, result, str(len(table)), seed, *arguments])
    return pd.read_parquet(result), made


def _timed(words: Sequence[str | Path]) -> tuple[float, float, float]:
    """Run a command; its seconds, processor seconds and megabytes."""
    watch = Stopwatch()
    command = list(map(str, words))
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    process = subprocess.Popen(command, stdout=sys.stderr, preexec_fn=die_with_parent, env=environment)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{Path(command[1]).name} ended with exit code {process.returncode}")
    return *watch.read(), megabytes(used)


def _typed(drawn: pd.DataFrame, schema: Schema) -> pd.DataFrame:
    """Drawn cells with the types of canonical tables."""
    cells = {}
    for column in schema.learned:
        values = drawn[column.name]
        if is_label(column):
            texts = values.astype(object).where(values.notna(), None)
            cells[column.name] = texts.map(lambda cell: cell if cell is None else str(cell))
        elif column.kind == "datetime":
            cells[column.name] = pd.to_datetime(values).astype("datetime64[us]")
        else:
            cells[column.name] = pd.to_numeric(values).astype("float64")
    return pd.DataFrame(cells).reset_index(drop=True)
