"""Measure distances of a twin and of its raw pool to training and holdout, with a control.

The control is the holdout itself, taken as a twin: each of its rows is compared with the others, without
those of its own subject. The twin, the pool and the control meet the same references, the holdout and as many
training subjects, so chance in the references moves all of them alike and cancels out of the excess.

If the holdout is small, equally many training rows are a small part of training, and most copies go unseen: a
verbatim copy then scores a share of .51. So there is a sharper figure, *leaning*: the share of rows closer to
any training row than to any of half the holdout, minus the control's. Its references differ in size, so only
the difference has a meaning, and it is given as a fraction of what a verbatim copy would score.

If subjects have several rows, references, halves and jackknife groups are of whole subjects.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tabtwin.evaluation.distances.copies import equal_copies, row_keys, surplus_copies
from tabtwin.evaluation.distances.halves import FIGURES, NEIGHBOURS, Near, shares
from tabtwin.evaluation.distances.neighbours import Features, Gower, nearest
from tabtwin.evaluation.distances.nndr import nndr, nndr_ratio
from tabtwin.evaluation.distances.results import (
    ControlFigures,
    Copies,
    CopyFigures,
    DcrShare,
    Distances,
    Nndr,
    NndrRatio,
    SampleFigures,
)
from tabtwin.evaluation.intervals import GROUPS, Estimate, Figure, groups, jackknife
from tabtwin.evaluation.subjects import count, in_random_order, longest, subject_groups
from tabtwin.lib import seeds
from tabtwin.schema.schema import Schema

MAX_REFERENCE = 5_000
"""Rows of the holdout, and as many of training: with them a DCR share of fresh rows is known to .005."""
MAX_ASKED = 5_000
MAX_TRAINING = 50_000
MAX_COPIED = 2_000
DRAWS = 3
"""Draws of training rows, as many as the holdout has, without any of them twice where there are enough."""
RATIOS = 5
"""Parts of the rows, each of which has an NNDR ratio of its own."""
MAX_TOGETHER = 4
"""The most rows of one subject to look beyond for other subjects."""
DCR, LOW_TRAINING, LOW_HOLDOUT, LEANING, UNHALVED = range(FIGURES - 1)
CONTROL = "control"


@dataclass(frozen=True)
class _Measured:
    """What was looked up for some rows.

    Attributes:
        shares: Their shares, float64 (1 + GROUPS, 5); see :func:`halves.shares`.
        ratios: Their NNDR toward training and toward the holdout, (rows,) each.
    """

    shares: np.ndarray
    ratios: tuple[np.ndarray, np.ndarray]


class Closeness:
    """One audit's distances: canonical tables, made comparable once and dealt into jackknife groups.

    Args:
        samples: The tables that are judged, by name: ``twin`` and ``pool``; the pool is the twin if there is
            none.
        training: The rows that the generator saw.
        holdout: Rows that it did not see.
        schema: Their schema.
        subjects: int (training rows,): the subject of each; rows of one subject share a jackknife group.
        held_subjects: int (holdout rows,), for the holdout; a holdout of one subject counts by row.
        seed: The run's seed.
        threads: Threads to compute with; no figure depends on it.
    """

    def __init__(
        self,
        samples: dict[str, pd.DataFrame],
        training: pd.DataFrame,
        holdout: pd.DataFrame,
        schema: Schema,
        *,
        subjects: np.ndarray,
        held_subjects: np.ndarray,
        seed: int,
        threads: int,
    ) -> None:
        gower = Gower.fit(training, schema)
        self.seed, self.threads = seed, threads
        self.samples = {name: gower.features(table) for name, table in samples.items()}
        self.training, self.holdout = gower.features(training), gower.features(holdout)
        rng = self._rng("groups")
        labels = np.unique(subjects, return_inverse=True)[1]
        self.subjects = labels
        self.training_groups = groups(int(labels.max()) + 1, rng)[labels]
        self.held_subjects = held_subjects if count(held_subjects) > 1 else np.arange(len(holdout))
        self.holdout_groups = subject_groups(self.held_subjects, rng)
        self.sample_groups = {name: groups(len(table), rng) for name, table in samples.items()}
        keys = row_keys([training, holdout, *samples.values()], schema)
        self.training_keys, self.holdout_keys = keys[:2]
        self.sample_keys = dict(zip(samples, keys[2:], strict=True))
        self.equal = min(len(training), len(holdout), MAX_REFERENCE)
        together = max(longest(self.subjects), longest(self.held_subjects))
        self.neighbours = NEIGHBOURS * min(together, MAX_TOGETHER)
        self.floor = 1 / count(self.held_subjects)
        rng = self._rng("references")
        self.unseen = in_random_order(self.held_subjects, rng)[: self.equal]
        order = in_random_order(self.subjects, rng)
        starts = self.equal * np.arange(max(1, min(DRAWS, len(order) // self.equal)))
        self.seen = [order[start : start + self.equal] for start in starts]
        self.every = rng.permutation(len(self.training))[:MAX_TRAINING]
        self._found: dict[str, _Measured] = {}

    def distances(self) -> Distances:
        """Return DCR share, excess over the control, leaning and crowding of the control and each sample."""
        control = self._measured(CONTROL).shares
        copied = self._copied() - control[:, LEANING]

        def sample(name: str) -> SampleFigures:
            found = self._measured(name).shares
            return SampleFigures(
                dcr_share=_jackknife(found[:, DCR], self.floor).figure(),
                nndr=_nndr(found, self.floor),
                excess=_jackknife(found[:, DCR] - control[:, DCR], self.floor).figure(),
                leaning=_leaning(found[:, LEANING] - control[:, LEANING], copied, self.floor),
            )

        return Distances(
            rows=self.equal,
            training_rows=len(self.every),
            control=ControlFigures(
                dcr_share=_jackknife(control[:, DCR], self.floor).figure(), nndr=_nndr(control, self.floor)
            ),
            copy=CopyFigures(leaning=_jackknife(copied, self.floor).figure()),
            twin=sample("twin"),
            pool=sample("pool"),
        )

    def share(self, name: str) -> DcrShare:
        """Return the usual DCR share: against the whole holdout and as many training rows."""
        found = self._measured(name)
        share = _jackknife(found.shares[:, UNHALVED], self.floor)
        return DcrShare.of(share, rows=self.equal, queries=len(found.ratios[0]))

    def nndr_ratio(self, name: str) -> NndrRatio:
        """Return mostlyai-qa's NNDR ratio of parts of the rows: so noisy that it is for information only."""
        toward = self._measured(name).ratios
        size = len(toward[0]) // RATIOS
        parts = [slice(size * part, size * (part + 1)) for part in range(RATIOS)]
        ratios = [nndr_ratio(*(values[part] for values in toward)) for part in parts]
        mean, sd = float(np.mean(ratios)), float(np.std(ratios, ddof=1))
        return NndrRatio(mean=mean, sd=sd, seeds=RATIOS, rows=size)

    def copies(self, name: str) -> Copies:
        """Return rows equal to real rows: beyond chance, and for training beside as many of the holdout."""
        name = self._own(name)
        rng = self._rng("copies", name)
        equally = min(len(self.training), len(self.holdout))
        seen, unseen = (in_random_order(of, rng)[:equally] for of in (self.subjects, self.held_subjects))
        keys, dealt = self.sample_keys[name], self.sample_groups[name]
        surplus = surplus_copies(
            keys,
            self.training_keys,
            groups=dealt,
            training_groups=self.training_groups,
            subjects=self.subjects,
        )
        equal = equal_copies(keys, self.training_keys[seen], self.holdout_keys[unseen], groups=dealt)
        return Copies(surplus=surplus.figure(), equal=equal)

    def _measured(self, name: str) -> _Measured:
        """Look up the closest rows of a sample, or of the control, once."""
        name = name if name == CONTROL else self._own(name)
        if name not in self._found:
            self._found[name] = self._control() if name == CONTROL else self._sample(name)
        return self._found[name]

    def _own(self, name: str) -> str:
        """Return the sample of a name: the twin, if there is no pool of its own."""
        return name if name in self.samples else "twin"

    def _sample(self, name: str) -> _Measured:
        asked = self._rng("asked", name).permutation(len(self.samples[name]))[:MAX_ASKED]
        rows = self.samples[name].take(asked)
        return self._beside(rows, self.sample_groups[name][asked], self._of_holdout(rows))

    def _control(self) -> _Measured:
        """Take the holdout as a twin, each row without its own subject."""
        rows, dealt = self.holdout.take(self.unseen), self.holdout_groups[self.unseen]
        subjects = self.held_subjects[self.unseen]
        near = Near(*self._nearest(rows, rows, subjects=subjects), dealt, subjects)
        return self._beside(rows, dealt, near)

    def _beside(self, rows: Features, dealt: np.ndarray, held: Near) -> _Measured:
        """Compare rows with training, given the closest holdout rows."""
        near = [self._of_training(rows, seen) for seen in self.seen]
        whole = self._of_training(rows, self.every)
        found = np.mean([shares(some, held, whole, dealt) for some in near], axis=0)
        toward = [nndr(*some.distances.T[:2]) for some in (near[0], held)]
        return _Measured(found, (toward[0], toward[1]))

    def _copied(self) -> np.ndarray:
        """Return the share of training rows closer to training, each at distance 0: as of a verbatim copy."""
        asked = self._rng("copied").permutation(len(self.training))[:MAX_COPIED]
        rows, dealt = self.training.take(asked), self.training_groups[asked]
        none = np.zeros((len(asked), 1), np.float32), np.zeros((len(asked), 1), np.int32)
        itself = Near(*none, np.full(1, GROUPS), np.zeros(1, int))
        return shares(itself, self._of_holdout(rows), itself, dealt)[:, LEANING]

    def _of_training(self, rows: Features, among: np.ndarray) -> Near:
        found = self._nearest(rows, self.training.take(among))
        return Near(*found, self.training_groups[among], self.subjects[among])

    def _of_holdout(self, rows: Features) -> Near:
        found = self._nearest(rows, self.holdout.take(self.unseen))
        return Near(*found, self.holdout_groups[self.unseen], self.held_subjects[self.unseen])

    def _nearest(
        self, queries: Features, reference: Features, *, subjects: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        return nearest(queries, reference, self.neighbours, subjects=subjects, threads=self.threads)

    def _rng(self, *path: str | int) -> np.random.Generator:
        return seeds.generator(self.seed, "audit", *path)


def _nndr(found: np.ndarray, floor: float) -> Nndr:
    """Return the excess of low NNDR toward training, given shares (1 + GROUPS, 5)."""
    figure = _jackknife(found[:, LOW_TRAINING] - found[:, LOW_HOLDOUT], floor)
    return Nndr.of(figure, training=float(found[0, LOW_TRAINING]), holdout=float(found[0, LOW_HOLDOUT]))


def _leaning(found: np.ndarray, copied: np.ndarray, floor: float) -> Figure | None:
    """Return an excess as a fraction of what a copy shows; None if a copy would show nothing."""
    if copied.min() <= 0:
        return None
    return _jackknife(found / copied, floor / float(copied[0])).figure()


def _jackknife(found: np.ndarray, floor: float) -> Estimate:
    return jackknife(float(found[0]), found[1:], floor)
