"""Run all membership attacks on one twin: which of these rows did its generator see?

The attacker has the twin and a reference, fresh rows of the source. Members are training rows; non-members
are rows of the holdout that are not in the reference. The holdout is halved: one half is the reference and
the other are the non-members, then the reverse, so that every holdout row is asked about once per halving;
figures are means over these trials, with intervals that account for shared subjects.

The *control* is the same with a twin that was not generated: half of the holdout, attacked with other
training rows as reference. Its AUC is .5 if training and holdout are one population; if they are not (for
example, split by time), it is off, and so are all figures.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tabtwin.evaluation.attacks import nearest_rows
from tabtwin.evaluation.attacks.figures import ATTACKS, LEARNED, Found, Trial, figures
from tabtwin.evaluation.attacks.joint_tables import trace
from tabtwin.evaluation.attacks.learned import learned_scores
from tabtwin.evaluation.attacks.nearest_rows import (
    EXPOSED,
    NEAR,
    Towards,
    density_ratios,
    relative_distances,
)
from tabtwin.evaluation.attacks.roc import Ranked
from tabtwin.evaluation.comparison import Rows, drawn
from tabtwin.evaluation.distances.neighbours import Features, Gower, nearest
from tabtwin.lib import log, seeds
from tabtwin.schema.schema import Schema

MAX_MEMBERS = 20_000
MAX_TWIN = 100_000
FEWEST_EXPOSED = 20


@dataclass(frozen=True)
class Asked:
    """Rows that trials ask about, with what is the same in all trials."""

    rows: Rows
    features: Features
    to_twin: Towards

    def take(self, rows: np.ndarray) -> Asked:
        """Return some of the rows, by index."""
        return Asked(self.rows.take(rows), self.features.take(rows), self.to_twin.take(rows))


def attack(
    twin: pd.DataFrame,
    training: Rows,
    holdout: Rows,
    schema: Schema,
    *,
    seed: int,
    threads: int = 1,
    halvings: int = 1,
) -> dict[str, Found]:
    """Attack a twin with halves of the holdout as reference and non-members; return figures by ``ATTACKS``.

    Args:
        twin: What was published, canonical.
        training: The rows that its generator saw.
        holdout: Rows of the same source that it did not see, of at least 4 subjects.
        schema: Their schema.
        seed: Halves the holdout, and draws rows if there are more than the caps.
        threads: Threads to compute with; no figure depends on it.
        halvings: Each is two trials.
    """
    rng = seeds.generator(seed, "attacks")
    published = _Published(twin, schema, seed, threads)
    members = published.asked(training.take(_sample(len(training), MAX_MEMBERS, rng)))
    others = published.asked(holdout)
    halves = _halves(holdout, halvings, rng)
    return figures(
        [
            published.trial(members, others.take(half), holdout.table.iloc[rest])
            for half, rest in log.counted(halves, len(halves), "attacks")
        ]
    )


def control(
    training: Rows, holdout: Rows, schema: Schema, *, seed: int, threads: int = 1
) -> dict[str, Found]:
    """Return the figures of half of the holdout taken as a twin: what chance and the split alone would show.

    Training is also halved, into "members", which the twin cannot know, and the reference, each with as many
    rows as the twin. Both halves of the holdout are the twin in turn.
    """
    rng = seeds.generator(seed, "attacks", "control")
    trials = []
    for half, rest in _halves(holdout, 1, rng):
        size = min(len(half), MAX_MEMBERS)
        members, reference = (part[_sample(len(part), size, rng)] for part in _halves(training, 1, rng)[0])
        published = _Published(holdout.table.iloc[half], schema, seed, threads)
        seen, unseen = published.asked(training.take(members)), published.asked(holdout.take(rest))
        trials.append(published.trial(seen, unseen, training.table.iloc[reference]))
    return figures(trials)


@dataclass(frozen=True)
class _Side:
    """Members or non-members as one trial sees them.

    Attributes:
        scores: float64 (rows, attacks): of every attack but the learned one, in the order of ``ATTACKS``.
        beyond: Logarithms of the distances to the reference, (rows, len(NEIGHBOURS)).
        clusters: int (rows,).
        near: The share of rows nearer than ``NEAR``, relatively.
    """

    scores: np.ndarray
    beyond: np.ndarray
    clusters: np.ndarray
    near: float = 0.0

    def take(self, rows: np.ndarray) -> _Side:
        """Return some of the rows, by mask."""
        return _Side(self.scores[rows], self.beyond[rows], self.clusters[rows])


class _Published:
    """A twin, and how rows are compared with it."""

    def __init__(self, twin: pd.DataFrame, schema: Schema, seed: int, threads: int) -> None:
        self.schema, self.seed, self.threads = schema, seed, threads
        kept = _sample(len(twin), MAX_TWIN, seeds.generator(seed, "attacks", "twin"))
        self.twin = twin.iloc[kept].reset_index(drop=True)
        self.gower = Gower.fit(self.twin, schema)
        self.features = self.gower.features(self.twin)

    def asked(self, rows: Rows) -> Asked:
        """Return rows made comparable."""
        features = self.gower.features(rows.table)
        return Asked(rows, features, self._towards(features, self.features))

    def trial(self, members: Asked, others: Asked, reference: pd.DataFrame) -> Trial:
        """Return every score of members and non-members, with one reference."""
        known = self.gower.features(reference)
        reach = nearest(self.features, known, 1, threads=self.threads)[0][:, 0]
        tables = [members.rows.table, others.rows.table]
        traced = trace(self.twin, reference, tables, self.schema, seed=self.seed, threads=self.threads)
        seen, unseen = (
            self._side(part, of, known, reach) for part, of in zip((members, others), traced, strict=True)
        )
        lonely = np.quantile(np.concatenate([seen.beyond[:, 0], unseen.beyond[:, 0]]), 1 - EXPOSED)
        alone = [side.take(side.beyond[:, 0] > lonely) for side in (seen, unseen)]
        enough = min(len(side.clusters) for side in alone) >= FEWEST_EXPOSED
        return Trial(
            self._ranked(seen, unseen), self._ranked(*alone) if enough else None, (seen.near, unseen.near)
        )

    def _side(self, asked: Asked, traced: np.ndarray, known: Features, reach: np.ndarray) -> _Side:
        to_reference = self._towards(asked.features, known)
        relative = relative_distances(asked.features, self.features, reach, threads=self.threads)
        scores = [
            traced,
            -asked.to_twin.logs[:, :1],
            -np.log(relative + nearest_rows.TINY)[:, None],
            density_ratios(asked.to_twin, to_reference),
        ]
        near = float((relative < NEAR).mean())
        return _Side(np.concatenate(scores, axis=1), to_reference.logs, asked.rows.clusters, near)

    def _ranked(self, members: _Side, others: _Side) -> dict[str, Ranked]:
        """Return the trial's scores by attack, the learned one included."""
        sides = (members, others)
        answers = learned_scores(
            *(np.concatenate([side.scores, side.beyond], axis=1) for side in sides),
            clusters=(members.clusters, others.clusters),
            rng=seeds.generator(self.seed, "attacks", LEARNED),
            threads=self.threads,
        )
        every = [np.column_stack([side.scores, of]) for side, of in zip(sides, answers, strict=True)]
        return {
            name: Ranked(every[0][:, place], every[1][:, place], members.clusters, others.clusters)
            for place, name in enumerate(ATTACKS)
        }

    def _towards(self, rows: Features, table: Features) -> Towards:
        return nearest_rows.towards(rows, table, threads=self.threads)


def _halves(rows: Rows, halvings: int, rng: np.random.Generator) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return two halves of the subjects' rows, int (rows,) each, and the same swapped, for every halving."""
    labels = np.unique(rows.clusters, return_inverse=True)[1]
    found = []
    for _ in range(halvings):
        first = rng.permutation(np.arange(labels.max() + 1) % 2)[labels] == 0
        pair = np.flatnonzero(first), np.flatnonzero(~first)
        found += [pair, pair[::-1]]
    return found


def _sample(length: int, rows: int, rng: np.random.Generator) -> np.ndarray:
    """Return at most ``rows`` of ``length`` rows, drawn at random, in their order."""
    return np.sort(drawn(length, rows, rng))
