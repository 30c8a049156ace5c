"""Bytes that are not what they were."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import numpy as np

from .table import Broken, csv, parquet, some, sound

GZIPPED, PARQUET = "t.csv.gz", "t.parquet"
_MEMBER = 64 << 20


def damaged() -> Iterator[Broken]:
    """Overwritten, lost, cut, packed twice, and packed so that little holds much."""
    plain, stored = csv(sound()), parquet(sound())
    packed = gzip.compress(plain, mtime=0)
    for seed, count in enumerate((1, 1, 3, 10, 30, 100, 300, 1_000)):
        yield Broken(f"{count} bytes of a CSV overwritten ({seed})", _overwritten(plain, count, seed))
    for seed, count in enumerate((1, 20)):
        yield Broken(f"{count} bytes of a CSV lost ({seed})", _thinned(plain, count, seed))
    for seed in range(2):
        yield Broken(f"random bytes ({seed})", np.random.default_rng(seed).bytes(5_000), "another format")
    for seed, count in enumerate((1, 5, 25)):
        name = f"{count} bytes of Parquet overwritten ({seed})"
        yield Broken(name, _overwritten(stored, count, seed), file=PARQUET)
    for share in (0.1, 0.5, 0.999):
        yield Broken(f"gzip cut at {share}", _cut(packed, share), "found a damaged one", GZIPPED)
        yield Broken(f"Parquet cut at {share}", _cut(stored, share), "found a damaged file", PARQUET)
    yield Broken("a CSV cut in a line", plain[:3_001], "expected 5 cells in line 93")
    yield Broken("a CSV cut in quotes", csv(sound(note="a, b"))[:-3], "that is not closed")
    yield Broken("a zero byte", plain * 10 + b"a\0,1,2,3,4\n", "found a zero byte in line 2411")
    yield Broken("gzip with a wrong sum", packed[:-8] + bytes(8), "found a damaged one", GZIPPED)
    yield Broken("gzip of gzip", gzip.compress(packed, mtime=0), "found another format", GZIPPED)
    zeros = gzip.compress(bytes(_MEMBER), mtime=0)
    yield Broken("gzip of 3 GB of zeros", zeros * 48, "found another format", GZIPPED)
    yield Broken("the first bytes of Parquet alone", b"PAR1", "found a damaged file", PARQUET)
    lone = csv(sound(town=some("Köln", "Bonn"))) + b"1,2,a,\xe4,b,c\n"
    yield Broken("Windows-1252 within UTF-8", lone, "found other bytes in line 242")


def _cut(data: bytes, share: float) -> bytes:
    return data[: int(len(data) * share)]


def _overwritten(data: bytes, count: int, seed: int) -> bytes:
    rng = np.random.default_rng(seed)
    found = np.frombuffer(data, np.uint8).copy()
    found[rng.choice(len(found), count, replace=False)] = rng.integers(0, 256, count)
    return found.tobytes()


def _thinned(data: bytes, count: int, seed: int) -> bytes:
    lost = np.random.default_rng(seed).choice(len(data), count, replace=False)
    return np.delete(np.frombuffer(data, np.uint8), lost).tobytes()
