"""Plain pages for people: no script, light and dark, narrow and wide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup
from werkzeug.wrappers import Response

from .rules import Refusal

STYLE = Markup(
    """
:root { color-scheme: light dark; --line: #d8dce2; --soft: #f4f6f8; --ink: #1c2733; --quiet: #5d6b7a; --link: #b34700;
  --good: #12703a; --good-soft: #e3f5ea; }
@media (prefers-color-scheme: dark) { :root { --line: #39424e; --soft: #1d242c; --ink: #e6ebf0; --quiet: #9aa7b5;
  --link: #ff9a5c; --good: #6fd39a; --good-soft: #143524; } body { background: #12171d; } }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); }
header { padding: .75rem 1rem; border-bottom: 3px solid #f47e42; display: flex; gap: 1rem; flex-wrap: wrap; }
main { max-width: 70rem; margin: 0 auto; padding: 1rem; }
a { color: var(--link); }
h1 { font-size: 1.4rem; margin: .5rem 0 1rem; } h2 { font-size: 1.1rem; margin: 1.5rem 0 .5rem; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: .5rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .4rem .7rem; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--quiet); font-weight: 600; background: var(--soft); } tr:last-child td { border-bottom: 0; }
form { display: flex; flex-wrap: wrap; gap: .6rem; align-items: end; margin: .5rem 0; }
label { display: grid; gap: .15rem; color: var(--quiet); font-size: .9rem; }
input, select, button { font: inherit; color: var(--ink); padding: .4rem .6rem; border: 1px solid var(--line);
  border-radius: .4rem; background: transparent; max-width: 100%; }
option { color: #000; }
button { background: #f47e42; color: #1c1108; border-color: #f47e42; font-weight: 600; cursor: pointer; }
.banner { background: var(--good-soft); color: var(--good); border-left: 4px solid var(--good); padding: .6rem .9rem;
  border-radius: .3rem; }
td form { margin: 0; flex-wrap: nowrap; } td input { width: 7rem; flex: 1; }
td button { background: transparent; color: var(--link); border-color: var(--line); font-weight: 400; }
code { font-size: .9em; overflow-wrap: anywhere; } code.whole { white-space: nowrap; }
"""
)
PAGE = Markup(
    """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>{style}</style></head>
<body><header><strong>Pretend Procore</strong><a href="/">Companies and calls</a></header>
<main><h1>{title}</h1>{body}</main></body></html>"""
)


def page(title: str, *parts: Markup, status: int = 200) -> Response:
    text = PAGE.format(title=title, style=STYLE, body=Markup("\n").join(parts))
    return Response(text, status=status, content_type="text/html; charset=utf-8")


def refused(refusal: Refusal) -> Response:
    """What a form gets when a rule says no."""
    body = refusal.body if isinstance(refusal.body, dict) else {}
    errors = body.get("errors", body.get("error_description", ""))
    if isinstance(errors, dict):
        errors = "; ".join(f"{field.replace('_', ' ')} {', '.join(texts)}" for field, texts in errors.items())
    return page("That is not possible", paragraph(str(errors)), status=refusal.status)


def heading(text: str) -> Markup:
    return Markup("<h2>{}</h2>").format(text)


def paragraph(text: str | Markup, kind: str = "") -> Markup:
    return Markup('<p class="{}">{}</p>').format(kind, text)


def link(address: str, text: str) -> Markup:
    return Markup('<a href="{}">{}</a>').format(address, text)


def code(text: str, kind: str = "") -> Markup:
    return Markup('<code class="{}">{}</code>').format(kind, text)


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> Markup:
    head = Markup("").join(Markup("<th>{}</th>").format(text) for text in headings)
    body = Markup("").join(
        Markup("<tr>{}</tr>").format(Markup("").join(Markup("<td>{}</td>").format(cell) for cell in row))
        for row in rows
    )
    return Markup('<div class="scroll"><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>').format(
        head, body
    )


def form(action: str, *parts: Markup) -> Markup:
    return Markup('<form method="post" action="{}">{}</form>').format(action, Markup("").join(parts))


def field(label: str, name: str, value: object = "") -> Markup:
    shown = "" if value is None else value
    return Markup('<label>{}<input name="{}" value="{}"></label>').format(label, name, shown)


def bare_field(label: str, name: str, value: object) -> Markup:
    """For a table, whose heading is the label that people see."""
    return Markup('<input aria-label="{}" name="{}" value="{}">').format(label, name, value)


def select(label: str, name: str, options: Iterable[tuple[object, object]], chosen: object) -> Markup:
    """`options` are (value, text)."""
    inner = Markup("").join(
        Markup('<option value="{}"{}>{}</option>').format(value, Markup(" selected") if value == chosen else "", text)
        for value, text in options
    )
    return Markup('<label>{}<select name="{}">{}</select></label>').format(label, name, inner)


def choice(name: str, value: str, text: str) -> Markup:
    return Markup('<button name="{}" value="{}">{}</button>').format(name, value, text)


def button(text: str) -> Markup:
    return Markup("<button>{}</button>").format(text)
