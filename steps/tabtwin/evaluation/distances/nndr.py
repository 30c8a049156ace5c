"""Compute the NNDR: the distance to the closest record by that to the next."""

from __future__ import annotations

import numpy as np

CLOSE = 0.1
"""Rows with an NNDR below this are at one record rather than among several."""
TINY = 1e-8


def nndr(closest: np.ndarray, following: np.ndarray) -> np.ndarray:
    """Return the distance to the closest record by the distance to the next; 1 where both are 0."""
    return np.asarray((closest + TINY) / (following + TINY))


def nndr_ratio(to_training: np.ndarray, to_holdout: np.ndarray) -> float:
    """Return mostlyai-qa's ratio: the tenth smallest NNDR toward training by the one toward holdout."""
    tenth = min(10, len(to_training)) - 1
    return float(np.sort(to_training)[tenth] / np.sort(to_holdout)[tenth])
