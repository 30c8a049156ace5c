"""Compute the components of an AUC, from which its variance follows.

After DeLong, DeLong and Clarke-Pearson, "Comparing the areas under two or more correlated receiver operating
characteristic curves" (Biometrics 44, 1988).
"""

from __future__ import annotations

import numpy as np
from scipy import stats


def components(members: np.ndarray, others: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return DeLong's structural components from midranks, float64 (members,) and (others,); ties count half.

    The mean of either is the AUC.
    """
    together = stats.rankdata(np.concatenate([members, others]))
    above = (together[: len(members)] - stats.rankdata(members)) / len(others)
    below = 1 - (together[len(members) :] - stats.rankdata(others)) / len(members)
    return above, below


def auc_and_variance(members: np.ndarray, others: np.ndarray) -> tuple[float, float]:
    """Return the AUC of independent scores and its variance."""
    parts = components(members, others)
    variance = sum(part.var(ddof=1) / len(part) if len(part) > 1 else 0.25 for part in parts)
    return float(parts[0].mean()), float(variance)
