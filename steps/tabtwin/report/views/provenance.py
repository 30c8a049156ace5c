"""Gather the private section: the seed, and where everything is, with digests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tabtwin.report.evidence import Evidence
from tabtwin.report.section import Section
from tabtwin.store.artifacts import canonical


@dataclass(frozen=True)
class Output:
    """A task's output: where it is, and each file's digest."""

    task: str
    where: str
    files: Mapping[str, str]


@dataclass(frozen=True)
class Provenance:
    """Where everything comes from: the seed, each task's output, and the digests of all inputs as JSON."""

    seed: int
    outputs: tuple[Output, ...]
    inputs: str


def view(evidence: Evidence) -> Provenance | None:
    """Gather where everything is; the public page does not have it."""
    if evidence.private is None:
        return None
    tasks = evidence.private.tasks
    return Provenance(
        seed=evidence.private.seed,
        outputs=tuple(Output(name, entry.where, entry.files) for name, entry in tasks.items()),
        inputs=canonical({name: entry.inputs for name, entry in tasks.items()}).decode(),
    )


SECTION = Section("provenance", "Provenance", view)
