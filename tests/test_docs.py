"""README and docs/ are true: their code runs, and their links, files, options and targets exist."""

from __future__ import annotations

import contextlib
import functools
import inspect
import io
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import tabtwin
from pages import PAGES, ROOT, Block, anchors, blocks, prose
from small import small_table
from tabtwin.cli.main import run_command
from tabtwin.runner.judging import Audit
from tabtwin.runner.twin import Twin
from tests.benchmarks.__main__ import BENCHMARKS
from visits import visits

COMMANDS = ("run", "submit", "check", "audit", "sample", "verify", "clean")
FOREIGN = {
    *("--allow-net", "--create-namespace", "--from", "--group", "--log", "--role", "--wait"),
    *("--set", "--help", "--version", "--namespace"),
}
"""Options of helm, kubectl and argo, and those that every command has."""
OPTIONS = ROOT / "docs" / "options.md"
"""A page that is generated."""
LANGUAGES = {"python", "console", "json"}
EVERY_BLOCK = [block for page in PAGES for block in blocks(page)]
MADE_BY_COMMANDS = ("env", "demo", "bench", "dist", "twin", "audit", "churn.csv")

pages = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def those_of(language: str) -> pytest.MarkDecorator:
    """Parametrize a test by the blocks of a language that are run."""
    chosen = [block for block in EVERY_BLOCK if block.language == language and not block.why_not]
    return pytest.mark.parametrize("block", chosen, ids=lambda block: block.name)


def test_each_block_has_a_language_and_no_python_is_left_out() -> None:
    assert {block.language for block in EVERY_BLOCK} == LANGUAGES
    assert [block.name for block in EVERY_BLOCK if block.language == "python" and block.why_not] == []


@pytest.fixture
def pandas_names(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Names that Python blocks use; what takes minutes checks its options and returns an empty result."""
    table = small_table().rename(columns={"bought": "churn"}).assign(notes="a long note")
    twin = Twin(table=table, refused=False, refusal="", gates=(), metrics={}, report="")
    found = Audit(gates=(), refused=False, refusal="", metrics={}, report="")
    monkeypatch.setattr(tabtwin, "run", _checked(tabtwin.run, "run", twin))
    monkeypatch.setattr(tabtwin, "audit", _checked(tabtwin.audit, "audit", found))
    names = {"table": table, "tabtwin": tabtwin}
    return names | {"synthetic": table, "training": table, "holdout": table}


def _checked(function: Callable[..., Any], command: str, answer: object) -> Callable[..., Any]:
    signature, known = inspect.signature(function), options_of(command) | _listed()

    def call(*tables: pd.DataFrame, **given: Any) -> object:
        signature.bind(*tables, **given)
        assert {f"--{name.replace('_', '-')}" for name in given} <= known
        return answer

    return call


@those_of("python")
def test_a_python_block_runs(block: Block, pandas_names: dict[str, Any]) -> None:
    exec(compile(block.text, block.name, "exec"), pandas_names)


@those_of("console")
def test_a_console_block_prints_what_the_page_shows(block: Block, churn: Path) -> None:
    for command, shown in _calls(block.text):
        _compare(_printed(command.removeprefix("env/bin/"), churn).splitlines(), shown)


@functools.cache
def _printed(command: str, folder: Path) -> str:
    """Return what a command prints; one that several pages show is run once."""
    environment = os.environ | {"PYTHONPATH": str(ROOT / "steps"), "COLUMNS": "80"}
    done = subprocess.run(
        _words(command), cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@those_of("json")
def test_a_schema_says_what_cannot_be_guessed(block: Block) -> None:
    said, table = json.loads(block.text), visits()
    guessed, told = (tabtwin.check(table, schema=schema, seed=1) for schema in (None, said))
    found = json.loads(told.schema_found.model_dump_json())
    columns = {column["name"]: column for column in found["columns"]}
    for column in said["columns"]:
        assert columns[column["name"]].items() >= column.items()
    assert found["quasi_identifiers"] == said["quasi_identifiers"]
    assert told.stops == ""
    rules = {(rule["kind"], *rule["columns"]) for rule in found["rules"]}
    always, never = (
        {(rule["kind"], *rule["columns"]) for rule in said[name]} for name in ("rules", "denied")
    )
    assert rules >= always
    assert rules.isdisjoint(never)
    unaided = {(rule.kind, *rule.columns) for rule in guessed.schema_found.rules}
    assert unaided >= never
    assert not unaided >= always
    hidden = {column.name: (column.hidden, column.missing) for column in told.columns}
    assert (hidden["ward"], hidden["lab"][1]) == ((0, 0), 30)


@pytest.fixture(scope="module")
def churn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the demo's table, which the pages' commands read."""
    from tabtwin.cli.demo import write_table

    folder = tmp_path_factory.mktemp("pages")
    write_table("modeldata.wa_churn", folder / "churn.csv")
    return folder


def _calls(text: str) -> list[tuple[str, list[str]]]:
    """Each command of a block, with the lines that it is shown to print."""
    first, *rest = re.split(r"^\$ ", text, flags=re.M)
    assert first == ""
    return [(command, shown) for command, *shown in (part.splitlines() for part in rest)]


def _words(command: str) -> list[str]:
    """Return a command's words, with the programs of the pages' environment as they are called here."""
    program, *words = shlex.split(command, comments=True)
    own = [sys.executable, "-m", "tabtwin"] if program.endswith("tabtwin") else [sys.executable]
    return [*own, *words]


def _compare(printed: list[str], shown: list[str]) -> None:
    """Check that lines are printed as shown, where ``...`` stands for any."""
    left = iter(line.rstrip() for line in printed)
    for number, line in enumerate(shown):
        if line != "...":
            skipping = number > 0 and shown[number - 1] == "..."
            found = next((each for each in left if each == line), None) if skipping else next(left, None)
            assert found == line
    assert shown == [] or shown[-1] == "..." or list(left) == []


@pages
def test_links_lead_somewhere(page: Path) -> None:
    text = prose(page)
    links = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'src="([^"]+)"', text)
    for link in links:
        if not link.startswith("https://"):
            name, _, anchor = link.partition("#")
            place = (page.parent / name).resolve() if name else page
            assert place.exists(), link
            assert not anchor or anchor in anchors(place), link


