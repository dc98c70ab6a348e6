"""Plain pages: no scripts, readable on a phone, dark where the reader's device is dark."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup
from werkzeug.wrappers import Response

from .organisation import Organisation

STYLE = Markup(
    """
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 18%, transparent); --accent: #13b5ea; }
* { box-sizing: border-box }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem }
header { border-bottom: 3px solid var(--accent); margin-bottom: 1rem; padding-bottom: .5rem }
header a { font-weight: 700; text-decoration: none; color: inherit }
h1 { font-size: 1.4rem; margin: .5rem 0 } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem }
small, .quiet { opacity: .7 } a { color: light-dark(#0a6f93, #6fd3f5) }
.scroll { overflow-x: auto }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .4rem .6rem .4rem 0; border-bottom: 1px solid var(--line); vertical-align: top }
form { margin: .5rem 0; display: flex; flex-wrap: wrap; gap: .5rem; align-items: end }
label { display: flex; flex-direction: column; font-size: .85rem; flex: 1 1 10rem }
label.box { flex-direction: row; gap: .5rem; flex-basis: 100%; font-size: 1rem; align-items: center }
input:not([type=checkbox]), select { font: inherit; padding: .4rem; width: 100%; border: 1px solid var(--line);
  border-radius: .3rem }
button { font: inherit; padding: .45rem 1rem; border: 0; border-radius: .3rem; cursor: pointer;
  background: var(--accent); color: #00222e }
button.plain { background: transparent; border: 1px solid var(--line); color: inherit }
"""
)

PAGE = Markup(
    '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><style>{style}</style></head><body>'
    '<header><a href="/">Pretend Xero</a> <small>a sandbox, no real books</small></header>'
    "<main><h1>{title}</h1>{body}</main></body></html>"
)


def page(title: str, body: Markup, status: int = 200) -> Response:
    text = PAGE.format(title=title, style=STYLE, body=body)
    return Response(text, status, content_type="text/html; charset=utf-8")


def paragraph(text: str) -> Markup:
    return Markup("<p>{}</p>").format(text)


def heading(text: str) -> Markup:
    return Markup("<h2>{}</h2>").format(text)


def link(address: str, text: str) -> Markup:
    return Markup('<a href="{}">{}</a>').format(address, text)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Markup:
    head = joined(Markup("<th>{}</th>").format(column) for column in columns)
    body = joined(
        Markup("<tr>{}</tr>").format(joined(Markup("<td>{}</td>").format(cell) for cell in row)) for row in rows
    )
    whole = Markup('<div class="scroll"><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>')
    return whole.format(head, body)


def joined(parts: Iterable[Markup]) -> Markup:
    return Markup("").join(parts)


def field(name: str, label: str, value: str = "", kind: str = "text") -> Markup:
    return Markup('<label>{}<input type="{}" name="{}" value="{}"></label>').format(label, kind, name, value)


def choice(name: str, label: str, options: Iterable[tuple[str, str]]) -> Markup:
    items = joined(Markup('<option value="{}">{}</option>').format(value, text) for value, text in options)
    return Markup('<label>{}<select name="{}">{}</select></label>').format(label, name, items)


def box(name: str, value: str, label: str, checked: bool) -> Markup:
    mark = Markup(" checked") if checked else ""
    return Markup('<label class="box"><input type="checkbox" name="{}" value="{}"{}>{}</label>').format(
        name, value, mark, label
    )


def form(action: str, body: Markup, button: str) -> Markup:
    return Markup('<form method="post" action="{}">{}<button>{}</button></form>').format(action, body, button)


def consent(app: str, scopes: Sequence[str], organisations: Sequence[Organisation], connected: set[str]) -> Markup:
    """The address is left out of the form, so that it posts to its own address with all parameters."""
    only_one = len(organisations) == 1
    boxes = joined(box("organisation", o.id, o.name, only_one or o.id in connected) for o in organisations)
    rights = joined(Markup("<li><code>{}</code></li>").format(scope) for scope in scopes)
    return Markup(
        "<p><strong>{}</strong> would like to reach these organisations:</p>"
        '<form method="post">{}<button name="answer" value="allow">Allow access</button>'
        '<button class="plain" name="answer" value="cancel">Cancel</button></form>'
        "<details><summary>{} rights</summary><ul>{}</ul></details>"
    ).format(app, boxes, len(scopes), rights)
