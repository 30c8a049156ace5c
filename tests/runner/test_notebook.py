"""Arguments of Python that become the files that commands read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tabtwin
from small import small_table
from tabtwin.lib.errors import InputError
from tabtwin.runner.notebook import as_schema


@pytest.mark.parametrize("call", [tabtwin.check, tabtwin.fit, tabtwin.run])
@pytest.mark.parametrize("value", [float("inf"), float("nan"), np.int64(3), object()])
def test_a_schema_that_json_cannot_hold_is_refused_in_one_line_without_the_value(
    call: Callable[..., Any], value: object
) -> None:
    with pytest.raises(
        InputError, match=r"^schema: expected a dictionary as json.dump takes it, .*$"
    ) as found:
        call(small_table(100), schema={"columns": [{"name": "age", "kind": value}]}, seed=1)
    assert repr(value) not in str(found.value)


def test_a_schema_of_nothing_declares_nothing() -> None:
    assert as_schema({}) == b""
