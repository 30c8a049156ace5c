"""Run other people's code silenced and seeded.

SDV, SDMetrics and what they stand on draw from the global generators of NumPy and Python, print to
stdout (which carries our JSON lines), and may put a cell's value into a warning or a log line.
"""

from __future__ import annotations

import contextlib
import io
import logging
import random
import warnings
from collections.abc import Iterator

import numpy as np


@contextlib.contextmanager
def contained(seed: int) -> Iterator[None]:
    """Discard what the block prints, warns and logs; seed the global generators, and restore them after."""
    python, disabled = random.getstate(), logging.root.manager.disable
    numpy = np.random.get_state()  # noqa: NPY002 - it is the generator that these libraries draw from
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 - see above
    logging.disable(logging.CRITICAL)
    try:
        with (
            warnings.catch_warnings(),
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(io.StringIO()),
        ):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(disabled)
        np.random.set_state(numpy)  # noqa: NPY002 - see above
        random.setstate(python)
