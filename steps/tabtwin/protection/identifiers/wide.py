"""Find columns that are each one person's, by their names: e-mail addresses, names of people, record numbers.

In a table of one row a day and one column a person, all of a column's cells are one person's, and the
column's name says whose.
"""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from tabtwin.protection.identifiers import forms, inside, known_names

FEWEST = 5
"""The fewest such columns."""

_MANY_NUMBERED = 10
_FIRST_WORD = re.compile(r"(?P<word>[^\W_]+)[\s_:./|-]+(?P<rest>.+)")
_LAST_WORD = re.compile(r"(?P<rest>.+?)[\s_:./|-]+\(?(?P<word>[^\W_]+)\)?")
_SPLIT = re.compile(r"[\s._]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NUMBERED = re.compile(
    r"(?i)(?:patient|patientin|subject|subj|participant|proband|mrn|donor|employee|respondent|volunteer|pt|sub|"
    r"customer|client|student|resident|person|case|paciente|kunde|mitarbeiter|klient|pacjent|sotrudnik)"
    r"(?:[ _.-]?(?:id|no|nr))?[ _.#-]*([0-9a-f]{1,12}[0-9]|[0-9])"
)
_BARCODE = re.compile(r"([A-Z][A-Z0-9]{1,7})[-.]((?:[A-Z0-9]{2,}[-.])+[A-Z0-9]{2,})")
_RECORD = re.compile(r"([A-Z]{1,5})[-#]0*([0-9]{4,})")
_BEGIN = re.compile(r"[^\W\d]{2,}[-_. #]?")
_MONTHS = frozenset(
    {
        *("jan", "january", "may", "april", "june", "july", "august", "march"),
        *("avril", "mai", "juni", "juli", "juin"),
    }
)
_FEWEST_FIRST = 8
_NEARLY_ALL = 0.9


class People(NamedTuple):
    """Columns with persons' names.

    Attributes:
        columns: The columns.
        what: The kind of their names, in the plural.
    """

    columns: tuple[str, ...]
    what: str

    @property
    def refusal(self) -> str:
        """Return one line: what was found, and what to do; without the names, which must not be revealed."""
        pattern = shlex.quote(_pattern(self.columns))
        return (
            f"expected names of columns that name no person, found {len(self.columns)} columns named after "
            f"{self.what}, so that each is one person's; "
            "make a row of each person's cells (in pandas: melt), "
            f"leave them out (--drop {pattern}), or keep them if they name no person (--keep {pattern})"
        )


def people_in_columns(columns: Sequence[str]) -> People | None:
    """Return the columns that are each one person's, or ``None`` if there are too few to tell."""
    for shown in _views(columns):
        for what, found in (
            ("e-mail addresses", [name for name in shown if inside.emails([name])]),
            ("names of people", _named(list(shown))),
            ("record numbers of people", _recorded(list(shown))),
        ):
            if len(found) >= FEWEST:
                return People(tuple(shown[name] for name in found), what)
    return None


def _views(columns: Sequence[str]) -> list[dict[str, str]]:
    """Return the columns by their names, and by the rest without a word that many share: hours_anna_beck."""
    views = [{name: name for name in columns}]
    for split in (_FIRST_WORD, _LAST_WORD):
        parts = {name: match for name in columns if (match := split.fullmatch(name.strip()))}
        for word, count in Counter(match["word"] for match in parts.values()).items():
            if count >= FEWEST:
                views.append({match["rest"]: name for name, match in parts.items() if match["word"] == word})
    return views


def _pattern(columns: Sequence[str]) -> str:
    """Return what columns have in common, which reveals no person's name."""
    begun = {match[0] if (match := _BEGIN.match(name)) else "" for name in columns}
    if len(begun) == 1 and "" not in begun and all(re.search("[0-9]", name) for name in columns):
        return f"{begun.pop()}*"
    return next((f"*{sign}*" for sign in "@ _." if all(sign in name for name in columns)), "COLUMNS")


def _named(columns: Sequence[str]) -> list[str]:
    """Return columns named by a first and a last name, or by first names alone if nearly all are."""
    firsts, lasts = known_names.everywhere()
    words = {name: _words(name) for name in columns}
    several = {name: found for name, found in words.items() if 2 <= len(found) <= 4}
    known = [name for name, found in several.items() if _are_both(found[0], found[-1], firsts, lasts)]
    begun = [name for name, found in several.items() if found[0] in firsts or name in known]
    if _differ([several[name] for name in known]) and len(known) >= 0.4 * len(several):
        return begun
    large = [name for name in begun if not any(part[:1].islower() for part in _SPLIT.split(name.strip()))]
    if _differ([several[name] for name in large]) and len(large) >= 0.7 * len(several):
        return large
    asian = [name for name in columns if max(forms.east_asian([name])[1], forms.titled([name]))]
    if 2 * len(asian) >= len(columns):
        return asian
    single = [name for name, found in words.items() if len(found) == 1 and name[:1].isupper()]
    first = [name for name in single if words[name][0] in firsts and words[name][0] not in _MONTHS]
    return first if len(first) >= max(_FEWEST_FIRST, _NEARLY_ALL * len(single)) else []


def _are_both(one: str, other: str, firsts: frozenset[str], lasts: frozenset[str]) -> bool:
    return (one in firsts and other in lasts) or (other in firsts and one in lasts)


def _differ(found: Sequence[Sequence[str]]) -> bool:
    """Return whether there are enough, and hardly a word repeats, unlike ``max_price`` and ``max_field``."""
    return len(found) >= FEWEST and all(
        len({words[at] for words in found}) >= 0.7 * len(found) for at in (0, -1)
    )


def _recorded(columns: Sequence[str]) -> list[str]:
    """Return columns named by barcodes or numbers of patients, participants and so on."""
    numbered = {name: match[1] for name in columns if (match := _NUMBERED.fullmatch(name.strip()))}
    if len(numbered) >= FEWEST and (
        len(numbered) >= _MANY_NUMBERED or any(len(number) >= 3 for number in numbered.values())
    ):
        return list(numbered)
    barcodes = {name: match for name in columns if (match := _BARCODE.fullmatch(name.strip()))}
    found = _commonest({name: match[1] for name, match in barcodes.items()})
    if len(found) >= FEWEST and all(re.search("[0-9]", barcodes[name][2]) for name in found):
        return found
    records = {name: match for name in columns if (match := _RECORD.fullmatch(name.strip()))}
    found = _commonest({name: match[1] for name, match in records.items()})
    return found if _is_scattered([int(records[name][2]) for name in found]) else []


def _commonest(prefixes: dict[str, str]) -> list[str]:
    """Return the columns of the most common prefix."""
    if not prefixes:
        return []
    most = Counter(prefixes.values()).most_common(1)[0][0]
    return [name for name, prefix in prefixes.items() if prefix == most]


def _is_scattered(numbers: Sequence[int]) -> bool:
    """Return whether numbers are neither years nor evenly spaced, as measured points are."""
    if len(numbers) < FEWEST or all(1700 <= number <= 2100 for number in numbers):
        return False
    steps = [after - before for before, after in pairwise(sorted(numbers))]
    return Counter(steps).most_common(1)[0][1] < 0.5 * len(steps) or len(str(max(numbers))) >= 6


def _words(name: str) -> tuple[str, ...]:
    """Return the words of a name that may be joined by points or lines, or by capitals."""
    spaced = name if "," in name else _SPLIT.sub(" ", _CAMEL.sub(" ", name.strip()))
    words = known_names.parts(spaced)
    return words if all(len(word) > 1 for word in words) else ()
