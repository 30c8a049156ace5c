from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tabtwin.cli.main import run_command
from tabtwin.cli.parsing import check_settings, run_parser, submit_parser
from tabtwin.lib.errors import InputError
from tabtwin.lib.options import GROUPS
from tabtwin.pipeline.registry import options as all_options
from tabtwin.runner.parameters import COMMANDS_OWN, pipeline_file, read_parameters

PARAMETERS = read_parameters(pipeline_file().read_text())


def settings(*options: str) -> dict[str, str]:
    return vars(run_parser().parse_args(["t.csv", "--out", "d", *options]))


def test_every_parameter_of_the_pipeline_is_an_option_except_what_the_command_sets() -> None:
    names = {parameter.name for parameter in PARAMETERS} - set(COMMANDS_OWN)

    assert {name.replace("-", "_") for name in names} <= set(settings())


def test_a_cluster_has_one_store_and_no_option_of_submit_names_another() -> None:
    with pytest.raises(InputError, match="--store"):
        submit_parser().parse_args(["t.csv", "--out", "d", "--store=s3://b/elsewhere"])


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


FORMER = {one.option.former: one for one in all_options() if one.option.former}


@pytest.mark.parametrize("former", FORMER)
def test_a_former_name_works_and_says_what_the_name_is_now(
    former: str, capsys: pytest.CaptureFixture[str]
) -> None:
    name = FORMER[former].name

    assert settings(f"--{former}=7")[name] == settings(f"--{name.replace('_', '-')}=7")[name] == "7"
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1
    assert said[0].startswith(f"note: --{former} is now --{name.replace('_', '-')};")


def test_options_stand_under_headings_and_those_that_few_set_under_the_last() -> None:
    text = run_parser().format_help()
    places = [text.index(f"\n{heading}:\n") for heading in GROUPS]

    assert places == sorted(places)
    advanced = text[places[-1] :]
    assert all(f"--{name}" in advanced for name in ("dcr-scale", "shortlist", "max-swaps", "threads"))
    assert not any(f"  --{name} " in advanced for name in (*FORMER, "rows", "target", "strict"))


WORDS = {
    *("COLUMN", "COLUMN=VALUE:SHARE", "DAYS", "DIR", "DISTANCE", "FILE", "N", "NAME", "NAME:N,...", "NATS"),
    *("RATIO", "RUN", "SHARE", "URL"),
}


@pytest.mark.parametrize("command", ["run", "submit", "check", "audit", "sample", "clean"])
def test_help_says_what_each_option_takes(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run_command([command, "--help"])
    taken = re.findall(r"^  --[a-z-]+ (?! |\{|\[)(\S+)", capsys.readouterr().out, re.M)
    assert len(taken) > 1
    assert {*taken} <= WORDS


def test_listing_options_loads_no_library_of_a_run() -> None:
    words = "import sys; from tabtwin.cli.parsing import run_parser; run_parser().format_help()"
    heavy = (
        "print({'numpy', 'pandas', 'lightgbm', 'xgboost', 'sklearn', 'torch', 'boto3'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", f"{words}; {heavy}"], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "set()"


def test_checking_settings_loads_no_learner() -> None:
    words = (
        "import sys; from tabtwin.cli.parsing import check_settings, run_parser;"
        "check_settings(vars(run_parser().parse_args(['t.csv', '--out', 'd'])));"
        "print({'lightgbm', 'xgboost', 'sklearn', 'torch', 'sdv', 'imblearn'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize("command", ["check", "run"])
def test_a_command_that_itself_measures_nothing_loads_no_measure(command: str) -> None:
    words = (
        f"import sys, tabtwin.cli.{command};"
        "print({'numba', 'sklearn', 'lightgbm', 'tabtwin.evaluation.audit_result'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set()"