@pages
def test_docs_are_linked_both_ways(page: Path) -> None:
    if page.parent == ROOT / "docs" and page.name != "README.md":
        assert "[README](../README.md)" in page.read_text()
        for index in (ROOT / "README.md", ROOT / "docs" / "README.md"):
            place = os.path.relpath(page, index.parent)
            assert f"]({place})" in index.read_text()


def test_terms_of_the_first_pages_table_lead_to_the_glossary() -> None:
    text = (ROOT / "README.md").read_text()
    (heading,) = re.findall(r"^\|(.*DCR.*)\|$", text, re.M)
    terms = [cell.strip() for cell in heading.split("|")]
    plain = {"", "seconds", "MB"}
    assert [term for term in terms if term not in plain and "](docs/glossary.md#" not in term] == []
    for name in ("fresh real rows", "column-wise shuffle"):
        assert re.search(rf"^\| \[{name}\]\(docs/glossary\.md#", text, re.M), name


@pages
def test_files_and_modules_that_are_named_exist(page: Path) -> None:
    text = page.read_text()
    for name in re.findall(r"`((?:steps|tests|helm|argo|images|docs|\.ci|\.readme)/[\w./-]*)`", text):
        place = ROOT / name
        assert (place.parent if "NAME" in name else place).exists(), name
    for name in re.findall(r"python -m\s+((?:tests|tabtwin)\.[\w.]+)", text):
        assert find_spec(name), name


@pages
def test_options_that_are_named_exist(page: Path) -> None:
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", prose_and_code(page)))
    known = set().union(*(options_of(command) for command in COMMANDS), _listed(), _benchmark_options())
    assert named - known <= FOREIGN


def prose_and_code(page: Path) -> str:
    """Return a page without the commands of other programs, and without HTML comments."""
    text = re.sub(r"<!--.*?-->", "", page.read_text(), flags=re.S)
    others = r"^\s*(?:\$ )?(?:helm|kubectl|argo|docker|openssl|env/bin/pip|git) .*$"
    return re.sub(
        others, "", re.sub(r"`(?:helm|kubectl|argo|docker|openssl|git) [^`]*`", "", text), flags=re.M
    )


@functools.cache
def options_of(command: str) -> set[str]:
    """Return the options that a command's help lists."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), pytest.raises(SystemExit):
        run_command([command, "--help"])
    return set(re.findall(r"--[a-z][a-z-]+", printed.getvalue()))


@functools.cache
def _listed() -> set[str]:
    """Return the options of the page that is generated from them, former names among them."""
    return set(re.findall(r"`(--[a-z][a-z-]+)[` ]", OPTIONS.read_text()))


@functools.cache
def _benchmark_options() -> set[str]:
    sources = (ROOT / "tests" / "benchmarks").glob("*.py")
    return {option for path in sources for option in re.findall(r'"(--[a-z][a-z-]+)"', path.read_text())}


@pages
def test_targets_of_make_and_benchmarks_that_are_named_exist(page: Path) -> None:
    text = re.sub(r"<!--.*?-->", "", page.read_text(), flags=re.S)
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    named = re.findall(r"(?:`|^\$ |^ {4})make (?:-s )?([a-z][a-z-]*)", text, re.M)
    assert set(named) <= targets
    assert set(re.findall(r"make\s+bench\s+NAME=([\w-]+)", text)) <= {*BENCHMARKS}


def test_git_ignores_what_the_pages_commands_make() -> None:
    ignored = (ROOT / ".gitignore").read_text().splitlines()
    assert {name for name in MADE_BY_COMMANDS if not {f"/{name}", f"/{name}/"} & {*ignored}} == set()


def test_the_first_page_is_short() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= 130
