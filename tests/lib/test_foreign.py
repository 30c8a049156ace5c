import logging
import random
import sys
import warnings

import numpy as np
import pytest

from tabtwin.lib.foreign import contained


def test_what_foreign_code_says_goes_nowhere(capfd: pytest.CaptureFixture[str]) -> None:
    with contained(1):
        sys.stdout.write("a cell")
        sys.stderr.write("a cell")
        warnings.warn("a cell", stacklevel=1)
        logging.getLogger("sdv").error("a cell")
    assert capfd.readouterr() == ("", "")


def draw() -> tuple[float, float]:
    return random.random(), np.random.rand()  # noqa: NPY002 - as foreign code draws


def test_foreign_draws_are_the_same_for_a_seed_and_leave_no_trace() -> None:
    with contained(3):
        expected = draw(), draw()
    with contained(3):
        before = draw()
        with contained(1):
            first = draw()
        with contained(1):
            again = draw()
        with contained(2):
            other = draw()
        assert (before, draw()) == expected
    assert first == again != other


def test_logging_is_as_before_even_after_an_error() -> None:
    with pytest.raises(ZeroDivisionError), contained(1):
        raise ZeroDivisionError
    assert logging.root.manager.disable == logging.NOTSET
