"""Every image, run as its pod would be, against a real S3 server on a small table."""

from __future__ import annotations

import json
import subprocess
import time
import uuid

import pytest

from tabtwin import __version__
from tabtwin.pipeline.registry import STEPS
from tabtwin.store.artifacts import output_key, stands_whole
from tests.images.conftest import Finished
from tests.images.containers import DOCKER, command, image, inspect, run

pytestmark = pytest.mark.images

OPTIONS = {
    "ingest": ["--target=bought", "--generators=ctgan:1,tvae:1", "--epochs=2"],
    "train": ["--model=ctgan-1", "--generator=ctgan", "--member=1", "--epochs=2", "--name=ctgan-1"],
    "score": ["--model=ctgan-1", "--name=ctgan-1"],
    "weigh": ["--oversample=3"],
}
ONE_OF_EACH_BASE = ("ingest", "utility", "train")
TORCH, MEGABYTE = ("train", "score", "sample"), 1e6


def options(step: str, finished: Finished, source: str) -> list[str]:
    """What the workflow gave the first task of ``step``, of the options that decide its output."""
    given = [f"--store={finished.store.url}", "--run=twin", "--owner=w", "--seed=1", *OPTIONS.get(step, [])]
    if step == "ingest":
        return [*given, f"--source={source}"]
    if step == "sample":
        (whole,) = json.loads(finished.store.get(key_of(finished, "weigh", "slices.json")))
        shard = whole["shards"][0]
        return [*given, f"--name={shard['name']}", f"--shard={shard['name']}", *shard_options(shard)]
    return given


def shard_options(shard: dict[str, str]) -> list[str]:
    return [f"--{name}={shard[name]}" for name in ("model", "first", "count")]


def key_of(finished: Finished, step: str, file: str, name: str = "") -> str:
    manifest = finished.run.manifest(step, name)
    assert manifest is not None
    return output_key(step, manifest.fingerprint, file)


def test_the_whole_pipeline_ends_well_in_containers(finished: Finished) -> None:
    assert finished.node.state == "Succeeded", [leaf for leaf in finished.node.leaves() if leaf.code]
    assert set(finished.containers) == set(STEPS)


@pytest.mark.parametrize("step", STEPS)
def test_a_step_writes_json_lines_and_nothing_else(step: str, finished: Finished) -> None:
    for ended in finished.containers[step]:
        assert ended.lines[-1]["event"] == "step.done"
        assert ended.stderr == ""


@pytest.mark.parametrize("step", STEPS)
def test_a_step_leaves_what_its_manifest_vouches_for(step: str, finished: Finished) -> None:
    names = [
        leaf.name.partition("/")[2] for leaf in finished.node.leaves() if leaf.name.split("/")[0] == step
    ]
    assert names
    for name in names:
        manifest = finished.run.manifest(step, name)
        assert manifest is not None
        assert manifest.files
        assert stands_whole(finished.store, manifest)


@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_skipped_where_its_output_stands(step: str, finished: Finished, source: str) -> None:
    ended = run(step, options(step, finished, source))

    assert ended.code == 0, ended
    assert ended.lines[-1]["skipped"] is True


@pytest.mark.parametrize("step", ONE_OF_EACH_BASE)
def test_wrong_credentials_end_it_with_4_and_one_line(step: str, finished: Finished, source: str) -> None:
    ended = run(step, options(step, finished, source), AWS_SECRET_ACCESS_KEY="wrong")

    assert ended.code == 4
    assert "denies access" in ended.reason
    assert "credentials" in ended.reason


@pytest.mark.parametrize("step", ONE_OF_EACH_BASE)
def test_a_store_that_is_away_ends_it_with_1_and_one_line(step: str, finished: Finished, source: str) -> None:
    ended = run(step, options(step, finished, source), AWS_ENDPOINT_URL="http://127.0.0.1:9")

    assert ended.code == 1
    assert "does not answer" in ended.reason


def test_a_table_that_is_not_there_ends_it_with_2(finished: Finished) -> None:
    ended = run("ingest", [f"--store={finished.store.url}", "--run=no", "--source=s3://tabtwin/no/t.csv"])

    assert ended.code == 2
    assert "s3://tabtwin/no/t.csv" in ended.reason


