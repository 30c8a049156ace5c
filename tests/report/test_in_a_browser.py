"""The report as a person reads it, in a real browser: on a screen, on a phone, on paper, in grey."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image

import probes
import tabtwin
from audited import source
from browser import Browser, chromium, missing
from paper import Element, Letter, letters, tagged
from step_outputs import SEED, figure, findings, stand, told
from tabtwin.pipeline.executing import execute
from tabtwin.pipeline.finish import Ending
from tabtwin.pipeline.report import STEP, Params
from tabtwin.runner.failure import failure_page
from tabtwin.store.artifacts import read_file
from tabtwin.store.memory import MemoryStore

pytestmark = pytest.mark.browser

DESKTOP, PHONE = (1280, 800), (360, 740)
PAPER = 703
"""The width of A4 between the page's margins, in CSS pixels."""
PROSE = 9.5
"""The size of prose on paper, in points: a browser shrinks what is too wide, and then cuts it."""
LEGIBLE = 9.0
"""The least size of a picture's text, in CSS pixels."""
SMALLEST = LEGIBLE * 0.75
"""The same in points, of any text on paper."""
DARK = 0.5
"""The most of any of red, green and blue in ink: nothing is as bright, and so little needs a background."""
CONTRAST = 4.5
APART = 15.0
"""The difference in CIE lightness by which two series are told apart without their hues."""
SIGHTS = ("none", "achromatopsia", "deuteranopia", "protanopia", "tritanopia")
QUESTIONS = ["May this twin be shared?", "How close is it?", "How private is it?", "What was not shown?"]
MADE: dict[str, dict[str, Any]] = {
    "passed": {},
    "refused": {"surplus": figure(0.2), "likeness": figure(0.6), "nndr": figure(0.2)},
    "unshown": {"leaning": None, "attacks": None},
    "canaries": {"canaries": told()},
}
REPORTS = (*(f"{name}{kind}" for name in MADE for kind in ("", "_private")), "audited")
LONGEST = ("passed_private", "audited")
EVERY = (*REPORTS, "failed")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every kind of page that a run or an audit leaves."""
    folder = tmp_path_factory.mktemp("pages")
    found = {"audited": audited(), "failed": failed()}
    for name, changed in MADE.items():
        store = MemoryStore()
        stand(store, "run", findings(**changed))
        manifest = execute(STEP, Params(seed=SEED), store, "run", "", {})
        for kind in ("", "_private"):
            found[f"{name}{kind}"] = read_file(store, manifest, f"report{kind}.html")
    for name, page in found.items():
        (folder / f"{name}.html").write_bytes(page)
    return {name: folder / f"{name}.html" for name in found}


def audited() -> bytes:
    """The report on another tool's twin: a table of many columns, some with endless names and values."""
    return tabtwin.audit(wide(300, 3), wide(300, 1), wide(150, 2), target="left").report.encode()


def wide(rows: int, seed: int) -> pd.DataFrame:
    table = source(rows, seed)
    table["plan"] = table["plan"].map(lambda plan: plan and f"{plan}_of_a_name_without_end" * 3)
    rng = np.random.default_rng(seed)
    more = {f"number_{place}": np.round(rng.normal(0, 1, rows), 2) for place in range(14)}
    return table.rename(columns={"age": "age_in_completed_years" * 4}).assign(**more)


def failed() -> bytes:
    return failure_page(Ending(task="ingest", code=2, reason="expected " + "a/very/long/path" * 9), [])


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if absent := missing():
        pytest.fail(f"expected {' and '.join(absent)} on the PATH, found none; .ci/browser installs both")
    with chromium() as opened:
        yield opened


@pytest.mark.parametrize("name", EVERY)
def test_nothing_is_logged_and_nothing_else_is_loaded(
    browser: Browser, pages: dict[str, Path], name: str
) -> None:
    browser.requests()
    browser.console()
    browser.show(pages[name], *DESKTOP)
    assert set(browser.requests()) == {pages[name].as_uri()}
    assert browser.console() == []


def test_what_a_page_logs_and_loads_would_be_seen(browser: Browser, tmp_path: Path) -> None:
    page = tmp_path / "loud.html"
    page.write_text('<img src="absent.png"><script>console.warn("loud")</script>')
    browser.show(page, *DESKTOP)
    assert any(address.endswith("absent.png") for address in browser.requests())
    assert any("loud" in line for line in browser.console())


