"""Derive the seed of every model, shard and draw from the one seed of a run."""

import hashlib

import numpy as np


def derive(seed: int, *path: str | int) -> int:
    """Return a 32-bit seed for one use of the run's ``seed``; ``path`` names the use.

    >>> derive(1, "train", "ctgan-1") == derive(1, "train", "ctgan-2")
    False
    """
    text = "/".join([str(seed), *map(str, path)])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")


def derive_wide(seed: int, *path: str | int) -> int:
    """Return a seed of 128 bits, too many to try, for draws that must stay secret; ``path`` as above."""
    text = "/".join([str(seed), *map(str, path)])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:16], "big")


def generator(seed: int, *path: str | int) -> np.random.Generator:
    """Return a NumPy generator seeded by :func:`derive`."""
    return np.random.default_rng(derive(seed, *path))
