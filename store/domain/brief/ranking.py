"""Turn reviewed accounts into one brief: the cards that attention chose, the other accounts, and plain news.

Signals on one record become one statement. A card's score is 1 − ∏ (1 − weight) over its signals, so that two middling
signals outweigh one of them but never reach certainty.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import takewhile
from math import prod
from typing import Protocol

from store.domain.attention.attend import Candidate, attend
from store.domain.attention.ledger import Entry, Ledger, Place, Reason, Tally
from store.domain.attention.policy import AttentionPolicy
from store.domain.brief.brief import Brief, Card, Listed, News, NotRead, Statement
from store.domain.crm.accounts import AccountFacts, Person
from store.domain.crm.evidence import Evidence
from store.domain.crm.people import local_day
from store.domain.gate.proposals import Prior, Recommendation, State
from store.domain.gate.retract_proposal import Over
from store.domain.gate.writes.update_task import UpdateTask
from store.domain.signals.findings import statement_of
from store.domain.signals.judged import called, unread_in
from store.domain.signals.kinds import NEWS, Finding, Risk, Signal, SignalKind

_RISK_ORDER = (Risk.HIGH, Risk.MEDIUM, Risk.LOW)
_ASKED = (Place.QUESTION, Place.ASK, Place.OPEN)
_UNDECIDED = frozenset({State.PENDING, State.EXPIRED, State.SUPERSEDED, State.SNOOZED, State.RETRACTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountReview:
    """One reviewed account: its findings, the signals among them that say something, the recommended moves, the earlier
    advice, and the money in its open deals. `common`: all its signals fire on too many accounts to say anything about one."""

    facts: AccountFacts
    findings: tuple[Finding, ...]
    signals: tuple[Signal, ...]
    recommendations: tuple[Recommendation, ...] = ()
    priors: tuple[Prior, ...] = ()
    open_amount: float = 0.0
    open_money: str | None = None
    common: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Morning:
    """A brief, the ledger with which the next one is compared, and what to retract with it."""

    brief: Brief
    ledger: Ledger
    over: tuple[Over, ...] = ()


def assemble(
    owner: Person,
    reviews: Sequence[AccountReview],
    *,
    brief_id: str,
    local_date: date,
    now: datetime,
    data_as_of: datetime | None,
    problems: Sequence[str] = (),
    author: str = "playbook",
    currency: str = "$",
    before: Mapping[str, Entry] | None = None,
    snoozed: frozenset[str] = frozenset(),
    answers: Mapping[str, float] | None = None,
    tally: Tally | None = None,
    policy: AttentionPolicy | None = None,
    whole: bool = True,
) -> Morning:
    """Build one owner's morning brief. `before` holds the last brief's entries by account, None if there was none; `snoozed`
    the keys of advice that is put off, `answers` the factor that earlier answers give to advice, by topic."""
    is_first, before, answers = before is None, before or {}, answers or {}
    given = tally.answers if tally else {}
    seen = {review.facts.id: review for review in reviews if noticed(review)}
    asked = {id: _to_ask(review, before.get(id), snoozed) for id, review in seen.items()}
    candidates = [_candidate(owner, review, asked[id], answers, snoozed) for id, review in seen.items()]
    attended = attend(candidates, before, today=local_date, policy=policy or AttentionPolicy())
    # Good news that calls for no decision today is news, not a risk.
    entries = tuple(each for each in attended if each.place in _ASKED or has_problem(seen[each.account_id]))
    cards = [
        _card(
            entry,
            seen[entry.account_id],
            asked[entry.account_id],
            before,
            is_first=is_first,
            own=given.get(entry.topic, (0, 0)),
        )
        for entry in entries
        if entry.place in _ASKED
    ]
    carded = {card.account_id: card for card in cards}
    counted = [each for each in entries if each.place is Place.COUNTED and each.reason is not Reason.SNOOZED]
    accounts = [review for review in reviews if review.facts.account is not None]
    brief = Brief(
        id=brief_id,
        owner_id=owner.id,
        owner_name=owner.name,
        local_date=local_date,
        generated_at=now,
        data_as_of=data_as_of,
        accounts=len(accounts),
        cards=tuple(cards),
        news=tuple(
            news for review in reviews for news in news_of(review) if not _is_on(carded.get(review.facts.id), news)
        ),
        quiet=sum(not review.signals and not_read(review) is None for review in accounts) if whole else 0,
        problems=tuple(problems),
        unread=tuple(each for review in reviews if (each := not_read(review))),
        whole=whole,
        author=author,
        currency=currency,
        listed=tuple(_listed_as(entry) for entry in entries if entry.place is Place.NAMED),
        more=len(counted),
        more_high=sum(entry.risk is Risk.HIGH for entry in counted),
    )
    ledger = Ledger(
        owner_id=owner.id, brief_id=brief_id, local_date=local_date, entries=entries, tally=tally or Tally()
    )
    return Morning(brief=brief, ledger=ledger)


def assemble_review(
    owner: Person,
    review: AccountReview,
    *,
    brief_id: str,
    local_date: date,
    now: datetime,
    data_as_of: datetime | None,
    problems: Sequence[str] = (),
    currency: str = "$",
    overview: tuple[str, ...] = (),
) -> Brief:
    """Build the review of one account: its card with all its advice, whatever was asked before; without a problem, its
    `overview`."""
    card, unread = card_of(review), not_read(review)
    return Brief(
        id=brief_id,
        owner_id=owner.id,
        owner_name=owner.name,
        local_date=local_date,
        generated_at=now,
        data_as_of=data_as_of,
        accounts=1,
        cards=(card,) if card else (),
        news=() if card else tuple(news_of(review)),
        quiet=int(not review.signals and unread is None),
        problems=tuple(problems),
        unread=(unread,) if unread else (),
        currency=currency,
        kind="review",
        account_name=review.facts.name,
        overview=() if card else overview,
    )


def valued(
    owner: Person, reviews: Sequence[AccountReview], *, today: date, policy: AttentionPolicy
) -> dict[str, Entry]:
    """What attention makes of these accounts among themselves, by account; nothing for one without anything to notice."""
    nothing: frozenset[str] = frozenset()
    candidates = [
        _candidate(owner, review, _to_ask(review, None, nothing), {}, nothing) for review in reviews if noticed(review)
    ]
    return {entry.account_id: entry for entry in attend(candidates, {}, today=today, policy=policy)}


def not_read(review: AccountReview) -> NotRead | None:
    """The first thing about the account that a signal would need to know and that could not be read."""
    for record, field in unread_in(review.facts):
        return NotRead(account_id=review.facts.id, account_name=review.facts.name, field=field, called=called(record))
    return None


def noticed(review: AccountReview) -> bool:
    """Whether an account has a problem or a decision to make; nothing but news is neither."""
    return bool(review.recommendations) or has_problem(review)


def has_problem(review: AccountReview) -> bool:
    return any(signal.kind not in NEWS for signal in review.signals)


def card_of(
    review: AccountReview, marks: frozenset[str] | None = None, asked: Recommendation | None = None
) -> Card | None:
    """Return an account's card with all its advice; None if it has no problem and no decision. The problems that `asked` is
    about come first, of these the ones not among the `marks` of the last brief; news comes last."""
    if not noticed(review):
        return None
    weighty = {signal.mark for signal in _weighty(review.signals)}
    fresh = frozenset() if marks is None else weighty - marks
    about = {cited.record_id for cited in asked.evidence} if asked else set()
    kinds = set(asked.signals) if asked else set()

    def place(group: Sequence[Signal]) -> tuple[bool, bool, bool, bool]:
        record, is_of_kind = group[0].record_id, any(signal.kind in kinds for signal in group)
        is_answered = is_of_kind and record in about | {review.facts.id}
        return (not is_answered, record not in about, not _is_new(group, fresh), _is_news(group))

    groups = sorted(grouped(review.signals), key=place)
    problems = [signal for signal in review.signals if signal.kind not in NEWS] or list(review.signals)
    return Card(
        account_id=review.facts.id,
        account_name=review.facts.name,
        risk=riskiest([signal.risk for signal in problems]),
        score=combined(problems),
        amount=review.open_amount,
        open_money=review.open_money,
        statements=tuple(_statement(group) for group in groups),
        recommendations=review.recommendations,
        priors=review.priors,
        moved=len(list(takewhile(lambda group: _is_new(group, fresh), groups))),
    )


def _to_ask(review: AccountReview, entry: Entry | None, snoozed: frozenset[str]) -> Recommendation | None:
    """The one move to ask about: one about a change since it was asked, else the one still open, else the first. None
    if there is none, or it is snoozed."""
    if _is_put_off(review, snoozed):
        return None  # another question about it would come too early
    moves = review.recommendations
    if entry is None or entry.asked_on is None:
        return moves[0] if moves else None
    moved = {signal.record_id for signal in _weighty(review.signals) if signal.mark not in entry.marks}
    about = [each for each in moves if moved & {cited.record_id for cited in each.evidence}]
    among = about or moves
    return next((each for each in among if each.key == entry.key), among[0] if among else None)


def _is_put_off(review: AccountReview, snoozed: frozenset[str]) -> bool:
    """Whether someone put a decision about this account off."""
    return any(each.key in snoozed for each in review.recommendations)


def _candidate(
    owner: Person,
    review: AccountReview,
    asked: Recommendation | None,
    answers: Mapping[str, float],
    snoozed: frozenset[str],
) -> Candidate:
    card = card_of(review, asked=asked)
    assert card is not None
    return Candidate(
        account_id=card.account_id,
        account_name=card.account_name,
        risk=card.risk,
        score=card.score,
        amount=card.amount,
        open_money=card.open_money,
        statement=card.statements[0].text,
        marks=tuple(sorted({*(signal.mark for signal in _weighty(review.signals)), *_lapsed(review)})),
        known=tuple(sorted(signal.mark for signal in _found(review) if signal.risk is not Risk.LOW)),
        kinds=frozenset(kind for statement in card.statements for kind in statement.kinds),
        key=asked.key if asked else "",
        topic=topic_of(asked) if asked else "",
        confidence=asked.confidence.score if asked else 0.0,
        common=review.common,
        snoozed=_is_put_off(review, snoozed),
        answers=answers.get(topic_of(asked), 1.0) if asked else 1.0,
        decided={
            prior.key: local_day(owner, prior.decided_at)
            for prior in sorted(review.priors, key=lambda each: each.created_at)
            if prior.state not in _UNDECIDED and prior.decided_at is not None
        },
    )


def _weighty(signals: Sequence[Signal]) -> list[Signal]:
    """The problems whose coming and going counts as a change: low risks only if there is nothing worse."""
    problems = [signal for signal in signals if signal.kind not in NEWS]
    return [signal for signal in problems if signal.risk is not Risk.LOW] or problems


def _lapsed(review: AccountReview) -> list[str]:
    """Marks of what was agreed and not done in time: that its day passed is a change too."""
    writes = [each.write for each in review.recommendations]
    return [f"lapsed:{each.task_id}:{each.was_due}" for each in writes if isinstance(each, UpdateTask)]


def _found(review: AccountReview) -> list[Signal]:
    """All problems, with those too common to be shown."""
    return [signal for found in review.findings for signal in found.signals if signal.kind not in NEWS]


class Advice(Protocol):
    """What names the topic of advice."""

    @property
    def action(self) -> str: ...

    @property
    def signals(self) -> Sequence[str]: ...


def topic_of(advice: Advice) -> str:
    """What advice is about, for learning from answers: its weightiest signal, or its action."""
    return str(advice.signals[0]) if advice.signals else str(advice.action)


def _card(
    entry: Entry,
    review: AccountReview,
    asked: Recommendation | None,
    before: Mapping[str, Entry],
    *,
    is_first: bool,
    own: tuple[int, int],
) -> Card:
    last = before.get(entry.account_id)
    card = card_of(review, frozenset(last.marks) if last else None, asked)
    assert card is not None
    assert asked is not None  # attention asks nothing about an account without advice
    return replace(
        card,
        recommendations=(asked,),
        place=entry.place,
        reason=Reason.FIRST if is_first and entry.reason is Reason.NEW else entry.reason,
        worth=replace(entry.worth, own=own),
        since=entry.asked_on,
        moved=card.moved if entry.place is Place.ASK else 0,
    )


def _listed_as(entry: Entry) -> Listed:
    return Listed(
        account_id=entry.account_id,
        account_name=entry.account_name,
        risk=entry.risk,
        amount=entry.amount,
        open_money=entry.open_money,
        statement=entry.statement,
        reason=entry.reason,
    )


def _is_new(group: Sequence[Signal], fresh: Set[str]) -> bool:
    return any(signal.mark in fresh for signal in group)


def _is_news(group: Sequence[Signal]) -> bool:
    return all(signal.kind in NEWS for signal in group)


def news_of(review: AccountReview) -> list[News]:
    """Return the account's news; a deal that is new and already won or lost appears once."""
    news = [signal for signal in review.signals if signal.kind in NEWS]
    closed = {signal.record_id for signal in news if signal.kind is not SignalKind.NEW_DEAL}
    return [
        News(account_id=review.facts.id, account_name=review.facts.name, signal=signal)
        for signal in news
        if signal.kind is not SignalKind.NEW_DEAL or signal.record_id not in closed
    ]


