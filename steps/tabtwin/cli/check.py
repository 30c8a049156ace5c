"""``tabtwin check``: what tabtwin finds in a table, before anything is trained."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

from pydantic import Field

from tabtwin.cli.check_view import show
from tabtwin.cli.estimate import estimate
from tabtwin.cli.parsing import add_table
from tabtwin.lib import command_line, options
from tabtwin.lib.blob import Held
from tabtwin.lib.errors import InputError
from tabtwin.lib.options import Option
from tabtwin.pipeline.params.base import StepParams
from tabtwin.preparation.check import check_table
from tabtwin.preparation.draws import draw_of
from tabtwin.preparation.profile import open_table
from tabtwin.preparation.table_options import Asked
from tabtwin.runner.inputs import read_input
from tabtwin.store import disk_space
from tabtwin.store.artifacts import canonical as as_json
from tabtwin.store.artifacts import sha256
from tabtwin.store.signing import owner_seed

FILES = {
    "holdout": "your own unseen rows, CSV (also .gz) or Parquet",
    "schema": "your schema (JSON); it overrides what tabtwin would guess",
}


class Params(Asked):
    """The settings of a run of the table."""

    seed: Annotated[int | None, Option("The table")] = Field(
        None, ge=0, description=str(StepParams.model_fields["seed"].description)
    )


def main(arguments: Sequence[str]) -> int:
    """Check a table, and print what was found.

    Raises:
        InputError: if it cannot be read, or a run would be refused; the latter after everything is printed.
    """
    parser = command_line.Parser(
        prog="tabtwin check", description="Show what tabtwin finds in a table, before anything is trained."
    )
    add_table(parser)
    for name, words in FILES.items():
        parser.add_argument(f"--{name}", default="", metavar="FILE", help=words)
    parser.add_argument(
        "--schema-to", default="", metavar="FILE", help="write the schema to this file, to be edited"
    )
    parser.add_argument("--json", action="store_true", help="print all of it as one JSON object")
    command_line.add_fields(parser, Params)
    given = vars(parser.parse_args(arguments))
    params = options.build(Params, given)
    _check_absent(given["schema_to"])
    table, *more = [read_input(place) for place in given["TABLE"]]
    files = {name: read_input(given[name]).data if given[name] else Held(b"") for name in FILES}
    asked = Asked(**params.model_dump(include=set(Asked.model_fields)))
    further = [(source.data, source.name) for source in more]
    seed = (
        owner_seed([sha256(source.data) for source in (table, *more)]) if params.seed is None else params.seed
    )
    declared = files["schema"].read()
    draw = draw_of(asked, declared, seed, own_holdout=files["holdout"].size > 0)
    opened = open_table(table.data, table.name, declared, asked, more=further, draw=draw)
    found = check_table(opened, table.name, holdout=files["holdout"], seed=seed)
    if given["schema_to"]:
        place, written = Path(given["schema_to"]), as_json(found.schema_found.model_dump(mode="json"))
        with disk_space.writing(place.parent, len(written)):
            place.write_bytes(written)
    if given["json"]:
        print(as_json(found.model_dump(mode="json")).decode(), end="")  # noqa: T201 - the command's answer
    else:
        show(found, str(estimate(found)), _next(given["TABLE"], given))
    if found.stops:
        raise InputError(found.stops)
    return 0


def _check_absent(place: str) -> None:
    """Refuse to overwrite a file, which may be an edited schema."""
    if place and Path(place).exists():
        raise InputError(f"--schema-to: expected no file yet, found one at {place}; name another")


def _next(tables: Sequence[str], given: Mapping[str, str]) -> str:
    """Return the command that makes a twin of the table, with the same options."""
    said = {name: given[name] for name in (*FILES, *Params.model_fields) if given[name]}
    if given["schema_to"]:
        said["schema"] = given["schema_to"]
    words = [word for name, text in said.items() for word in (options.flag(name), text)]
    return shlex.join(["tabtwin", "run", *tables, "--out", "twin", *words])
