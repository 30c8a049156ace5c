"""Describe a column of direct identifiers that are to be replaced."""

from __future__ import annotations

from tabtwin.lib.errors import InputError
from tabtwin.protection.identifiers.direct_identifiers import PLURALS, identify
from tabtwin.schema.kinds.cells import Cells
from tabtwin.schema.kinds.identifier import IDENTIFIER
from tabtwin.schema.schema import Column
from tabtwin.schema.spelling import numerals


def identifier_column(name: str, cells: Cells, asked: Column) -> Column:
    """Describe a column whose values are replaced by new ones, by what it holds or is declared to hold.

    Raises:
        InputError: if its kind is unknown, or Faker does not know the declared locale.
    """
    found = identify(name, cells)
    what = asked.identifier or (found.what if found else "")
    if not what:
        raise InputError(
            f"--replace: expected {', '.join(PLURALS.values())}, found none of these in {name!r}; --drop it, "
            'or say what it holds in --schema ("kind": "identifier", "identifier": "name")'
        )
    locale = asked.locale or (found.locale if found and found.what == what else "en_US")
    if not _is_known(locale):
        raise InputError(
            f"--schema: column {name!r}: expected a locale that Faker knows (en_US, de_DE), found another; "
            "correct it"
        )
    numeric = not cells.is_text or bool(numerals.are_numbers(cells.values).all())
    return Column(
        name=name,
        kind=IDENTIFIER.name,
        dtype=cells.dtype or ("int64" if numeric else "string"),
        identifier=what,
        locale=locale,
        distinct=len(cells.values) == cells.held,
        why=f"{PLURALS[what]}, to be replaced",
    )


def _is_known(locale: str) -> bool:
    from faker.config import AVAILABLE_LOCALES

    return locale in AVAILABLE_LOCALES
