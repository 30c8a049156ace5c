"""``make bench NAME=tables``, last part: what always holds, and how much of it peers' twins break.

``python -m tests.benchmarks.peerrules`` reads what :mod:`tests.benchmarks.anytable` has kept of our twins,
lets SDV's synthesizers and TabularARGN make a twin of the same columns of each table, as their users call
them and with the columns' kinds that they detect, and holds all to the rules that
:mod:`tests.benchmarks.always` finds. TabularARGN has an environment of its own and is skipped where that was
not made. The same command goes on where it was; ``make bench NAME=tables ARGS=peerrules`` runs this part.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from tabtwin.cli.demo import write_table
from tabtwin.store.artifacts import canonical, sha256
from tests.benchmarks import always, plainpeer, rendering
from tests.benchmarks.attempt import CAP, WORK, Attempt, attempt
from tests.benchmarks.cells import BENCH, KEY_LENGTH
from tests.benchmarks.drawing import census, draw
from tests.benchmarks.rendering import Columns, Row
from tests.benchmarks.runner import say
from tests.benchmarks.strangers import ARGN, MINUTES, SCRIPTS
from tests.benchmarks.watching import watch

KEPT = BENCH / "tables" / "peers"
SEED = 1
SDV = {"gaussian": "GaussianCopulaSynthesizer", "ctgan": "CTGANSynthesizer"}
LABELS = {"gaussian": "GaussianCopula (SDV)", "ctgan": "CTGAN (SDV)", "argn": "TabularARGN (mostlyai-engine)"}
MISSING = (
    "TabularARGN is skipped: it is not installed; `make bench NAME=generators ARGS='--peers argn'` does that"
)


@dataclass(frozen=True)
class Kept:
    """What a peer's twin keeps of what always holds.

    Attributes:
        rules: How many rules hold in every row of the source.
        broken: Those that hold in fewer than 99.9 % of the twin's rows.
        failed: Why there is no twin; empty if there is one.
        seconds: Wall time.
    """

    rules: int
    broken: tuple[str, ...]
    failed: str
    seconds: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Let every peer make a twin of each table that it has not, and print what all of them break."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.peerrules", description=__doc__)
    parser.add_argument("--tables", nargs="+", help="of those drawn, PACKAGE.NAME; default: all")
    parser.add_argument("--peers", nargs="+", choices=LABELS, default=list(LABELS))
    parser.add_argument("--epochs", type=int, help="of CTGAN; default: its own")
    given = parser.parse_args(arguments)
    peers = [name for name in given.peers if name in SDV or ARGN.is_made()]
    if len(peers) < len(given.peers):
        say(MISSING)
    drawn = draw(census(BENCH / "tables" / "census.json"))
    chosen = [one for one in drawn if given.tables is None or one.table in given.tables]
    ours: dict[str, Attempt] = {}
    theirs: dict[str, dict[str, Kept]] = {}
    for one in sorted(chosen, key=lambda one: one.holds.rows * one.holds.columns):
        source = WORK / f"{one.table}.csv"
        write_table(one.table, source)
        ours[one.table] = last = attempt(source)[-1]
        theirs[one.table] = {
            name: judged(source, dropped(last.options), name, given.epochs) for name in peers
        }
        found = ", ".join(f"{name} {_spelled(kept)}" for name, kept in theirs[one.table].items())
        say(f"{len(ours)} of {len(chosen)}: {one.table}: tabtwin {len(last.broken)}, {found}")
    say(report(ours, theirs, peers))
    return 0


def dropped(options: Sequence[str]) -> list[str]:
    """Return the columns that our run was told to leave out, which peers are not given either."""
    given = (options[at + 1] for at, word in enumerate(options) if word == "--drop")
    return [name for text in given for name in next(csv.reader(io.StringIO(text)))]


def judged(source: Path, without: Sequence[str], peer: str, epochs: int | None) -> Kept:
    """Return what a peer's twin of a file breaks; made where it has not been."""
    table = pd.read_csv(source, low_memory=False).drop(columns=list(without), errors="ignore")
    code = sha256(Path(plainpeer.__file__).read_bytes())
    about = canonical([sha256(source.read_bytes()), list(without), peer, epochs, code])
    file = KEPT / f"{source.name[:80]}-{peer}-{sha256(about)[:KEY_LENGTH]}.json"
    if file.exists():
        found = json.loads(file.read_bytes())
        return Kept(**found | {"broken": tuple(found["broken"])})
    kept = _made(table, peer, epochs)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(canonical(asdict(kept)))
    return kept


