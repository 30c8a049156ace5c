"""Build command-line options from a ``Params`` model: each field is a ``--flag``, and empty means unset.

Argo cannot leave an option out: a template always passes ``--target={{workflow.parameters.target}}``, and
the empty text stands for the default.
"""

from __future__ import annotations

import argparse
from collections.abc import Collection, Mapping
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ValidationError
from pydantic_core import PydanticCustomError

from tabtwin.lib.errors import InputError

M = TypeVar("M", bound=BaseModel)

FEWEST_TWIN_ROWS = 20
"""The fewest rows of a twin: with fewer, ``audit`` can compute nothing and show nothing."""


HEADER = "header"


def _enough_rows(rows: int) -> int:
    if rows and rows < FEWEST_TWIN_ROWS:
        raise PydanticCustomError("few_rows", "expected 0 or at least {least}", {"least": FEWEST_TWIN_ROWS})
    return rows


Rows = Annotated[int, AfterValidator(_enough_rows)]
"""The number of rows of the twin; 0 means as many as the table has."""


class Parser(argparse.ArgumentParser):
    """A parser whose errors are :class:`InputError`: one line and exit code 2."""

    def error(self, message: str) -> None:  # type: ignore[override] # argparse exits here; we raise
        """Raise what argparse would print."""
        raise InputError(f"{message}; see {self.prog} --help")


class Listed(argparse.Action):
    """An option that may be given again: each value adds to a comma-separated list."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        """Append ``values`` to what was given before."""
        before = getattr(namespace, self.dest)
        setattr(namespace, self.dest, f"{before},{values}" if before else values)


def add_no_header(parser: argparse.ArgumentParser) -> None:
    """Add the short form of ``--header no``."""
    parser.add_argument(
        "--no-header",
        dest=HEADER,
        action="store_const",
        const="no",
        default=argparse.SUPPRESS,
        help="the first line is a row: columns are named column_1 and so on",
    )


def flag(field: str) -> str:
    """Return the option of a field.

    >>> flag("min_dcr")
    '--min-dcr'
    """
    return "--" + field.replace("_", "-")


def add_fields(parser: argparse.ArgumentParser, params: type[BaseModel], lists: Collection[str] = ()) -> None:
    """Add an option for each field of ``params``, with its description and default; ``lists`` may repeat."""
    if HEADER in params.model_fields:
        add_no_header(parser)
    for name, field in params.model_fields.items():
        default = "" if field.is_required() or field.default in ("", None) else f" (default {field.default})"
        action = Listed if name in lists else "store"
        words = f"{field.description}{default}"
        parser.add_argument(flag(name), default="", metavar="VALUE", help=words, action=action)


def build(params: type[M], given: Mapping[str, str]) -> M:
    """Check the options given as text and build ``params``; empty ones are unset.

    Raises:
        InputError: naming the option, what was expected and how to write it.
    """
    known = {name: text for name, text in given.items() if name in params.model_fields and text != ""}
    try:
        return params.model_validate(known)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        option = flag(str(first["loc"][0])) if first["loc"] else "an option"
        raise InputError(f"{option}: {first['msg'].lower()}") from None
