"""Read the gates' limits: those that this version ships, and a user's own instead."""

from __future__ import annotations

import difflib
import math
import tomllib
from typing import Any

from pydantic import Field, ValidationError, model_validator

from tabtwin.evaluation.audit_result import AuditResult
from tabtwin.lib.errors import InputError
from tabtwin.store.artifacts import Frozen

ALPHA = "alpha"
LIMIT = "limit"
SHIPPED_ALPHA = 0.05
"""The chance that an honest twin is refused by any gate. Every way in which one may refuse (twin and pool,
either end if both count) gets an equal part of it (Bonferroni)."""
MOST = 1e6
"""A limit that no figure reaches, in place of infinity and values near it."""


class Limits(Frozen):
    """The error rate of all gates together, and the limit of each.

    Attributes:
        alpha: The chance that an honest twin is refused by any gate.
        limits: The limit of each gate, by name.
        replaced: The limits that this version ships, for the gates that a user's file changes.
    """

    alpha: float = Field(ge=1e-4, le=0.5, strict=True)
    limits: dict[str, float]
    replaced: dict[str, float] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _are_those_of_the_gates(self) -> Limits:
        for question in AuditResult.questions():
            limit = self.limits.get(question.name)
            if limit is None or not question.neutral < limit < math.inf:
                raise ValueError(f"expected a limit above {question.neutral:g} for the gate {question.name}")
        return self


def shipped_limits() -> Limits:
    """Return the limits that this version ships."""
    return Limits(alpha=SHIPPED_ALPHA, limits={one.name: one.limit for one in AuditResult.questions()})


def judged_by(limits: Limits, *, strict: bool) -> str:
    """Return a text that identifies a way of judging: these limits, ``strict`` or not."""
    return f"{limits.model_dump_json()} {'strict' if strict else 'lenient'}"


def own_limits(file: bytes) -> Limits:
    """Return the shipped limits, except where a user's file sets others.

    Args:
        file: TOML, ``[likeness]`` and ``limit = 0.3`` on two lines for each gate, and ``alpha``; empty:
            nothing is set.

    Raises:
        InputError: if it is not such a file.
    """
    shipped = shipped_limits()
    try:
        given: dict[str, Any] = tomllib.loads(file.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise InputError(
            "the gates' file: expected TOML, such as '[likeness]' and 'limit = 0.3' on two lines, found none"
        ) from None
    alpha, limits, replaced = given.pop(ALPHA, shipped.alpha), dict(shipped.limits), dict[str, float]()
    for name, part in given.items():
        if name not in limits:
            raise InputError(f"the gates' file: expected a gate, found {name!r}; {_hint(name, list(limits))}")
        if not isinstance(part, dict) or set(part) != {LIMIT} or not _is_number(part[LIMIT]):
            raise InputError(
                f"the gates' file: expected '{LIMIT} = NUMBER' below '[{name}]', found another entry"
            )
        own = MOST if part[LIMIT] > MOST else float(part[LIMIT])
        if own != limits[name]:
            replaced[name], limits[name] = limits[name], own
    try:
        return Limits(alpha=alpha, limits=limits, replaced=replaced)
    except ValidationError as error:
        where, fault = error.errors()[0]["loc"], error.errors()[0]["msg"].removeprefix("Value error, ")
        raise InputError(f"the gates' file: {': '.join([*map(str, where), fault])}") from None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _hint(name: str, names: list[str]) -> str:
    close = difflib.get_close_matches(name, names, n=1)
    return f"did you mean {close[0]!r}?" if close else f"the gates are {', '.join(names)}"
