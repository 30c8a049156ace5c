"""Check digits are computed as their owners publish them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabtwin.schema.spelling.check_digits import CHECK_DIGIT, SCHEMES, complete, places_of, validity

PUBLISHED = {
    "gtin": (
        *("4006381333931", "73513537", "036000291452", "00012345600012", "978-3-16-148410-0"),
        *("ISBN 978-0-306-40615-7", "106141412345678908"),
    ),
    "isbn10": ("0-306-40615-2", "0-8044-2957-X", "316148410X", "ISBN 0 19 853453 1"),
    "issn": ("0378-5955", "2434-561X", "ISSN 2049-3630"),
    "luhn": ("79927398713", "4111 1111 1111 1111", "378282246310005", "6011111111111117", "490154203237518"),
    "orcid": ("0000-0002-1825-0097", "0000-0002-1694-233X"),
    "iban": (
        *("DE89 3704 0044 0532 0130 00", "GB82WEST12345698765432", "FR1420041010050500013M02606"),
        *("IBAN: NL91ABNA0417164300", "de89370400440532013000", "NO9386011117947"),
    ),
    "isin": ("US0378331005", "GB0002634946", "AU0000XVGZA3"),
    "lei": ("5493001KJTIIGC8Y1R12", "HWUPKR0MPOU8FGXBT394"),
}
EACH = [(name, text) for name, texts in PUBLISHED.items() for text in texts]


def some(*texts: str) -> np.ndarray:
    return np.array(texts, dtype=object)


def masked(text: str, name: str) -> str:
    signs, places = list(text), places_of(text, SCHEMES[name])
    for at in SCHEMES[name].places:
        signs[places[at]] = CHECK_DIGIT
    return "".join(signs)


def test_each_scheme_has_published_codes() -> None:
    assert PUBLISHED.keys() == SCHEMES.keys()


@pytest.mark.parametrize(("name", "text"), EACH)
def test_published_codes_are_valid_and_completed_as_published(name: str, text: str) -> None:
    assert validity(some(text), SCHEMES[name]).all()
    assert complete(some(masked(text, name)), SCHEMES[name]).tolist() == [text]


@pytest.mark.parametrize(("name", "text"), EACH)
def test_a_digit_that_is_mistyped_is_found(name: str, text: str) -> None:
    at = max(place for place in places_of(text, SCHEMES[name])[:-1] if text[place].isdigit())
    wrong = f"{text[:at]}{(int(text[at]) + 1) % 10}{text[at + 1 :]}"
    assert not validity(some(wrong), SCHEMES[name]).any()


@given(
    name=st.sampled_from(["gtin", "luhn"]),
    bodies=st.lists(st.text("0123456789", min_size=12, max_size=12), min_size=1, max_size=20),
)
def test_what_is_completed_is_valid(name: str, bodies: list[str]) -> None:
    scheme = SCHEMES[name]
    assert validity(complete(some(*(f"{body}?" for body in bodies)), scheme), scheme).all()


@pytest.mark.parametrize("text", ["", "12.5", "4006381333931.5", "DE", "2024.01.31", "٤٠٠٦٣٨١٣٣٣٩٣١"])
def test_other_texts_are_no_codes(text: str) -> None:
    assert not any(validity(some(text), scheme).any() for scheme in SCHEMES.values())
