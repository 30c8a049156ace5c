from __future__ import annotations

from typing import Any

import pytest
import yaml

from tabtwin.lib.errors import InputError
from tabtwin.lib.registry import STEPS
from tabtwin.lib.registry import load as load_step
from tabtwin.local.workflow import Container, load, pipeline_file

TEXT = pipeline_file().read_text()
PIPELINE = load(TEXT)


def changed(change: Any) -> str:
    document = yaml.safe_load(TEXT)
    change(document["spec"])
    return yaml.safe_dump(document)


def test_there_is_one_container_template_for_each_step_in_their_order() -> None:
    containers = [name for name, found in PIPELINE.templates.items() if isinstance(found, Container)]

    assert tuple(containers) == STEPS


@pytest.mark.parametrize("step", STEPS)
def test_a_template_passes_each_option_of_its_step_and_no_other(step: str) -> None:
    template = PIPELINE.templates[step]
    assert isinstance(template, Container)
    passed = {word.split("=")[0].removeprefix("--").replace("-", "_") for word in template.args}
    runtime = {"store", "run", "owner", "log", "name"} | {f"{emit}_to" for emit in load_step(step).emits}

    assert passed - runtime == set(load_step(step).params.model_fields)
    assert set(load_step(step).emits) == set(template.outputs)
    assert template.command == ("tabtwin", "step", step)


def test_defaults_in_the_pipeline_are_those_of_the_steps() -> None:
    for step in STEPS:
        fields = load_step(step).params.model_fields
        for parameter in PIPELINE.parameters:
            field = fields.get(parameter.name.replace("-", "_"))
            if field is not None and not field.is_required():
                assert str(field.default).lower() == str(parameter.value).lower(), (step, parameter.name)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda spec: spec.update(hooks={}), "hooks"),
        (lambda spec: spec["templates"][0]["dag"]["tasks"][0].update(when="x == y"), "when"),
        (lambda spec: spec["templates"][2].update(script={}), "script"),
        (lambda spec: spec["templates"][0]["dag"].update(failFast=True), "failFast"),
        (lambda spec: spec["templates"][2]["retryStrategy"].update(expression="true"), "expression"),
        (lambda spec: spec["templates"][0]["dag"]["tasks"][0].update(template="gone"), "gone"),
    ],
)
def test_what_does_not_run_on_a_laptop_is_refused_by_name(change: Any, named: str) -> None:
    with pytest.raises(InputError, match=named):
        load(changed(change))


def test_what_only_concerns_a_cluster_is_passed_over() -> None:
    assert load(changed(lambda spec: spec.update(ttlStrategy={}))) == PIPELINE
