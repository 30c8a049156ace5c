"""Read how to treat columns that name people (``--drop``, ``--keep``, ``--replace``), and ask the user."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from tabtwin.lib.errors import InputError
from tabtwin.lib.listing import spell_columns, split_columns
from tabtwin.protection.identifiers.direct_identifiers import PLURALS, Identifier
from tabtwin.schema.declared import check_known
from tabtwin.schema.source import Source
from tabtwin.store.artifacts import Frozen


class Remedies(Frozen):
    """Columns by their treatment.

    Attributes:
        drop: Columns that are neither learned nor in the twin.
        keep: Columns that are learned, since they do not name people.
        replace: Columns that a library fills with plausible values of their kind.
    """

    drop: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    replace: tuple[str, ...] = ()


def read_remedies(drop: str, keep: str, replace: str, source: Source) -> Remedies:
    """Return the columns of a table that the three options name.

    Raises:
        InputError: if one names a column that does not exist, two name the same, or nothing would be left.
    """
    asked = {"drop": drop, "keep": keep, "replace": replace}
    chosen = {option: _listed(text, f"--{option}", source.columns) for option, text in asked.items()}
    for first, second in (("drop", "keep"), ("drop", "replace"), ("keep", "replace")):
        both = [name for name in chosen[first] if name in chosen[second]]
        if both:
            raise InputError(
                f"--{first}: expected a column that --{second} does not name, found {both[0]!r} in both; "
                "choose one of them"
            )
    if chosen["drop"] and len(chosen["drop"]) == len(source.columns):
        raise InputError("--drop: expected that a column remains, found that it names all; drop fewer")
    return Remedies(**chosen)


def identifiers_refusal(
    found: Mapping[str, Identifier], varied: Mapping[str, str], learnable: Collection[str]
) -> str:
    """Return one line: which columns stop a run, why, and what to do with them.

    Args:
        found: The identifiers of columns.
        varied: Columns of text in which nearly every cell is different or too rare, and what most cells are.
        learnable: Those of ``found`` that can be learned if the user declares so.
    """
    lines = []
    if found:
        named = "; ".join(f"{name!r} ({PLURALS[one.what]}, {one.why})" for name, one in found.items())
        columns = spell_columns(found)
        kept = [name for name in found if name in learnable]
        keep = f", or declare that they name no one (--keep {spell_columns(kept)})" if kept else ""
        lines.append(
            f"expected no columns that name people, found {named}; drop them (--drop {columns}) or fill "
            f"them with plausible values of the same kind (--replace {columns}){keep}"
        )
    if varied:
        named = ", ".join(repr(name) + (f" ({most})" if most else "") for name, most in varied.items())
        correct = "correct it, " if any(varied.values()) else ""
        lines.append(
            "expected categories, dates, numbers or keys, found text of which nearly every cell is different "
            f"or too rare to be released in {named}; {correct}leave it out (--drop {spell_columns(varied)}), "
            "or declare a key in --schema"
        )
    return "; ".join(lines)


def _listed(text: str, option: str, columns: Collection[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for name in split_columns(text, columns):
        fitting = _fitting(name, columns)
        if not fitting and "*" in name:
            raise InputError(
                f"{option}: expected a pattern that matches a column, found none that does; correct it"
            )
        if not fitting:
            check_known(name, columns, option)
        found |= dict.fromkeys(fitting)
    return tuple(found)


def _fitting(name: str, columns: Collection[str]) -> list[str]:
    """Return the column of a name, or those that match a pattern, in which ``*`` matches any characters."""
    if name in columns:
        return [name]
    if "*" not in name:
        return []
    pattern = re.compile(".*".join(map(re.escape, name.split("*"))), re.DOTALL)
    return [column for column in columns if pattern.fullmatch(column)]