@pytest.mark.parametrize("name", EVERY)
def test_a_phone_scrolls_downwards_only(browser: Browser, pages: dict[str, Path], name: str) -> None:
    browser.show(pages[name], *PHONE)
    assert browser.ask(probes.WIDTH) <= PHONE[0]


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("width", [DESKTOP[0], 1440])
def test_every_part_uses_the_width_of_a_desktop_and_no_more(
    browser: Browser, pages: dict[str, Path], name: str, width: int
) -> None:
    browser.show(pages[name], width, 900)
    reach = browser.ask(probes.REACH)
    assert len(reach) > 10
    assert min(reach) >= 0.75
    assert browser.ask(probes.WIDTH) <= width


def test_a_page_that_leaves_a_desktop_empty_would_be_seen(browser: Browser, pages: dict[str, Path]) -> None:
    browser.show(pages["passed"], *DESKTOP)
    browser.ask("document.head.insertAdjacentHTML('beforeend', '<style>.evidence{max-width:20rem}</style>')")
    assert min(browser.ask(probes.REACH)) < 0.75


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_first_screen_answers_the_four_questions(
    browser: Browser, pages: dict[str, Path], name: str, size: tuple[int, int]
) -> None:
    browser.show(pages[name], *size)
    assert browser.ask(probes.TEXTS, ".verdict h2, .card h2") == QUESTIONS
    ends = browser.ask(probes.ENDS, ".verdict b, .card b")
    assert len(ends) == len(QUESTIONS)
    assert max(ends) <= size[1]


@pytest.mark.parametrize(
    ("name", "answer"),
    [("passed", "Yes, within"), ("refused", "No."), ("unshown", "Yes, but"), ("canaries", "Yes, but")],
)
def test_the_verdict_is_a_yes_a_no_or_a_yes_with_a_but(
    browser: Browser, pages: dict[str, Path], name: str, answer: str
) -> None:
    browser.show(pages[name], *PHONE)
    (found,) = browser.ask(probes.TEXTS, ".verdict b")
    assert found.startswith(answer)


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("width", [DESKTOP[0], 800, PHONE[0], PAPER])
def test_text_in_pictures_is_large_enough_whole_and_apart(
    browser: Browser, pages: dict[str, Path], name: str, width: int
) -> None:
    browser.command("Emulation.setEmulatedMedia", media="print" if width == PAPER else "")
    try:
        browser.show(pages[name], width, 800)
        texts = browser.ask(probes.SMALLEST)
        assert len(texts) > 20
        assert [text for text in texts if text["size"] < LEGIBLE] == []
        assert browser.ask(probes.OUTSIDE) == []
        assert browser.ask(probes.OVERLAPPING) == []
    finally:
        browser.command("Emulation.setEmulatedMedia", media="")


@pytest.mark.parametrize("name", REPORTS)
def test_a_screen_reader_says_a_figure_of_every_picture(
    browser: Browser, pages: dict[str, Path], name: str
) -> None:
    browser.show(pages[name], *DESKTOP)
    said = browser.images()
    assert len(said) == len(browser.ask(probes.TEXTS, "svg"))
    assert [name for name in said if not any(letter.isdigit() for letter in name)] == []


@pytest.mark.parametrize("name", EVERY)
def test_headings_are_in_order(browser: Browser, pages: dict[str, Path], name: str) -> None:
    browser.show(pages[name], *DESKTOP)
    levels = browser.ask(probes.HEADINGS)
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert max(np.diff(levels)) <= 1


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_by_day_and_by_night(
    browser: Browser, pages: dict[str, Path], name: str, scheme: str
) -> None:
    browser.command(
        "Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}]
    )
    browser.show(pages[name], *DESKTOP)
    assert browser.ask(probes.FAINT, CONTRAST) == []
    assert browser.ask(probes.FAINT, 22.0) != []  # no contrast is as high: the texts are looked at


@pytest.mark.parametrize("sight", SIGHTS)
def test_series_and_shades_are_told_apart_by_lightness_alone(
    browser: Browser, pages: dict[str, Path], tmp_path: Path, sight: str
) -> None:
    browser.show(pages["passed"], *DESKTOP)
    real, synthetic, *keys = browser.ask(probes.SERIES)
    shades = browser.ask(probes.LADDER)
    assert keys == [real, synthetic]
    bar, outline, paper = lightness(browser, tmp_path, [real, synthetic, "rgb(255, 255, 255)"], sight)
    assert min(abs(bar - outline), abs(bar - paper), abs(outline - paper)) >= APART
    assert max(np.diff(lightness(browser, tmp_path, shades, sight))) < -3


