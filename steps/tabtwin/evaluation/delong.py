"""Compute the components of an AUC, from which its variance follows.

After DeLong, DeLong and Clarke-Pearson, "Comparing the areas under two or more correlated receiver operating
characteristic curves" (Biometrics 44, 1988).
"""

from __future__ import annotations

import numpy as np
import pandas as pd


def components(members: np.ndarray, others: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return DeLong's structural components from midranks, float64 (members,) and (others,); ties count half.

    The mean of either is the AUC.
    """
    together = midranks(np.concatenate([members, others]))
    above = (together[: len(members)] - midranks(members)) / len(others)
    below = 1 - (together[len(members) :] - midranks(others)) / len(members)
    return above, below


def midranks(values: np.ndarray) -> np.ndarray:
    """Return the rank of each value from 1, the mean rank where several are equal, float64 (n,)."""
    return pd.Series(values).rank().to_numpy()


def auc_and_variance(members: np.ndarray, others: np.ndarray) -> tuple[float, float]:
    """Return the AUC of independent scores and its variance."""
    parts = components(members, others)
    variance = sum(part.var(ddof=1) / len(part) if len(part) > 1 else 0.25 for part in parts)
    return float(parts[0].mean()), float(variance)
