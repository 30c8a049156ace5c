"""A run whose twin was made in several slices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from step_outputs import findings, stand
from tabtwin.pipeline import release, report
from tabtwin.pipeline.executing import execute
from tabtwin.store.store import Store


def slices(*rows: int) -> list[dict[str, Any]]:
    """``slices.json`` of a twin of slices of so many rows."""
    return [
        {"name": str(number), "rows": str(count), "shards": [{"name": f"tvae-1-{number}-0"}]}
        for number, count in enumerate(rows, start=1)
    ]


def with_parts(parts: Sequence[pd.DataFrame], **changed: Any) -> dict[str, dict[str, Any]]:
    """The findings of a run whose twin was made in slices of these rows."""
    found = findings(plain=True, **changed)
    found["weigh"]["slices.json"] = slices(*map(len, parts))
    screened, refined = found.pop("screen"), found.pop("refine")
    for number, part in enumerate(parts, start=1):
        found[f"screen/{number}"] = screened
        found[f"refine/{number}"] = refined | {"synthetic.parquet": part}
    return found


def run_steps(store: Store, run: str, found: dict[str, dict[str, Any]]) -> None:
    """Report and release findings."""
    stand(store, run, found)
    execute(report.STEP, report.Params(), store, run, "", {})
    execute(release.STEP, release.Params(), store, run, "", {})
