from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tabtwin import __version__
from tabtwin.lib.errors import InputError
from tabtwin.lib.options import describe
from tabtwin.pipeline import finish
from tabtwin.pipeline.registry import PARAMS, STEPS
from tabtwin.pipeline.registry import load as load_step
from tabtwin.runner.parameters import pipeline_file
from tabtwin.runner.workflow import Container, Dag, load

TEXT = pipeline_file().read_text()
PIPELINE = load(TEXT)


def changed(change: Any) -> str:
    document = yaml.safe_load(TEXT)
    change(document["spec"])
    return yaml.safe_dump(document)


def test_there_is_one_container_template_for_each_step_in_their_order() -> None:
    containers = [name for name, found in PIPELINE.templates.items() if isinstance(found, Container)]

    assert tuple(containers) == (*STEPS, "finish")


def test_finish_is_given_what_it_takes() -> None:
    template = PIPELINE.templates["finish"]
    assert isinstance(template, Container)

    given = finish.parser().parse_args([*template.args, "--owner=w"])

    assert given.failures == "{{workflow.failures}}"
    assert template.command == ("tabtwin", "finish")


@pytest.mark.parametrize("step", STEPS)
def test_a_template_passes_what_a_user_set_and_each_field_that_none_sets(step: str) -> None:
    template = PIPELINE.templates[step]
    assert isinstance(template, Container)
    passed = {word.split("=")[0].removeprefix("--").replace("-", "_") for word in template.args}
    runtime = {"store", "run", "owner", "log", "name"} | {f"{emit}_to" for emit in load_step(step).emits}
    users = {one.field for one in describe(load_step(step).params)}

    assert passed - runtime == set(load_step(step).params.model_fields) - users | {"settings"}
    assert "--settings={{workflow.parameters.json}}" in template.args
    assert set(load_step(step).emits) == {*template.outputs, *template.artifacts}
    assert template.command == ("tabtwin", "step", step)


@pytest.mark.parametrize("step", STEPS)
def test_a_step_that_is_run_is_told_what_its_options_are_read_from(step: str) -> None:
    assert PARAMS[step] is load_step(step).params


def test_there_is_an_image_for_each_step() -> None:
    text = (Path(__file__).parents[2] / "images" / "Dockerfile").read_text()

    assert re.findall(r'^ENTRYPOINT \["tabtwin", "step", "(\w+)"\]$', text, re.MULTILINE) == list(STEPS)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda spec: spec.update(hooks={}), "hooks"),
        (lambda spec: spec["templates"][0]["dag"]["tasks"][0].update(when="x == y"), "when"),
        (lambda spec: spec["templates"][3].update(script={}), "script"),
        (lambda spec: spec["templates"][0]["dag"].update(failFast=True), "failFast"),
        (lambda spec: spec["templates"][3]["retryStrategy"].update(expression="true"), "expression"),
        (lambda spec: spec["templates"][0]["dag"]["tasks"][0].update(template="gone"), "gone"),
    ],
)
def test_what_does_not_run_on_a_laptop_is_refused_by_name(change: Any, named: str) -> None:
    with pytest.raises(InputError, match=named):
        load(changed(change))


def test_metrics_are_of_a_run_and_their_labels_are_the_place_the_name_and_the_verdict() -> None:
    templates = yaml.safe_load(TEXT)["spec"]["templates"]
    (measured,) = [template for template in templates if "metrics" in template]
    found = measured["metrics"]["prometheus"]

    # Argo counts each try of a template with a retryStrategy, and the whole as well.
    assert measured["name"] == yaml.safe_load(TEXT)["spec"]["onExit"]
    assert "retryStrategy" not in measured
    assert {metric["name"]: [label["key"] for label in metric["labels"]] for metric in found} == {
        "tabtwin_runs_total": ["namespace", "run", "verdict"],
        "tabtwin_run_exit_code": ["namespace", "run"],
        "tabtwin_run_seconds": ["namespace", "run"],
        "tabtwin_rows": ["namespace", "run"],
        "tabtwin_accuracy": ["namespace", "run"],
    }


def test_what_only_concerns_a_cluster_is_passed_over() -> None:
    assert load(changed(lambda spec: spec.update(synchronization={}))) == PIPELINE


def test_what_a_cluster_reads_from_its_configmap_has_its_default_here() -> None:
    release = PIPELINE.templates["release"]

    assert (release.settings["release"], release.inputs["release"]) == ("release", "")
    assert (release.settings["store"], release.inputs["store"]) == ("store", None)


