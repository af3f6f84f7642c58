"""A letter as HTML: one column, readable at a phone's width, in light and dark, without pictures or anything that is loaded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from html import escape
from pathlib import Path
from string import Template

import css_inline
import mrml

from bot.views.card import DOTS
from bot.views.mail.document import Content, Group, Letter, Paragraph, Table
from bot.views.mail.spans import Line, Span, words_of

_PAGE = Path(__file__).with_name("page.mjml")
_RISKS = {dot: f"{risk} risk" for risk, dot in DOTS.items()}
_PREVIEW = 120  # characters that a list of mails shows beside the subject


def html_of(letter: Letter, *, title: str, slack: str, footer: Sequence[str]) -> str:
    """`slack` is the address that the buttons lead to."""
    body = "\n".join([*_head(letter), *(_card(each, slack) for each in _below(letter)), _footer(footer, slack)])
    page = _page().substitute(title=escape(title), preview=escape(_preview(letter)), body=body)
    made = mrml.to_html(page, mrml.ParserOptions(include_loader=mrml.noop_loader()), mrml.RenderOptions(fonts={}))
    return css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False).inline(made.content)


@cache
def _page() -> Template:
    return Template(_PAGE.read_text(encoding="utf-8"))


def _head(letter: Letter) -> Iterator[str]:
    """The greeting, and the counts under it."""
    if letter.top:
        counts = "".join(_lines(_counts(letter)))
        yield _section("head", f"<mj-text><h1>{escape(letter.top)}</h1>{counts}</mj-text>", padding="24px 16px 8px")


def _below(letter: Letter) -> Sequence[Content]:
    return letter.parts[1:] if _counts(letter) else letter.parts


def _counts(letter: Letter) -> Sequence[Line]:
    """The one line below the greeting, if there is one."""
    first = letter.parts[0] if letter.top and letter.parts else None
    if not isinstance(first, Paragraph) or first.small or len(first.lines) != 1:
        return ()
    return first.lines


def _card(part: Content, slack: str) -> str:
    if isinstance(part, Table):
        return _section("card", _table(part) + _press(part.button, slack))
    if isinstance(part, Group):
        items = "".join(_item(each, slack) for each in part.items)
        return _section("card", f"<mj-text><h2>{escape(part.title)}</h2>{items}</mj-text>")
    if part.small:
        return _section("head", f"<mj-text>{''.join(_lines(part.lines, soft=True))}</mj-text>", padding="4px 16px")
    shown = f"<mj-text>{''.join(_lines(part.lines))}{''.join(_lines(part.evidence, soft=True))}</mj-text>"
    return _section("card", shown + _press(part.button, slack))


def _press(label: str, slack: str) -> str:
    return f'<mj-button css-class="press" href="{escape(slack)}">{escape(label)}</mj-button>' if label else ""


def _table(table: Table) -> str:
    heads = "".join(f'<th scope="col">{escape(each)}</th>' for each in table.heads)
    rows = "".join(f"<tr>{''.join(_cells(row))}</tr>" for row in table.rows)
    return f'<mj-table css-class="table" padding="0"><tr>{heads}</tr>{rows}</mj-table>'


def _cells(row: Sequence[str]) -> Iterator[str]:
    """The first names what the others are about."""
    for place, each in enumerate(row):
        yield f"<td>{escape(each)}</td>" if place else f'<th scope="row">{escape(each)}</th>'


def _item(part: Paragraph, slack: str) -> str:
    """A paragraph of a group: its way to Slack is a link in its last line."""
    lines = [*_lines(part.lines, soft=part.small), *_lines(part.evidence, soft=True)]
    way = f'<p><a href="{escape(slack)}" target="_blank">{escape(part.button)}</a></p>' if part.button else ""
    return "".join(lines) + way


def _footer(said: Sequence[str], slack: str) -> str:
    lines = "".join(f'<p class="soft">{escape(each)}</p>' for each in said)
    link = f'<p class="soft"><a href="{escape(slack)}" target="_blank">Open Slack</a></p>'
    return _section("head", f"<mj-text>{lines}{link}</mj-text>", padding="12px 16px 32px")


def _section(name: str, inside: str, *, padding: str = "16px") -> str:
    """A card has a ground of its own, and a gap below."""
    column = f"<mj-column>{inside}</mj-column>"
    if name != "card":
        return f'<mj-section css-class="{name}" padding="{padding}">{column}</mj-section>'
    gap = '<mj-section padding="0"><mj-column><mj-spacer height="10px" /></mj-column></mj-section>'
    ground = 'background-color="#ffffff" border-radius="8px"'
    return f'<mj-section css-class="card" {ground} padding="{padding}">{column}</mj-section>{gap}'


def _lines(lines: Sequence[Line], *, soft: bool = False) -> Iterator[str]:
    for line in lines:
        if not words_of(line).strip():
            continue
        kind = ' class="soft"' if soft else ' class="write"' if words_of(line).startswith("→") else ""
        yield f"<p{kind}>{''.join(map(_span, line))}</p>"


def _span(span: Span) -> str:
    text = escape(span.text)
    for dot, risk in _RISKS.items():
        text = text.replace(dot, f'<span role="img" aria-label="{risk}">{dot}</span>')
    text = f"<b>{text}</b>" if span.bold else text
    return f'<a href="{escape(span.url)}" target="_blank">{text}</a>' if span.url else text


def _preview(letter: Letter) -> str:
    first = letter.parts[0] if letter.parts else None
    return words_of(first.lines[0])[:_PREVIEW] if isinstance(first, Paragraph) and first.lines else ""
