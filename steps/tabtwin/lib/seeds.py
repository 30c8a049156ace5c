"""One seed per run, from which every model, shard and draw derives its own."""

import hashlib

import numpy as np


def derive(seed: int, *path: str | int) -> int:
    """A 32-bit seed for one use of the run's ``seed``; ``path`` says which: ``"train", "ctgan-1"``."""
    text = "/".join([str(seed), *map(str, path)])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")


def generator(seed: int, *path: str | int) -> np.random.Generator:
    """A NumPy generator seeded by :func:`derive`."""
    return np.random.default_rng(derive(seed, *path))