def test_a_parameter_of_the_workflow_read_from_a_configmap_is_refused_since_submitters_set_those() -> None:
    own = {"name": "store", "valueFrom": {"configMapKeyRef": {"name": "tabtwin", "key": "store"}}}

    with pytest.raises(InputError, match=r"parameter store.*valueFrom"):
        load(changed(lambda spec: spec["arguments"]["parameters"].append(own)))


def test_an_input_that_no_configmap_gives_is_refused() -> None:
    own = {"name": "store", "valueFrom": {"default": "s3://b"}}

    with pytest.raises(InputError, match="input store"):
        load(changed(lambda spec: spec["templates"][-1]["inputs"]["parameters"].append(own)))


def strings(found: Any, *path: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every text of a document, and the way to it."""
    if isinstance(found, dict):
        for key, value in found.items():
            yield from strings(value, *path, key)
    elif isinstance(found, list):
        for value in found:
            yield from strings(value, *path)
    elif isinstance(found, str):
        yield path, found


def test_what_a_submitter_writes_stands_in_the_words_of_a_command_and_nowhere_else() -> None:
    spec = yaml.safe_load(TEXT)["spec"]
    places = {path for path, text in strings(spec) if "workflow.parameters" in text}
    (chosen,) = [text for path, text in strings(spec) if "workflow.parameters.pool " in text]

    assert places == {
        ("templates", "container", "args"),
        ("templates", "dag", "tasks", "arguments", "parameters", "value"),
    }
    # The one argument of a task: the pool that a submitter names is compared, and one of two words comes out.
    assert chosen.endswith("? 'gpu' : 'cpu'}}")


def test_no_task_is_given_what_is_the_clusters_own() -> None:
    own = {name for template in PIPELINE.templates.values() for name in template.settings}
    given = {
        name
        for template in PIPELINE.templates.values()
        for task in (template.tasks if isinstance(template, Dag) else ())
        for name in task.arguments
    }

    assert own >= {"store", "registry", "version", "release", "reports", "gpu-pool", "memory", "step-seconds"}
    assert not own & given
    assert not own & {parameter.name for parameter in PIPELINE.parameters}


def test_every_image_bears_the_version_of_the_package() -> None:
    templates = yaml.safe_load(TEXT)["spec"]["templates"]
    leaves = [template for template in templates if "container" in template]
    tags = {template["container"]["image"].rpartition(":")[2] for template in leaves}

    assert tags == {"{{inputs.parameters.version}}"}
    assert {PIPELINE.templates[leaf["name"]].inputs["version"] for leaf in leaves} == {__version__}
    assert TEXT.count(__version__) == 1


def test_every_pod_is_sent_somewhere_and_given_its_share() -> None:
    templates = yaml.safe_load(TEXT)["spec"]["templates"]
    leaves = [template for template in templates if "container" in template]

    assert {template["podSpecPatch"] for template in leaves} == {leaves[0]["podSpecPatch"]}
    for template in leaves:
        inputs = {given["name"]: given.get("value") for given in template["inputs"]["parameters"]}
        settings = PIPELINE.templates[template["name"]].settings
        assert settings["memory"].startswith("memory-")
        assert {"cpu-selector", "cpu-tolerations", "cpu-request", "cpu-limit", "step-seconds"} <= set(
            settings
        )
        assert inputs["nodes"] == (None if template["name"] == "train" else "cpu")


def test_a_pod_is_made_only_where_the_run_was_entered_by_main() -> None:
    # A template that is entered by takes the submitter's parameters for its inputs, the cluster's own, too.
    spec = yaml.safe_load(TEXT)["spec"]
    patches = {template["podSpecPatch"] for template in spec["templates"] if "container" in template}

    assert spec["entrypoint"] == "main"
    for patch in patches:
        assert re.fullmatch(
            r"\{\{=let memory = [^;]*; workflow\.mainEntrypoint != 'main' \? '[^']*' : toJson\(.*\)\}\}",
            patch,
            re.DOTALL,
        )


def test_argo_has_no_input_to_give_parameters_to_where_it_enters_and_where_it_ends() -> None:
    # It hands the workflow's parameters, by name, to the template it enters by and the exit handler.
    spec = yaml.safe_load(TEXT)["spec"]

    for name in (spec["entrypoint"], spec["onExit"]):
        assert not PIPELINE.templates[name].inputs


def test_every_pod_holds_the_signing_key() -> None:
    templates = yaml.safe_load(TEXT)["spec"]["templates"]
    holders = {
        template["name"]
        for template in templates
        for source in template.get("container", {}).get("envFrom", ())
        if source.get("secretRef", {}).get("name") == "tabtwin-signing"
    }

    assert holders == {*STEPS, "finish"}