def _is_on(card: Card | None, news: News) -> bool:
    """Whether a card tells the news. What is still open has no statements, and a card may have no room for its second one: that a
    deal was opened again is too grave for that."""
    if card is None or card.place is Place.OPEN:
        return False
    told = card.statements[:1] if news.signal.kind is SignalKind.DEAL_REOPENED else card.statements
    return any(news.signal.kind in each.kinds for each in told)


def statements_of(signals: Sequence[Signal]) -> tuple[Statement, ...]:
    """Return one statement for all signals about one record that can be joined, the weightiest first."""
    return tuple(_statement(group) for group in grouped(signals))


def _statement(group: Sequence[Signal]) -> Statement:
    return Statement(
        text=statement_of(group),
        kinds=tuple(signal.kind for signal in group),
        evidence=united(signal.evidence for signal in group),
    )


def grouped(signals: Sequence[Signal]) -> list[tuple[Signal, ...]]:
    """Group signals by record, the weightiest group and within it the weightiest signal first. Signals that cannot be
    joined into one sentence stay alone."""
    groups: dict[tuple[str, str, str], list[Signal]] = {}
    for signal in sorted(signals, key=weightiest_first):
        alone = "" if signal.subject else signal.kind
        groups.setdefault((signal.record_id, signal.subject, alone), []).append(signal)
    return sorted((tuple(group) for group in groups.values()), key=lambda group: -combined(group))


