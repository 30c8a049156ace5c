from __future__ import annotations

import numpy as np

from tabtwin.generators.boost.balance import throw

ROWS = 4_000


def thrown(p: np.ndarray, calibrated: bool = False, share: float = 0.5) -> tuple[np.ndarray, np.ndarray]:
    """Coins of one node, and the codes of its rows."""
    rng = np.random.default_rng(1)
    codes = rng.integers(0, 6, (ROWS, 3)).astype(np.uint8)
    first, second = (np.array(ends, np.int64) for ends in ([0, 0, 1], [1, 2, 2]))
    right = throw(
        p.copy(), np.arange(ROWS), np.array([0, ROWS]), np.array([share]), np.array([calibrated]),
        rng.random(ROWS), rng.random(ROWS), codes, codes, first, second, 12,
    )  # fmt: skip
    return right, codes


def test_coins_fall_as_often_as_they_are_likely_to_in_every_code() -> None:
    p = np.random.default_rng(2).random(ROWS)
    right, codes = thrown(p)
    off = [
        (right - p)[codes[:, part] == code].sum() / np.sqrt((p * (1 - p))[codes[:, part] == code].sum())
        for part in range(3)
        for code in range(6)
    ]
    assert np.abs(off).max() < 1
    assert np.std(off) < 0.4  # 1 where coins are independent


def test_what_is_sure_is_left_alone() -> None:
    p = np.where(np.arange(ROWS) % 2, 1.0, 0.0)
    right, _ = thrown(p)
    np.testing.assert_array_equal(right, p == 1)


def test_calibrated_coins_fall_as_the_share_says() -> None:
    p = np.random.default_rng(2).random(ROWS) * 0.5
    assert abs(thrown(p, calibrated=True, share=0.4)[0].mean() - 0.4) < 0.005
    assert abs(thrown(p)[0].mean() - 0.25) < 0.01
