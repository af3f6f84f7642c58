"""A section of the App Home: the accounts that the last brief only named or counted, the gravest first."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.views.action_ids import REVIEW
from bot.views.blocks import Block, button, context, header, section, section_with
from bot.views.card import DOTS
from bot.views.reader import Reader
from bot.views.space import PAGE
from bot.views.text import link, plain
from store.domain.attention.ledger import Entry
from store.domain.crm.accounts import Kind
from store.domain.signals.kinds import Risk

REVIEWED, LINES, PER_SECTION = 5, 40, 8  # eight long ones fit into a section
LINED = REVIEWED + LINES
NAMES = 30
NAME_SECTIONS = 6  # of high risks without a line: 280 of the longest names, 700 of usual ones


def at_risk_blocks(entries: Sequence[Entry], reviewable: Collection[str], reader: Reader) -> list[Block]:
    """At most nineteen blocks: the first few with a button, then a line each, then the other high risks and low risks by name.
    `reviewable` are the ids of accounts that the reader may have reviewed."""
    if not entries:
        return []
    graver = [each for each in entries if each.risk is not Risk.LOW]
    first, others = graver[:REVIEWED], graver[REVIEWED : REVIEWED + LINES]
    low = [each for each in entries if each.risk is Risk.LOW]
    blocks = [header("Also at risk"), *(_with_button(each, reviewable, reader) for each in first)]
    lines = [" · ".join(_line(each, reader)) for each in others]
    blocks.extend(section("\n".join(lines[at : at + PER_SECTION])) for at in range(0, len(lines), PER_SECTION))
    named = _named([each for each in graver[LINED:] if each.risk is Risk.HIGH], reader)
    blocks.extend(section(f"🔴 High risk: {', '.join(names)}") for names in named)
    if low:
        names = ", ".join(_name(each, reader) for each in low[:NAMES])
        blocks.append(section(f"🟡 Low risk: {names}"))
    more = len(entries) - len(first) - len(others) - sum(map(len, named)) - len(low[:NAMES])
    if others or low:
        hint = "To look at one: /review-account and its name."
        blocks.append(context(f"And {more:,} more. {hint}" if more else hint))
    return blocks


def _named(entries: Sequence[Entry], reader: Reader) -> list[list[str]]:
    """The names by section. If there are more than fit, every other day begins in the middle."""
    names = [_name(each, reader) for each in entries]
    sections = _filled(names)
    if sum(map(len, sections)) < len(names) and reader.now.astimezone(reader.tz).toordinal() % 2:
        middle = len(names) // 2
        return _filled(names[middle:] + names[:middle])
    return sections


def _filled(names: Sequence[str]) -> list[list[str]]:
    """As many of the names as there is room for, by section."""
    sections: list[list[str]] = []
    room = 0
    for name in names:
        if len(name) + 2 > room:
            if len(sections) == NAME_SECTIONS:
                break
            sections.append([])
            room = PAGE - 20
        sections[-1].append(name)
        room -= len(name) + 2
    return sections


def _with_button(entry: Entry, reviewable: Collection[str], reader: Reader) -> Block:
    text, block_id = "\n".join(_line(entry, reader)), f"risk:{plain(entry.account_id, limit=100, empty='none')}"
    if entry.account_id not in reviewable:
        return section(text, block_id=block_id)
    return section_with(text, block_id, button("Review", action_id=REVIEW, value=entry.account_id))


def _line(entry: Entry, reader: Reader) -> tuple[str, str]:
    """The account, and why it is here."""
    money = f" · {said} open" if (said := reader.open_money(entry)) else ""
    risk = " · High risk" if entry.risk is Risk.HIGH else ""
    name = link(reader.links.record(Kind.ACCOUNT, entry.account_id), f"*{_name(entry, reader)}*")
    return f"{DOTS[entry.risk]} {name}{money}{risk}", reader.text(entry.statement, limit=160)


def _name(entry: Entry, reader: Reader) -> str:
    return reader.named(entry.account_name, limit=60)
