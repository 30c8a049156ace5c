from __future__ import annotations

from tabtwin.pipeline.provenance import library_versions, source_digest
from tabtwin.pipeline.registry import STEPS, module_of


def test_every_step_has_a_digest_of_its_own() -> None:
    assert len({source_digest(module_of(step)) for step in STEPS}) == len(STEPS)


def test_a_steps_libraries_are_those_that_its_modules_import() -> None:
    versions = library_versions("tabtwin.store.store")

    assert {"boto3", "botocore", "python"} <= set(versions)
    assert "torch" not in versions


def test_only_training_and_what_loads_models_depend_on_torch() -> None:
    using = {step for step in STEPS if "torch" in library_versions(module_of(step))}

    assert using == {"train", "score", "sample"}


def test_a_steps_libraries_are_also_those_that_do_the_work_below_the_ones_it_imports() -> None:
    versions = library_versions("tabtwin.pipeline.train")

    assert {"sdv", "ctgan", "rdt"} <= set(versions)
    assert not {"ctgan", "rdt"} & set(library_versions("tabtwin.pipeline.weigh"))
    assert "pytest" not in versions


def test_what_finds_columns_that_name_people_retrains_no_model() -> None:
    for step in ("train", "score", "sample"):
        assert "phonenumbers" not in library_versions(module_of(step))
