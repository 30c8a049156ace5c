"""What made an output: the modules that a step uses, and the versions of its libraries.

A step's fingerprint covers its own module, of ``lib/`` and ``pipeline/`` what that imports, directly or not,
and as much of the rooms that the step declares (``covers``); and the versions of the libraries that it
declares (``libraries``) with what those stand on. What is left out is listed here, with the reason. A test
fails where a step imports something that is neither.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tabtwin.pipeline import installed
from tabtwin.pipeline.imports import imports
from tabtwin.store.artifacts import sha256

PACKAGE = Path(__file__).parents[1]

EVERY_STEPS = ("lib", "pipeline")
"""Rooms that every step's fingerprint covers."""

NOT_COVERED = {
    "lib.errors": "says why a step ends without an output",
    "lib.extras": "says what to install",
    "lib.log": "writes lines that are no part of an output",
    "lib.names": "refuses names, and changes none",
    "lib.options": "reads settings, which are covered by their values",
    "store": "returns the bytes that a manifest vouches for, which are covered by their digests",
}
"""Modules and rooms that no fingerprint covers unless its step declares them, and why they change no byte."""

UNCOUNTED = {
    "pydantic": "checks values, and computes none",
    "pydantic_core": "words the errors of such checks",
    "structlog": "writes the log",
}
"""Libraries that steps import and whose versions count for nothing, by their modules, and why."""

UNCOUNTED_BELOW = {
    "boto3": "SDV stores tables with it where it is asked to, which no step does",
    "botocore": "is a part of boto3",
    "faker": "RDT makes up names with it in columns of personal data, which no generator is given",
    "graphviz": "draws pictures that no step asks for",
    "platformdirs": "finds the folder of SDV's log",
    "plotly": "draws pictures that no step asks for",
    "tqdm": "shows progress",
}
"""Distributions that count for nothing where only other libraries require them, and why. A step that imports
one itself declares it."""


@dataclass(frozen=True)
class Reach:
    """What a module imports, directly or not.

    Attributes:
        files: tabtwin's own modules that are covered, by name.
        beyond: Its other ones that these import.
        libraries: The top-level modules outside Python's own that they import.
    """

    files: Mapping[str, Path]
    beyond: frozenset[str]
    libraries: frozenset[str]


@cache
def source_digest(module: str, covers: tuple[str, ...] | None = None) -> str:
    """Return the digest of a module and of the modules of tabtwin that it imports, directly or not.

    Args:
        module: The module.
        covers: The rooms that count beside those of every step; all count where it is ``None``.
    """
    files = sorted(set(reach(module, covers).files.values()))
    return sha256(
        b"".join(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + path.read_bytes() for path in files)
    )


@cache
def library_versions(module: str) -> dict[str, str]:
    """Return the versions of Python and of every library that those modules use.

    What a library requires is listed too: sdv is thin, and it is ctgan and rdt below it that learn.
    """
    return _versions(reach(module).libraries)


@cache
def counted_versions(libraries: tuple[str, ...]) -> dict[str, str]:
    """Return the versions that a fingerprint covers: of a step's libraries, what they require, and Python.

    Args:
        libraries: The libraries that the step declares, by their modules.
    """
    return _versions(libraries, UNCOUNTED_BELOW)


def reach(module: str, covers: tuple[str, ...] | None = None) -> Reach:
    """Return what a module imports, directly or not; what is not covered is not looked into.

    Args:
        module: The module.
        covers: The rooms that are covered beside those of every step; all are where it is ``None``.
    """
    files: dict[str, Path] = {}
    beyond: set[str] = set()
    others: set[str] = set()
    queue = [module]
    while queue:
        name = queue.pop()
        if name in files or name in beyond:
            continue
        path = _locate(PACKAGE, name)
        if path is None or name == PACKAGE.name:
            continue  # the package's API for Python is not part of a step
        if covers is not None and name != module and not _is_covered(name, covers):
            beyond.add(name)
            continue
        files[name] = path
        found = _imported(path)
        queue += found.ours
        others |= found.others
    return Reach(files, frozenset(beyond), frozenset(others))


def room_of(module: str, rooms: Iterable[str]) -> str | None:
    """Return the smallest of some rooms that a module is in.

    >>> room_of("tabtwin.lib.log", ["lib", "lib.log", "store"])
    'lib.log'
    """
    inner = module.partition(".")[2]
    found = [room for room in rooms if f"{inner}.".startswith(f"{room}.")]
    return max(found, key=len, default=None)


def _is_covered(module: str, covers: tuple[str, ...]) -> bool:
    """Return whether a fingerprint covers a module: by the smallest room that is listed."""
    listed = {*EVERY_STEPS, *covers}
    return room_of(module, {*listed, *NOT_COVERED}) in listed


def _versions(modules: Iterable[str], without: Collection[str] = ()) -> dict[str, str]:
    """Return the versions of libraries, of what they require and of Python."""
    queue = [installed.normal(name) for top in modules for name in installed.providers().get(top, [])]
    found: dict[str, str] = {}
    declared = set(queue)
    while queue:
        name = queue.pop()
        if name in found or name == PACKAGE.name or (name in without and name not in declared):
            continue
        if library := _library(name):
            found[name], required = library
            queue += required
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return {"python": python} | dict(sorted(found.items()))


@cache
def _library(name: str) -> tuple[str, tuple[str, ...]] | None:
    """Return the version of a distribution and the names that it requires, or ``None`` if there is none."""
    return installed.library(name)


@dataclass(frozen=True)
class _Imported:
    """What one module imports: names that may be tabtwin's modules, and top-level modules of libraries."""

    ours: tuple[str, ...]
    others: frozenset[str]


@cache
def _imported(path: Path) -> _Imported:
    names = dict.fromkeys(imports(path.read_text()))
    tops = {name: name.partition(".")[0] for name in names}
    ours = tuple(name for name, top in tops.items() if top == PACKAGE.name)
    others = {top for top in tops.values() if top != PACKAGE.name and top not in sys.stdlib_module_names}
    return _Imported(ours, frozenset(others))


@cache
def _locate(package: Path, name: str) -> Path | None:
    base = package.joinpath(*name.split(".")[1:])
    for path in (base.with_suffix(".py"), base / "__init__.py"):
        if path.is_file():
            return path
    return None
