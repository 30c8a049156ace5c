"""Results for tests to start from: every field filled by its type, and those given set by their path."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from tabtwin.evaluation.audit_result import AuditResult
from tabtwin.evaluation.intervals import Figure

Path = tuple[str, ...]


def figure(value: float, se: float = 0.001) -> dict[str, Any]:
    """A figure as JSON, with an interval of round numbers."""
    return {"value": value, "se": se, "df": 19, "rates": None, "low": value - 2 * se, "high": value + 2 * se}


def audit(given: Mapping[str, Any]) -> AuditResult:
    """An audit whose figures at these dotted paths, such as ``control.likeness``, are as given.

    A ``*`` in a path stands for any name; the last path that fits decides. Figures that gates judge are those
    of honest rows where nothing is given.
    """
    return AuditResult.model_validate(example(AuditResult, given, neutral=honest()))


@cache
def honest() -> dict[Path, float]:
    """The path of every figure that a gate judges, and what it is of honest rows."""
    paths: dict[float, Path] = {}

    def numbered(path: Path) -> float:
        paths[float(len(paths))] = path
        return float(len(paths) - 1)

    found = AuditResult.model_validate(_Examples({}, numbered).of(AuditResult, ()))
    judged = [
        (question.neutral, question.figure(found, sample))
        for question in AuditResult.questions()
        for sample in question.samples
    ]
    return {paths[figure.value]: neutral for neutral, figure in judged if figure is not None}


def example(kind: Any, given: Mapping[str, Any], *, neutral: Mapping[Path, float] | None = None) -> Any:
    """JSON that a field of this type may hold, with figures at these paths, else .51."""
    return _Examples(given, lambda path: (neutral or {}).get(path, 0.51)).of(kind, ())


@dataclass(frozen=True)
class _Examples:
    given: Mapping[str, Any]
    value: Callable[[Path], float]

    def of(self, kind: Any, path: Path) -> Any:
        fitting = [value for pattern, value in self.given.items() if _fits(pattern, path)]
        if fitting:
            return fitting[-1]
        origin, parts = get_origin(kind), get_args(kind)
        if origin in (Union, types.UnionType):
            return self.of(parts[0], path)
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            start = figure(self.value(path)) if issubclass(kind, Figure) else {}
            own = Figure.model_fields if start else {}
            fields = {
                (field.alias or name): field.annotation
                for name, field in kind.model_fields.items()
                if name not in own
            }
            return start | {name: self.of(of, (*path, name)) for name, of in fields.items()}
        if origin is dict:
            names = get_args(parts[0]) if get_origin(parts[0]) is Literal else ()
            return {name: self.of(parts[1], (*path, name)) for name in names}
        if origin is Literal:
            return parts[0]
        if origin is tuple:
            return []
        return {bool: False, int: 1_000, float: 0.9, str: "text"}[kind]


def _fits(pattern: str, path: Path) -> bool:
    parts = pattern.split(".")
    return len(parts) == len(path) and all(
        part in ("*", name) for part, name in zip(parts, path, strict=True)
    )
