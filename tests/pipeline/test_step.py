"""The runtime of steps, on two small steps against the real store."""

from __future__ import annotations

import json
import resource
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import Field

from tabtwin.lib import log
from tabtwin.lib.errors import InputError, IntegrityError
from tabtwin.pipeline.executing import execute
from tabtwin.pipeline.step import SEED, Inputs, Outputs, Step, StepParams
from tabtwin.store.artifacts import Ref, output_key
from tabtwin.store.run import Run
from tabtwin.store.signing import KEY_VARIABLE, owner_seed
from tabtwin.store.store import Store


class Params(StepParams):
    seed: int = 1
    size: int = Field(3, description="rows")


done: list[str] = []


def make(params: Params, inputs: Inputs, outputs: Outputs) -> Mapping[str, Any]:
    done.append("make")
    outputs.write("data.bin", b"x" * params.size)
    outputs.json("list.json", [{"name": "a"}])
    return {"size": params.size}


def use(params: Params, inputs: Inputs, outputs: Outputs) -> Mapping[str, Any]:
    done.append("use")
    outputs.write("copy.bin", inputs.read("make", "data.bin"))
    return {}


MAKE = Step(name="make", params=Params, reads=lambda params, run: (), run=make, emits={"list": "list.json"})
USE = Step(name="use", params=Params, reads=lambda params, run: (Ref(step="make", file="data.bin"),), run=use)


@pytest.fixture(autouse=True)
def nothing_done() -> None:
    done.clear()


def test_a_step_whose_output_stands_is_skipped(store: Store) -> None:
    first = execute(MAKE, Params(), store, "r", "", {})
    second = execute(MAKE, Params(), store, "r", "", {})

    assert done == ["make"]
    assert first == second


def test_another_setting_is_another_output(store: Store) -> None:
    first = execute(MAKE, Params(), store, "r", "", {})
    second = execute(MAKE, Params(size=4), store, "r", "", {})

    assert first.fingerprint != second.fingerprint
    assert Run(store, "r").manifest("make") == second


def test_runs_share_outputs_of_the_same_settings(store: Store) -> None:
    execute(MAKE, Params(), store, "one", "", {})
    execute(MAKE, Params(), store, "two", "", {})

    assert done == ["make"]


def test_a_skipped_step_still_writes_its_parameter_file(store: Store, tmp_path: Any) -> None:
    for name in ("first", "second"):
        execute(MAKE, Params(), store, "r", "", {"list": tmp_path / name})

    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes() != b""


def test_a_changed_byte_is_an_integrity_error_to_the_reader_and_made_anew_by_its_maker(store: Store) -> None:
    made = execute(MAKE, Params(), store, "r", "", {})
    store.put(output_key("make", made.fingerprint, "data.bin"), b"xxy")

    with pytest.raises(IntegrityError, match="does not match its manifest"):
        execute(USE, Params(), store, "r", "", {})
    execute(MAKE, Params(), store, "r", "", {})
    execute(USE, Params(), store, "r", "", {})
    assert done == ["make", "use", "make", "use"]


