"""Define a step: its options, what it reads and writes, and what its output depends on.

A step module holds ``STEP = Step(...)``: its name, its ``Params`` (the single source of its options), the
files it reads and a ``run`` that gets them verified. Nothing else in a step touches the store.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import pandas as pd
from pydantic import BaseModel, JsonValue

from tabtwin.lib import frames
from tabtwin.pipeline.params.base import StepParams
from tabtwin.store.artifacts import File, Frozen, Manifest, Ref, as_entry
from tabtwin.store.run import Run

P = TypeVar("P", bound=StepParams)
M = TypeVar("M", bound=BaseModel)

Figures = Mapping[str, JsonValue]
"""What a step tells of its work, by names of its own: for its manifest and the log; no cell of a table."""
SEED = Ref(step="ingest", file="seed.json")
"""The run's seed, and whether the signing key made it. Private: with it, a guess at a row can be tested."""


class RunSeed(Frozen):
    """A run's seed, and whether the signing key made it."""

    seed: int
    keyed: bool


class Inputs:
    """The files that a step declared, verified as they are read."""

    def __init__(self, run: Run, refs: Iterable[Ref]) -> None:
        self.run = run
        self.refs = tuple(refs)

    def read(self, step: str, file: str, name: str = "", run: str = "") -> bytes:
        """Return a declared file.

        Raises:
            IntegrityError: if it does not match its manifest.
        """
        ref = Ref(step=step, file=file, name=name, run=run)
        assert ref in self.refs, f"{ref} is read but not declared"
        return self.run.read(ref)

    def table(self, step: str, file: str, name: str = "", run: str = "") -> pd.DataFrame:
        """Return a declared Parquet file."""
        return frames.from_parquet(self.read(step, file, name, run))

    def columns(self, step: str, file: str, name: str = "", run: str = "") -> frames.StoredColumns:
        """Return a declared Parquet file a column at a time."""
        return frames.StoredColumns(self.read(step, file, name, run))

    def json(self, step: str, file: str, name: str = "", run: str = "") -> Any:
        """Return a declared JSON file."""
        return json.loads(self.read(step, file, name, run))

    def parsed(self, kind: type[M], step: str, file: str, name: str = "", run: str = "") -> M:
        """Return a declared JSON file as the model of what it holds."""
        return kind.model_validate(self.json(step, file, name, run))

    def names(self, step: str) -> list[str]:
        """Return the tasks of ``step`` among the declared files, in their order."""
        return list(dict.fromkeys(ref.name for ref in self.refs if ref.step == step))


@dataclass
class Outputs:
    """The outputs of a step: files, and figures for its manifest, the log and the report.

    Attributes:
        files: Those that are stored once the step has ended.
        stored: Those that are stored already.
        keep: Stores a file at once; without it, all files wait for the step's end.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    stored: dict[str, File] = field(default_factory=dict)
    keep: Callable[[str, bytes], None] | None = None

    @property
    def entries(self) -> dict[str, File]:
        """Return all files, as the manifest has them."""
        return self.stored | {file: as_entry(data) for file, data in self.files.items()}

    def write_now(self, file: str, data: bytes) -> None:
        """Store a file and forget its bytes: for one of many that do not fit into memory together."""
        if self.keep is None:
            self.files[file] = data
        else:
            self.keep(file, data)
            self.stored[file] = as_entry(data)

    def table(self, file: str, table: pd.DataFrame) -> None:
        """Write a Parquet file."""
        self.files[file] = frames.to_parquet(table)

    def json(self, file: str, value: object) -> None:
        """Write a JSON file."""
        self.files[file] = json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False).encode() + b"\n"

    def write(self, file: str, data: bytes) -> None:
        """Write any other file."""
        self.files[file] = data


@dataclass(frozen=True)
class Step(Generic[P]):
    """A step: ``run(params, inputs, outputs)`` returns its figures.

    Attributes:
        name: One word, the same in ``argo/``, ``images/``, the store and the logs.
        params: Its options.
        reads: The files it reads, given its options and the run.
        run: The function that does its work.
        emits: Parameter files for Argo, by flag: ``{"models": "models.json"}``.
        extra: Digests of other things that determine the output, such as a source outside the run, by name.
        seed: Derives the run's seed from those digests if none is chosen, in the step that makes it; all
            other steps read it.
        covers: The rooms (``schema``, ``evaluation.canaries``) whose code decides the output, beside those of
            every step; its fingerprint covers what it imports of them.
        libraries: The libraries that compute, by their modules; their versions are in its fingerprint.
        late: Loads what its work would load late, in several parts if it is an iterator; for a process that
            forks many steps.
        publish: Called after the outputs exist, whether made or skipped; an error here ends the run.
    """

    name: str
    params: type[P]
    reads: Callable[[P, Run], Iterable[Ref]]
    run: Callable[[P, Inputs, Outputs], Figures]
    emits: Mapping[str, str] = field(default_factory=dict)
    extra: Callable[[P, Run], Mapping[str, str]] = lambda params, run: {}
    seed: Callable[[Mapping[str, str]], int] | None = None
    covers: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    late: Callable[[], Iterable[object] | None] = lambda: None
    publish: Callable[[P, Run, Manifest], None] | None = None

    @property
    def module(self) -> str:
        """Return the module that defines the step."""
        return inspect.getmodule(self.run).__name__  # type: ignore[union-attr] # every step's run is a module's function
