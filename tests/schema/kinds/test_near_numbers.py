"""Numbers in forms that are not read are named, and codes are not."""

import numpy as np
import pytest

from tabtwin.schema.kinds.cells import distinct
from tabtwin.schema.kinds.near_numbers import nearly_numbers, why_not_numbers

AMOUNTS = np.random.default_rng(1).gamma(2, 90, 100).round(1)
NEAR = {
    "bounds": ([f"{'<' * (at % 4 == 0)}{at / 10}" for at in range(100)], "numbers of which 25 are bounds"),
    "rough": ([f"ca. {at}" for at in AMOUNTS], "numbers of which 100 are bounds or rough"),
    "notes": ([f"{at}{'*' * (one % 2)}" for one, at in enumerate(AMOUNTS)], "numbers of which 50 have notes"),
    "errors": ([f"{at} ± {at / 10:.2f}" for at in AMOUNTS], "numbers with an error"),
    "sizes": ([f"{at} x {at + 1:.1f} cm" for at in AMOUNTS], "sizes of two or three numbers"),
    "powers": ([f"{at} × 10^5" for at in AMOUNTS], "powers of ten"),
    "dashes": ([f"{at:.0f},-" for at in AMOUNTS], "prices with a dash"),
    "arrows": ([f"{'▲▼'[int(at) % 2]}{at}%" for at in AMOUNTS], "numbers with arrows"),
    "currencies": ([f"{'$€'[int(at) % 2]}{at}" for at in AMOUNTS], "numbers in 2 currencies"),
    "months": ([f"{at // 12:.0f}y {at % 12:.0f}m" for at in AMOUNTS], "durations in years and months"),
    "zeros": ([f"{at:09.2f}" for at in AMOUNTS], "numbers with leading zeros"),
    "but a few": ([*(f"{at} ± 1" for at in AMOUNTS), "none"], "100 of 101 cells are numbers with an error"),
}  # fmt: skip
PERHAPS = {
    "pairs": ([f"{at:.0f}/{at / 2:.0f}" for at in AMOUNTS], "two numbers in a cell"),
    "spans": ([f"09:{at % 60:02}-10:{at % 60:02}" for at in range(100)], "two dates or times"),
    "versions": ([f"1.{at:.0f}.{at % 9:.0f}" for at in AMOUNTS], "numbers of versions"),
    "codes": ([f"{at:05.0f}" for at in AMOUNTS], "whole numbers, some with leading zeros"),
}


@pytest.mark.parametrize("name", NEAR)
def test_a_form_of_numbers_that_is_not_read_is_no_key_and_told(name: str) -> None:
    texts, said = NEAR[name]
    found = why_not_numbers(distinct(np.array(texts, dtype=object)))
    assert found.startswith(said)
    assert not any(text in found for text in texts)


@pytest.mark.parametrize("name", PERHAPS)
def test_what_may_be_a_code_is_only_told(name: str) -> None:
    texts, said = PERHAPS[name]
    cells = distinct(np.array(texts, dtype=object))
    assert why_not_numbers(cells) == ""
    assert nearly_numbers(cells).startswith(said)


@pytest.mark.parametrize("form", ["A{:04.0f}", "No. {:.0f}", "+49 30 {:07.0f}", "{:05.0f}-X", "#{:.0f}"])
def test_codes_are_not_told_to_be_numbers(form: str) -> None:
    assert why_not_numbers(distinct(np.array([form.format(at) for at in AMOUNTS], dtype=object))) == ""


@pytest.mark.parametrize("text", ["1-" * 400 + "{}x", f"1.1{' ' * 20_000}{{}}x", f"2 y{' ' * 20_000}{{}}"])
def test_long_texts_are_quickly_no_numbers(text: str) -> None:
    cells = distinct(np.array([text.format(at) for at in range(30)], dtype=object))
    assert why_not_numbers(cells) == ""
    assert nearly_numbers(cells) == ""
