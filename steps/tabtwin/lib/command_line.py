"""Options on a command line: argparse's, made of what :mod:`tabtwin.lib.options` describes."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from functools import partial
from typing import Any

from pydantic import BaseModel

from tabtwin.lib.errors import InputError
from tabtwin.lib.options import BOOLEAN, GROUPS, HEADER, Described, describe, flag, mark, note_renamed, taken


class Parser(argparse.ArgumentParser):
    """A parser whose errors are ours: one line and exit code 2."""

    def error(self, message: str) -> None:  # type: ignore[override] # argparse exits here; we raise
        """Raise what argparse would print."""
        raise InputError(f"{message}; see {self.prog} --help")


class Listed(argparse.Action):
    """An option that may be given again: each adds to a list with commas between."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        """Add ``values`` to what was given before."""
        before = getattr(namespace, self.dest)
        setattr(namespace, self.dest, f"{before},{values}" if before else values)


class _Former(argparse.Action):
    """An option's former name: it works, and says what the name is now."""

    def __init__(self, *words: Any, current: argparse.Action, **more: Any) -> None:
        super().__init__(*words, **more)
        self.current = current

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        """Do what the current name does."""
        note_renamed(str(option_string), self.current.option_strings[0])
        self.current(parser, namespace, values, option_string)


def add_options(
    parser: argparse.ArgumentParser, described: Iterable[Described], *, is_run: bool = False
) -> None:
    """Add options under their headings, each with its former name.

    Args:
        parser: Where to.
        described: The options.
        is_run: For a run, what is not given has its default, of which the run's name is made too, and what is
            true or false takes no value, since positional words follow. Elsewhere it stays empty.
    """
    options = list(described)
    for heading in GROUPS:
        group = parser.add_argument_group(heading)
        for found in (one for one in options if one.option.group == heading):
            argument = _argument(found, is_run=is_run)
            added = group.add_argument(flag(found.name), dest=found.name, **argument)
            if found.name == HEADER:
                _add_no_header(group)
            if found.option.former:
                old = argument | {"help": argparse.SUPPRESS, "default": argparse.SUPPRESS}
                old = {key: value for key, value in old.items() if key != "const"}
                old |= {"nargs": added.nargs, "action": partial(_Former, current=added)}
                group.add_argument(flag(found.option.former), dest=found.name, **old)


def _argument(found: Described, *, is_run: bool) -> dict[str, Any]:
    said = f" (default {found.default})" if found.default and found.choices != BOOLEAN else ""
    words = found.text.replace("%", "%%") + said
    argument = {"default": (found.default or "") if is_run else "", "help": words}
    if found.choices == BOOLEAN:
        if is_run:
            return argument | {"action": "store_const", "const": "true"}
        return argument | {"nargs": "?", "const": "true", "choices": BOOLEAN}
    if found.choices:
        return argument | {"choices": found.choices}
    argument |= {"metavar": found.takes}
    return argument | {"action": Listed} if found.option.is_columns else argument


def _add_no_header(parser: argparse._ActionsContainer) -> None:
    """Add the short form of ``--header no``."""
    parser.add_argument(
        "--no-header",
        dest=HEADER,
        action="store_const",
        const="no",
        default=argparse.SUPPRESS,
        help="the first line is a row: columns are named column_1 and so on",
    )


def add_fields(parser: argparse.ArgumentParser, params: type[BaseModel]) -> None:
    """Add an option for each field of ``params``, those that the pipeline sets among them."""
    add_options(parser, describe(params))
    for name, field in params.model_fields.items():
        if mark(field) is None:
            default = (
                "" if field.is_required() or field.default in ("", None) else f" (default {field.default})"
            )
            words = f"{field.description}{default}"
            parser.add_argument(flag(name), default="", metavar=taken(field), help=words)
