"""tabtwin.pipeline.provenance: what a step's fingerprint covers, and what trains no model again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from modelled import ingest
from tabtwin import generators
from tabtwin.pipeline import provenance
from tabtwin.pipeline.executing import execute
from tabtwin.pipeline.params import train
from tabtwin.pipeline.provenance import (
    EVERY_STEPS,
    NOT_COVERED,
    UNCOUNTED,
    UNCOUNTED_BELOW,
    counted_versions,
    library_versions,
    reach,
    room_of,
    source_digest,
)
from tabtwin.pipeline.registry import STEPS, load, module_of
from tabtwin.pipeline.step import Step
from tabtwin.store.artifacts import Manifest
from tabtwin.store.store import Store

MODELLING = ("train", "score", "sample")
TRAIN = train.Params(model="boost-1", generator="boost", member=1)
ALL = [load(name) for name in STEPS]
NAMES = {"argvalues": ALL, "ids": STEPS}


def digest(step: str) -> str:
    found = load(step)
    return source_digest(found.module, found.covers)


def versions(step: str) -> dict[str, str]:
    return counted_versions(load(step).libraries)


def test_every_step_has_a_digest_of_its_own() -> None:
    assert len({digest(step) for step in STEPS}) == len(STEPS)


@pytest.mark.parametrize("step", **NAMES)
def test_a_step_declares_the_rooms_that_it_imports(step: Step[Any]) -> None:
    beyond = reach(step.module, step.covers).beyond
    undeclared = sorted(name for name in beyond if room_of(name, NOT_COVERED) is None)
    assert undeclared == [], (
        f"expected {step.name} to cover what it imports; add these rooms to its covers, or to NOT_COVERED in "
        "pipeline/provenance.py with the reason why they change no byte"
    )


@pytest.mark.parametrize("step", **NAMES)
def test_a_step_declares_the_libraries_that_it_imports(step: Step[Any]) -> None:
    undeclared = sorted(reach(step.module, step.covers).libraries - {*step.libraries, *UNCOUNTED})
    assert undeclared == [], (
        f"expected {step.name} to count what it imports; add these to its libraries, or to UNCOUNTED in "
        "pipeline/provenance.py with the reason why their versions count for nothing"
    )


@pytest.mark.parametrize("step", **NAMES)
def test_a_step_declares_nothing_that_it_does_not_import(step: Step[Any]) -> None:
    found = reach(step.module, step.covers)
    assert set(step.libraries) <= found.libraries
    assert {room_of(name, step.covers) for name in found.files} >= set(step.covers)
    assert not set(step.covers) & set(EVERY_STEPS)


def test_an_import_from_a_room_that_is_not_declared_is_found() -> None:
    step = load("train")
    without = tuple(room for room in step.covers if room != "evaluation.canaries")
    assert "tabtwin.evaluation.canaries.planting" in reach(step.module, without).beyond


@pytest.mark.parametrize("room", NOT_COVERED)
def test_what_is_left_out_is_there(room: str) -> None:
    path = provenance.PACKAGE.joinpath(*room.split("."))
    assert path.is_dir() or path.with_suffix(".py").is_file()


@pytest.fixture
def another(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Have versions looked up as they are in the test, and forget them after it."""
    counted_versions.cache_clear()
    yield monkeypatch
    counted_versions.cache_clear()


def with_version(patch: pytest.MonkeyPatch, name: str) -> None:
    """Have another version of a library be installed."""
    usual = provenance._library

    def found(asked: str) -> tuple[str, tuple[str, ...]] | None:
        library = usual(asked)
        return ("0+another", library[1]) if library and asked == name else library

    patch.setattr(provenance, "_library", found)
    counted_versions.cache_clear()


@pytest.mark.parametrize("library", ["faker", "boto3", "phonenumbers", "pydantic", "plotly"])
def test_another_version_of_what_no_model_is_computed_with_retrains_none(
    another: pytest.MonkeyPatch, library: str
) -> None:
    before = {step: versions(step) for step in MODELLING}
    with_version(another, library)
    assert {step: versions(step) for step in MODELLING} == before


