"""The morning brief as Slack messages: a main message with the day's decisions, and a thread with the details."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from bot.views.approve_batch import with_batch_button
from bot.views.blocks import Block, Part, context, divider, header, section
from bot.views.card import card_blocks, details_part
from bot.views.reader import Reader, RecordLinks
from bot.views.space import MESSAGE_CHARACTERS, fitting
from bot.views.text import fit, link, mrkdwn, plain
from store.domain.brief.brief import PLAYBOOK, Brief, CameOfIt, News
from store.domain.crm.accounts import Kind
from store.domain.gate.proposals import Proposal
from store.domain.memory.outcomes import OutcomeVerdict
from store.domain.memory.passage import MemoryKind
from store.domain.signals.kinds import Risk, SignalKind

# Five blocks per card and at most eight others stay within Slack's fifty.
MAIN_CARDS = 8
_FOR_CARDS = MESSAGE_CHARACTERS - 2_600
_RISK_WORDS: Mapping[Risk, str] = {Risk.HIGH: "high risk", Risk.MEDIUM: "to watch", Risk.LOW: "low risk"}
_NEWS_MARKS: Mapping[SignalKind, str] = {
    SignalKind.DEAL_WON: "🏆 Won",
    SignalKind.DEAL_LOST: "📉 Lost",
    SignalKind.NEW_DEAL: "🌱 New",
}
_OUTCOME_MARKS: Mapping[OutcomeVerdict, str] = {
    OutcomeVerdict.IMPROVED: "📈 Improved",
    OutcomeVerdict.FLAT: "➖ Flat",
    OutcomeVerdict.WORSE: "⚠️ Worse",
}


def brief_messages(
    brief: Brief,
    proposals: Mapping[str, Proposal],
    *,
    links: RecordLinks,
    names: Mapping[str, str],
    tz: ZoneInfo,
    now: datetime,
    max_cards: int = 7,
) -> list[Part]:
    """The main message first, then one thread part per card. The same brief always has the same parts in the same order, so
    that each can be updated in place.

    `proposals` holds every version by id; `names` the names of people by CRM id. Of `max_cards`, at most eight fit.
    """
    reader = Reader(links=links, names=names, tz=tz, now=now, currency=brief.currency)
    shown = min(max_cards, MAIN_CARDS)
    blocks = _quiet_morning(brief, reader) if _is_quiet(brief) else _morning(brief, proposals, reader, shown=shown)
    main = Part(name="brief", text=f"{_greeting(brief, reader)}: {_summary(brief)}", blocks=blocks)
    threads = [
        details_part(card, proposals, reader, whole=position >= shown) for position, card in enumerate(brief.cards)
    ]
    return [main, *threads]


def _is_quiet(brief: Brief) -> bool:
    return not brief.cards and not brief.news


def _quiet_morning(brief: Brief, reader: Reader) -> list[Block]:
    calm = f"{_greeting(brief, reader)}. {_calm(brief)}; nothing needs you today. ☀️"
    return [section(calm), *problem_blocks(brief), *outcome_blocks(brief, reader), context(footer(brief, reader))]


def _calm(brief: Brief) -> str:
    if brief.accounts == 0:
        return "You don't own any accounts in the CRM yet"
    return f"All {brief.accounts} of your accounts are quiet" if brief.accounts > 1 else "Your one account is quiet"


def _morning(brief: Brief, proposals: Mapping[str, Proposal], reader: Reader, *, shown: int) -> list[Block]:
    summary = with_batch_button(_summary(brief), brief, proposals, reader)
    blocks = [header(_title(brief, reader)), summary, *problem_blocks(brief)]
    for card in brief.cards[:shown]:
        blocks.extend(
            fitting(partial(card_blocks, card, proposals), reader, budget=_FOR_CARDS // min(shown, len(brief.cards)))
        )
    blocks.append(divider())
    if len(brief.cards) > shown:
        blocks.append(section(f"And {len(brief.cards) - shown} more accounts in the thread."))
    blocks.extend([*news_blocks(brief, reader), *outcome_blocks(brief, reader)])
    return [*blocks, context(_quiet_line(brief), footer(brief, reader))]


def _title(brief: Brief, reader: Reader) -> str:
    day = f"{brief.local_date:%A} {brief.local_date.day} {brief.local_date:%B}"
    return f"{_time_of_day(brief, reader)}, {_first_name(brief)} · {day}"


def _greeting(brief: Brief, reader: Reader) -> str:
    return f"{_time_of_day(brief, reader)}, {mrkdwn(_first_name(brief), limit=60)}"


def _time_of_day(brief: Brief, reader: Reader) -> str:
    """The greeting by the time of day, since a delayed brief may come in the evening."""
    hour = brief.generated_at.astimezone(reader.tz).hour
    return "Good morning" if hour < 12 else "Good afternoon" if hour < 18 else "Good evening"


def _first_name(brief: Brief) -> str:
    return plain(brief.owner_name, limit=60, empty="there").split()[0]


def _summary(brief: Brief) -> str:
    """`3 high risk · 2 to watch · 1 low risk · 1 won · 14 quiet`."""
    risks = Counter(card.risk for card in brief.cards)
    news = Counter(_NEWS_MARKS.get(each.signal.kind, "News").split()[-1].lower() for each in brief.news)
    counts = [*((word, risks[risk]) for risk, word in _RISK_WORDS.items()), *news.items(), ("quiet", brief.quiet)]
    return " · ".join(f"{count} {word}" for word, count in counts if count) or "nothing to report"


def problem_blocks(brief: Brief) -> list[Block]:
    """Services that were down or late, if any."""
    lines = [f"⚠️ {mrkdwn(problem, limit=150)}" for problem in brief.problems]
    return [context("\n".join(fit(lines, limit=500)))] if lines else []


def news_blocks(brief: Brief, reader: Reader) -> list[Block]:
    """News that needs no decision, if any."""
    lines = [_news_line(each, reader) for each in brief.news]
    return [section("\n".join(("*News*", *fit(lines, limit=800))))] if lines else []


def _news_line(news: News, reader: Reader) -> str:
    account = link(reader.links.record(Kind.ACCOUNT, news.account_id), mrkdwn(news.account_name, limit=50))
    return f"{_NEWS_MARKS.get(news.signal.kind, '• News')}: {mrkdwn(news.signal.statement, limit=110)} · {account}"


def outcome_blocks(brief: Brief, reader: Reader) -> list[Block]:
    """The measured outcomes of earlier writes, if any: a line each, with its evidence."""
    lines = [_outcome_line(each, reader) for each in brief.came_of_it]
    return [section("\n".join(("*What came of it*", *fit(lines, limit=600))))] if lines else []


def _outcome_line(came: CameOfIt, reader: Reader) -> str:
    account = link(reader.links.record(Kind.ACCOUNT, came.account_id), mrkdwn(came.account_name, limit=50))
    shows = mrkdwn(came.because, limit=100)
    return (
        f"{_OUTCOME_MARKS[came.verdict]}: “{mrkdwn(came.title, limit=60)}” {_shown_by(came, shows, reader)} · {account}"
    )


def _shown_by(came: CameOfIt, text: str, reader: Reader) -> str:
    """The sentence, linked to the task behind it if there is one: tasks are the only records here with a page."""
    kind, _, rest = came.evidence[0].partition(":") if came.evidence else ("", "", "")
    address = reader.links.record(Kind.ACTIVITY, rest.split("#")[0]) if kind == MemoryKind.TASK else None
    return link(address, text)


def _quiet_line(brief: Brief) -> str:
    accounts = "1 account" if brief.quiet == 1 else f"{brief.quiet} accounts"
    return f"{accounts} quiet, nothing to do."


def footer(brief: Brief, reader: Reader) -> str:
    """The author, the data's age, and that nothing is written without an approval."""
    as_of = f"as of {reader.moment(brief.data_as_of)}" if brief.data_as_of else "of unknown age"
    return (
        f"Prepared automatically {_written_by(brief)} from CRM data {as_of}. "
        "Nothing is written to Zoho unless you press Approve."
    )


def _written_by(brief: Brief) -> str:
    """`by rules`, `by Claude (claude-opus-5-5)`, or both."""
    names = brief.author.removesuffix(PLAYBOOK).removesuffix(" and ")
    by = [
        *([f"by {mrkdwn(names, limit=90)}"] if names else []),
        *(["by rules"] if brief.author.endswith(PLAYBOOK) else []),
    ]
    return " and ".join(by)
