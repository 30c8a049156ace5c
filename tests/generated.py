"""Write what follows from the steps' options: the pipeline's list of parameters, and ``docs/options.md``.

Run as ``make options``; a test compares.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tabtwin.lib.options import GROUPS, Described, flag
from tabtwin.pipeline.registry import options
from tabtwin.runner.parameters import COMMANDS_OWN, pipeline_file, with_declared

PAGE = Path(__file__).parents[1] / "docs" / "options.md"
HEAD = """# Options

[README](../README.md) · [all pages](README.md) · before: [running](running.md) · \
next: [how it works](how-it-works.md)

<!-- Generated from the steps' Params by `make options`; edit the descriptions there. -->

The options of `tabtwin run` and `tabtwin submit`. In a workflow each is a parameter of the same name without
the leading dashes (`argo submit --from workflowtemplate/tabtwin -p rows=1000`); in Python it is an argument
with underscores (`tabtwin.run(table, min_subjects=10)`). `tabtwin check` and `tabtwin audit` have those that
concern a table's columns. An empty value means the default.

"""
FORMER = """## Former names

These still work in this version, with a note on stderr.

| former | now |
|---|---|
"""


def page(described: Iterable[Described]) -> str:
    """Return the page that lists options by heading."""
    listed = [one for one in described if one.parameter not in COMMANDS_OWN or one.option.is_clusters]
    sections = [_section(group, [one for one in listed if one.option.group == group]) for group in GROUPS]
    former = [
        f"| `{flag(one.option.former)}` | `{flag(one.name)}` |\n" for one in listed if one.option.former
    ]
    return HEAD + "\n".join(sections) + "\n" + FORMER + "".join(former)


def _section(group: str, described: Iterable[Described]) -> str:
    lines = [f"| `{_called(one)}` | {_default(one)} | {_words(one)} |\n" for one in described]
    return f"## {group}\n\n| option | default | what it does |\n|---|---|---|\n" + "".join(lines)


def _called(one: Described) -> str:
    return f"{flag(one.name)} {one.takes}".rstrip()


def _default(one: Described) -> str:
    if one.choices == ("true", "false"):
        return "off"
    return f"`{one.default}`" if one.default else ""


def _words(one: Described) -> str:
    choices = f" (`{'`, `'.join(one.choices)}`)" if one.choices and one.choices != ("true", "false") else ""
    where = "; `submit` only" if one.option.is_clusters else ""
    again = "; may be given several times" if one.option.is_columns else ""
    return f"{one.text}{again}{where}{choices}".replace("|", "\\|")


def main() -> None:
    """Write both files."""
    place = pipeline_file()
    place.write_text(with_declared(place.read_text()))
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(options()))


if __name__ == "__main__":
    main()
