"""``tabtwin run`` from and into an object store that is already there, as a team would use one."""

from __future__ import annotations

from pathlib import Path

import pytest

from small import command, digests, run, small_table
from tabtwin.store import lease
from tabtwin.store.artifacts import sha256
from tabtwin.store.opening import open_store
from tabtwin.store.store import Store

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def shared(s3: None) -> Store:
    """A prefix that holds a source table."""
    store = open_store("s3://tabtwin/shared")
    store.put("incoming/customers.csv", small_table().to_csv(index=False).encode())
    return store


@pytest.fixture(scope="module")
def words(shared: Store, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The command: a table in the store, worked on in the store."""
    out = tmp_path_factory.mktemp("out") / "twin"
    table = Path("s3://tabtwin/shared/incoming/customers.csv")
    return [word.replace("s3:/t", "s3://t") for word in command(table, out, "--store", shared.url)]


@pytest.fixture(scope="module")
def finished(words: list[str]) -> list[dict[str, object]]:
    code, lines, errors = run(words)
    assert code == 0, (lines[-2:], errors)
    return lines


def test_the_release_in_the_store_is_the_one_in_the_folder(
    finished: list[dict[str, object]], words: list[str], shared: Store
) -> None:
    out = Path(words[words.index("--out") + 1])
    listed = {key.rpartition("/")[2]: sha256(shared.get(key)) for key in shared.list("release/")}

    delivered = {path.name: sha256(path.read_bytes()) for path in (out / "release").iterdir()}
    assert "manifest.json" in delivered
    assert delivered == listed
    assert not (out / "private" / "store").exists()


def test_a_second_driver_is_kept_off_a_run_that_is_held(
    finished: list[dict[str, object]], words: list[str], shared: Store
) -> None:
    (name,) = {key.split("/")[1] for key in shared.list("release/")}
    lease.claim(shared, name, "somebody else")
    try:
        code, _, errors = run(words)
    finally:
        lease.release(shared, name, "somebody else")

    assert code == 4
    assert "held by another driver" in errors


def test_a_changed_byte_of_a_model_is_mended_by_the_same_command(
    finished: list[dict[str, object]], words: list[str], shared: Store
) -> None:
    before = digests(Path(words[words.index("--out") + 1]))
    (model,) = [key for key in shared.list("private/train/") if key.endswith("model.bin")][:1]
    damaged = bytearray(shared.get(model))
    damaged[len(damaged) // 2] ^= 1
    shared.put(model, bytes(damaged))

    code, lines, _ = run(words)

    made = [line["task"] for line in lines if line["event"] == "step.done" and not line["skipped"]]
    assert code == 0
    assert len(made) == 1
    assert str(made[0]).startswith("train/")
    assert digests(Path(words[words.index("--out") + 1])) == before


def test_a_bucket_that_is_not_there_is_bad_input(words: list[str]) -> None:
    code, _, errors = run([word.replace("s3://tabtwin/shared/incoming", "s3://nowhere/x") for word in words])

    assert (code, "no bucket 'nowhere'" in errors) == (2, True)