def weightiest_first(signal: Signal) -> tuple[float, int, float, str]:
    return (-signal.weight, list(SignalKind).index(signal.kind), -signal.amount, signal.record_id)


def combined(signals: Sequence[Signal]) -> float:
    """1 − ∏ (1 − weight), to four digits."""
    return round(1.0 - prod(1.0 - signal.weight for signal in signals), 4)


def riskiest(risks: Sequence[Risk]) -> Risk:
    return min(risks, key=_RISK_ORDER.index)


def united(pieces: Iterable[Sequence[Evidence]]) -> tuple[Evidence, ...]:
    """Return all evidence without duplicates, in order of appearance."""
    return tuple({(cited.id, cited.value): cited for piece in pieces for cited in piece}.values())


def explain(findings: Sequence[Finding]) -> tuple[str, ...]:
    """Say why an account was flagged, and then which checks found nothing."""
    flagged = [f"{found.kind.label}: {signal.statement}" for found in findings for signal in found.signals]
    return (*flagged, *_silent(findings))


def _silent(findings: Sequence[Finding]) -> tuple[str, ...]:
    """Say why the other signals stayed silent: one line per reason, with all the signals that share it."""
    reasons: dict[str, list[str]] = {}
    for found in findings:
        if not found.signals:
            reasons.setdefault(found.why_not, []).append(found.kind.label)
    return tuple(f"{_listed(labels)}: no. {reason}" for reason, labels in reasons.items())


def _listed(labels: Sequence[str]) -> str:
    """Return a list like `Deal stalled, close date passed`."""
    return ", ".join((labels[0], *(label[0].lower() + label[1:] for label in labels[1:])))
