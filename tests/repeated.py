"""Made-up tables of which several rows are about one subject, and of categories that fix others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

CENTURY = pd.Timestamp("1930-01-01")


def births(rng: np.random.Generator, count: int) -> np.ndarray:
    """Dates of birth, as text."""
    days = pd.to_timedelta(rng.integers(0, 27_000, count), unit="D")
    return np.array((CENTURY + days).strftime("%Y-%m-%d"))


def records(rng: np.random.Generator, count: int) -> list[str]:
    """Record numbers."""
    return [f"MRN-{number}" for number in rng.permutation(900_000)[:count] + 100_000]


def visits(
    rng: np.random.Generator, names: Sequence[object], each: int = 6, **own: Sequence[object]
) -> pd.DataFrame:
    """A table of rows in random order: whose they are (``who``), what is his ``own``, and the row's own."""
    at = rng.permutation(np.repeat(np.arange(len(names)), each))
    fixed = {"who": names} | own
    rows = {
        "visit": rng.integers(1, 100, len(at)),
        "cost": np.round(rng.lognormal(5, 1, len(at)), 2),
        "kind": rng.choice(["plain", "urgent", "late"], len(at)),
    }
    return pd.DataFrame({name: np.asarray(cells)[at] for name, cells in fixed.items()} | rows)


def patients(rng: np.random.Generator, count: int = 120, each: int = 6) -> pd.DataFrame:
    """Visits of patients with a record number, a date of birth, a diagnosis and a remark of their own."""
    return visits(
        rng,
        records(rng, count),
        each,
        born=births(rng, count),
        dx=rng.choice(["flu", "none", "asthma"], count),
    )


def clinics(rng: np.random.Generator, places: int = 6, most: int = 40) -> pd.DataFrame:
    """Patients who are numbered in each clinic."""
    where = np.repeat([f"clinic {letter}" for letter in "ABCDEFGH"[:places]], most)
    numbers = np.tile(np.arange(1, most + 1), places)
    count = len(where)
    table = visits(
        rng,
        numbers,
        5,
        clinic=where,
        born=births(rng, count),
        sex=rng.choice(["m", "f"], count),
        arm=rng.choice(["drug", "placebo"], count),
    )
    return table.rename(columns={"who": "number"})


SECRET = "Zyxomarkle & Sons"
"""The employer of one of :func:`persons` alone."""


def persons(rng: np.random.Generator, count: int, each: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Rows in random order of persons whom no column names, and whose each is (rows,), from 0."""
    who = rng.permutation(np.repeat(np.arange(count), each))
    employer = rng.choice(["Acme", "Globex", "Initech"], count).astype(object)
    employer[17] = SECRET
    own = {
        "sex": rng.choice(["m", "f"], count),
        "birth_year": rng.integers(1940, 2005, count),
        "employer": employer,
        "city": rng.choice(["Bonn", "Ulm", "Kiel", "Jena"], count),
    }
    rows = {
        "amount": np.round(rng.lognormal(3, 1, len(who)), 2),
        "category": rng.choice(["food", "rent", "fuel"], len(who)),
    }
    return pd.DataFrame({name: cells[who] for name, cells in own.items()} | rows), who


def as_csv(table: pd.DataFrame) -> bytes:
    return table.to_csv(index=False).encode()
