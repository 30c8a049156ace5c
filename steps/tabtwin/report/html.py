"""One static page: elements, tables and the frame. No scripts; all styles and pictures are inline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

CSS = """
:root{--ink:#1b1f24;--soft:#4d5560;--line:#d5dae0;--tint:#f5f7f9;--real:#4d9cc9;--twin:#8a3800;--good:#007a5a;
 --bad:#b34a00;color-scheme:only light}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-behavior:smooth}
body{margin:0;background:#fff;color:var(--ink);
 font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main,header,footer{max-width:72rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:1.6rem}
h1{font-size:1.35rem;line-height:1.3;margin:0;font-weight:650;letter-spacing:-.01em}
h2{font-size:1.3rem;margin:2.8rem 0 .4rem;padding-top:.9rem;border-top:1px solid var(--line)}
h3,header h2{font-size:1rem;margin:1.6rem 0 .3rem;padding:0;border:0}
p,ul,dl{max-width:44rem}
p,li,.card{overflow-wrap:anywhere}
p{margin:.5rem 0}
h1+p{margin:.2rem 0}
ul{padding-left:1.3rem}
.soft,figcaption,caption{color:var(--soft);font-size:.9rem}
.verdict{border:1px solid var(--line);border-left:.6rem solid var(--soft);border-radius:.4rem;
 padding:.8rem 1.2rem .9rem;margin:.9rem 0}
.verdict b{display:block;font-size:1.65rem;line-height:1.25;letter-spacing:-.015em}
.verdict.passed{border-left-color:var(--good)}
.verdict.refused{border-left-color:var(--bad)}
.verdict p{margin:.3rem 0 0}
header .verdict h2,.card h2{margin:0;font-size:.95rem;font-weight:400;color:var(--soft)}
.cards{display:grid;grid-template-columns:repeat(3,minmax(0,1fr));gap:1rem;margin:0 0 1rem}
.card{border:1px solid var(--line);border-radius:.4rem;padding:.7rem 1rem}
.card b{display:block;font-size:1.2rem;line-height:1.3;letter-spacing:-.01em}
.card p{margin:.3rem 0 0;line-height:1.45}
.card svg{margin-top:.4rem}
.pictures{display:grid;grid-template-columns:repeat(auto-fill,minmax(18rem,1fr));
 gap:1.4rem 1.6rem;margin:1rem 0}
figure{margin:0;break-inside:avoid;min-width:0}
figcaption{margin:.2rem 0 .4rem}
figcaption b{color:var(--ink);overflow-wrap:anywhere;font-weight:600}
svg{display:block;width:100%;height:auto;font-family:inherit}
svg.line,svg.shades{max-width:22rem}
svg.interval{width:10rem}
.scroll{overflow-x:auto;margin:.7rem 0;
 background:linear-gradient(90deg,#fff 50%,#fff0) 0 0/2.5rem 100% no-repeat local,
 linear-gradient(270deg,#fff 50%,#fff0) 100% 0/2.5rem 100% no-repeat local,
 linear-gradient(90deg,#0003,#0000) 0 0/.6rem 100% no-repeat scroll,
 linear-gradient(270deg,#0003,#0000) 100% 0/.6rem 100% no-repeat scroll}
table{border-collapse:collapse;font-size:.92rem;min-width:50%}
caption{text-align:left;padding:.2rem 0 .4rem}
th,td{text-align:left;padding:.38rem .9rem .38rem 0;border-bottom:1px solid var(--line);vertical-align:top;
 overflow-wrap:break-word}
th{font-weight:600}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
td.wrap{min-width:15rem;max-width:30rem}
.state{font-weight:650;white-space:nowrap}
.state.passed{color:var(--good)}.state.refused{color:var(--bad)}.state.not_shown{color:var(--soft)}
.key{display:inline-block;width:1.1em;height:.75em;margin-right:.35em;vertical-align:baseline}
.key.real{border:.375em solid var(--real)}.key.twin{border:2px solid var(--twin)}
code{font:.88em ui-monospace,SFMono-Regular,Menlo,monospace;overflow-wrap:anywhere}
nav{font-size:.92rem;margin:.6rem 0 0;display:flex;flex-wrap:wrap;gap:.2rem 1rem}
a{color:#005a8e}
footer{margin-top:3rem;padding-bottom:3rem}
@media screen and (max-width:52rem){.cards{grid-template-columns:1fr;gap:.6rem}}
@media screen and (max-width:40rem){header{padding-top:.7rem}h1{font-size:1.1rem}
 .verdict{margin:.5rem 0;padding:.4rem .9rem .5rem}.verdict b{font-size:1.3rem}
 .cards{gap:.5rem}.card{padding:.35rem .9rem .45rem}.card b{font-size:1.05rem}
 .card h2,header .verdict h2{font-size:.88rem}.card svg{margin-top:.2rem}
 .verdict p,.card p,h1+p{line-height:1.3;font-size:.88rem;margin-top:.15rem}
 td:first-child{min-width:9rem}td.wrap{min-width:11rem}}
@page{margin:14mm 12mm}
@media print{html{font-size:9.5pt}nav{display:none}body{line-height:1.4}
 header,main,footer{max-width:none;padding:0}
 h2,h3,caption,thead{break-after:avoid}h2{margin-top:1.6rem}tbody tr:first-child{break-before:avoid}
 tr,li,.card,.verdict{break-inside:avoid}p{orphans:3;widows:3}
 .scroll{overflow:visible;background:none}pre{white-space:pre-wrap}table{font-size:.9rem;width:100%}
 th,td{padding-right:.6rem}td:first-child{overflow-wrap:anywhere;min-width:9rem}td.n,th.n{white-space:normal}td.wrap{min-width:0;max-width:none}
 svg.interval{width:7rem}svg.shades{break-after:avoid}
 .cards{gap:.6rem;grid-template-columns:1.5fr 1fr 1fr}.pictures{grid-template-columns:repeat(2,1fr)}
 a{color:inherit;text-decoration:none}}
"""


def tag(name: str, *body: str, css: str = "", **attributes: str) -> str:
    """An element around HTML that is safe already; attribute values are escaped."""
    given = ({"class": css} if css else {}) | attributes
    spelt = "".join(f' {key.replace("_", "-")}="{escape(value)}"' for key, value in given.items())
    return f"<{name}{spelt}>{''.join(body)}</{name}>"


def text(value: object) -> str:
    """Any text, escaped."""
    return escape(str(value))


def paragraph(value: str, css: str = "") -> str:
    """A paragraph of plain text."""
    return tag("p", text(value), css=css)


def bullets(lines: Sequence[str]) -> str:
    """A list of plain lines; nothing where there are none."""
    return tag("ul", *(tag("li", text(line)) for line in lines)) if lines else ""


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], caption: str, numeric: int = 0) -> str:
    """A table of cells that are HTML already, its last ``numeric`` columns set as numbers; none without rows.

    It scrolls within itself, so that a wide one does not widen the page of a phone.
    """
    if not rows:
        return ""
    first = len(headings) - numeric
    head = (tag("th", text(name), css="n" if place >= first else "", scope="col")
            for place, name in enumerate(headings))  # fmt: skip
    lines = [tag("tr", *(_cell(cell, place, first) for place, cell in enumerate(row))) for row in rows]
    body = (tag("caption", text(caption)), tag("thead", tag("tr", *head)), tag("tbody", *lines))
    return tag("div", tag("table", *body), css="scroll", tabindex="0", role="region", aria_label=caption)


def _cell(cell: str, place: int, first_numeric: int) -> str:
    if place >= first_numeric:
        return tag("td", cell, css="n")
    return tag("td", cell, css="wrap" if len(cell) > 60 and "<svg" not in cell else "")


def section(identifier: str, heading: str, *body: str) -> str:
    """A part of the page that the contents link to."""
    return tag("section", tag("h2", text(heading)), *body, id=identifier)


def number(value: float | None, digits: int = 3) -> str:
    """A figure, or a dash where there is none."""
    return "–" if value is None else f"{value:.{digits}f}".replace("-", "−")


def with_interval(figure: Mapping[str, Any] | None, digits: int = 3) -> str:
    """A figure with its 95 % interval, as plain text."""
    if figure is None or figure.get("value") is None:
        return "–"
    low, high = number(figure["low"], digits), number(figure["high"], digits)
    return f"{number(figure['value'], digits)} ({low} to {high})"


def percent(value: float | None, digits: int = 1) -> str:
    """A share as per cent, or a dash."""
    return "–" if value is None else f"{value * 100:.{digits}f} %".replace("-", "−")


def count(value: float | None) -> str:
    """A whole number with thin spaces between thousands."""
    return "–" if value is None else f"{int(value):,}".replace(",", " ")


def page(title: str, header: str, main: str, footer: str) -> str:
    """The whole document."""
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="robots" content="noindex">'
        f"<title>{text(title)}</title><style>{CSS}</style>"
    )
    body = tag("header", header) + tag("main", main) + tag("footer", footer)
    return f'<!DOCTYPE html>\n<html lang="en"><head>{head}</head><body>{body}</body></html>\n'
