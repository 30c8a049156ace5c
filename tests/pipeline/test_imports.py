"""tabtwin.pipeline.imports: what the text of a module says that it imports, as Python's parser reads it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tabtwin.pipeline.imports import imports
from tabtwin.pipeline.provenance import PACKAGE

MODULES = sorted(PACKAGE.rglob("*.py"))


def parsed(text: str) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def test_every_module_of_ours_imports_what_the_parser_finds() -> None:
    assert len(MODULES) > 300
    wrong = [path.relative_to(PACKAGE) for path in MODULES if found(path) != parsed(path.read_text())]
    assert wrong == [], "expected imports on lines of their own, or names in parentheses"


def found(path: Path) -> set[str]:
    return set(imports(path.read_text()))


@pytest.mark.parametrize(
    "text",
    [
        "import a, b.c as d  # e",
        "from a import b as c, d  # (e",
        "from a import (\n    b,  # noqa: F401 (of c)\n    d as e,\n)",
        "def f():\n    if True:\n        from a import (b, c)\n        import d",
        '"""Read\nimport a\n"""\nimport b',
        "'''\nfrom a import b\n'''\nfrom c import d",
        "important = 1\nfrom_here = 2",
        "from __future__ import annotations\nfrom a import*",
    ],
)
def test_an_import_is_found_however_it_is_laid_out(text: str) -> None:
    assert set(imports(text)) == parsed(text)
