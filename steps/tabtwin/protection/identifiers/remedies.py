"""What a user says of columns that name people (``--drop``, ``--keep``, ``--replace``), and is told."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from tabtwin.io.cells import Source
from tabtwin.lib.errors import InputError
from tabtwin.protection.identifiers.finding import PLURALS, Identifier
from tabtwin.protection.identifiers.listing import spell_columns, split_columns
from tabtwin.schema.declared import check_known
from tabtwin.store.artifacts import Frozen


class Remedies(Frozen):
    """Columns by what is to become of them.

    Attributes:
        drop: The twin does not have them, and nothing is learned of them.
        keep: They are learned, since they name nobody.
        replace: A library writes plausible values of their kind.
    """

    drop: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    replace: tuple[str, ...] = ()


def read_remedies(drop: str, keep: str, replace: str, source: Source) -> Remedies:
    """What the three options say of a table.

    Raises:
        InputError: if one names a column that is not there, two name the same, or nothing would be left.
    """
    said = {"drop": drop, "keep": keep, "replace": replace}
    chosen = {option: _listed(text, f"--{option}", source.columns) for option, text in said.items()}
    for first, second in (("drop", "keep"), ("drop", "replace"), ("keep", "replace")):
        both = [name for name in chosen[first] if name in chosen[second]]
        if both:
            raise InputError(
                f"--{first}: expected a column that --{second} does not name, found {both[0]!r} in both; "
                "say one of them"
            )
    if chosen["drop"] and len(chosen["drop"]) == len(source.columns):
        raise InputError("--drop: expected a column to be left, found that it names all; drop fewer")
    return Remedies(**chosen)


def refusal(found: Mapping[str, Identifier], varied: Mapping[str, str], learnable: Collection[str]) -> str:
    """One line: which columns stop a run, why, and what to say of them.

    Args:
        found: What columns name people by.
        varied: Columns of text of which nearly every cell is different or too rare, and what most of it is.
        learnable: Those of ``found`` that can be learned where somebody says so.
    """
    lines = []
    if found:
        named = "; ".join(f"{name!r} ({PLURALS[one.what]}, {one.why})" for name, one in found.items())
        columns = spell_columns(found)
        kept = [name for name in found if name in learnable]
        keep = f", or say that they name nobody (--keep {spell_columns(kept)})" if kept else ""
        lines.append(
            f"expected no columns that name people, found {named}; leave them out (--drop {columns}) or have "
            f"plausible values of the same kind (--replace {columns}){keep}"
        )
    if varied:
        named = ", ".join(repr(name) + (f" ({most})" if most else "") for name, most in varied.items())
        correct = "correct it, " if any(varied.values()) else ""
        lines.append(
            "expected categories, dates, numbers or keys, found text of which nearly every cell is different "
            f"or too rare to be put out in {named}; {correct}leave it out (--drop {spell_columns(varied)}), "
            "or declare a key in --schema"
        )
    return "; ".join(lines)


def _listed(text: str, option: str, columns: Collection[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for name in split_columns(text, columns):
        fitting = _fitting(name, columns)
        if not fitting and "*" in name:
            raise InputError(f"{option}: expected a pattern that fits a column, found none; correct it")
        if not fitting:
            check_known(name, columns, option)
        found |= dict.fromkeys(fitting)
    return tuple(found)


def _fitting(name: str, columns: Collection[str]) -> list[str]:
    """The column of a name, or those that a pattern fits, in which ``*`` stands for any signs."""
    if name in columns:
        return [name]
    if "*" not in name:
        return []
    pattern = re.compile(".*".join(map(re.escape, name.split("*"))), re.DOTALL)
    return [column for column in columns if pattern.fullmatch(column)]
