"""Ask the user about undeclared subjects of a table, and find what could be dropped instead."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tabtwin.lib.listing import spell_columns
from tabtwin.protection.identifiers.subjects import Subject
from tabtwin.schema.source import Source

FEWEST_SUBJECTS = 67
"""With fewer, three quarters of them are too few for a twin, so they cannot be an entity."""

_SHOWN = 4
_ROUNDS = 5


def line(found: Sequence[Subject], dropped: Sequence[str], *, entity: bool) -> str:
    """Return one line: what was expected, what was found, and what to do; no cell, and no line break.

    Args:
        found: The subjects.
        dropped: Columns without which there are none; empty if too many would have to be dropped.
        entity: Whether the user has named an entity.
    """
    listed = "; ".join(map(_described, found))
    remedies = []
    likely = [subject for subject in found if subject.values >= FEWEST_SUBJECTS and not subject.partly]
    if likely and not entity:
        most = max(likely, key=lambda subject: (len(subject.dependent), subject.values))
        remedies.append(f"declare it the subject of rows (--entity {spell_columns(most.columns)})")
    parts = [subject for subject in found if subject.partly]
    if parts and not entity:
        remedies.append("put that part into a separate column, and name it in --entity")
    if dropped:
        remedies.append(
            f"drop what identifies them, and rows are still counted by it (--drop {spell_columns(dropped)})"
        )
    kept = dict.fromkeys(name for subject in found for name in subject.columns)
    remedies.append(f"declare that rows with the same value are unrelated (--keep {spell_columns(kept)})")
    expected = "no other subject than the --entity" if entity else "a subject of its own in each row"
    return f"expected {expected}, found {listed}; {_either(remedies)}"


def tells(subject: Subject) -> str:
    """Return one clause on how a subject was recognized."""
    part = "a part of its values repeats" if subject.partly else ""
    return ", ".join(clause for clause in (part, subject.what, _dependent(subject)) if clause)


def without_subjects(
    source: Source, found: Sequence[Subject], find: Callable[[Source], Sequence[Subject]]
) -> tuple[str, ...]:
    """Return columns to drop so that no subject is found: those found first, and others that then name the
    same.

    Empty if that does not end.
    """
    gone: dict[str, None] = {}
    for _ in range(_ROUNDS):
        if not found:
            return tuple(gone)
        gone |= dict.fromkeys(subject.columns[-1] for subject in found)
        left = source.without(gone)
        if not left.columns:
            break
        found = find(left)
    return ()


def _described(subject: Subject) -> str:
    names = " with ".join(repr(name) for name in subject.columns)
    own = f" ({subject.what})" if subject.what else ""
    names = f"a part of {names}" if subject.partly else names
    dependent = _dependent(subject)
    return (
        f"{names}{own}, with {subject.values} values in {subject.rows} rows"
        f"{', and ' + dependent if dependent else ''}"
    )


def _dependent(subject: Subject) -> str:
    shown = [repr(name) for name in subject.dependent[:_SHOWN]]
    more = len(subject.dependent) - len(shown)
    if not shown:
        return ""
    listed = [*shown, f"{more} more"] if more else shown
    return f"{_and(listed)} {'is' if len(listed) == 1 else 'are'} the same within each"


def _and(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]


def _either(words: Sequence[str]) -> str:
    return ", or ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]
