"""Evaluate Argo's two small languages, as far as the pipeline uses them: ``{{variables}}`` and ``depends``.

Its third, ``{{=expressions}}``, is for what only a cluster knows: an argument may hold one, but no command
that runs here may use it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Literal

from tabtwin.lib.errors import InputError

State = Literal["Succeeded", "Failed", "Errored", "Skipped", "Omitted"]
"""The end of a node: Omitted if its ``depends`` did not hold, Skipped if it fanned out over nothing."""

_VARIABLE = re.compile(r"\{\{(.*?)\}\}")
_TOKEN = re.compile(r"\s*(&&|\|\||\(|\)|[A-Za-z][\w-]*(?:\.(?:Succeeded|Failed|Errored|Skipped))?)")


def substitute(text: str, scope: Mapping[str, str]) -> str:
    """Replace each ``{{name}}`` by its value.

    >>> substitute("--seed={{inputs.parameters.seed}}", {"inputs.parameters.seed": "7"})
    '--seed=7'

    Raises:
        InputError: if a name is unknown, or stands for an expression.
    """

    def value(match: re.Match[str]) -> str:
        name = match.group(1).strip()
        if name not in scope or is_expression(scope[name]):
            raise InputError(
                f"expected a variable that a laptop has, found {{{{{name}}}}}; correct the pipeline"
            )
        return scope[name]

    return _VARIABLE.sub(value, text)


def is_expression(text: str) -> bool:
    """Return whether ``text`` is for a cluster to evaluate."""
    return text.startswith("{{=")


def pass_on(text: str, scope: Mapping[str, str]) -> str:
    """Substitute an argument of a task or a default of an input, unless it is an expression."""
    return text if is_expression(text) else substitute(text, scope)


def read_items(task: str, text: str) -> list[dict[str, str]]:
    """Return the items that a task fans out over; a list in one stays JSON, for a task below to fan out over.

    Raises:
        InputError: if it is not a JSON list of maps of strings and lists.
    """
    try:
        items = json.loads(text)
    except ValueError:
        items = None
    known = isinstance(items, list) and all(
        isinstance(item, dict) and all(isinstance(value, str | list) for value in item.values())
        for item in items
    )
    if not known:
        raise InputError(
            f"task {task}: expected a JSON list of maps of strings and lists in withParam, found another "
            "value; correct the pipeline"
        )
    return [
        {key: value if isinstance(value, str) else json.dumps(value) for key, value in item.items()}
        for item in items
    ]


def needed(depends: str) -> list[str]:
    """Return the tasks that a ``depends`` expression names, in order.

    >>> needed("(ingest && train.Succeeded) || screen")
    ['ingest', 'train', 'screen']
    """
    names = [token.split(".")[0] for token in _tokens(depends) if token[0].isalpha()]
    return list(dict.fromkeys(names))


def holds(depends: str, states: Mapping[str, State]) -> bool:
    """Return whether a ``depends`` expression holds; a bare task also holds if it was skipped.

    Raises:
        InputError: if the expression is malformed.
    """
    tokens = _tokens(depends)
    result, rest = _either(tokens, states)
    if rest:
        raise InputError(f"depends {depends!r}: unexpected {rest[0]!r}")
    return result


def _either(tokens: list[str], states: Mapping[str, State]) -> tuple[bool, list[str]]:
    result, rest = _both(tokens, states)
    while rest and rest[0] == "||":
        other, rest = _both(rest[1:], states)
        result = result or other
    return result, rest


def _both(tokens: list[str], states: Mapping[str, State]) -> tuple[bool, list[str]]:
    result, rest = _one(tokens, states)
    while rest and rest[0] == "&&":
        other, rest = _one(rest[1:], states)
        result = result and other
    return result, rest


def _one(tokens: list[str], states: Mapping[str, State]) -> tuple[bool, list[str]]:
    if not tokens:
        raise InputError("depends: the expression ends too early")
    head, rest = tokens[0], tokens[1:]
    if head == "(":
        result, rest = _either(rest, states)
        if rest[:1] != [")"]:
            raise InputError("depends: a parenthesis is not closed")
        return result, rest[1:]
    name, _, wanted = head.partition(".")
    if name not in states:
        raise InputError(f"depends: there is no task {name!r}")
    return (states[name] == wanted if wanted else states[name] in {"Succeeded", "Skipped"}), rest


def _tokens(text: str) -> list[str]:
    found, position = [], 0
    while text[position:].strip():
        match = _TOKEN.match(text, position)
        if match is None:
            raise InputError(f"depends {text!r}: cannot read it from {text[position:].strip()!r}")
        found.append(match.group(1))
        position = match.end()
    return found
