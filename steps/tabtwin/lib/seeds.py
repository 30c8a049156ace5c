"""One seed per run, from which every model, shard and draw derives its own."""

import hashlib
from collections.abc import Sequence

import numpy as np

from tabtwin.store.signing import sign


def keyed(digests: Sequence[str]) -> int:
    """The seed of a table's runs where none is chosen: the owner's own, who alone can make it again.

    Args:
        digests: The SHA-256 (hex) of each of the table's files.
    """
    return int(sign("\n".join(digests).encode(), "seed")[:32], 16)


def derive(seed: int, *path: str | int) -> int:
    """A 32-bit seed for one use of the run's ``seed``; ``path`` says which: ``"train", "ctgan-1"``."""
    text = "/".join([str(seed), *map(str, path)])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")


def derive_wide(seed: int, *path: str | int) -> int:
    """Derive a seed of 128 bits, too many to try, for draws that must stay secret; ``path`` as above."""
    text = "/".join([str(seed), *map(str, path)])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:16], "big")


def generator(seed: int, *path: str | int) -> np.random.Generator:
    """A NumPy generator seeded by :func:`derive`."""
    return np.random.default_rng(derive(seed, *path))
