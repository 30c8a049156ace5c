"""Measure distances of a twin and of its raw pool to training and holdout, with a control.

The control is half of the holdout taken as a twin. Over seeded halvings, one half is measured against the
other and equally many training rows; the twin and the pool are measured against these same two references,
so chance in the references moves all of them alike and cancels out of the excess.

If the holdout is small, equally many training rows are a small part of training, and most copies go unseen: a
verbatim copy then scores a share of .51. So there is a sharper figure, *leaning*: the share of rows closer to
any training row than to any of half the holdout, minus the control's. Its references differ in size, so only
the difference has a meaning, and it is given as a fraction of what a verbatim copy would score.

If subjects have several rows, references, halves and jackknife groups are of whole subjects.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from tabtwin.evaluation.distances.copies import equal_copies, row_keys, surplus_copies
from tabtwin.evaluation.distances.dcr_and_nndr import NEIGHBOURS, Near, Trial, nndr, nndr_ratio, replicates
from tabtwin.evaluation.distances.neighbours import Features, Gower, nearest
from tabtwin.evaluation.distances.results import (
    ControlTrials,
    Copies,
    CopyTrials,
    DcrShare,
    Distances,
    Nndr,
    NndrRatio,
    SampleTrials,
)
from tabtwin.evaluation.intervals import GROUPS, Estimate, Figure, groups, jackknife
from tabtwin.evaluation.subjects import count, halves, in_random_order, longest, subject_groups
from tabtwin.lib import log, seeds
from tabtwin.schema.schema import Schema

HALVINGS = 10
"""Halvings; each serves twice, with either half as the control."""
MAX_HALF = 2_500
MAX_TRIAL_ROWS = 2_000
MAX_REFERENCE = 10_000
MAX_QUERIES = 10_000
RATIO_SEEDS = 5
MAX_RATIO_ROWS = 2_500
MAX_TRAINING = 50_000
MAX_ASKED = 5_000
MAX_TOGETHER = 16
"""The most rows of one subject to look beyond for neighbors, so that some are left without its group."""
DCR, NEAR_TRAINING, NEAR_HOLDOUT = range(3)


class Closeness:
    """One audit's distances: canonical tables, made comparable once and dealt into jackknife groups.

    Args:
        samples: The tables that are judged, by name: ``twin`` and ``pool``.
        training: The rows that the generator saw.
        holdout: Rows that it did not see.
        schema: Their schema.
        subjects: int (training rows,): the subject of each; rows of one subject share a jackknife group.
        held_subjects: int (holdout rows,), for the holdout; a holdout of one subject is halved by row.
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
        self.neighbours = NEIGHBOURS - 1 + min(together, MAX_TOGETHER)
        self.floor = 1 / count(self.held_subjects)

    def trials(self) -> Distances:
        """Return DCR share, excess over the control, leaning and crowding of the control and each sample."""
        rng = self._rng("trials")
        every = rng.permutation(len(self.training))[:MAX_TRAINING]
        sources = {"control": (self.holdout, self.holdout_groups)}
        sources |= {name: (self.samples[name], self.sample_groups[name]) for name in self.samples}
        asked = {name: rng.permutation(len(rows))[:MAX_ASKED] for name, (rows, _) in sources.items()}
        asked["control"] = np.arange(len(self.holdout))
        closest = {
            name: self._near(rows.take(asked[name]), self.training.take(every), self.training_groups[every])
            for name, (rows, _) in sources.items()
        }
        equal: dict[str, list[Trial]] = {name: [] for name in sources}
        whole: dict[str, list[Trial]] = {name: [] for name in (*sources, "copy")}
        size = min(len(self.holdout) // 2, len(self.training), MAX_HALF)
        for halving in log.counted(range(2 * HALVINGS), 2 * HALVINGS, "distances"):
            half, rest, rng = self._halves(halving, size)
            seen = in_random_order(self.subjects, rng)[: len(rest)]
            for name, (rows, dealt) in sources.items():
                chosen = half if name == "control" else rng.permutation(len(asked[name]))[:MAX_TRIAL_ROWS]
                trial = self._trial(rows, asked[name][chosen], dealt, seen, rest)
                equal[name].append(trial)
                whole[name].append(Trial(closest[name].take(chosen), trial.to_holdout, trial.groups))
            whole["copy"].append(self._copy(seen, rest))
        shares = {name: replicates(trials) for name, trials in equal.items()}
        leans = {name: replicates(trials)[:, DCR] for name, trials in whole.items()}
        control, base = shares["control"], leans.pop("control")
        copied = leans["copy"] - base

        def sample(name: str) -> SampleTrials:
            figures = _figures(shares[name], self.floor)
            return SampleTrials(
                dcr_share=figures.dcr_share,
                nndr=figures.nndr,
                excess=_jackknife(shares[name][:, DCR] - control[:, DCR], self.floor).figure(),
                leaning=_leaning(leans[name] - base, copied, self.floor),
            )

        return Distances(
            rows=size,
            training_rows=len(every),
            trials=2 * HALVINGS,
            control=_figures(control, self.floor),
            copy=CopyTrials(leaning=_jackknife(copied, self.floor).figure()),
            twin=sample("twin"),
            pool=sample("pool"),
        )

    def share(self, name: str) -> DcrShare:
        """Return the usual DCR share: against the whole holdout and as many training rows."""
        rng = self._rng("share", name)
        seen, unseen = self._equally_many(self.equal, rng)
        asked = rng.permutation(len(self.samples[name]))[:MAX_QUERIES]
        trial = self._trial(self.samples[name], asked, self.sample_groups[name], seen, unseen)
        found = _jackknife(replicates([trial])[:, DCR], self.floor)
        return DcrShare.of(found, rows=self.equal, queries=len(asked))

    def nndr_ratio(self, name: str) -> NndrRatio:
        """Return mostlyai-qa's NNDR ratio over seeds: so noisy that it is for information only."""
        size = min(len(self.samples[name]), self.equal, MAX_RATIO_ROWS)
        ratios = []
        for draw in range(RATIO_SEEDS):
            rng = self._rng("ratio", name, draw)
            asked = self.samples[name].take(rng.permutation(len(self.samples[name]))[:size])
            seen, unseen = self._equally_many(size, rng)
            references = (self.training.take(seen), self.holdout.take(unseen))
            towards = [nearest(asked, part, 2, threads=self.threads)[0].T for part in references]
            ratios.append(nndr_ratio(*(nndr(*pair) for pair in towards)))
        mean, sd = float(np.mean(ratios)), float(np.std(ratios, ddof=1))
        return NndrRatio(mean=mean, sd=sd, seeds=RATIO_SEEDS, rows=size)

    def copies(self, name: str) -> Copies:
        """Return rows equal to real rows: beyond chance, and for training beside as many of the holdout."""
        rng = self._rng("copies", name)
        seen, unseen = self._equally_many(self.equal, rng)
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

    def _trial(
        self, queries: Features, asked: np.ndarray, dealt: np.ndarray, seen: np.ndarray, unseen: np.ndarray
    ) -> Trial:
        rows = queries.take(asked)
        to_training = self._near(rows, self.training.take(seen), self.training_groups[seen])
        to_holdout = self._near(rows, self.holdout.take(unseen), self.holdout_groups[unseen])
        return Trial(to_training, to_holdout, dealt[asked])

    def _equally_many(self, rows: int, rng: np.random.Generator) -> list[np.ndarray]:
        """Return training and holdout rows, equally many, by whole subjects."""
        return [in_random_order(of, rng)[:rows] for of in (self.subjects, self.held_subjects)]

    def _halves(self, trial: int, size: int) -> tuple[np.ndarray, np.ndarray, np.random.Generator]:
        """Return two disjoint halves of the holdout; trials 2i and 2i + 1 swap them."""
        pair = halves(self.held_subjects, size, self._rng("halving", trial // 2))
        return pair[trial % 2], pair[1 - trial % 2], self._rng("trial", trial)

    def _copy(self, seen: np.ndarray, unseen: np.ndarray) -> Trial:
        """Take training rows as a twin: what a verbatim copy would show, each at distance 0 from itself."""
        seen = seen[:MAX_TRIAL_ROWS]
        dealt = self.training_groups[seen]
        itself = Near(np.zeros((len(seen), 2), np.float32), np.full((len(seen), 2), -1, np.int32), dealt)
        held = self.holdout_groups[unseen]
        return Trial(itself, self._near(self.training.take(seen), self.holdout.take(unseen), held), dealt)

    def _near(self, queries: Features, reference: Features, dealt: np.ndarray) -> Near:
        return Near(*nearest(queries, reference, self.neighbours, threads=self.threads), dealt)

    def _rng(self, *path: str | int) -> np.random.Generator:
        return seeds.generator(self.seed, "audit", *path)


def _figures(found: np.ndarray, floor: float) -> ControlTrials:
    """Return the figures of trials (1 + GROUPS, 3) with their intervals."""
    assert len(found) == 1 + GROUPS
    nndr = _jackknife(found[:, NEAR_TRAINING] - found[:, NEAR_HOLDOUT], floor)
    return ControlTrials(
        dcr_share=_jackknife(found[:, DCR], floor).figure(),
        nndr=Nndr.of(nndr, training=float(found[0, NEAR_TRAINING]), holdout=float(found[0, NEAR_HOLDOUT])),
    )


def _leaning(found: np.ndarray, copied: np.ndarray, floor: float) -> Figure | None:
    """Return an excess as a fraction of what a copy shows; None if a copy would show nothing."""
    if copied.min() <= 0:
        return None
    return _jackknife(found / copied, floor / float(copied[0])).figure()


def _jackknife(found: np.ndarray, floor: float) -> Estimate:
    return jackknife(float(found[0]), found[1:], floor)
