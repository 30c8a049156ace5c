"""A rare value of the real table stands in the raw private tables, and nowhere else that anything writes.

The value is held by three rows. Every step is run once as it is and once so that it fails with an error
whose message and local variables hold the value, as a library's error may.
"""

from __future__ import annotations

import gzip
import io
import json
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from small import command, copy_records, small_table
from tabtwin.lib.frames import from_parquet
from tabtwin.pipeline.registry import STEPS
from tabtwin.store.opening import open_store
from tabtwin.store.sources import NONCE
from tabtwin.store.store import Store

pytestmark = pytest.mark.whole_run

MARKER = "Zyxomarkle"
NUMBER = "987654321"
RAW_TABLES = ("ingest/training.parquet", "ingest/holdout.parquet", "balance/hybrid.parquet", "source/")
"""Where real rows may stand: under private/, as they are."""

FAILING = """
import json, os, sys
from dataclasses import replace
from tabtwin.pipeline import task
from tabtwin.pipeline.executing import look_up
from tabtwin.pipeline.registry import STEPS, load

def failing(name):
    def run(params, inputs, outputs):
        cell = "{marker}"
        raise ValueError(f"could not convert string to float: {{cell!r}}")
    step = load(name)
    run.__module__ = step.module
    return replace(step, run=run)

def become(words, folder):
    for number, name in ((1, "stdout"), (2, "stderr")):
        os.dup2(os.open(os.path.join(folder, name), os.O_WRONLY | os.O_CREAT), number)
    code = 1
    try:
        code = task.run_task(words)
        sys.stdout.flush()
    finally:
        os._exit(code)

for step in STEPS:  # once, for the processes forked below
    look_up(load(step))
task.load = failing
codes = {{}}
for step, words in json.load(sys.stdin).items():
    folder = os.path.join(sys.argv[1], step)
    os.mkdir(folder)
    child = os.fork() or become([step, *words], folder)
    codes[step] = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
print(json.dumps(codes))
"""


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = small_table(300)
    rows["note"] = [MARKER] * 3 + ["plain"] * 200 + ["other"] * 97
    rows.loc[:2, "age"] = int(NUMBER)
    path = tmp_path_factory.mktemp("table") / "customers.csv"
    rows.sample(frac=1, random_state=1).to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def finished(table: Path) -> tuple[Path, str]:
    """The output folder of a whole run, and all that it printed."""
    out = table.parent / "twin"
    # The one run of the tests that trains a generator on torch, whose models are pickles.
    words = command(table, out, "--generators", "boost:1,tvae:1", "--epochs", "1")
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode in {0, 3}, done.stdout[-2000:]
    return out, done.stdout + done.stderr


@pytest.fixture(scope="module")
def store(finished: tuple[Path, str]) -> Store:
    """The finished run's store."""
    return open_store(str(finished[0] / "private" / "store"))


def test_a_whole_run_writes_the_value_only_into_raw_private_tables(
    finished: tuple[Path, str], store: Store
) -> None:
    (out, printed), raw = finished, 0
    assert_absent("what was printed", printed.encode())
    for path in out.rglob("*"):
        if path.is_file() and "store" not in path.parts and path.name != "hybrid.parquet":
            assert_absent(str(path), path.read_bytes())
    for key in store.list(""):
        if any(_is_raw(key, table) for table in RAW_TABLES):
            raw += MARKER.encode() in _plain(key, store.get(key))
        else:
            assert_absent(key, store.get(key))
    assert raw >= 2, "the value was not even in the table"


@pytest.fixture(scope="module")
def failed(store: Store, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    """A folder with what each step printed that failed, and the steps' exit codes."""
    folder = tmp_path_factory.mktemp("failed")
    given = {step: [f"--store={store.url}", f"--run=failing-{step}", "--seed=99"] for step in STEPS}
    for step, words in _arguments(store).items():
        given[step] += words
    done = subprocess.run(
        [sys.executable, "-c", FAILING.format(marker=MARKER), str(folder)],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-1000:]
    return folder, json.loads(done.stdout)


@pytest.mark.parametrize("step", STEPS)
def test_a_failing_step_tells_nobody_the_value(
    step: str, failed: tuple[Path, dict[str, int]], store: Store
) -> None:
    folder, codes = failed
    stdout, stderr = ((folder / step / name).read_bytes() for name in ("stdout", "stderr"))
    records = [key for key in store.list(f"private/runs/failing-{step}/failed/") if f"/{step}" in key]
    for key in records:
        assert_absent(key, store.get(key))

    assert codes[step] == 1, stdout[-1000:]
    assert b"ValueError" in stdout
    assert records
    assert_absent("stdout", stdout)
    assert_absent("stderr", stderr)


def _arguments(store: Store) -> dict[str, list[str]]:
    """The options that steps need, each on a copy of the finished run's records."""
    (run,) = {key.split("/")[2] for key in store.list("private/runs/") if key.endswith("/ingest.json")}
    for step in STEPS:
        copy_records(store, run, f"failing-{step}")
    (source,) = [key for key in store.list("private/source/") if f"/{NONCE}/" not in key]
    return {
        "ingest": [f"--source={store.address(source)}"],
        "train": ["--name=tvae-1", "--model=tvae-1", "--generator=tvae", "--member=1", "--epochs=1"],
        "score": ["--name=tvae-1", "--model=tvae-1"],
        "sample": ["--name=tvae-1-0", "--shard=tvae-1-0", "--model=tvae-1", "--first=0", "--count=10"],
    }


def assert_absent(where: str, data: bytes) -> None:
    """Neither value may be in ``data``, as it is or inside what it packs."""
    for value in (MARKER, NUMBER):
        assert value.encode() not in _plain(where, data), f"{value} stands in {where}"


def _plain(where: str, data: bytes) -> bytes:
    """The content of a file without its packing."""
    if where.endswith(".parquet"):
        return from_parquet(data).to_csv().encode()
    if where.endswith(".gz"):
        return gzip.decompress(data)
    if where.endswith("model.bin"):
        return data + _strings_of(data)
    return data


def _strings_of(data: bytes) -> bytes:
    """Every text and number that a pickle spells out, whatever their encoding in it."""
    import pickletools

    try:
        return b" ".join(
            str(argument).encode()
            for _, argument, _ in pickletools.genops(io.BytesIO(data))
            if argument is not None
        )
    except (ValueError, pickle.UnpicklingError):
        return b""


def _is_raw(key: str, table: str) -> bool:
    step, _, file = table.partition("/")
    return key.startswith(f"private/{step}/") and key.endswith(file)
