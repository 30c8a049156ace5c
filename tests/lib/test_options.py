from __future__ import annotations

import pytest
from pydantic import Field

from tabtwin.lib import options
from tabtwin.lib.errors import InputError
from tabtwin.pipeline.registry import load
from tabtwin.pipeline.step import StepParams


class Params(StepParams):
    min_dcr: float = Field(0.05, ge=0, description="least distance")
    target: str = Field("", description="the target")


def test_an_empty_option_is_unset() -> None:
    assert options.build(Params, {"min_dcr": "", "target": ""}) == Params()


def test_options_are_read_from_text() -> None:
    assert options.build(Params, {"min_dcr": "0.5", "seed": "7"}) == Params(min_dcr=0.5, seed=7)


@pytest.mark.parametrize("text", ["much", "-1"])
def test_a_bad_value_is_named_by_its_option_and_not_repeated(text: str) -> None:
    with pytest.raises(InputError, match="--min-dcr") as caught:
        options.build(Params, {"min_dcr": text})
    assert text not in str(caught.value).replace("--min-dcr", "")


def test_each_field_is_an_option() -> None:
    parser = options.Parser(prog="p")
    options.add_fields(parser, Params)

    assert vars(parser.parse_args(["--min-dcr=1", "--target=-x"]))["target"] == "-x"


def test_an_unknown_option_is_bad_input() -> None:
    with pytest.raises(InputError, match="--help"):
        options.Parser(prog="p").parse_args(["--nonsense"])


@pytest.mark.parametrize("step", ["weigh", "screen", "refine"])
@pytest.mark.parametrize("rows", ["-1", "1", "19"])
def test_fewer_rows_than_the_audit_can_judge_are_refused_before_anything_runs(step: str, rows: str) -> None:
    with pytest.raises(InputError, match=r"^--rows: expected 0 or at least 20$"):
        options.build(load(step).params, {"rows": rows})


@pytest.mark.parametrize("rows", ["0", "20"])
def test_no_rows_at_all_and_as_many_as_the_audit_can_judge_are_taken(rows: str) -> None:
    assert options.build(load("weigh").params, {"rows": rows}).model_dump()["rows"] == int(rows)