def lightness(browser: Browser, folder: Path, colours: list[str], sight: str) -> list[float]:
    """The CIE lightness (L*, 0 to 100) of colours as somebody of that sight sees them."""
    page = folder / "colours.html"
    boxes = "".join(f'<i style="float:left;width:20px;height:20px;background:{it}"></i>' for it in colours)
    page.write_text(f'<body style="margin:0">{boxes}')
    browser.command("Emulation.setEmulatedVisionDeficiency", type=sight)
    try:
        browser.show(page, *DESKTOP)
        seen = np.asarray(Image.open(io.BytesIO(browser.screenshot())).convert("RGB"), dtype=float) / 255
    finally:
        browser.command("Emulation.setEmulatedVisionDeficiency", type="none")
    middles = seen[10, 10 : 20 * len(colours) : 20]
    linear = np.where(middles <= 0.04045, middles / 12.92, ((middles + 0.055) / 1.055) ** 2.4)
    luminance = linear @ [0.2126, 0.7152, 0.0722]
    return list(np.where(luminance > 0.008856, 116 * np.cbrt(luminance) - 16, 903.3 * luminance))


@pytest.fixture(scope="module")
def printed(browser: Browser, pages: dict[str, Path]) -> dict[str, bytes]:
    """The longest pages on A4."""
    return {name: on_paper(browser, pages[name]) for name in LONGEST}


def on_paper(browser: Browser, page: Path, careless: str = "") -> bytes:
    """The page printed, with styles that spoil it."""
    browser.show(page, *DESKTOP)
    browser.ask("document.head.insertAdjacentHTML('beforeend', `<style>${arguments[0]}</style>`)", careless)
    return browser.pdf()


@pytest.mark.parametrize("name", LONGEST)
def test_no_picture_is_cut_by_a_page_end(printed: dict[str, bytes], name: str) -> None:
    figures = tagged(printed[name]).all("Figure")
    assert len(figures) > 10
    assert [figure for figure in figures if len(figure.all_pages) != 1] == []


def test_a_picture_that_is_cut_by_a_page_end_would_be_seen(browser: Browser, pages: dict[str, Path]) -> None:
    pdf = on_paper(browser, pages["passed"], "figure,svg{break-inside:auto;min-height:60vh}")
    assert any(len(figure.all_pages) > 1 for figure in tagged(pdf).all("Figure"))


@pytest.mark.parametrize("name", LONGEST)
def test_a_tables_caption_and_heading_stand_with_its_first_row(printed: dict[str, bytes], name: str) -> None:
    tables = tagged(printed[name]).all("Table")
    assert len(tables) > 5
    assert [table for table in tables if not _begins_together(table)] == []


def test_a_caption_that_is_left_behind_would_be_seen(browser: Browser, pages: dict[str, Path]) -> None:
    pdf = on_paper(browser, pages["passed"], "@media print{tbody tr:first-child{break-before:page}}")
    assert any(not _begins_together(table) for table in tagged(pdf).all("Table"))


def _begins_together(table: Element) -> bool:
    caption, first = table.all("Caption")[0], table.all("TD")[0]
    return min(caption.all_pages) == min(first.all_pages)


@pytest.mark.parametrize("name", LONGEST)
def test_all_text_stands_on_the_paper_large_and_dark_enough(printed: dict[str, bytes], name: str) -> None:
    found = letters(printed[name])
    assert not shrunk(found)
    assert [letter for letter in found if letter.size < SMALLEST] == []
    assert [letter for letter in found if max(letter.ink) > DARK] == []


def test_a_table_too_wide_for_the_paper_would_be_seen(browser: Browser, pages: dict[str, Path]) -> None:
    wide = on_paper(browser, pages["passed"], "@media print{table{width:800px}}")
    assert shrunk(letters(wide))


def shrunk(found: list[Letter]) -> bool:
    """Whether no letter has the size that prose is given."""
    return min(abs(letter.size - PROSE) for letter in found) > 0.1
