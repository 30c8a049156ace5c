"""Identify what made an output: the modules that a step uses, and the versions of its libraries."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution, packages_distributions
from pathlib import Path

from tabtwin.store.artifacts import sha256

PACKAGE = Path(__file__).parents[1]


@cache
def source_digest(module: str) -> str:
    """Return the digest of ``module`` and all of tabtwin's own modules that it imports, directly or not."""
    files, _ = _closure(module)
    return sha256(
        b"".join(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + path.read_bytes() for path in files)
    )


@cache
def library_versions(module: str) -> dict[str, str]:
    """Return the versions of Python and of every library that those modules use.

    Requirements of libraries count, too: sdv is thin, and ctgan and rdt below it do the learning.
    """
    _, imported = _closure(module)
    installed = _installed()
    queue = [_normal(name) for top in imported for name in installed.get(top, [])]
    found: dict[str, str] = {}
    while queue:
        name = queue.pop()
        if name not in found and name != PACKAGE.name and (library := _library(name)):
            found[name], required = library
            queue += required
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return {"python": python} | dict(sorted(found.items()))


@cache
def _installed() -> Mapping[str, list[str]]:
    """Return the distributions that provide each top-level module; looked up once, since it reads all of
    them.
    """
    return packages_distributions()


@cache
def _library(name: str) -> tuple[str, tuple[str, ...]] | None:
    """Return the version of a distribution and the names that it requires, or ``None`` if it is not
    installed.

    Requirements of extras are left out. Other conditions (on Python, on the system) are ignored: what does
    not apply here is usually not installed, and naming it would do no harm.
    """
    try:
        metadata = distribution(name).metadata
    except PackageNotFoundError:
        return None
    required = [text.partition(";") for text in metadata.get_all("Requires-Dist") or []]
    names = [
        _normal(re.split(r"[^\w.-]", text)[0]) for text, _, condition in required if "extra" not in condition
    ]
    return metadata["Version"], tuple(names)


def _normal(name: str) -> str:
    """Return a distribution's name as in PEP 503, since metadata and requirements spell names differently."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _closure(module: str) -> tuple[list[Path], set[str]]:
    """Return files of tabtwin's own modules reached from ``module``, sorted, and the other top-level
    imports.
    """
    seen: dict[str, Path] = {}
    others: set[str] = set()
    queue = [module]
    while queue:
        name = queue.pop()
        path = _locate(name)
        if name in seen or path is None or name == PACKAGE.name:
            continue  # the package's API for Python is not part of a step
        seen[name] = path
        for imported in _imports(path):
            if imported.split(".")[0] == PACKAGE.name:
                queue.append(imported)
            elif imported.split(".")[0] not in sys.stdlib_module_names:
                others.add(imported.split(".")[0])
    return sorted(set(seen.values())), others


def _locate(name: str) -> Path | None:
    base = PACKAGE.joinpath(*name.split(".")[1:])
    for path in (base.with_suffix(".py"), base / "__init__.py"):
        if path.is_file():
            return path
    return None


@cache
def _imports(path: Path) -> list[str]:
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.append(node.module)
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found
