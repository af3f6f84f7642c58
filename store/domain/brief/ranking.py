"""Turn reviewed accounts into one brief: the cards that attention chose, the other accounts, and plain news."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol

from store.domain.attention.attend import Candidate, attend
from store.domain.attention.ledger import Entry, Ledger, Place, Reason, Tally
from store.domain.attention.policy import AttentionPolicy
from store.domain.brief.account_review import AccountReview, card_of, has_problem, news_of, not_read, noticed, weighty
from store.domain.brief.brief import Brief, Card, Listed, News
from store.domain.crm.accounts import Person
from store.domain.crm.people import local_day
from store.domain.gate.proposals import UNDECIDED, Recommendation
from store.domain.gate.retract_proposal import Over
from store.domain.gate.writes.update_task import UpdateTask
from store.domain.signals.kinds import NEWS, Risk, Signal, SignalKind

_ASKED = (Place.QUESTION, Place.ASK, Place.OPEN)


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
    cards = tuple(
        _card(
            entry,
            seen[entry.account_id],
            asked[entry.account_id],
            before.get(entry.account_id),
            is_first=is_first,
            own=given.get(entry.topic, (0, 0)),
        )
        for entry in entries
        if entry.place in _ASKED
    )
    counted = [each for each in entries if each.place is Place.COUNTED and each.reason is not Reason.SNOOZED]
    accounts = [review for review in reviews if review.facts.account is not None]
    unread = tuple(each for review in reviews if (each := not_read(review)))
    gaps = {each.account_id for each in unread}
    brief = Brief(
        id=brief_id,
        owner_id=owner.id,
        owner_name=owner.name,
        local_date=local_date,
        generated_at=now,
        data_as_of=data_as_of,
        accounts=len(accounts),
        cards=cards,
        news=_news_beside(cards, reviews),
        quiet=sum(not review.signals and review.facts.id not in gaps for review in accounts) if whole else 0,
        problems=tuple(problems),
        unread=unread,
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
    """Weigh these accounts against each other; return their entries by account, none for an account with nothing to notice."""
    nothing: frozenset[str] = frozenset()
    candidates = [
        _candidate(owner, review, _to_ask(review, None, nothing), {}, nothing) for review in reviews if noticed(review)
    ]
    return {entry.account_id: entry for entry in attend(candidates, {}, today=today, policy=policy)}


def _to_ask(review: AccountReview, entry: Entry | None, snoozed: frozenset[str]) -> Recommendation | None:
    """The one move to ask about: one about a change since it was asked, else the one still open, else the first. None
    if there is none, or it is snoozed."""
    if _is_put_off(review, snoozed):
        return None  # another question about it would come too early
    moves = review.recommendations
    if entry is None or entry.asked_on is None:
        return moves[0] if moves else None
    moved = {signal.record_id for signal in weighty(review.signals) if signal.mark not in entry.marks}
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
        marks=tuple(sorted({*(signal.mark for signal in weighty(review.signals)), *_lapsed(review)})),
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
            if prior.state not in UNDECIDED and prior.decided_at is not None and prior.lifted_at is None
        },
        lifted_on=_lifted_on(owner, review, asked),
    )


def _lifted_on(owner: Person, review: AccountReview, asked: Recommendation | None) -> date | None:
    """The last day on which someone lifted a rejection of this advice."""
    lifted = [
        each.lifted_at for each in review.priors if asked is not None and each.key == asked.key and each.lifted_at
    ]
    return local_day(owner, max(lifted)) if lifted else None


def _lapsed(review: AccountReview) -> list[str]:
    """Marks of agreed tasks that were not done in time: that their day passed is a change too."""
    writes = [each.write for each in review.recommendations]
    return [f"lapsed:{each.task_id}:{each.was_due}" for each in writes if isinstance(each, UpdateTask)]


def _found(review: AccountReview) -> list[Signal]:
    """All problems, with those too common to be shown."""
    return [signal for found in review.findings for signal in found.signals if signal.kind not in NEWS]


class Advice(Protocol):
    """Advice that has a topic."""

    @property
    def action(self) -> str: ...

    @property
    def signals(self) -> Sequence[str]: ...


def topic_of(advice: Advice) -> str:
    """The topic of advice, for learning from answers: its weightiest signal, or its action."""
    return str(advice.signals[0]) if advice.signals else str(advice.action)


def _card(
    entry: Entry,
    review: AccountReview,
    asked: Recommendation | None,
    last: Entry | None,
    *,
    is_first: bool,
    own: tuple[int, int],
) -> Card:
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


def _news_beside(cards: Sequence[Card], reviews: Sequence[AccountReview]) -> tuple[News, ...]:
    """The news that no card shows."""
    carded = {card.account_id: card for card in cards}
    return tuple(
        news for review in reviews for news in news_of(review) if not _is_on(carded.get(review.facts.id), news)
    )


def _is_on(card: Card | None, news: News) -> bool:
    """Whether a card shows the news. A decision still open has no statements, and a card may have no room for its second one, which
    would be too little for a deal that was opened again."""
    if card is None or card.place is Place.OPEN:
        return False
    told = card.statements[:1] if news.signal.kind is SignalKind.DEAL_REOPENED else card.statements
    return any(news.signal.kind in each.kinds for each in told)
