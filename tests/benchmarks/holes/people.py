"""Section 1: a subject that is not declared."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd

import tabtwin
from tabtwin.lib.errors import InputError
from tests.benchmarks.holes.replay import Hole, call, run

PATIENTS, VISITS = 300, 12
SPELLINGS: dict[str, Callable[[int], str]] = {
    "e-mail addresses": lambda n: f"user{n * 37 % 9973}@example.org",
    "hashes": lambda n: hashlib.sha256(str(n).encode()).hexdigest()[:16],
    "phone numbers": lambda n: f"+41 79 {n * 7919 % 900 + 100} {n * 31 % 90 + 10} {n * 17 % 90 + 10}",
    "plates": lambda n: f"{chr(65 + n % 26)}{chr(65 + n * 7 % 26)}-{n * 7919 % 9000 + 1000}",
    "URLs": lambda n: f"https://example.org/people/{n * 7919 % 100_000}",
    "user names": lambda n: f"{['ann', 'bob', 'cleo', 'dan', 'eve'][n % 5]}_{n * 7919 % 10_000}",
}


def record_number(patient: int) -> str:
    """A patient's record number, as clinics write them."""
    return f"MRN-{patient * 7919 % 900_000 + 100_000}"


def visits(name: Callable[[int], object] = record_number) -> pd.DataFrame:
    """Rows of visits: number, birth date, place and diagnosis are the patient's, the rest the row's."""
    rng = np.random.default_rng(5)
    patient = np.repeat(np.arange(PATIENTS), VISITS)
    born = pd.Timestamp("1940-01-01") + pd.to_timedelta(rng.integers(0, 25_000, PATIENTS), unit="D")
    table = pd.DataFrame(
        {
            "mrn": [name(number) for number in patient],
            "born": born.strftime("%Y-%m-%d").to_numpy()[patient],
            "zip": rng.integers(1_000, 1_060, PATIENTS)[patient],
            "dx": rng.choice(["HIV", "flu", "asthma", "none"], PATIENTS)[patient],
            "visit": np.tile(np.arange(1, VISITS + 1), PATIENTS),
            "bp": rng.normal(120, 15, len(patient)).round(),
            "cost": rng.lognormal(5, 1, len(patient)).round(2),
        }
    )
    return table.sample(frac=1, random_state=1).reset_index(drop=True)


def replay(folder: Path) -> Iterator[Hole]:
    """Several rows a subject, in any spelling, by each way in."""
    table = visits()
    file = folder / "visits.csv"
    table.to_csv(file, index=False)
    for command in ("check", "run"):
        ended = call("check", file) if command == "check" else run(file, folder / "out")
        remedies = all(f"--{word} " in ended.line for word in ("entity", "drop", "keep"))
        yield Hole(
            "1",
            f"{command}: {PATIENTS} patients x {VISITS} rows, no --entity",
            str(ended),
            ended.code == 2 and "mrn" in ended.line and remedies,
        )
    for way, fit in (("tabtwin.run", tabtwin.run), ("tabtwin.fit", tabtwin.fit)):
        try:
            fit(table)
        except InputError as error:
            yield Hole("1", f"{way} on the same rows", f"InputError, {str(error)!r}", "mrn" in str(error))
        else:
            yield Hole("1", f"{way} on the same rows", "a twin", closed=False)
    for spelling, name in SPELLINGS.items():
        file = folder / f"{spelling}.csv"
        visits(name).to_csv(file, index=False)
        ended = call("check", file)
        yield Hole(
            "1", f"check: the same with {spelling}", str(ended), ended.code == 2 and "mrn" in ended.line
        )
    yield from _pair(folder)
    yield from _declared(folder, table)


def _pair(folder: Path) -> Iterator[Hole]:
    """Clinics that each number their patients from 1."""
    table = visits(lambda n: n)
    table["clinic"] = np.array(["Bern", "Basel", "Genf", "Chur", "Zug"])[table["mrn"] % 5]
    table["mrn"] = table["mrn"] // 5 + 1
    file = folder / "pair.csv"
    table.rename(columns={"mrn": "number"}).to_csv(file, index=False)
    ended = call("check", file)
    yield Hole(
        "1",
        "check: clinic and number name a patient only together",
        str(ended),
        ended.code == 2 and "clinic" in ended.line and "number" in ended.line,
    )


def _declared(folder: Path, table: pd.DataFrame) -> Iterator[Hole]:
    """With --entity: new record numbers, and no text that one patient repeats."""
    story = {mrn: f"fell off a horse in {1950 + at}" for at, mrn in enumerate(table["mrn"].unique())}
    noted = table.assign(note=[story[mrn] if at % 3 else "well" for at, mrn in enumerate(table["mrn"])])
    file, out = folder / "declared.csv", folder / "declared"
    noted.to_csv(file, index=False)
    ended = run(file, out, "--entity", "mrn", "--target", "dx")
    if ended.code:
        yield Hole("1", "run --entity mrn, a note that a patient repeats", str(ended), ended.code in {2, 3})
        file, out = folder / "plain.csv", folder / "plain"
        noted.drop(columns="note").to_csv(file, index=False)
        ended = run(file, out, "--entity", "mrn", "--target", "dx")
    place = out / ("release" if ended.code == 0 else "private")
    real = set(table["mrn"])
    if ended.code == 0:
        twin = pd.read_csv(place / "synthetic.csv")
        kept = int(twin["mrn"].isin(real).sum())
        yield Hole(
            "1", "run --entity mrn: real record numbers in the release", f"{kept} of {len(twin)}", not kept
        )
    said = "alone" in (place / "report.html").read_text()
    yield Hole("1", "run --entity mrn: the report says that rows are drawn alone", f"{ended}; {said}", said)
