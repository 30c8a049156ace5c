"""Define the options of ``tabtwin run`` and ``submit``: those of the steps, which check them."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from tabtwin.lib import command_line, options
from tabtwin.lib.errors import InputError
from tabtwin.pipeline import registry
from tabtwin.runner.parameters import COMMANDS_OWN, FILES


def run_parser() -> command_line.Parser:
    """Return the parser of ``run``: the pipeline's options, and those of a laptop."""
    parser = command_line.Parser(
        prog="tabtwin run",
        usage="tabtwin run TABLE [TABLE ...] --out DIR [OPTION ...]",
        description="Make a synthetic twin of a table, with a report.",
    )
    _add_common(parser)
    words = "s3://BUCKET/PREFIX, or a folder as file:///PATH, to work in (default: a folder in DIR)"
    parser.add_argument("--store", default="", metavar="URL", help=words)
    command_line.add_options(parser, _of_a_laptop(), is_run=True)
    return parser


def submit_parser() -> command_line.Parser:
    """Return the parser of ``submit``: the pipeline's options, and those of a cluster."""
    parser = command_line.Parser(
        prog="tabtwin submit",
        usage="tabtwin submit TABLE [TABLE ...] --out DIR [OPTION ...]",
        description="Make a synthetic twin of a table in a Kubernetes cluster that has tabtwin installed: "
        "upload the table, submit the workflow, follow it, fetch the release.",
    )
    _add_common(parser)
    parser.add_argument("--store", default=None, type=_of_the_chart, help=argparse.SUPPRESS)
    parser.add_argument(
        "--context", default="", metavar="NAME", help="the kubeconfig's context (default: the current one)"
    )
    parser.add_argument(
        "--namespace", default="", metavar="NAME", help="where tabtwin is installed (default: the context's)"
    )
    parser.add_argument(
        "--store-endpoint",
        default="",
        metavar="URL",
        help="the store as seen from here (default: AWS_ENDPOINT_URL, or the chart's; if the "
        "store is inside the cluster, a port is forwarded to it)",
    )
    parser.add_argument(
        "--with-private",
        action="store_true",
        help="also fetch the raw pool, the hybrid table and the models",
    )
    parser.add_argument(
        "--no-wait", action="store_true", help="submit only; the same command without it follows and fetches"
    )
    clusters = [one for one in registry.options() if one.option.is_clusters]
    command_line.add_options(parser, [*_of_a_laptop(), *clusters], is_run=True)
    return parser


def _of_the_chart(text: str) -> str:
    """Refuse an option that would otherwise be read as short for ``--store-endpoint``."""
    raise argparse.ArgumentTypeError("expected none, since the store is the installed chart's; leave it out")


def _of_a_laptop() -> list[options.Described]:
    """Return the options of a run except the table itself, which is not an option."""
    return [one for one in registry.options() if one.parameter not in COMMANDS_OWN]


def _add_common(parser: command_line.Parser) -> None:
    add_table(parser)
    parser.add_argument(
        "--out", required=True, metavar="DIR", help="the output folder; it belongs to one table"
    )
    parser.add_argument("--log", default="auto", choices=["auto", "json", "text"], help="how to show the run")


def add_table(parser: command_line.Parser) -> None:
    """Add the argument that names a table's files."""
    parser.add_argument(
        "TABLE",
        nargs="+",
        help="a CSV (also .gz, any usual delimiter) or Parquet file, local or s3://; or several files of it",
    )


def check_settings(given: Mapping[str, str]) -> None:
    """Refuse a wrong setting before anything is done, as the step that takes it would.

    Raises:
        InputError: with the option.
    """
    from tabtwin.generators.spec import (
        model_names,
        parse_spec,
    )  # it imports pandas, which --help does not need

    own = {name: text for name, text in given.items() if name not in {*FILES, *COMMANDS_OWN}}
    for params in registry.PARAMS.values():
        required = {name: "1" for name, field in params.model_fields.items() if field.is_required()}
        options.build(params, required | own)
    planned, least = len(model_names(parse_spec(given["generators"]))), int(given["min_models"])
    if least > planned:
        raise InputError(
            f"--min-models: expected at most the {planned} models of --generators, found {least}"
        )
