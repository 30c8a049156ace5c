"""Draw canaries: unlikely combinations of allowed values, for training to be planted with.

Each cell is drawn from its column alone, from the protected training rows and without replacement; the rules
between columns hold; no training row equals a canary; and of many combinations those furthest from training
are chosen, since isolated rows are memorized first. Planted and held-back ones are drawn together and divided
at random, so only the generator's memory can distinguish them (Carlini et al., "The secret sharer", USENIX
Security 2019; dealt as by Steinke et al., "Privacy auditing with one (1) training run", NeurIPS 2023).
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from tabtwin.evaluation.canaries.planting import PLANTED
from tabtwin.evaluation.distances.neighbours import Gower, nearest
from tabtwin.lib.errors import InputError
from tabtwin.protection.rare_values import decode
from tabtwin.schema.encoding import Encoding
from tabtwin.schema.schema import Schema

FEWEST = 10
"""The fewest planted rows: with fewer, chance alone may rank all of them first."""
MOST_SHARE = 0.02
"""The largest share of training rows: 100 of 5,000 hardly change the twin."""
CHOICE = 10
"""How many combinations each canary is chosen from, if the table has enough rows."""


def draw_canaries(
    encoded: pd.DataFrame,
    schema: Schema,
    encoding: Encoding,
    planted: int,
    *,
    rng: np.random.Generator,
    threads: int,
) -> pd.DataFrame:
    """Return ``2 * planted`` canaries, as a table of :mod:`tabtwin.evaluation.canaries.planting`.

    Args:
        encoded: The protected training rows.
        schema: Their schema.
        encoding: How they were encoded.
        planted: How many to plant; as many are held back. 0 draws none.
        rng: The source of randomness.
        threads: Threads to compute with; no row depends on it.

    Raises:
        InputError: if that is too few or too many, or there are not enough such combinations.
    """
    if not planted:
        return decode(encoded.head(0), schema, encoding).assign(**{PLANTED: np.zeros(0, bool)})
    _check(planted, len(encoded))
    wanted = 2 * planted
    real = decode(encoded, schema, encoding)
    found = _new_combinations(encoded, real, schema, encoding, rng).head(CHOICE * wanted)
    if len(found) < wanted:
        raise InputError(
            f"--canaries: expected {wanted} combinations of values that no training row has, found "
            f"{len(found)}; the table has too few columns for canaries; leave the option out"
        )
    gower = Gower.fit(real, schema)
    alone = nearest(gower.features(found), gower.features(real), 1, threads=threads)[0][:, 0]
    furthest = np.sort(np.argsort(-alone, kind="stable")[:wanted])
    dealt = rng.permutation(np.arange(wanted) % 2 == 0)
    return found.iloc[furthest].reset_index(drop=True).assign(**{PLANTED: dealt})


def _new_combinations(
    encoded: pd.DataFrame,
    real: pd.DataFrame,
    schema: Schema,
    encoding: Encoding,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return canonical rows of columns shuffled one by one, each row once, without those that are real."""
    shuffled = {name: cells.to_numpy()[rng.permutation(len(cells))] for name, cells in encoded.items()}
    drawn = decode(pd.DataFrame(shuffled), schema, encoding)
    known = pd.concat([real, drawn], ignore_index=True).duplicated().to_numpy()[len(real) :]
    return drawn[~known]


def _check(planted: int, training: int) -> None:
    most = math.floor(MOST_SHARE * training)
    if most < FEWEST:
        raise InputError(
            f"--canaries: expected at least {math.ceil(FEWEST / MOST_SHARE)} training rows, found "
            f"{training}; leave it out"
        )
    if not FEWEST <= planted <= most:
        raise InputError(
            f"--canaries: expected 0, or {FEWEST} to {most} with {training} training rows "
            f"({MOST_SHARE:.0%} of them), found {planted}"
        )
