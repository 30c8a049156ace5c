"""The report's parts on closeness: accuracy, columns, and the links between them."""

from __future__ import annotations

from collections.abc import Sequence

from tabtwin.evaluation.audit_result import AuditResult
from tabtwin.report import svg
from tabtwin.report.evidence import Evidence
from tabtwin.report.html import bullets, count, number, paragraph, section, table, tag, text, with_interval

TOLD = 5
"""How many links a screen reader says."""
ORDERS = ("overall", "univariate", "bivariate", "trivariate")
KEY = (
    '<p class="soft"><span class="key real"></span>real rows <span class="key twin"></span>synthetic rows</p>'
)


def likeness_line(audit: AuditResult) -> str:
    """Where the twin stands between a shuffle and fresh real rows, as a picture."""
    control = audit["control"]
    marks = [
        ("shuffled columns", control["shuffle"]["value"], svg.FAINT),
        ("fresh real rows", control["training"]["value"], svg.MARK),
        ("this twin", control["twin"]["value"], svg.SYNTHETIC),
    ]
    known = [(label, value, colour) for label, value, colour in marks if value is not None]
    if not known:
        return ""
    values = [value for _, value, _ in known]
    margin = max(0.005, (max(values) - min(values)) * 0.15)
    said = ", ".join(f"{label} {number(value)}" for label, value, _ in known)
    title = f"Accuracy on the holdout: {said}"
    return svg.line(known, max(0.0, min(values) - margin), min(1.0, max(values) + margin), title)


def likeness_words(audit: AuditResult) -> str:
    """The likeness in one sentence, without praise."""
    control, likeness = audit["control"], audit["control"]["likeness"]
    if likeness is None or likeness.get("value") is None:
        return (
            "On this table a shuffle of the columns scores nearly what real rows score, so accuracy says "
            "little here; look at the discriminator."
        )
    if control["twin"]["value"] < control["shuffle"]["value"]:
        return (
            "The twin is further from the table than a shuffle of its columns, which keeps each column "
            "exactly and loses every link between them. This generator bends the columns themselves."
        )
    return (
        f"Likeness {with_interval(likeness, 2)}: 0 is a fresh sample of the real source, 1 a shuffle of the "
        "columns that keeps no link between them."
    )


def likeness(evidence: Evidence) -> str:
    """Accuracy by order and reference, the gap, the discriminator, and what fits worst."""
    audit = evidence.audit
    accuracy, control = audit["accuracy"], audit["control"]
    rows = [
        [text(label)] + [number(accuracy[name].get(order)) for order in ORDERS]
        for label, name in (
            ("training and holdout together, acc(T+H)", "pooled"),
            ("training alone, acc(T)", "training"),
            ("holdout alone, acc(H)", "holdout"),
        )
    ]
    expected = accuracy["pooled"].get("expected") or {}
    rows.append([text("as many fresh real rows would score, acc(T+H)")]
                + [number(expected.get(order)) for order in ORDERS])  # fmt: skip
    worst = sorted(accuracy["columns"].items(), key=lambda item: (item[1], item[0]))[:8]
    return section(
        "likeness",
        "How close it is",
        paragraph(
            "Accuracy compares how often values, pairs and triples of values occur, in bins: 1 is perfect, "
            "and real rows never reach it, since they are a sample too. What counts is acc(H), against rows "
            "that no model saw, beside what as many real training rows score there."
        ),
        paragraph(likeness_words(audit)),
        table(
            ["On the holdout, at equal sizes", "accuracy (95 % interval)"],
            [
                [text(label), text(with_interval(control[name]))]
                for label, name in (
                    ("this twin", "twin"),
                    ("real training rows: what an honest fresh sample scores", "training"),
                    ("the same with each column shuffled", "shuffle"),
                )
            ],
            f"acc(H) of {count(control['rows'])} rows each",
            numeric=1,
        ),
        table(
            ["The twin against", "overall", "one column", "pairs", "triples"],
            rows,
            "Accuracy on the bins of mostlyai-qa; overall is the mean of the other three",
            numeric=4,
        ),
        bullets([_gap(audit), _discriminator(audit)]),
        table(
            ["Columns that fit worst", "accuracy"],
            [[text(name), number(value)] for name, value in worst],
            "One column at a time, against training and holdout",
            numeric=1,
        ),
        table(
            ["Pairs that fit worst", "accuracy"],
            [
                [text(" × ".join(pair["columns"])), number(pair["accuracy"])]
                for pair in accuracy["worst_pairs"]
            ],
            "Two columns at a time, against training and holdout",
            numeric=1,
        ),
    )


