"""Measure how like its source a twin is: accuracy on the holdout, beside training and a shuffle of it."""

from __future__ import annotations

import numpy as np

from tabtwin.evaluation.fidelity.accuracy import ORDERS, Accuracy, Bins, Tables, accuracy, expected
from tabtwin.evaluation.fidelity.bins import MIN_ROWS
from tabtwin.evaluation.fidelity.dependence import association
from tabtwin.evaluation.fidelity.results import Accuracies, Control, Dependence, Gap, Orders, Pair, Pooled
from tabtwin.evaluation.intervals import groups, jackknife
from tabtwin.evaluation.subjects import in_random_order, subject_groups
from tabtwin.lib import seeds

MIN_LEAD = 0.01
BLOCKS = 4
MAX_COMPARED = 20_000
"""The most rows of comparisons that are repeated for an interval."""
WORST_PAIRS = 10
MAX_PICTURED = 60


class Likeness:
    """The accuracies of one twin. Codes are (columns, rows), from :meth:`Bins.codes`, subjects (rows,)."""

    def __init__(
        self,
        bins: Bins,
        tables: Tables,
        synthetic: np.ndarray,
        training: np.ndarray,
        holdout: np.ndarray,
        *,
        subjects: np.ndarray,
        held_subjects: np.ndarray,
        seed: int,
        threads: int,
    ) -> None:
        self.bins, self.tables, self.threads = bins, tables, threads
        self.synthetic, self.training, self.holdout = synthetic, training, holdout
        self.subjects, self.held_subjects = subjects, held_subjects
        self.rng = seeds.generator(seed, "audit", "likeness")

    def accuracies(self) -> Accuracies:
        """Return acc(T+H), acc(T) and acc(H) of the whole twin, with limits, columns and pairs."""
        real = np.concatenate([self.training, self.holdout], axis=1)
        pooled = self._accuracy(self.synthetic, real)
        limit = expected(real, self.synthetic.shape[1], self.tables, threads=self.threads)
        return Accuracies(
            pooled=Pooled(**dict(_orders(_by_order(pooled))), expected=_orders(limit)),
            training=_orders(_by_order(self._accuracy(self.synthetic, self.training))),
            holdout=_orders(_by_order(self._accuracy(self.synthetic, self.holdout))),
            columns=dict(zip(self.bins.names, map(float, pooled.columns), strict=True)),
            worst_pairs=self._worst(pooled),
        )

    def control(self) -> Control:
        """Return accuracies on the holdout at equal sizes: of the twin, training rows and their shuffle;
        and likeness.
        """
        rows = min(self.synthetic.shape[1], self.training.shape[1], MAX_COMPARED)
        drawn = self._draw(self.training, rows)
        training = self.training[:, drawn]
        mixed = self.rng.permuted(training, axis=1)
        holdout_groups = subject_groups(self.held_subjects, self.rng)
        twin_rows = self.synthetic[:, self._draw(self.synthetic, rows)]
        twin = self._grouped(twin_rows, groups(rows, self.rng), self.holdout, holdout_groups)
        training_groups = subject_groups(self.subjects[drawn], self.rng)
        fresh = self._grouped(training, training_groups, self.holdout, holdout_groups)
        shuffle = self._grouped(mixed, groups(rows, self.rng), self.holdout, holdout_groups)
        lead, leads = fresh.overall - shuffle.overall, fresh.without - shuffle.without
        likeness = None
        if lead >= MIN_LEAD and leads.min() > 0:
            without = (fresh.without - twin.without) / leads
            likeness = jackknife((fresh.overall - twin.overall) / lead, without)
        return Control(
            rows=rows,
            twin=twin.estimate().figure(),
            training=fresh.estimate().figure(),
            shuffle=shuffle.estimate().figure(),
            likeness=likeness.figure() if likeness else None,
        )

    def gap(self) -> Gap:
        """Return acc(T) − acc(H) against equally many rows of each: above 0, training was memorized."""
        size = min(self.training.shape[1], self.holdout.shape[1], MAX_COMPARED)
        blocks = min(BLOCKS, self.training.shape[1] // size)
        # By whole subjects on either side: the same rows from more subjects would be matched more closely.
        seen_rows = in_random_order(self.subjects, self.rng)[: blocks * size]
        unseen_rows = in_random_order(self.held_subjects, self.rng)[:size]
        synthetic = self.synthetic[:, self._draw(self.synthetic, MAX_COMPARED)]
        synthetic_groups = groups(synthetic.shape[1], self.rng)
        references = [(self.training, self.subjects, part) for part in np.split(seen_rows, blocks)]
        references.append((self.holdout, self.held_subjects, unseen_rows))
        scores = [
            self._grouped(synthetic, synthetic_groups, codes[:, part], subject_groups(of[part], self.rng))
            for codes, of, part in references
        ]
        seen = np.mean([score.overall for score in scores[:-1]])
        without = np.mean([score.without for score in scores[:-1]], axis=0) - scores[-1].without
        found = jackknife(float(seen - scores[-1].overall), without)
        return Gap.of(found, training=float(seen), holdout=scores[-1].overall, rows=size, blocks=blocks)

    def dependence(self) -> Dependence:
        """Return Cramér's V of every pair, in real rows (training and holdout) and in the twin."""
        shown = slice(0, MAX_PICTURED)
        real = np.concatenate([self.training, self.holdout], axis=1)[shown]
        matrices = [association(part, self.bins.sizes[shown]) for part in (real, self.synthetic[shown])]
        pairs = np.triu_indices(len(real), 1)
        apart = np.abs(matrices[0] - matrices[1])[pairs]
        return Dependence(
            columns=tuple(self.bins.names[shown]),
            least=tuple(_least(codes) for codes in real),
            bins=tuple(len(np.unique(codes)) for codes in real),
            real=np.round(matrices[0], 4).tolist(),
            synthetic=np.round(matrices[1], 4).tolist(),
            mean_difference=float(apart.mean()) if len(apart) else 0.0,
        )

    def _accuracy(self, left: np.ndarray, right: np.ndarray) -> Accuracy:
        return accuracy(left, right, self.tables, threads=self.threads)

    def _grouped(
        self, left: np.ndarray, left_groups: np.ndarray, right: np.ndarray, right_groups: np.ndarray
    ) -> Accuracy:
        return accuracy(
            left,
            right,
            self.tables,
            synthetic_groups=left_groups,
            reference_groups=right_groups,
            threads=self.threads,
        )

    def _draw(self, codes: np.ndarray, rows: int) -> np.ndarray:
        """Return some of the rows, in the order drawn: those of one subject do not stay together."""
        return self.rng.permutation(codes.shape[1])[:rows]

    def _worst(self, found: Accuracy) -> tuple[Pair, ...]:
        first, second = np.triu_indices(len(found.columns), 1)
        scores, names = found.pairs[first, second], self.bins.names
        return tuple(
            Pair(columns=(names[first[pair]], names[second[pair]]), accuracy=float(scores[pair]))
            for pair in np.argsort(scores, kind="stable")[:WORST_PAIRS]
        )


def _least(codes: np.ndarray) -> int:
    """Return the number of rows in the smallest bin that is not rare."""
    rows = np.bincount(codes)
    return int(rows[rows >= MIN_ROWS].min(initial=len(codes)))


def _by_order(found: Accuracy) -> dict[str, float]:
    return {"overall": found.overall} | {order: getattr(found, order) for order in ORDERS}


def _orders(figures: dict[str, float]) -> Orders:
    """Return the figures, None for an order that a table with few columns does not have."""
    pairs, triples = (
        value if np.isfinite(value := figures[order]) else None for order in ("bivariate", "trivariate")
    )
    return Orders(
        overall=figures["overall"], univariate=figures["univariate"], bivariate=pairs, trivariate=triples
    )
