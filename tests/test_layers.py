"""Who may import whom: the contracts of pyproject.toml hold, and nothing is imported behind their back."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

from tabtwin.pipeline.registry import STEPS

ROOT = Path(__file__).parents[1]
STEPS_FOLDER = ROOT / "steps"
BY_NAME = {
    "tabtwin.pipeline.registry": "an image has the libraries of its own step alone",
    "tabtwin.protection.identifiers.known_names": "Faker has a module a language",
    "tabtwin.protection.identifiers.numbers": "stdnum has a module a kind of number",
}
"""The modules that import others by a text, and why."""
LOADERS = {"import_module", "__import__", "exec", "eval"}


STEPS_ALONE = """
[[tool.importlinter.contracts]]
name = "A step imports no other step"
type = "independence"
modules = [{modules}]
ignore_imports = ["tabtwin -> tabtwin.api"]
"""


def contracts(steps: Iterable[str] = STEPS) -> str:
    """Return pyproject.toml with the contract that no step imports another."""
    modules = ", ".join(f'"tabtwin.pipeline.{step}"' for step in steps)
    return (ROOT / "pyproject.toml").read_text() + STEPS_ALONE.format(modules=modules)


def linted(text: str, folder: Path) -> int:
    (folder / "pyproject.toml").write_text(text)
    return int(lint_imports(config_filename=str(folder / "pyproject.toml"), no_cache=True))


def test_imports_keep_to_the_contracts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = linted(contracts(), tmp_path)
    said = capsys.readouterr().out
    assert code == 0, said
    assert "A step imports no other step KEPT" in said


def test_an_import_from_a_room_above_breaks_a_contract(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    order = '  "store",\n  "lib",\n'
    assert order in contracts()
    assert linted(contracts().replace(order, '  "lib",\n  "store",\n'), tmp_path) == 1
    assert "tabtwin.store is not allowed to import tabtwin.lib" in capsys.readouterr().out


def test_a_step_that_imports_another_breaks_a_contract(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert linted(contracts([*STEPS, "executing", "step"]), tmp_path) == 1
    assert "A step imports no other step BROKEN" in capsys.readouterr().out


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
