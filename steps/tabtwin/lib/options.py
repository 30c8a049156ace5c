"""Make options of the fields of a ``Params`` model: each is described once, there, and is a ``--flag`` here.

    rows: Annotated[Rows, Option("The twin")] = Field(0, description="rows of the twin; 0: as many as ...")

A field with an :class:`Option` is for a user to set: command lines, the pipeline's list of parameters, the
documentation and the report's list of settings follow from it. One without is set by the pipeline itself.
An empty value means unset, since Argo cannot leave a parameter out.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin

from pydantic import AfterValidator, BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

from tabtwin.lib.errors import InputError

M = TypeVar("M", bound=BaseModel)
V = TypeVar("V")

FEWEST_TWIN_ROWS = 20
"""The fewest rows of a twin: with fewer, ``audit`` can compute nothing and show nothing."""

HEADER = "header"
BOOLEAN = ("true", "false")

Group = Literal["The table", "The twin", "The models", "Privacy and gates", "Advanced"]
GROUPS: tuple[Group, ...] = get_args(Group)
"""The headings under which options are listed, in this order."""


def _enough_rows(rows: int) -> int:
    if rows and rows < FEWEST_TWIN_ROWS:
        raise PydanticCustomError("few_rows", "expected 0 or at least {least}", {"least": FEWEST_TWIN_ROWS})
    return rows


Rows = Annotated[int, AfterValidator(_enough_rows)]
"""The number of rows of the twin; 0 means as many as the table has."""


@dataclass(frozen=True)
class Option:
    """The mark, in a field's ``Annotated``, of a ``Params`` model's field that a user sets.

    Attributes:
        group: The heading under which it is listed.
        name: Its name, if that is not the field's.
        former: Its name in the version before; that still works, and says so.
        is_file: Whether it names a file, which commands upload to the store.
        is_columns: Whether it lists columns, and may be given several times.
        is_shown: Whether the public report lists its value: not if it names a place or confirms a guess.
        is_clusters: Whether it has no meaning on a laptop.
    """

    group: Group
    name: str = ""
    former: str = ""
    is_file: bool = False
    is_columns: bool = False
    is_shown: bool = True
    is_clusters: bool = False


@dataclass(frozen=True)
class Takes:
    """The mark, in a field's ``Annotated``, of what its value is called in a command's help: ``RUN``."""

    word: str


@dataclass(frozen=True)
class Described:
    """An option with all that is known of it.

    Attributes:
        field: Its field.
        name: Its name, with underscores.
        default: Its default as text; ``None`` if it must be given.
        text: Its description.
        choices: Its possible values, if they are listed.
        takes: What its value is called, such as ``N``; empty for a flag and for listed values.
        option: The mark of its field.
    """

    field: str
    name: str
    default: str | None
    text: str
    choices: tuple[str, ...]
    takes: str
    option: Option

    @property
    def parameter(self) -> str:
        """Return its name as a parameter of the pipeline."""
        return self.name.replace("_", "-")


def mark(field: FieldInfo) -> Option | None:
    """Return the mark of a field as an option, if there is one."""
    return next((found for found in field.metadata if isinstance(found, Option)), None)


def describe(params: type[BaseModel]) -> tuple[Described, ...]:
    """Return the options among the fields of a model, in their order."""
    return tuple(
        _described(name, field, option)
        for name, field in params.model_fields.items()
        if (option := mark(field))
    )


def _described(name: str, field: FieldInfo, option: Option) -> Described:
    return Described(
        field=name,
        name=option.name or name,
        default=None if field.is_required() else _text(field.default),
        text=field.description or "",
        choices=_choices(field.annotation),
        takes=taken(field, option),
        option=option,
    )


def taken(field: FieldInfo, option: Option | None = None) -> str:
    """Return what a field's value is called: as it is marked, or as its type says."""
    marked = next((found.word for found in field.metadata if isinstance(found, Takes)), "")
    if marked or _choices(field.annotation):
        return marked
    if option is not None and (option.is_file or option.is_columns):
        return "FILE" if option.is_file else "COLUMN"
    kinds = {field.annotation, *get_args(field.annotation)}
    return "N" if int in kinds else "NUMBER" if float in kinds else "TEXT"


def _text(value: object) -> str:
    """Return a default as a command line has it."""
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _choices(kind: Any) -> tuple[str, ...]:
    return BOOLEAN if kind is bool else get_args(kind) if get_origin(kind) is Literal else ()


def note_renamed(former: str, current: str) -> None:
    """Say on stderr that an option has another name now."""
    line = f"note: {former} is now {current}; the old name will stop working in the next version"
    print(line, file=sys.stderr)  # noqa: T201 - for the user, beside whatever the command prints


def flag(field: str) -> str:
    """Return the option of a field.

    >>> flag("min_dcr")
    '--min-dcr'
    """
    return "--" + field.replace("_", "-")


def build(params: type[M], given: Mapping[str, str]) -> M:
    """Check the options given as text and build ``params``; empty ones are unset.

    Args:
        params: The model.
        given: Values by the fields' names, or the options'; what is none of its fields is passed over.

    Raises:
        InputError: naming the option, what was expected and how to write it.
    """
    names = {name: name for name in params.model_fields} | {one.name: one.field for one in describe(params)}
    known = {names[name]: text for name, text in given.items() if name in names and text != ""}
    try:
        return params.model_validate(known)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        fields = {field: name for name, field in names.items()}
        option = flag(fields[str(first["loc"][0])]) if first["loc"] else "an option"
        raise InputError(f"{option}: {first['msg'].lower()}") from None


def current_names(described: Iterable[Described], given: Mapping[str, V]) -> dict[str, V]:
    """Return ``given`` by options' current names, with a note on stderr for each former one."""
    former = {one.option.former: one.name for one in described if one.option.former}
    for name in given.keys() & former.keys():
        note_renamed(name, former[name])
    return {former.get(name, name): value for name, value in given.items()}


def from_parameters(params: type[BaseModel], text: str) -> dict[str, str]:
    """Return the options of ``params`` among a workflow's parameters; all others are passed over.

    What a submitter names beside a user's options, such as a field that the pipeline sets, is none of them.

    Args:
        params: The model.
        text: The parameters, as Argo's ``{{workflow.parameters.json}}`` lists them.

    Raises:
        InputError: if it is no such list.
    """
    try:
        values = {str(item["name"]): str(item["value"]) for item in json.loads(text)}
    except (ValueError, TypeError, KeyError):
        raise InputError(
            "--settings: expected a JSON list of maps with name and value, found another text; "
            "give options by their names instead"
        ) from None
    found: dict[str, str] = {}
    for one in describe(params):
        former = values.get(one.option.former.replace("_", "-"), "") if one.option.former else ""
        found[one.field] = former or values.get(one.parameter, "")
    return found
