"""Who may import whom: the contracts of pyproject.toml hold, and nothing is imported behind their back."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

from tabtwin.pipeline.registry import STEPS

ROOT = Path(__file__).parents[1]
STEPS_FOLDER = ROOT / "steps"
BY_NAME = {
    "tabtwin.pipeline.registry": "an image has the libraries of its own step alone",
    "tabtwin.protection.identifiers.names": "Faker has a module a language",
    "tabtwin.protection.identifiers.numbers": "stdnum has a module a kind of number",
}
"""The modules that import others by a text, and why."""
LOADERS = {"import_module", "__import__", "exec", "eval"}


def test_imports_keep_to_the_contracts(capsys: pytest.CaptureFixture[str]) -> None:
    code = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert code == 0, capsys.readouterr().out


def test_an_import_from_a_room_above_breaks_a_contract(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (ROOT / "pyproject.toml").read_text()
    order = '  "store",\n  "lib",\n'
    assert order in text
    (tmp_path / "pyproject.toml").write_text(text.replace(order, '  "lib",\n  "store",\n'))
    assert lint_imports(config_filename=str(tmp_path / "pyproject.toml"), no_cache=True) == 1
    said = capsys.readouterr().out
    assert "tabtwin.store is not allowed to import tabtwin.lib" in said
    assert "A step imports no other step KEPT" in said


def test_every_step_is_held_to_its_contract() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    assert [step for step in STEPS if f'\n  "tabtwin.pipeline.{step}",' not in text] == []


def test_only_the_registry_of_steps_and_libraries_of_many_modules_are_imported_by_a_text() -> None:
    found = {name for name, tree in modules() if any(map(loads, ast.walk(tree)))}
    assert found == set(BY_NAME)


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(STEPS_FOLDER.rglob("*.py")):
        yield ".".join(path.relative_to(STEPS_FOLDER).with_suffix("").parts), ast.parse(path.read_text())


def loads(node: ast.AST) -> bool:
    """Whether code calls what imports a module by its name."""
    if not isinstance(node, ast.Call):
        return False
    called = node.func
    return (called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")) in LOADERS
