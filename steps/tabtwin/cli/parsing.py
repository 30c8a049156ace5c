"""The options of ``tabtwin run`` and ``submit``: the pipeline's parameters, which the steps check."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

from tabtwin.generators.spec import model_names, parse_spec
from tabtwin.lib import options
from tabtwin.lib.errors import InputError
from tabtwin.pipeline import registry
from tabtwin.runner.parameters import Parameter

ENGINE_ONLY = ("run", "source", "pool")
"""Workflow parameters that the command sets itself, or that only concern a cluster."""
FILES = ("holdout", "schema", "gates")
"""Options that name a file, which steps read from the store."""
LISTS = ("drop", "keep", "replace")
"""Options that list columns, and may be given again."""


def run_parser(parameters: Sequence[Parameter]) -> options.Parser:
    """One option for each of the pipeline's parameters, and those of a laptop."""
    parser = options.Parser(
        prog="tabtwin run", description="Make a synthetic twin of a table, with a report."
    )
    _add_common(parser, parameters)
    words = "s3://BUCKET/PREFIX, or a folder as file:///PATH, to work in (default: a folder in DIR)"
    parser.add_argument("--store", default="", help=words)
    return parser


def submit_parser(parameters: Sequence[Parameter]) -> options.Parser:
    """The same options, and those of a cluster."""
    parser = options.Parser(
        prog="tabtwin submit",
        description="Make a synthetic twin of a table in a Kubernetes cluster that has tabtwin installed: "
        "upload the table, submit the workflow, follow it, fetch the release.",
    )
    _add_common(parser, parameters)
    pool = next(parameter for parameter in parameters if parameter.name == "pool")
    parser.add_argument("--pool", **_argument(pool))
    parser.add_argument("--store", default=None, type=_of_the_chart, help=argparse.SUPPRESS)
    parser.add_argument("--context", default="", help="of the kubeconfig (default: its current one)")
    parser.add_argument("--namespace", default="", help="where tabtwin is installed (default: the context's)")
    parser.add_argument(
        "--store-endpoint",
        default="",
        metavar="URL",
        help="the store as seen from here (default: AWS_ENDPOINT_URL, or what the chart says; where the "
        "store is inside the cluster, a port is forwarded to it)",
    )
    parser.add_argument(
        "--with-private",
        action="store_true",
        help="fetch the raw pool, the hybrid table and the models, too",
    )
    parser.add_argument(
        "--no-wait", action="store_true", help="submit only; the same command without it follows and fetches"
    )
    return parser


def _of_the_chart(text: str) -> str:
    """Refuse what would otherwise be read as a short spelling of ``--store-endpoint``."""
    raise argparse.ArgumentTypeError("expected none, since the store is the installed chart's; leave it out")


def _add_common(parser: options.Parser, parameters: Sequence[Parameter]) -> None:
    add_table(parser)
    parser.add_argument(
        "--out", required=True, metavar="DIR", help="the output folder; it belongs to one table"
    )
    parser.add_argument("--log", default="auto", choices=["auto", "json", "text"], help="how to show the run")
    for parameter in parameters:
        if parameter.name == options.HEADER:
            options.add_no_header(parser)
        if parameter.name not in ENGINE_ONLY:
            parser.add_argument(options.flag(parameter.name), **_argument(parameter))


def add_table(parser: options.Parser) -> None:
    """The argument that names a table's files."""
    parser.add_argument(
        "TABLE",
        nargs="+",
        help="a CSV (also .gz, any usual delimiter) or Parquet file, local or s3://; or several files of it",
    )


def check_settings(given: Mapping[str, str]) -> None:
    """Refuse a bad setting before anything is done: each step checks the options that are its own.

    Raises:
        InputError: naming the option.
    """
    own = {name: text for name, text in given.items() if name not in {*FILES, *ENGINE_ONLY}}
    for step in registry.STEPS:
        params = registry.load(step).params
        required = {name: "1" for name, field in params.model_fields.items() if field.is_required()}
        options.build(params, required | own)
    planned, least = len(model_names(parse_spec(given["generators"]))), int(given["min_models"])
    if least > planned:
        raise InputError(
            f"--min-models: expected at most the {planned} models of --generators, found {least}"
        )


def _argument(parameter: Parameter) -> dict[str, Any]:
    default = f" (default {parameter.value})" if parameter.value else ""
    argument = {"default": parameter.value or "", "help": parameter.description.replace("%", "%%") + default}
    if parameter.enum == ("true", "false"):
        return argument | {"action": "store_const", "const": "true"}
    if parameter.enum:
        return argument | {"choices": parameter.enum}
    if parameter.name in LISTS:
        return argument | {"metavar": "COLUMN", "action": options.Listed}
    return argument | {"metavar": "VALUE"}
