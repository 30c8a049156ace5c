"""The benchmark as Markdown."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.tables import Halves

Columns = Mapping[str, tuple[str, str]]
"""By figure: its heading, and how it is written."""

COLUMNS: Columns = {
    "acc_pooled": ("acc(T+H)", ".4f"),
    "acc_training": ("acc(T)", ".4f"),
    "acc_holdout": ("acc(H)", ".4f"),
    "likeness": ("likeness", ".2f"),
    "auc": ("discriminator AUC", ".3f"),
    "dcr_share": ("DCR share", ".3f"),
    "nndr_ratio": ("NNDR ratio", ".2f"),
    "qa_accuracy": ("mostlyai-qa accuracy", ".4f"),
    "qa_dcr_share": ("mostlyai-qa DCR share", ".3f"),
    "seconds": ("seconds", ",.0f"),
    "megabytes": ("memory, MB", ",.0f"),
}
LEGEND = """\
T are the training rows, H as many held-out rows. Fresh real rows: acc(T) and acc(H) are T against H, acc(T+H)
and mostlyai-qa's accuracy the limit that it expects of fresh rows; their distances are those of half of H
against T and the other half. Likeness: 0 is a fresh sample, 1 a shuffle. NNDR ratio: mean of five draws.
Seconds are wall time on the cores named, imports included; tabtwin's are the whole run, from CSV to report.
Memory is the peak, summed over a run's processes. The best member has the highest acc(H) of the ensemble's
models, each drawn alone, without the screen."""


@dataclass(frozen=True)
class Row:
    """One line of a table: figures by column, or why there are none yet."""

    label: str
    figures: Mapping[str, float | None]
    state: str = ""


def title(table: Halves) -> str:
    """What a table is called, and how large it is."""
    found = table.found
    counts = f"{len(found.training):,} training and {len(found.holdout):,} held-out rows"
    return f"{table.name}: {counts}, {len(found.schema.learned)} columns"


def markdown(title: str, rows: Sequence[Row], columns: Columns = COLUMNS) -> str:
    """A table's heading and figures; a figure that there is not is a dash."""
    names = [name for name, _ in columns.values()]
    lines = [f"### {title}", "", _line(["", *names]), _line(["---", *["--:"] * len(names)])]
    for row in rows:
        cells = (
            [row.state or "–", *[""] * (len(names) - 1)] if not row.figures else _cells(row.figures, columns)
        )
        lines.append(_line([row.label, *cells]))
    return "\n".join(lines)


def machine(cores: int) -> dict[str, Any]:
    """The machine as a cell has it: so many cores of a processor, memory in GB, Python."""
    return {
        "cores": cores,
        "processor": _processor(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "python": platform.python_version(),
    }


def describe(machines: Sequence[Mapping[str, Any]]) -> str:
    """One line for each kind of machine that made figures."""
    spelled = {
        f"{m['cores']} core{'s' * (m['cores'] != 1)} a row, {m['processor']}, {m['memory_gb']} GB, "
        f"Python {m['python']}"
        for m in machines
    }
    return "\n".join(f"Machine: {line}." for line in sorted(spelled))


def _cells(figures: Mapping[str, float | None], columns: Columns) -> list[str]:
    found = [(figures.get(name), spec) for name, (_, spec) in columns.items()]
    return ["–" if value is None else format(value, spec) for value, spec in found]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    names = [
        line.partition(":")[2].strip()
        for line in (cpuinfo.read_text().splitlines() if cpuinfo.exists() else [])
        if line.startswith("model name")
    ]
    return names[0] if names else platform.processor() or platform.machine()
