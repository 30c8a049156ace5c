"""Numbers as they are written: read, described and written again in the source's style."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tabtwin
from tabtwin.io.reading import read_source
from tabtwin.preparation.describing import describe
from tabtwin.protection.precision import as_vouched
from tabtwin.schema.declared import Declared
from tabtwin.schema.kinds.registry import of
from tabtwin.schema.schema import Column
from tabtwin.schema.source import Source
from tabtwin.schema.spelling.number_style import Style, dressed, plain
from tabtwin.schema.typed import read_column

ROWS = 400
K = 10
RNG = np.random.default_rng(19)
AMOUNTS = np.round(np.exp(RNG.normal(8, 2, ROWS)), 2)
SIGNED = np.where(RNG.random(ROWS) < 0.2, -AMOUNTS, AMOUNTS)
COUNTS = np.rint(AMOUNTS) + 1


def usual(values: np.ndarray, digits: int, mark: str = ",", point: str = ".") -> list[str]:
    swap = {",": mark, ".": point}
    return ["".join(swap.get(sign, sign) for sign in f"{value:,.{digits}f}") for value in values]


def lakhs(value: float) -> str:
    head, last = f"{value:.0f}"[:-3], f"{value:.0f}"[-3:]
    groups = []
    while head:
        head, group = head[:-2], head[-2:]
        groups.insert(0, group)
    return ",".join([*groups, last])


STYLES = {
    "dollars": ([f"${text}" for text in usual(AMOUNTS, 2)], {"prefix": "$", "thousands": ","}),
    "minus first": (
        [f"-${-value:.2f}" if value < 0 else f"${value:.2f}" for value in SIGNED],
        {"prefix": "$"},
    ),
    "minus inside": (
        [f"$-{-value:.2f}" if value < 0 else f"${value:.2f}" for value in SIGNED],
        {"prefix": "$", "negative": "inside"},
    ),
    "brackets": (
        [f"(${-value:.2f})" if value < 0 else f"${value:.2f}" for value in SIGNED],
        {"prefix": "$", "negative": "brackets"},
    ),
    "inner brackets": (
        [f"$({-value:.2f})" if value < 0 else f"${value:.2f}" for value in SIGNED],
        {"prefix": "$", "negative": "inner brackets"},
    ),
    "bare brackets": (
        [text if text[0] != "-" else f"({text[1:]})" for text in usual(np.rint(SIGNED) - 1, 0)],
        {"negative": "brackets", "thousands": ","},
    ),
    "minus last": ([f"{-v:.1f}-" if v < 0 else f"{v:.1f}" for v in SIGNED], {"negative": "after"}),
    "real minus": ([f"{v:.1f}".replace("-", "\u2212") for v in SIGNED], {"negative": "minus sign"}),
    "plus": ([f"{v:+.1f}" for v in SIGNED], {"plus": True}),
    "euros": (
        [f"{text} €" for text in usual(AMOUNTS, 2, ".", ",")],
        {"comma": True, "thousands": ".", "suffix": " €"},
    ),
    "code": ([f"EUR {v:.0f}" for v in COUNTS], {"prefix": "EUR "}),
    "percent": ([f"{v % 100:.1f}%" for v in AMOUNTS], {"suffix": "%"}),
    "German percent": (
        [f"{v % 100:.1f} %".replace(".", ",") for v in AMOUNTS],
        {"comma": True, "suffix": " %"},
    ),
    "no-break percent": ([f"{v % 100:.1f}\u00a0%" for v in AMOUNTS], {"suffix": "\u00a0%"}),
    "unit": ([f"{v % 100:.0f} cm" for v in COUNTS], {"suffix": " cm"}),
    "price of a unit": ([f"${v % 100:.2f}/hr" for v in AMOUNTS], {"prefix": "$", "suffix": "/hr"}),
    "millions": ([f"{v % 100:.1f} Mio. €" for v in AMOUNTS], {"suffix": " Mio. €"}),
    "glued unit": ([f"{v % 100:.1f}kg" for v in COUNTS / 7], {"suffix": "kg"}),
    "area": ([f"{v:.1f} m²" for v in COUNTS / 7], {"suffix": " m²"}),
    "Swiss": (usual(AMOUNTS, 2, "'"), {"thousands": "'"}),
    "typographic Swiss": (usual(AMOUNTS, 2, "\u2019"), {"thousands": "\u2019"}),
    "French": (usual(AMOUNTS, 2, "\u202f", ","), {"thousands": "\u202f", "comma": True}),
    "no-break": (usual(AMOUNTS, 2, "\u00a0", ","), {"thousands": "\u00a0", "comma": True}),
    "blanks": (usual(COUNTS, 0, " "), {"thousands": " "}),
    "English": (usual(COUNTS, 0), {"thousands": ","}),
    "between commas": ([f"{v:.2f}".replace(".", ",") for v in AMOUNTS], {"comma": True}),
    "German": (usual(COUNTS, 0, "."), {"thousands": ".", "comma": True}),
    "lakhs": ([lakhs(value) for value in COUNTS * 10], {"thousands": ",", "lakhs": True}),
    "Spanish": (
        [f"{v:.0f}" if v < 10_000 else f"{v:,.0f}".replace(",", ".") for v in COUNTS * 10],
        {"thousands": ".", "comma": True, "grouped": 5},
    ),
    "scientific": ([f"{v:.2E}" for v in AMOUNTS], {"scientific": "0.00E+00"}),
    "small scientific": ([f"{v:.3e}" for v in AMOUNTS / 1e9], {"scientific": "0.000e+00"}),
}


def csv(texts: list[str], name: str = "n") -> bytes:
    return pd.DataFrame({name: texts, "ward": ["a", "b"] * (len(texts) // 2)}).to_csv(index=False).encode()


def parquet(texts: list[str]) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table({"n": texts, "ward": ["a", "b"] * (len(texts) // 2)}), buffer)
    return buffer.getvalue()


def described(source: Source, **declared: object) -> Column:
    stated = ({"name": "n", **declared},) if declared else ()
    schema = describe(source, Declared(columns=stated), None, K)
    everyone = np.arange(source.rows)
    return as_vouched(schema, source, np.ones(source.rows, bool), everyone, K, {"n": declared.keys()})["n"]


def written(source: Source, column: Column) -> list[str | None]:
    read = pd.Series(read_column(source.columns["n"], column))
    return list(of(column).texts(read, column))


@pytest.mark.parametrize("name", STYLES)
@pytest.mark.parametrize("stored", [csv, parquet])
def test_numbers_are_read_and_written_in_their_style(name: str, stored) -> None:
    texts, style = STYLES[name]
    source = read_source(stored(texts), "t")
    column = described(source)
    assert column.kind in {"integer", "decimal"}, column.why
    assert {field: getattr(column, field) for field in style} == style
    assert written(source, column) == texts


@pytest.mark.parametrize("name", ["dollars", "euros", "percent", "unit", "Swiss", "German"])
def test_missing_cells_and_marks_are_kept_apart(name: str) -> None:
    texts, style = STYLES[name]
    texts = [*texts[:-40], *["NA"] * 20, *[""] * 20]
    source = read_source(csv(texts), "t")
    column = described(source)
    assert {field: getattr(column, field) for field in style} == style
    assert column.missing
    assert written(source, column)[:-40] == texts[:-40]


@pytest.mark.parametrize(
    "texts",
    [
        [f"{n % 9}'{n % 12}\"" for n in range(ROWS)],
        [f"{n % 90} cm" if n % 3 else f"{n % 90} in" for n in range(ROWS)],
        [f"{1 + n % 5}/5" for n in range(ROWS)],
        [f"{10 * (n % 9)}-{10 * (n % 9) + 9}" for n in range(ROWS)],
        [f"A{n % 30}" for n in range(ROWS)],
        [f"{n % 7}A" for n in range(ROWS)],
        [f"{n % 12 + 1} PM" for n in range(ROWS)],
        [f"{n % 12:03d} 0{n % 3}0" for n in range(ROWS)],
        [f"{560 + n % 30} {100 + n % 7}" for n in range(ROWS)],
        [f"+491512{n % 50:04d}" for n in range(ROWS)],
        [f"{n % 3 + 1}.{n % 10}.{n % 4}" for n in range(ROWS)],
        [f"{n % 40},{n % 9}" for n in range(ROWS)],
        [f"#{n % 40}" for n in range(ROWS)],
        [f"{n % 40:03d} kg" for n in range(ROWS)],
        [f"+{n % 40:04d}x" for n in range(ROWS)],
    ],
)
def test_codes_and_mixed_units_stay_text(texts: list[str]) -> None:
    source = read_source(csv(texts), "t")
    assert described(source, protect=1).kind == "category"


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ([f"{4 + n % 3}'{n % 12}\"" for n in range(ROWS)], "feet and inches"),
        ([f"{n % 20} cm" if n % 3 else f"{n % 20} in" for n in range(ROWS)], "numbers in 2 units"),
        ([f"250.{'0' * (n % 3)}".rstrip(".") for n in range(ROWS)], "more zeros"),
        (
            [["1.1", "1.10", "1.2", "2.0"][n % 4] for n in range(ROWS)],
            "100 cells are numbers with more zeros",
        ),
    ],
)
def test_text_that_looks_like_numbers_says_why_it_is_text(texts: list[str], said: str) -> None:
    column = described(read_source(csv(texts), "t"))
    assert column.kind == "category"
    assert said in column.why


def test_numbers_with_all_their_decimals_or_as_few_as_they_need_are_no_codes() -> None:
    for texts in (
        [f"{n % 40 / 4:.2f}" for n in range(ROWS)],
        [f"{n % 40 / 4:g}" for n in range(ROWS)],
        [str(n % 40 / 4) for n in range(ROWS)],
        [["-0.0", "0.0", "1.5", "-.5"][n % 4] for n in range(ROWS)],
    ):
        assert described(read_source(csv(texts), "t")).kind == "decimal"


def three(values: np.ndarray) -> list[str]:
    return [f"{value:.3f}" for value in values]


FINE = np.round(RNG.uniform(1, 90, ROWS), 3)


@pytest.mark.parametrize(
    ("texts", "thousands"),
    [
        (usual(np.append(RNG.integers(1, 99_999, ROWS - 2), [5000, 120]), 0, "."), "."),
        (three(FINE), "."),
        (three(FINE / 90), ""),
        ([*three(FINE[1:]), "1.5"], ""),
        ([*three(FINE[1:]), "4000"], ""),
        ([str(float(value)) for value in FINE], ""),
    ],
)
def test_three_digits_behind_every_point_are_thousands_if_nothing_speaks_against_it(texts, thousands) -> None:
    column = described(read_source(csv(texts), "t"))
    assert column.thousands == thousands
    assert ("overrules" in column.why) == bool(thousands)


@pytest.mark.parametrize(
    ("delimiter", "other", "thousands"), [(",", "0.25", ""), (";", "0,25", "."), (";", "1.234,50", ".")]
)
def test_other_columns_decide_what_a_point_is(delimiter: str, other: str, thousands: str) -> None:
    others = [other, other.replace("2", "3"), other.replace("2", "7")] * ROWS
    table = pd.DataFrame({"n": three(FINE), "other": others[:ROWS]})
    source = read_source(table.to_csv(index=False, sep=delimiter).encode(), "t")
    assert described(source).thousands == thousands


def test_a_user_overrules_the_style() -> None:
    source = read_source(csv(three(FINE)), "t")
    column = described(source, thousands="")
    assert (column.kind, column.digits, column.comma) == ("decimal", 3, False)
    assert written(source, column) == three(FINE)
    assert described(source, kind="category").kind == "category"
    percent = read_source(csv([f"{n % 30}%" for n in range(ROWS)]), "t")
    assert set(read_column(percent.columns["n"], described(percent, kind="category"))) == {
        f"{n}%" for n in range(30)
    }


def test_a_mark_that_is_declared_does_not_hide_the_style() -> None:
    texts = ["free" if n % 40 == 0 else f"${n}.50" for n in range(ROWS)]
    source = read_source(csv(texts), "t")
    column = described(source, marks=["free"])
    assert (column.kind, column.prefix) == ("decimal", "$")
    assert written(source, column) == [None if text == "free" else text for text in texts]


def test_signs_that_fewer_than_k_subjects_need_are_not_learned() -> None:
    few = np.append(COUNTS[: ROWS - 4] % 900, [-5, -6, 2000, 3000])
    source = read_source(csv([text if text[0] != "-" else f"({text[1:]})" for text in usual(few, 0)]), "t")
    column = described(source)
    assert (column.negative, column.thousands) == ("before", "")


def test_a_few_cells_of_float_noise_do_not_decide_decimals() -> None:
    texts = [f"{n % 90 / 10}" for n in range(ROWS - 20)] + ["0.30000000000000004"] * 20
    for source in (read_source(csv(texts), "t"),):
        assert described(source).digits == 1
    buffer = io.BytesIO()
    pd.DataFrame({"n": [float(text) for text in texts]}).to_parquet(buffer)
    assert described(read_source(buffer.getvalue(), "t")).digits == 1


@pytest.mark.parametrize("greatest", [0.5, 100.0, 20_000.0])
@pytest.mark.parametrize("digits", [1, 2, 3])
@pytest.mark.parametrize("spell", [repr, "{:.15g}".format])
def test_differences_of_floats_have_the_decimals_of_what_they_are_differences_of(
    greatest: float, digits: int, spell: Callable[[float], str]
) -> None:
    rng = np.random.default_rng(digits)
    one, other = (np.round(rng.uniform(-greatest, greatest, ROWS), digits) for _ in range(2))
    apart = one - other
    assert (np.round(apart, digits) != apart).mean() > 0.1
    column = described(read_source(csv([spell(value) for value in apart.tolist()]), "t"))
    assert column.digits == digits
    buffer = io.BytesIO()
    pd.DataFrame({"n": apart}).to_parquet(buffer)
    assert described(read_source(buffer.getvalue(), "t")).digits == digits


@pytest.mark.parametrize("scale", [1e-14, 1e-6, 1.0, 1e6])
def test_numbers_that_are_no_few_bits_off_keep_their_decimals(scale: float) -> None:
    drawn = np.random.default_rng(1).uniform(0, scale, ROWS)
    assert described(read_source(csv([repr(float(value)) for value in drawn]), "t")).digits > 8


AFFIXES = st.sampled_from([("", ""), ("$", ""), ("EUR ", ""), ("", " €"), ("", "%"), ("", "\u00a0kg")])
MARKS = st.sampled_from([("", False), (",", False), (".", True), (" ", True), ("\u202f", True), ("'", False)])
WAYS = st.sampled_from(["before", "inside", "after", "brackets", "inner brackets", "minus sign"])


@settings(max_examples=400)
@given(AFFIXES, MARKS, WAYS, st.booleans(), st.sampled_from([4, 5]), st.integers(0, 4), st.data())
def test_what_is_written_is_read_and_written_the_same(
    affixes, marks, way, plus, grouped, digits, data
) -> None:
    prefix, suffix = affixes
    if (way == "inside" and not prefix) or (way == "inner brackets" and not prefix):
        way = "before"
    mark, comma = marks
    style = Style(comma, mark, grouped, False, prefix, suffix, way, plus)
    drawn = data.draw(st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=20))
    texts = np.array([f"{number / 10**digits:.{digits}f}" for number in drawn], object)
    values = texts.astype(float)
    once = dressed(
        np.where(values == 0, np.char.lstrip(texts.astype(str), "-"), texts).astype(object), values, style
    )
    back, fit = plain(once, style)
    assert fit.all()
    assert back.astype(float).tolist() == values.tolist()
    assert dressed(back, values, style).tolist() == once.tolist()


def test_a_sample_has_the_style_and_the_steps_of_its_table() -> None:
    table = pd.DataFrame(
        {
            "paid": STYLES["euros"][0],
            "owed": STYLES["brackets"][0],
            "people": STYLES["German"][0],
            "rate": STYLES["percent"][0],
            "mass": 25 * RNG.integers(90, 400, ROWS),
            "price": RNG.integers(3, 200, ROWS) - RNG.choice([0.01, 0.05], ROWS),
            "version": RNG.choice(["1.1", "1.2", "1.10"], ROWS),
        }
    )
    twin = tabtwin.fit(table, seed=1).sample(ROWS)
    assert twin["paid"].str.fullmatch(r"[0-9]{1,3}(\.[0-9]{3})*,[0-9]{2} €").all()
    assert twin["owed"].str.fullmatch(r"\$[0-9]+\.[0-9]{2}|\(\$[0-9]+\.[0-9]{2}\)").all()
    assert 0.05 < twin["owed"].str.startswith("(").mean() < 0.4
    assert twin["people"].str.fullmatch(r"[0-9]{1,3}(\.[0-9]{3})*").all()
    assert twin["rate"].str.fullmatch(r"[0-9]+\.[0-9]%").all()
    assert (twin["mass"].to_numpy("float64") % 25 == 0).all()
    assert set(np.round(twin["price"].to_numpy("float64") % 1, 2).tolist()) == {0.95, 0.99}
    assert set(twin["version"]) == {"1.1", "1.2", "1.10"}
    sizes = np.array([float(text.replace(".", "")) for text in twin["people"]])
    assert abs(np.log(sizes).mean() - np.log(COUNTS).mean()) < 0.4