def _gap(audit: AuditResult) -> str:
    return (
        f"Gap acc(T) − acc(H): {with_interval(audit['gap'])}. Above 0, the twin fits the rows it was trained "
        "on better than rows nobody showed it."
    )


def _discriminator(audit: AuditResult) -> str:
    judge = audit["discriminator"]
    return (
        f"Discriminator: a model that tries to tell the twin from {judge['against']} rows has an AUC of "
        f"{with_interval(judge, 3)}; 0.5 is a coin, 1 is always right."
    )


def columns(evidence: Evidence) -> str:
    """One small picture a column."""
    figures = [
        tag("figure", tag("figcaption", tag("b", text(picture.column.name)), "<br>", text(picture.caption())),
            picture.svg())
        for picture in evidence.pictures
    ]  # fmt: skip
    return section(
        "columns",
        "Column by column",
        paragraph(
            "Shares of training rows and of synthetic rows. Bars that fewer than 5 stand behind are withheld "
            "on either side, rare values and extremes are hidden as value protection says, and the bars at "
            "both ends hold everything beyond. The figures beside categories are per cent, real | synthetic."
        ),
        KEY,
        tag("div", *figures, css="pictures"),
    )


def dependence(evidence: Evidence) -> str:
    """The links between columns, in real and in synthetic rows."""
    found = evidence.audit["dependence"]
    names, real, synthetic = found["columns"], found["real"], found["synthetic"]
    if len(names) < 2:
        return ""
    pairs = sorted(
        (
            (real[i][j], synthetic[i][j], f"{names[i]} × {names[j]}")
            for i in range(len(names))
            for j in range(i)
            if real[i][j] is not None and synthetic[i][j] is not None
        ),
        key=lambda pair: (-abs(pair[0] - pair[1]), pair[2]),
    )
    sides = [
        tag(
            "figure",
            tag("figcaption", tag("b", text(label))),
            svg.matrix(values, names, _told(label, names, values)),
        )
        for label, values in (("Real rows", real), ("Synthetic rows", synthetic))
    ]
    return section(
        "dependence",
        "Links between columns",
        paragraph(
            "Cramér's V of every pair of columns, from left in the order of the rows: 0, nearly white, is no "
            "link, 1, the darkest, that one column says the other; white, their groups are too small to "
            "tell. On average the two differ by "
            f"{number(found['mean_difference'], 3)}."
        ),
        svg.shades("Shades from nearly white, 0, no link, to dark blue, 1, a full link"),
        tag("div", *sides, css="pictures"),
        paragraph(_numbered(names), css="soft"),
        table(
            ["Pairs that differ most", "real", "synthetic"],
            [[text(name), number(ours, 2), number(theirs, 2)] for ours, theirs, name in pairs[:8]],
            "Cramér's V, corrected for bias; 0 is no link, 1 a full one",
            numeric=2,
        ),
    )


def _told(label: str, names: Sequence[str], values: Sequence[Sequence[float | None]]) -> str:
    """What a screen reader says of a matrix: its strongest links."""
    links = [
        (value, f"{names[i]} × {names[j]}")
        for i, line in enumerate(values)
        for j, value in enumerate(line[:i])
        if value is not None
    ]
    strongest = "; ".join(f"{pair} {number(value, 2)}" for value, pair in sorted(links, reverse=True)[:TOLD])
    return f"{label}: links between {len(names)} columns. Strongest: {strongest or 'none could be measured'}"


def _numbered(names: Sequence[str]) -> str:
    """Which column each number beside a matrix is; nothing where names stand there."""
    if svg.has_names(len(names)):
        return ""
    return "Rows and columns: " + ", ".join(f"{place} {name}" for place, name in enumerate(names, start=1))
