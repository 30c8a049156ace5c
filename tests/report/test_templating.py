"""Templates escape their values, name nothing that is not there, and are part of what a page is made from."""

from __future__ import annotations

import doctest
from collections.abc import Iterator
from importlib import resources

import pytest
from jinja2 import DictLoader, Environment, UndefinedError
from markupsafe import Markup

from tabtwin.report import formats, templating
from tabtwin.report.page import SECTIONS

TEMPLATES = resources.files("tabtwin.report").joinpath("templates")


@pytest.fixture
def other(monkeypatch: pytest.MonkeyPatch) -> Iterator[Environment]:
    """The environment, with templates of the test's own."""
    environment = templating._environment().overlay(loader=DictLoader({"a.html": "{{ value }}"}))
    monkeypatch.setattr(templating, "_environment", lambda: environment)
    return environment


def texts() -> dict[str, str]:
    """Every template."""
    found = [part for folder in (TEMPLATES, TEMPLATES.joinpath("sections")) for part in folder.iterdir()]
    return {part.name: part.read_text(encoding="utf-8") for part in found if part.is_file()}


def test_a_value_is_escaped_and_a_picture_is_not(other: Environment) -> None:
    assert templating.fill("a.html", value="<b>'&") == "&lt;b&gt;&#39;&amp;"
    assert templating.fill("a.html", value=templating.drawing("<svg/>")) == "<svg/>"


def test_white_space_is_one_blank_but_where_it_is_shown(other: Environment) -> None:
    assert templating.fill("a.html", value="a \n b\u00a0c") == "a b\u00a0c"
    assert templating.fill("a.html", value=Markup("<pre>a\n  b</pre>")) == "<pre>a\n  b</pre>"


def test_what_a_template_lacks_is_an_error(other: Environment) -> None:
    with pytest.raises(UndefinedError, match="value"):
        templating.fill("a.html")


def test_no_template_trusts_a_value_itself() -> None:
    assert len(texts()) > 15
    assert [name for name, text in texts().items() if "safe" in text or "autoescape" in text] == []


def test_every_section_has_a_template_and_every_template_of_a_section_is_used() -> None:
    files = {part.name for part in TEMPLATES.joinpath("sections").iterdir() if part.name.endswith(".html")}
    assert files == {f"{section.name}.html" for section in SECTIONS}


def test_the_digest_goes_by_templates_and_style(other: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    first = templating.digest.__wrapped__()
    assert templating.digest.__wrapped__() == first
    other.loader = DictLoader({"a.html": "{{ value }}."})
    second = templating.digest.__wrapped__()
    monkeypatch.setattr(templating, "style", lambda: Markup("p {}"))
    assert len({first, second, templating.digest.__wrapped__()}) == 3


def test_the_examples_of_formats_hold() -> None:
    found = doctest.testmod(formats)
    assert found.attempted > 5
    assert found.failed == 0


def test_every_template_is_compiled_ahead() -> None:
    assert sorted(name.rpartition("/")[2] for name in templating.compiled()) == sorted(texts())