def test_a_file_signed_with_another_key_is_refused(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    execute(MAKE, Params(), store, "r", "", {})
    monkeypatch.setenv(KEY_VARIABLE, "another key" * 4)

    with pytest.raises(IntegrityError, match="not signed with this key"):
        execute(USE, Params(), store, "r", "", {})


def test_another_key_makes_outputs_of_its_own_under_another_name_and_none_under_this_one(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = execute(MAKE, Params(), store, "r", "", {})
    before = {key: store.get(key) for key in store.list("")}
    monkeypatch.setenv(KEY_VARIABLE, "another key" * 4)
    with pytest.raises(IntegrityError, match=r"^private/runs/r/owner\.json was not signed with this key"):
        execute(MAKE, Params(), store, "r", "", {})
    second = execute(MAKE, Params(), store, "mine", "", {})
    execute(USE, Params(), store, "mine", "", {})

    assert done == ["make", "make", "use"]
    assert (second.fingerprint != first.fingerprint, second.files) == (True, first.files)
    assert {key: store.get(key) for key in before} == before


def seeded(params: StepParams, inputs: Inputs, outputs: Outputs) -> Mapping[str, Any]:
    outputs.json("drawn.json", params.run_seed)
    return {}


def by_digests(digests: Mapping[str, str]) -> int:
    return owner_seed([digests["source"]])


DRAWN = Ref(step="draw", file="drawn.json")
INGEST = Step(
    name="ingest",
    params=StepParams,
    reads=lambda params, run: (),
    run=seeded,
    extra=lambda params, run: {"source": "0" * 64},
    seed=by_digests,
)
DRAW = Step(name="draw", params=StepParams, reads=lambda params, run: (), run=seeded)


def drawn(store: Store, run: str, seed: int | None = None) -> int:
    """The seed that a later step draws with."""
    for step in (INGEST, DRAW):
        execute(step, StepParams(seed=seed), store, run, "", {})
    return int(Run(store, run).read(DRAWN))


def test_without_a_seed_the_owner_draws_the_same_and_nobody_else_can(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = drawn(store, "a")
    assert mine == drawn(store, "b") == owner_seed(["0" * 64])
    assert mine > 2**32
    assert json.loads(Run(store, "a").read(SEED)) == {"seed": mine, "keyed": True}
    monkeypatch.setenv(KEY_VARIABLE, "another key" * 4)
    assert drawn(store, "c") not in {mine, 1}


def test_a_chosen_seed_is_every_steps_and_is_told_from_a_keyed_one_of_the_same_number(store: Store) -> None:
    assert drawn(store, "a", 7) == 7
    assert json.loads(Run(store, "a").read(SEED)) == {"seed": 7, "keyed": False}
    mine = drawn(store, "b")
    drawn(store, "c", mine)
    assert json.loads(Run(store, "c").read(SEED)) == {"seed": mine, "keyed": False}
    assert json.loads(Run(store, "b").read(SEED)) == {"seed": mine, "keyed": True}


def test_a_step_without_a_seed_waits_for_the_runs(store: Store) -> None:
    with pytest.raises(InputError, match=r"no current seed\.json of ingest; run that step first"):
        execute(DRAW, StepParams(), store, "r", "", {})


def test_an_output_without_a_manifest_does_not_stand(store: Store) -> None:
    made = execute(MAKE, Params(), store, "r", "", {})
    store.delete(output_key("make", made.fingerprint, "manifest.json"))

    execute(MAKE, Params(), store, "r", "", {})

    assert done == ["make", "make"]


def test_a_step_whose_input_was_never_made_says_which_step_to_run(store: Store) -> None:
    with pytest.raises(InputError, match="run that step first"):
        execute(USE, Params(), store, "r", "", {})


def test_what_an_earlier_command_left_is_not_taken_for_this_ones(store: Store) -> None:
    execute(MAKE, Params(), store, "r", "", {})
    execute(USE, Params(), store, "r", "", {})
    execute(MAKE, Params(size=4), store, "r", "", {})

    assert Run(store, "r").manifest("use") is None


def test_a_step_that_fails_leaves_no_output_in_the_run(store: Store) -> None:
    def fail(params: Params, inputs: Inputs, outputs: Outputs) -> Mapping[str, Any]:
        raise InputError("no")

    execute(MAKE, Params(), store, "r", "", {})
    failing = Step(name="make", params=Params, reads=lambda params, run: (), run=fail)
    with pytest.raises(InputError):
        execute(failing, Params(size=5), store, "r", "", {})

    assert Run(store, "r").manifest("make") is None


def test_the_log_says_how_much_processor_time_a_step_and_its_children_took(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seconds = {resource.RUSAGE_SELF: (1.5, 0.25), resource.RUSAGE_CHILDREN: (4.0, 0.125)}

    def usage(who: int) -> SimpleNamespace:
        return SimpleNamespace(ru_utime=seconds[who][0], ru_stime=seconds[who][1], ru_maxrss=0)

    monkeypatch.setattr(resource, "getrusage", usage)
    log.configure("json")
    execute(MAKE, Params(), store, "r", "", {})

    line = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (line["event"], line["processor_seconds"]) == ("step.done", 5.875)
