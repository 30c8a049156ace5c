"""Measure how well a score separates members from non-members: the ROC curve's area and ends, with intervals.

A score is a number for each row: the higher, the likelier a member. Everything is two-sided: a hole around
training rows reveals them like a crowd does, and shows as an AUC below .5 and as a true-positive rate among
the *lowest* scores.

The AUC's standard error is DeLong's (DeLong, DeLong and Clarke-Pearson, Biometrics 44, 1988), from the
structural components: of a member, the share of non-members that score lower; of a non-member, the share of
members that score higher. Where rows come in clusters (several of one subject), components are summed over
clusters first (Obuchowski, Biometrics 53, 1997); with clusters of one row that is DeLong's.

The true-positive rate at a low false-positive rate shows what the AUC hides: a few rows may be known for
certain (Carlini et al., "Membership inference attacks from first principles", S&P 2022).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tabtwin.evaluation.delong import components
from tabtwin.evaluation.intervals import Estimate, Rate, difference

FALSE_POSITIVES = (0.001, 0.01)
FEWEST = 10
"""The fewest false positives among the non-members for a rate to be used."""


@dataclass(frozen=True)
class Ranked:
    """Members and non-members, ranked by one trial of an attack.

    Attributes:
        members: Scores, float64 (members,); infinite where an attack is certain.
        others: Scores of rows that were not trained on, float64 (non-members,).
        of_members: The cluster of each member, int (members,).
        of_others: The cluster of each non-member, int (non-members,).
    """

    members: np.ndarray
    others: np.ndarray
    of_members: np.ndarray
    of_others: np.ndarray

    def take(self, members: np.ndarray, others: np.ndarray) -> Ranked:
        """Return some of the rows, by mask."""
        return Ranked(
            self.members[members], self.others[others], self.of_members[members], self.of_others[others]
        )

    @property
    def clusters(self) -> tuple[int, int]:
        """Return how many clusters of members and of non-members there are."""
        return len(np.unique(self.of_members)), len(np.unique(self.of_others))


def auc(trials: Sequence[Ranked], *, alike: bool = False, inflation: float = 1.0) -> Estimate:
    """Return the mean AUC of several trials.

    A mean over trials is as certain as their rows, each counted once, allow.

    Args:
        trials: One or more, each with at least a member and a non-member.
        alike: Whether two trials with non-members and reference swapped err alike, for example if the score
            is nearly a sum over the reference's rows: then the second adds nothing.
        inflation: The factor for the variance if scores are not independent given the rest.
    """
    found = [components(trial.members, trial.others) for trial in trials]
    members = _variance([above for above, _ in found], [trial.of_members for trial in trials])
    others = _variance([below for _, below in found], [trial.of_others for trial in trials], alike=alike)
    fewest = min(len(np.unique(part)) for trial in trials for part in (trial.of_members, trial.of_others))
    return Estimate(
        value=float(np.mean([above.mean() for above, _ in found])),
        se=math.sqrt((members + others) * inflation),
        df=max(1, fewest - 1),
    )


def caught(trials: Sequence[Ranked], *, lowest: bool = False) -> dict[float, Estimate | None]:
    """Return the true minus the false-positive rate at each of ``FALSE_POSITIVES``; ``None``: too few rows.

    Guessing gives 0. The threshold comes from the non-members, so it is as uncertain as a rate of theirs, and
    the interval is that of two rates; with clusters, their number counts.

    Args:
        trials: As for :func:`auc`.
        lowest: Use the lowest scores instead of the highest.
    """
    sign = -1.0 if lowest else 1.0
    members, others = (min(trial.clusters[side] for trial in trials) for side in (0, 1))
    fewest = min(len(trial.others) for trial in trials)
    found: dict[float, Estimate | None] = dict.fromkeys(FALSE_POSITIVES)
    for rate in FALSE_POSITIVES:
        if round(fewest * rate, 9) >= FEWEST:
            hits = [true_positives(sign * trial.members, sign * trial.others, rate) for trial in trials]
            found[rate] = difference(Rate(share=float(np.mean(hits)), n=members), Rate(share=rate, n=others))
    return found


def true_positives(members: np.ndarray, others: np.ndarray, rate: float) -> float:
    """Return the share of members above the score that ``rate`` of non-members exceed.

    The ROC curve is a straight line across tied scores, so guessing among them gains nothing.
    """
    levels = np.unique(np.concatenate([members, others]))[::-1]
    alarms, hits = (
        np.append(0.0, (len(part) - np.searchsorted(np.sort(part), levels, side="left")) / len(part))
        for part in (others, members)
    )
    last = int(np.searchsorted(alarms, rate, side="right")) - 1  # the most hits at no more than the rate
    if last + 1 == len(alarms):
        return float(hits[last])
    share = (rate - alarms[last]) / (alarms[last + 1] - alarms[last])
    return float(hits[last] + share * (hits[last + 1] - hits[last]))


def _variance(parts: Sequence[np.ndarray], clusters: Sequence[np.ndarray], *, alike: bool = False) -> float:
    """Return the variance from one side's components, by their sums over clusters (Obuchowski)."""
    worth = []
    for part, of in zip(parts, clusters, strict=True):
        labels = np.unique(of, return_inverse=True)[1]
        sums = np.bincount(labels, weights=part - part.mean())
        count = len(sums)
        # Times the number of clusters, which it is divided by: the variance of a single cluster.
        worth.append(float((sums**2).sum()) * count**2 / (count - 1) / len(of) ** 2 if count > 1 else 0.25)
    counts = [len(np.unique(of)) for of in clusters]
    distinct = float(np.mean(counts)) if alike else len(np.unique(np.concatenate(clusters)))
    return float(np.mean(worth)) / distinct
