from __future__ import annotations

import pytest

from tabtwin.cli.parsing import ENGINE_ONLY, check_settings, run_parser, submit_parser
from tabtwin.lib.errors import InputError
from tabtwin.runner.parameters import pipeline_file, read_parameters

PARAMETERS = read_parameters(pipeline_file().read_text())


def settings(*options: str) -> dict[str, str]:
    return vars(run_parser(PARAMETERS).parse_args(["t.csv", "--out", "d", *options]))


def test_every_parameter_of_the_pipeline_is_an_option_except_what_the_command_sets() -> None:
    names = {parameter.name for parameter in PARAMETERS} - set(ENGINE_ONLY)

    assert {name.replace("-", "_") for name in names} <= set(settings())


def test_a_cluster_has_one_store_and_no_option_of_submit_names_another() -> None:
    with pytest.raises(InputError, match="--store"):
        submit_parser(PARAMETERS).parse_args(["t.csv", "--out", "d", "--store=s3://b/elsewhere"])


def test_the_defaults_are_good() -> None:
    check_settings(settings())


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--min-dcr", "-1"], "--min-dcr"),
        (["--epochs", "many"], "--epochs"),
        (["--generators", "gan:2"], "ctgan"),
        (["--min-models", "6"], "--min-models"),
        (["--threads", "0"], "--threads"),
    ],
)
def test_a_bad_setting_is_refused_before_anything_is_done(options: list[str], named: str) -> None:
    with pytest.raises(InputError, match=named):
        check_settings(settings(*options))


def test_lists_of_columns_may_be_given_again() -> None:
    given = settings("--drop", "a", "--drop", 'b,"c, d"', "--keep=e")
    assert (given["drop"], given["keep"], given["replace"]) == ('a,b,"c, d"', "e", "")
    check_settings(given)


def test_strict_is_a_flag() -> None:
    assert settings("--strict")["strict"] == "true"
    assert settings()["strict"] == "false"
