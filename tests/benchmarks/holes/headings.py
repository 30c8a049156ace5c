"""Section 3: a CSV without a header."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from tests.benchmarks.holes.replay import Hole, call

FIRST = "Bern,28,positive,blue,6084"


def replay(folder: Path) -> Iterator[Hole]:
    """The first person's cells where names should be."""
    rng = np.random.default_rng(11)
    rows = [
        f"{rng.choice(['Bern', 'Basel', 'Zug'])},{rng.integers(18, 90)},"
        f"{rng.choice(['positive', 'negative'])},{rng.choice(['blue', 'red'])},{rng.integers(1_000, 9_000)}"
        for _ in range(399)
    ]
    file = folder / "bare.csv"
    file.write_text("\n".join([FIRST, *rows]) + "\n")
    ended = call("check", file)
    quoted = [cell for cell in FIRST.split(",") if cell in ended.line]
    yield Hole("3", "check: 400 rows without a header", str(ended), ended.code == 2 and not quoted)
    ended = call("check", file, "--no-header")
    yield Hole("3", "check --no-header: the same rows", str(ended), ended.code == 0)
