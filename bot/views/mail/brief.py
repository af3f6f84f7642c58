"""The morning brief as an e-mail: its subject, its HTML and its text, all from its message in Slack."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from bot.views.blocks import Part
from bot.views.card import block_id_of, question_id_of
from bot.views.mail.document import Decision, Letter, Paragraph, letter_of
from bot.views.mail.html import html_of
from bot.views.mail.plain import text_of
from bot.views.mail.spans import words_of
from bot.views.reader import Reader
from bot.views.text import plain
from bot.views.why import shown_by
from store.domain.brief.brief import Brief

HOW_TO_STOP = "To stop these copies: Sergas in Slack, Home tab, My settings."
_NAME = 60  # characters of an account on a button
_TO_DECIDE = re.compile(r"\d+ (?:left )?to decide")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """`text` and `html` say the same."""

    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)


def mail_of(part: Part, brief: Brief, reader: Reader, *, slack: str, links: Collection[str]) -> Written:
    """`part` is the brief's message as it is in Slack, at the address `slack`; of other links in it, those in `links` stay."""
    letter = letter_of(part.blocks, links=links, decisions=_decisions(brief, reader))
    footer = (
        f"A copy of your brief in Slack, as it was at {reader.clock(reader.now)}. Nothing is decided by e-mail.",
        HOW_TO_STOP,
    )
    subject = _subject(letter, brief)
    return Written(
        subject=subject,
        text=text_of(letter, slack=slack, footer=footer),
        html=html_of(letter, title=subject, slack=slack, footer=footer),
    )


def _subject(letter: Letter, brief: Brief) -> str:
    """`Your brief, Tue 24 Nov: 3 to decide`. It names no account and no one else, since a locked screen shows it."""
    day = f"{brief.local_date:%a} {brief.local_date.day} {brief.local_date:%b}"
    first = letter.parts[0] if letter.parts else None
    found = _TO_DECIDE.match(words_of(first.lines[0])) if isinstance(first, Paragraph) and first.lines else None
    what = "Your team" if brief.kind == "team" else "Your brief"
    return f"{what}, {day}{f': {found[0]}' if found else ''}"


def _decisions(brief: Brief, reader: Reader) -> Mapping[str, Decision]:
    """The cards by the ids of their blocks. The records behind each, which in Slack open from Why?, stand in the letter."""
    return {
        name(card): Decision(account=plain(card.account_name, limit=_NAME), evidence=shown_by(card, reader))
        for card in brief.cards
        for name in (block_id_of, question_id_of)
    }
