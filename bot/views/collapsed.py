"""The collapsed groups of a brief: other risks, news, and the outcomes of earlier writes. Nothing in them needs a decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.views import words
from bot.views.account import NAME_WORDS, listed_account
from bot.views.at_risk import LINED
from bot.views.blocks import Block, container, section
from bot.views.card import DOTS
from bot.views.reader import Reader
from bot.views.space import pages
from bot.views.text import fit, link, plain
from store.domain.brief.brief import Brief, CameOfIt, Card, Listed, News, Waiting
from store.domain.crm.accounts import Kind
from store.domain.memory.outcomes import OutcomeVerdict
from store.domain.memory.passage import MemoryKind
from store.domain.signals.kinds import SignalKind
from store.domain.text.wording import some_of

_NEWS: Mapping[SignalKind, str] = {
    SignalKind.DEAL_WON: "🏆 Won",
    SignalKind.DEAL_LOST: "📉 Lost",
    SignalKind.DEAL_REOPENED: "🔄 Reopened",
    SignalKind.NEW_DEAL: "🌱 New",
}
_OUTCOMES: Mapping[OutcomeVerdict, str] = {
    OutcomeVerdict.IMPROVED: "📈 Improved",
    OutcomeVerdict.FLAT: "➖ Flat",
    OutcomeVerdict.WORSE: "⚠️ Worse",
}
_OPEN_NAMED = 20  # decisions without room in the message; the Home has them all


def listed_block(
    brief: Brief,
    named: Sequence[Card | Waiting],
    reader: Reader,
    *,
    most_words: int,
    name_words: int = NAME_WORDS,
    with_money: bool = True,
) -> list[Block]:
    """The other accounts on which something was noticed, a line each: none of them is left out. `named` are cards without room
    in the message, and earlier decisions that wait."""
    lines = [
        *_named_line(named, reader, name_words),
        *(_listed_line(each, reader, most_words, name_words, with_money) for each in brief.listed),
    ]
    count = len(named) + len(brief.listed) + brief.more
    if not count:
        return []
    shown = [*lines, *_left(brief.more, brief.more_high, is_alone=not lines)]
    title = f"Also at risk{'' if named else ', nothing to decide'} ({count:,})"
    sections = (section(page, expand=True) for page in pages(shown))
    return [container("listed", title, *sections, collapsed=True)]


def news_blocks(brief: Brief, reader: Reader, *, most_words: int = 60) -> list[Block]:
    """News that needs no decision, if any; with few words for each, only whose news it is."""
    if not brief.news:
        return []
    groups: dict[str, list[News]] = {}
    for each in brief.news:
        groups.setdefault(_mark(each).split()[-1].lower(), []).append(each)
    title = "News: " + ", ".join(_counted(word, group) for word, group in groups.items())
    lines = fit([_news_line(each, reader, most_words) for each in brief.news], limit=reader.room(800))
    return [container("news", title, section("\n".join(lines), expand=True), collapsed=True)]


def outcome_blocks(brief: Brief, reader: Reader) -> list[Block]:
    """The measured outcomes of earlier writes, if any: a line each, with its evidence."""
    if not brief.came_of_it:
        return []
    lines = [outcome_line(each, reader) for each in brief.came_of_it]
    title = f"What came of it ({len(brief.came_of_it)})"
    return [container("outcomes", title, *(section(page, expand=True) for page in pages(lines)), collapsed=True)]


def _listed_line(each: Listed, reader: Reader, most_words: int, name_words: int, with_money: bool) -> str:
    worth = f" · {said}" if with_money and (said := reader.open_money(each)) else ""
    told = reader.without_money(each.statement, each)
    statement = f": {reader.text(words.to_the_point(told, most_words), limit=120)}" if most_words else ""
    account = listed_account(each.account_id, each.account_name, reader, most_words=name_words)
    return f"{DOTS[each.risk]} {account}{worth}{statement}"


def _named_line(cards: Sequence[Card | Waiting], reader: Reader, name_words: int) -> list[str]:
    names = [
        listed_account(each.account_id, each.account_name, reader, most_words=name_words)
        for each in cards[:_OPEN_NAMED]
    ]
    return [f"To decide in the Home tab: {some_of(names, len(cards))}"] if names else []


def _left(more: int, high: int, *, is_alone: bool) -> list[str]:
    """How many have no line; the Home tab has a line for each of the gravest."""
    if not more:
        return []
    where = "in the Home tab" if more <= LINED else "the gravest in the Home tab"
    of_high = f", {high:,} of high risk," if high else ""
    comma = "," if more > LINED and not of_high else ""
    return [f"{more:,}{of_high} {where}." if is_alone else f"And {more:,} more{of_high or comma} {where}."]


def _mark(news: News) -> str:
    return _NEWS.get(news.signal.kind, "• News")


def _counted(word: str, group: Sequence[News]) -> str:
    """`3 new`; one alone says whose it is and what it is worth: `1 won (Dorngate, $12,500)`."""
    if len(group) > 1:
        return f"{len(group):,} {word}"
    worth = group[0].signal.worth
    about = plain(group[0].account_name, limit=24, empty="")
    return (
        f"1 {word} ({', '.join(filter(None, (about, plain(worth, limit=20, empty=''))))})"
        if worth and about
        else f"1 {word}"
    )


def _news_line(news: News, reader: Reader, most_words: int) -> str:
    account = listed_account(news.account_id, news.account_name, reader)
    told = words.shortened(news.signal.statement, most_words)
    worth = f" · {reader.text(news.signal.worth, limit=20)}" if news.signal.worth else ""
    statement = f": {reader.text(told, limit=110)}" if words.count(told) <= most_words else worth
    return f"{_mark(news).split()[0]} {account}{statement}"


def outcome_line(came: CameOfIt, reader: Reader) -> str:
    """One outcome with its evidence."""
    account = listed_account(came.account_id, came.account_name, reader)
    shows = reader.text(came.because, limit=100)
    return (
        f"{_OUTCOMES[came.verdict]}: {account}: “{reader.text(came.title, limit=60)}” {_shown_by(came, shows, reader)}"
    )


def _shown_by(came: CameOfIt, text: str, reader: Reader) -> str:
    """The sentence, linked to the task behind it if there is one: tasks are the only records here with a page."""
    kind, _, rest = came.evidence[0].partition(":") if came.evidence else ("", "", "")
    address = reader.links.record(Kind.ACTIVITY, rest.split("#")[0]) if kind == MemoryKind.TASK else None
    return link(address, text)