@pytest.mark.parametrize("library", ["numpy", "numba", "pandas"])
def test_another_version_of_what_models_are_computed_with_retrains_them(
    another: pytest.MonkeyPatch, library: str
) -> None:
    before = {step: versions(step) for step in MODELLING}
    with_version(another, library)
    assert [step for step in MODELLING if versions(step) == before[step]] == []


def test_a_trained_model_outlives_another_faker_and_no_other_numpy(
    store: Store, another: pytest.MonkeyPatch
) -> None:
    def train_it() -> Manifest:
        return execute(load("train"), TRAIN, store, "r", "boost-1", {})

    def refuse(name: str) -> None:
        raise AssertionError(name)

    ingest(store, "r", "boost-1")
    first = train_it()
    another.setattr(generators, "find", refuse)
    with_version(another, "faker")
    assert train_it() == first
    with_version(another, "numpy")
    with pytest.raises(AssertionError, match="boost"):
        train_it()


@pytest.mark.parametrize("step", ["ingest", "release"])
def test_another_faker_is_another_output_of_the_steps_that_make_names(
    another: pytest.MonkeyPatch, step: str
) -> None:
    before = versions(step)
    with_version(another, "faker")
    assert versions(step) != before


@pytest.fixture(scope="module")
def digests() -> dict[str, str]:
    """The digest of every step as it is."""
    return {step: digest(step) for step in STEPS}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package, whose files tests leave as they are."""
    return shutil.copytree(
        provenance.PACKAGE,
        tmp_path_factory.mktemp("package") / "tabtwin",
        ignore=shutil.ignore_patterns("__pycache__"),
    )


@pytest.fixture
def copied(copy: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The copy, of which digests are made."""
    monkeypatch.setattr(provenance, "PACKAGE", copy)
    source_digest.cache_clear()
    yield copy
    source_digest.cache_clear()


@pytest.mark.parametrize(
    ("changed", "again"),
    [
        ("generators/boost/tree.py", {"train", "score", "sample"}),
        ("schema/kinds/integer.py", {step for step in STEPS if "schema" in load(step).covers}),
        ("evaluation/canaries/planting.py", {"ingest", "train", "screen", "audit", "report", "release"}),
        ("protection/identifiers/wording.py", {"ingest"}),
        ("report/svg.py", {"report"}),
        ("pipeline/params/train.py", {"train", "report"}),
        ("lib/seeds.py", set(STEPS) - {"weigh"}),
        ("store/s3.py", set()),
        ("lib/log.py", set()),
        ("cli/run.py", set()),
    ],
)
def test_a_change_computes_again_what_depends_on_it(
    digests: dict[str, str], copied: Path, changed: str, again: set[str]
) -> None:
    path = copied / changed
    was = path.read_text()
    path.write_text(was + "\nCHANGED = True\n")
    try:
        assert {step for step in STEPS if digest(step) != digests[step]} == again
    finally:
        path.write_text(was)


def test_a_steps_libraries_are_those_that_its_modules_import() -> None:
    found = library_versions("tabtwin.store.opening")

    assert {"boto3", "botocore", "python"} <= set(found)
    assert "torch" not in found


def test_only_training_and_what_loads_models_depend_on_torch() -> None:
    using = {step for step in STEPS if "torch" in library_versions(module_of(step))}

    assert using == set(MODELLING)
    assert {step for step in STEPS if "torch" in versions(step)} == using


def test_a_steps_libraries_are_also_those_that_do_the_work_below_the_ones_it_imports() -> None:
    assert {"sdv", "ctgan", "rdt", "scikit-learn"} <= set(versions("train"))
    assert not {"ctgan", "rdt"} & set(versions("weigh"))
    assert not {"pytest", *UNCOUNTED_BELOW} & set(versions("train"))


def test_a_manifest_names_the_versions_that_count_for_nothing_too() -> None:
    assert "faker" in library_versions(module_of("train"))
    assert "phonenumbers" not in library_versions(module_of("train"))