def _made(table: pd.DataFrame, peer: str, epochs: int | None) -> Kept:
    """Let a peer make a twin in a process of its own, and hold it to what always holds in the table."""
    rules = always.found_in(table)
    folder = WORK / "peer"
    folder.mkdir(parents=True, exist_ok=True)
    source, result = (folder / name for name in ("source.csv", "twin.csv"))
    table.to_csv(source, index=False)
    if peer in SDV:
        words = [sys.executable, "-m", "tests.benchmarks.plainpeer", source, result, SDV[peer], SEED]
        words += [] if epochs is None or peer != "ctgan" else [epochs]
    else:
        source, result = (path.with_suffix(".parquet") for path in (source, result))
        table.to_parquet(source, index=False)
        words = [ARGN.python(), SCRIPTS / ARGN.script, source, result, len(table), SEED, MINUTES]
    result.unlink(missing_ok=True)
    ended = watch(list(map(str, words)), folder, CAP)
    if ended.code or not result.exists():
        why = next((line for line in reversed(ended.errors.splitlines()) if line.strip()), "")
        return Kept(len(rules), (), why or f"ended with {ended.code}", ended.seconds)
    twin = pd.read_csv(result, low_memory=False) if result.suffix == ".csv" else pd.read_parquet(result)
    return Kept(len(rules), tuple(always.broken_in(twin, rules)), "", ended.seconds)


def report(
    ours: Mapping[str, Attempt], theirs: Mapping[str, Mapping[str, Kept]], peers: Sequence[str]
) -> str:
    """Return how many rules each table has and each twin breaks, and the shares over all; in Markdown."""
    columns: Columns = {"rules": ("rules", "d"), "tabtwin": ("**tabtwin**", "d")} | {
        name: (LABELS[name], "d") for name in peers
    }
    rows = []
    for table, last in ours.items():
        broken: dict[str, float | None] = {"rules": last.rules, "tabtwin": None}
        if last.rules is not None:
            broken["tabtwin"] = len(last.broken)
        for name, kept in theirs[table].items():
            broken["rules"] = kept.rules
            broken[name] = None if kept.failed else len(kept.broken)
        rows.append(Row(f"`{table}`", broken))
    failed = [
        f"- `{table}`, {LABELS[name]}: {kept.failed}"
        for table, some in theirs.items()
        for name, kept in some.items()
        if kept.failed
    ]
    shares = [summary("tabtwin", [(one.rules, len(one.broken)) for one in ours.values() if one.code == 0])]
    for name in peers:
        some = [kept[name] for kept in theirs.values() if name in kept and not kept[name].failed]
        shares.append(summary(LABELS[name], [(kept.rules, len(kept.broken)) for kept in some]))
    table_of = rendering.markdown("Rules that a twin breaks", rows, columns)
    return "\n".join([table_of, "", *shares, "", *failed])


def summary(label: str, found: Sequence[tuple[int | None, int]]) -> str:
    """Return in a line how many of the rules, over all twins, are broken, and how many twins break none."""
    rules, broken = sum(rules or 0 for rules, _ in found), sum(broken for _, broken in found)
    whole = sum(not broken for _, broken in found)
    share = f"{broken / rules:.1%}" if rules else "none"
    return f"- {label}: {share} of {rules} rules broken; {whole} of {len(found)} twins break none"


def _spelled(kept: Kept) -> str:
    return "failed" if kept.failed else f"{len(kept.broken)} of {kept.rules}"


if __name__ == "__main__":
    sys.exit(main())
