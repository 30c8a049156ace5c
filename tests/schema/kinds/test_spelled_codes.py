"""What is nearly a number is said to be, with what to do."""

import numpy as np
import pandas as pd
import pytest

import tabtwin
from tabtwin.lib.errors import InputError

LATITUDES = np.random.default_rng(1).uniform(40, 42, 300).round(4)
FORMS = {
    "a pair": ([f"{at}, {-at}" for at in LATITUDES], "latitude and longitude"),
    "a pair of one length": ([f"{at:.4f},{-at:.4f}" for at in LATITUDES], "latitude and longitude"),
    "a pair in brackets": ([f"({at}; {at})" for at in LATITUDES], "latitude and longitude"),
    "a point": ([f"POINT ({-at} {at})" for at in LATITUDES], "latitude and longitude"),
    "degrees and minutes": ([f"{int(at)}°{at % 1 * 60:.3f}'N" for at in LATITUDES], "degrees of a compass"),
    "directions": ([f"{at} {'NS'[place % 2]}" for place, at in enumerate(LATITUDES)], "degrees of a compass"),
    "feet": ([f"{at // 8:.0f}'{at:.4f}\"" for at in LATITUDES], "feet and inches"),
    "words": ([f"at{at}" for at in LATITUDES], "nearly every cell is different"),
}


@pytest.mark.parametrize("form", FORMS)
def test_one_line_says_what_a_column_nearly_is(form: str) -> None:
    cells, said = FORMS[form]
    source = pd.DataFrame({"where": cells, "paid": np.random.default_rng(2).gamma(2, 9, 300).round(2)})
    found = tabtwin.check(source, seed=1).columns[0]
    assert found.kind == "text"
    assert said in found.why
    with pytest.raises(InputError, match=said) as raised:
        tabtwin.fit(source)
    assert "\n" not in str(raised.value)
    assert not any(cell in str(raised.value) for cell in cells)
