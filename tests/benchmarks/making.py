"""What the benchmark's makers of twins are told, and what they give back."""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from tests.benchmarks.tables import Halves


@dataclass(frozen=True)
class Job:
    """What a maker is told: the rows, its settings, and a folder of its own."""

    table: Halves
    epochs: int
    seed: int
    folder: Path
    threads: int = 1
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Made:
    """What a maker gives back.

    Attributes:
        twins: Canonical tables, by row of the benchmark.
        seconds: Wall time, imports included; ``None`` where nothing was made.
        megabytes: Peak memory, of all processes together.
        notes: What else there is to say, as JSON values.
    """

    twins: dict[str, pd.DataFrame]
    seconds: float | None = None
    megabytes: float | None = None
    notes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Peer:
    """A way of making twins.

    Attributes:
        label: The row of the benchmark; ``{epochs}`` stands for how long it trained.
        make: Makes the twins.
        versions: What decides their bytes, besides rows, settings and seed.
        trains: Whether epochs matter to it.
        slow: Whether it takes minutes, so that one seed must do.
    """

    label: str
    make: Callable[[Job], Made]
    versions: Callable[[], dict[str, str]] = dict
    trains: bool = False
    slow: bool = False


def megabytes(used: resource.struct_rusage) -> float:
    """The peak memory of a process that has been waited for."""
    return used.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def peak_megabytes() -> float:
    """The peak memory of this process so far."""
    return megabytes(resource.getrusage(resource.RUSAGE_SELF))
