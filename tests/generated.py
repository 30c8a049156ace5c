"""Write the files that follow from the code; a test compares. Run as ``make generated``.

From the steps' options the pipeline's list of parameters and ``docs/options.md``; from the measures
``docs/gates.md`` and ``metrics.schema.json``.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from pathlib import Path

from tabtwin.evaluation.audit_result import AuditResult
from tabtwin.evaluation.question import Question
from tabtwin.lib.options import GROUPS, Described, flag
from tabtwin.pipeline.registry import options
from tabtwin.report import metrics_schema
from tabtwin.runner.parameters import COMMANDS_OWN, pipeline_file, with_declared

DOCS = Path(__file__).parents[1] / "docs"
WIDTH = 128
OPTIONS, GATES = DOCS / "options.md", DOCS / "gates.md"
HEAD = """# Options

[README](../README.md) · [all pages](README.md) · before: [running](running.md) · \
next: [how it works](how-it-works.md)

<!-- Generated from the steps' Params by `make generated`; edit the descriptions there. -->

The options of `tabtwin run` and `tabtwin submit`. In a workflow each is a parameter of the same name without
the leading dashes (`argo submit --from workflowtemplate/tabtwin -p rows=1000`); in Python it is an argument
with underscores (`tabtwin.run(table, min_subjects=10)`). `tabtwin check` and `tabtwin audit` have those that
concern a table's columns. An empty value means the default.

"""
GATES_HEAD = """# The gates

<!-- Generated from the measures by `make generated`; edit the gates beside them. -->

[README](../README.md) · [all pages](README.md) · before: [privacy](privacy.md) · \
next: [other tools' twins](audit.md)

A gate judges one figure of the audit by its interval. It *passes* where the whole interval keeps to the
limit, *refuses* where all of it is beyond, and is *not shown* between: the table is too small to tell
(`--strict` refuses that, too). All gates share an error rate of 5 %: the chance that an honest twin is
refused by any of them (Bonferroni). A refused run publishes nothing.

`--gates FILE` sets limits of your own, in TOML: `[likeness]` and `limit = 0.3` on two lines for each gate
that you change, and `alpha = 0.01` at the top for another error rate. Only the report is then made again.
The report says which limits were set.

Do the gates hold? `make bench NAME=audit` plants what they must refuse: copies, changed or blurred rows,
outliers alone, SMOTE, overfit models, holes, a shuffle.
[tests/benchmarks/README.md](../tests/benchmarks/README.md) has which are refused and which are not, how the
figures agree with those of mostlyai-qa, SDMetrics and anonymeter, and what they cost.

| gate | what it judges | limit | measured on |
|---|---|---|---|
"""
FORMER = """## Former names

These still work in this version, with a note on stderr.

| former | now |
|---|---|
"""


def options_page(described: Iterable[Described]) -> str:
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


def gates_page(questions: Iterable[Question]) -> str:
    """Return the page that lists the gates: what each judges, its limit, and the reason for that."""
    asked = list(questions)
    rows = [
        f"| [`{one.name}`](#{one.name}) | {one.title} | {_limit(one)} | {_where(one)} |\n" for one in asked
    ]
    parts = [
        f"## {one.name}\n\n{_wrapped(one.means)}\n\n{_wrapped(f'*Limit: {_limit(one)}.* {one.reason}')}\n"
        for one in asked
    ]
    return GATES_HEAD + "".join(rows) + "\n" + "\n".join(parts)


def _wrapped(text: str) -> str:
    return textwrap.fill(text, WIDTH, break_long_words=False, break_on_hyphens=False)


def _limit(question: Question) -> str:
    lower = question.lower(question.limit)
    return f"{question.limit:g}" if lower is None else f"{lower:g} to {question.limit:g}"


def _where(question: Question) -> str:
    return "the worse of twin and raw pool" if len(question.samples) > 1 else f"the {question.samples[0]}"


def main() -> None:
    """Write all of them."""
    place = pipeline_file()
    place.write_text(with_declared(place.read_text()))
    OPTIONS.write_text(options_page(options()))
    GATES.write_text(gates_page(AuditResult.questions()))
    metrics_schema.main()


if __name__ == "__main__":
    main()
