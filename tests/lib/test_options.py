from __future__ import annotations

import json
from typing import Annotated

import pytest
from pydantic import Field

from tabtwin.lib import command_line, options
from tabtwin.lib.errors import InputError
from tabtwin.pipeline.registry import load
from tabtwin.pipeline.step import StepParams


class Params(StepParams):
    min_dcr: Annotated[float, options.Option("Advanced", former="dcr")] = Field(
        0.05, ge=0, description="least distance"
    )
    target: Annotated[str, options.Option("The table")] = Field("", description="the target")
    gates_file: Annotated[str, options.Option("The table", name="gates")] = Field("", description="limits")
    model: str = Field("m", description="what the pipeline sets")


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
    parser = command_line.Parser(prog="p")
    command_line.add_fields(parser, Params)

    assert vars(parser.parse_args(["--min-dcr=1", "--target=-x"]))["target"] == "-x"


def test_what_a_step_is_not_given_stays_empty_and_hides_nothing_of_its_settings() -> None:
    parser = command_line.Parser(prog="p")
    command_line.add_fields(parser, Params)

    assert set(vars(parser.parse_args([])).values()) == {""}


def test_what_a_value_is_called_follows_from_its_mark_or_its_type() -> None:
    class Marked(StepParams):
        rare: Annotated[float, options.Option("Advanced"), options.Takes("SHARE")] = Field(0.1)
        least: Annotated[float, options.Option("Advanced")] = Field(0.1)
        file: Annotated[str, options.Option("Advanced", is_file=True)] = Field("")

    called = {one.name: one.takes for one in options.describe(Marked)}
    assert called == {"seed": "N", "threads": "N", "rare": "SHARE", "least": "NUMBER", "file": "FILE"}


def test_an_unknown_option_is_bad_input() -> None:
    with pytest.raises(InputError, match="--help"):
        command_line.Parser(prog="p").parse_args(["--nonsense"])


@pytest.mark.parametrize("rows", ["-1", "1", "19"])
def test_fewer_rows_than_the_audit_can_judge_are_refused_before_anything_runs(rows: str) -> None:
    with pytest.raises(InputError, match=r"^--rows: expected 0 or at least 20$"):
        options.build(load("weigh").params, {"rows": rows})


@pytest.mark.parametrize("rows", ["0", "20"])
def test_no_rows_at_all_and_as_many_as_the_audit_can_judge_are_taken(rows: str) -> None:
    assert options.build(load("weigh").params, {"rows": rows}).model_dump()["rows"] == int(rows)


def listed(**values: str) -> str:
    """Parameters as Argo's ``{{workflow.parameters.json}}`` lists them."""
    return json.dumps([{"name": name.replace("_", "-"), "value": value} for name, value in values.items()])


VALUE = 'a,"b, ""c""",line\nbreak \\n \\" {x} é中😀 $HOME'


def test_a_step_takes_its_options_from_a_workflows_parameters() -> None:
    found = options.from_parameters(Params, listed(target=VALUE, min_dcr="0.5", gates="s3://b/g", other="x"))

    assert options.build(Params, found) == Params(target=VALUE, min_dcr=0.5, gates_file="s3://b/g")


def test_what_a_submitter_names_beside_options_is_passed_over() -> None:
    found = options.from_parameters(Params, listed(model="evil", gates_file="evil", store="evil"))

    assert not set(found.values()) - {""}


def test_a_parameter_of_a_former_name_goes_before_the_default_of_the_current_one() -> None:
    found = options.from_parameters(Params, listed(dcr="0.7", min_dcr="0.05"))

    assert options.build(Params, found).min_dcr == 0.7


@pytest.mark.parametrize("text", ["", "[", "{}x", '["a"]', '[{"name": "rows"}]', "7"])
def test_what_lists_no_parameters_is_bad_input(text: str) -> None:
    with pytest.raises(InputError, match=r"^--settings: expected"):
        options.from_parameters(Params, text)


def test_an_error_names_an_option_as_the_command_line_does() -> None:
    with pytest.raises(InputError, match=r"^--gates: "):
        options.build(Params, {"gates": 7})  # type: ignore[dict-item]  # what a command line cannot give
