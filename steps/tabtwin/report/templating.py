"""Fill the report's templates; every value is escaped."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from functools import cache
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from tabtwin.report import formats

_WHITE_SPACE = re.compile(r"[ \n]+")
_AS_IT_IS = re.compile(r"(<pre.*?</pre>)", re.DOTALL)


def fill(template: str, **values: object) -> Markup:
    """Return a template of ``report/templates`` with these values in their places.

    White space becomes one blank, as in a browser, except in ``<pre>``.
    """
    parts = _AS_IT_IS.split(_environment().get_template(template).render(values))
    parts[::2] = [_WHITE_SPACE.sub(" ", part) for part in parts[::2]]
    return _trusted("".join(parts).strip())


def drawing(svg: str) -> Markup:
    """Return a picture of :mod:`tabtwin.report.svg`, which escapes its own texts, as markup."""
    return _trusted(svg)


def compiled() -> Iterator[str]:
    """Compile every template, which its first use would do, and yield its name when it is done."""
    for name in sorted(_environment().list_templates()):
        _environment().get_template(name)
        yield name


@cache
def style() -> Markup:
    """Return the style sheet."""
    return _trusted(resources.files("tabtwin.report").joinpath("style.css").read_text(encoding="utf-8"))


@cache
def digest() -> str:
    """Return the digest of all templates and the style sheet, which shows a step that its page changed."""
    environment = _environment()
    assert environment.loader is not None
    parts = [
        f"{name}\n{environment.loader.get_source(environment, name)[0]}"
        for name in sorted(environment.list_templates())
    ]
    return hashlib.sha256("\0".join([*parts, style()]).encode()).hexdigest()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("tabtwin.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "number": formats.number,
        "short": formats.short,
        "percent": formats.percent,
        "count": formats.count,
        "interval": formats.with_interval,
        "percent_interval": formats.percent_interval,
    }
    return environment


def _trusted(html: str) -> Markup:
    return Markup(html)  # noqa: S704 - from our own templates and files, with every value in them escaped
