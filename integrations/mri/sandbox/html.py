"""Plain pages for people: no script, light and dark, narrow and wide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup
from werkzeug.wrappers import Response

STYLE = Markup(
    """
:root { color-scheme: light dark; --line: #d5dde3; --soft: #f2f6f8; --ink: #14242e; --quiet: #566773; --link: #00658a; }
@media (prefers-color-scheme: dark) { :root { --line: #35444e; --soft: #18232a; --ink: #e4ecf1; --quiet: #98a9b5;
  --link: #63c4ea; } body { background: #0f171c; } }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); }
header { padding: .75rem 1rem; border-bottom: 3px solid #0086b3; display: flex; gap: 1rem; flex-wrap: wrap; }
main { max-width: 80rem; margin: 0 auto; padding: 1rem; }
a { color: var(--link); }
h1 { font-size: 1.4rem; margin: .5rem 0 1rem; } h2 { font-size: 1.1rem; margin: 1.5rem 0 .5rem; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: .5rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .4rem .7rem; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--quiet); font-weight: 600; background: var(--soft); white-space: nowrap; }
tr:last-child td { border-bottom: 0; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
form { display: flex; flex-wrap: wrap; gap: .6rem; align-items: end; margin: .5rem 0; }
label { display: grid; gap: .15rem; color: var(--quiet); font-size: .9rem; }
input, button { font: inherit; color: var(--ink); padding: .4rem .6rem; border: 1px solid var(--line);
  border-radius: .4rem; background: transparent; max-width: 100%; }
button { background: #00658a; color: #fff; border-color: #00658a; font-weight: 600; cursor: pointer; }
td form { margin: 0; flex-wrap: nowrap; } td label { font-size: 0; } td input { width: 7rem; }
code { font-size: .9em; overflow-wrap: anywhere; }
"""
)
PAGE = Markup(
    """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>{style}</style></head>
<body><header><strong>Pretend MRI</strong><a href="/">Databases and calls</a></header>
<main><h1>{title}</h1>{body}</main></body></html>"""
)


def page(title: str, *parts: Markup, status: int = 200) -> Response:
    text = PAGE.format(title=title, style=STYLE, body=Markup("\n").join(parts))
    return Response(text, status=status, content_type="text/html; charset=utf-8")


def heading(text: str) -> Markup:
    return Markup("<h2>{}</h2>").format(text)


def paragraph(text: str | Markup) -> Markup:
    return Markup("<p>{}</p>").format(text)


def link(address: str, text: str) -> Markup:
    return Markup('<a href="{}">{}</a>').format(address, text)


def code(text: str) -> Markup:
    return Markup("<code>{}</code>").format(text)


def number(value: object) -> Markup:
    return Markup('<td class="number">{}</td>').format(value)


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> Markup:
    """A cell made by `number` brings its own element."""
    head = Markup("").join(Markup("<th>{}</th>").format(text) for text in headings)
    body = Markup("").join(Markup("<tr>{}</tr>").format(Markup("").join(_cell(cell) for cell in row)) for row in rows)
    return Markup('<div class="scroll"><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>').format(
        head, body
    )


def _cell(cell: object) -> Markup:
    if isinstance(cell, Markup) and cell.startswith("<td"):
        return cell
    return Markup("<td>{}</td>").format(cell)


def form(action: str, *parts: Markup) -> Markup:
    return Markup('<form method="post" action="{}">{}</form>').format(action, Markup("").join(parts))


def field(label: str, name: str, value: object = "") -> Markup:
    return Markup('<label>{}<input name="{}" value="{}"></label>').format(label, name, value)


def button(text: str) -> Markup:
    return Markup("<button>{}</button>").format(text)