def test_cuda_where_there_is_none_ends_it_with_2(finished: Finished, copy: str) -> None:
    words = ["--model=x", "--name=x", "--generator=tvae", "--member=1", "--pool=gpu"]
    ended = run("train", [f"--store={finished.store.url}", f"--run={copy}", "--owner=w", *words])

    assert ended.code == 2
    assert "CUDA" in ended.reason


def test_too_few_rows_left_end_it_with_3(finished: Finished, copy: str) -> None:
    ended = run(
        "screen",
        [f"--store={finished.store.url}", f"--run={copy}", "--owner=w", "--screen=cutoff", "--min-dcr=1000"],
    )

    assert ended.code == 3


def test_a_changed_byte_of_a_model_ends_it_with_4(finished: Finished, copy: str) -> None:
    key = key_of(finished, "train", "model.bin", "ctgan-1")
    good = finished.store.get(key)
    finished.store.put(key, good[:-1] + bytes([good[-1] ^ 1]))
    try:
        options = [f"--store={finished.store.url}", f"--run={copy}", "--owner=w", "--seed=2"]
        ended = run("score", [*options, "--name=ctgan-1", "--model=ctgan-1"])
    finally:
        finished.store.put(key, good)

    assert ended.code == 4
    assert "does not match its manifest" in ended.reason


def test_a_model_signed_with_another_key_ends_it_with_4(finished: Finished, copy: str) -> None:
    options = [f"--store={finished.store.url}", f"--run={copy}", "--owner=w", "--seed=3", "--name=ctgan-1"]
    ended = run("score", [*options, "--model=ctgan-1"], TABTWIN_SIGNING_KEY="another" * 8)

    assert ended.code == 4
    assert "signed" in ended.reason


def test_sigterm_ends_a_training_at_once_and_leaves_nothing_half_written(
    finished: Finished, copy: str
) -> None:
    name = f"tabtwin-{uuid.uuid4().hex[:8]}"
    words = ["--model=long", "--name=long", "--generator=ctgan", "--member=2", "--epochs=100000"]
    before = set(finished.store.list("private/train/"))
    given = [f"--store={finished.store.url}", f"--run={copy}", "--owner=w", "--log=json", *words]
    with subprocess.Popen(command("train", given, name=name), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert any('"progress"' in line for line in process.stdout)
        asked = time.monotonic()
        subprocess.run([*DOCKER, "kill", "--signal=TERM", name], check=True, capture_output=True)
        code = process.wait(timeout=30)
        seconds = time.monotonic() - asked

    assert code == 143
    assert seconds < 20  # of a pod's 30 before it is killed
    assert set(finished.store.list("private/train/")) == before


@pytest.mark.parametrize("step", STEPS)
def test_an_image_says_what_it_is(step: str) -> None:
    found = inspect(step)
    labels = found["Config"]["Labels"]

    assert found["Config"]["Entrypoint"] == ["tabtwin", "step", step]
    assert found["Config"]["User"] == "1000"
    assert labels["org.opencontainers.image.version"] == __version__
    assert len(labels["org.opencontainers.image.revision"]) == 40
    assert ("BUSL-1.1" in labels["org.opencontainers.image.licenses"]) == (step in TORCH)


@pytest.mark.parametrize("step", STEPS)
def test_an_image_is_no_larger_than_it_may_be(step: str) -> None:
    assert inspect(step)["Size"] < (1_800 if step in TORCH else 1_000) * MEGABYTE


@pytest.mark.parametrize("step", ONE_OF_EACH_BASE)
def test_an_image_lists_what_is_in_it_and_under_which_licences(step: str) -> None:
    looks = "import pathlib, json; d = pathlib.Path('/usr/share/doc/tabtwin'); print(json.dumps(["
    looks += "sorted(p.name for p in d.iterdir()), json.loads((d / 'sbom.cdx.json').read_text())]))"
    done = subprocess.run(
        [*DOCKER, "run", "--rm", "--entrypoint=python", image(step), "-c", looks],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    documents, sbom = json.loads(done.stdout)
    components = {component["name"] for component in sbom["components"]}

    assert {"LICENSE", "NOTICE"} <= set(documents)
    assert {"tabtwin", "boto3", "pandas"} <= components
    assert not {"pip", "pytest", "hatchling", "cyclonedx-bom"} & components
    assert ("sdv" in components) == (step in TORCH) == ("LICENSE.sdv" in documents)
