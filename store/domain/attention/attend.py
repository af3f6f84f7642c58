"""Decide each account's place in today's brief: asked in full, one line, or counted. The order never depends on chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from math import ceil
from statistics import median

from store.domain.attention.ledger import Entry, Place, Reason
from store.domain.attention.policy import AttentionPolicy
from store.domain.attention.spend import with_asks
from store.domain.attention.worth import CHANGED, NEW, waited, worth_of
from store.domain.signals.kinds import NEWS, Risk, SignalKind

_RISKS = (Risk.HIGH, Risk.MEDIUM, Risk.LOW)
_NEVER_ASKED = frozenset({Reason.NEW, Reason.WAITED, Reason.LOW})
_PLACES = (Place.QUESTION, Place.ASK, Place.OPEN, Place.NAMED, Place.COUNTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An account on which something was noticed. `key` is the advice to ask about ("" if there is none), with its `topic`,
    its `confidence` and the factor `answers` that earlier answers give it; `decided` maps the keys of earlier advice to the day
    of their decision, and `lifted_on` is the last day on which someone lifted a rejection of this one. `marks` identify the facts,
    `kinds` their signals, all of them `common` or not; `statement` is the first of them in words. `known` are the marks of facts
    that are not shown, so that their showing up is no change. Of one that someone `snoozed`, the brief says nothing, unless it is
    a high risk and moved.
    """

    account_id: str
    account_name: str
    risk: Risk
    score: float
    amount: float
    statement: str
    marks: tuple[str, ...]
    kinds: frozenset[SignalKind]
    known: tuple[str, ...] = ()
    key: str = ""
    topic: str = ""
    confidence: float = 0.0
    common: bool = False
    snoozed: bool = False
    answers: float = 1.0
    open_money: str | None = None
    decided: Mapping[str, date] = field(default_factory=dict)
    lifted_on: date | None = None


def attend(
    candidates: Sequence[Candidate], before: Mapping[str, Entry], *, today: date, policy: AttentionPolicy
) -> tuple[Entry, ...]:
    """Return an entry for every candidate, the questions and asks first, each group by worth. `before` holds the entries of
    the person's last brief by account."""
    usual = median([each.amount for each in candidates if each.amount > 0] or [0.0])
    told = _with_uniform(candidates, policy)
    drafts = sorted((_draft(each, before.get(each.account_id), usual, today, policy) for each in told), key=_order)
    kinds = {each.account_id: each.kinds for each in candidates}
    settled = with_asks(drafts, kinds, policy)
    settled = _with_names(settled, policy)
    entries = [_ended(entry, before.get(entry.account_id), today) for entry in settled]
    return tuple(sorted(entries, key=lambda entry: _PLACES.index(entry.place)))


def _with_uniform(candidates: Sequence[Candidate], policy: AttentionPolicy) -> list[Candidate]:
    """Count as common what most of the person's accounts have in common, their whole set of signals. Not a high risk, and not
    an account on which something happened besides."""
    sets = Counter(each.kinds for each in candidates)
    most = {kinds for kinds, count in sets.items() if count >= policy.alike and count * 2 > len(candidates)}
    return [
        replace(
            each,
            common=(each.common or each.kinds in most) and each.risk is not Risk.HIGH and not each.kinds & NEWS,
        )
        for each in candidates
    ]


def _draft(each: Candidate, entry: Entry | None, usual: float, today: date, policy: AttentionPolicy) -> Entry:
    """The account with its reason, as yet without a place: COUNTED."""
    reason = _reason(each, entry, policy)
    unseen = entry.unseen if entry else 0
    asked = entry if not each.snoozed and reason not in _NEVER_ASKED else None
    novelty = {Reason.NEW: NEW, Reason.WOKEN: NEW, Reason.CHANGED: CHANGED}.get(reason, waited(unseen))
    return Entry(
        account_id=each.account_id,
        account_name=each.account_name,
        place=Place.COUNTED,
        reason=reason,
        risk=each.risk,
        amount=each.amount,
        open_money=each.open_money,
        worth=worth_of(
            risk=each.risk,
            score=each.score,
            amount=each.amount,
            usual=usual,
            novelty=novelty,
            confidence=each.confidence,
            answers=each.answers,
        ),
        statement=each.statement,
        marks=tuple(sorted({*each.marks, *each.known})),
        first_on=entry.first_on if entry else today,
        key=each.key,
        topic=each.topic,
        asked_on=asked.asked_on if asked else None,
        unanswered=asked.unanswered if asked else 0,
        questioned=asked.questioned if asked else False,
        unseen=unseen,
    )


def _reason(each: Candidate, entry: Entry | None, policy: AttentionPolicy) -> Reason:
    moved = entry is None or bool(set(each.marks) - set(entry.marks))
    if each.snoozed and not (moved and each.risk is Risk.HIGH):
        return Reason.SNOOZED
    if not each.key:
        return Reason.NO_ADVICE
    if entry is not None and (entry.reason is Reason.SNOOZED or _is_lifted(each, entry)):
        return Reason.WOKEN
    if each.common and (entry is None or entry.asked_on is None):
        return Reason.COMMON
    if entry is None or (entry.asked_on is None and moved):
        return Reason.NEW
    if entry.asked_on is None:
        return _never_asked(each)
    if moved:
        return Reason.CHANGED
    if _is_decided(each, entry):
        return Reason.RESTING
    if each.key != entry.key:  # the earlier question fell away, such as with a deal that was won
        return Reason.NEW if each.kinds & NEWS else _never_asked(each)
    return Reason.RESTING if entry.questioned else Reason.UNANSWERED


def _is_lifted(each: Candidate, entry: Entry) -> bool:
    """Whether someone brought its advice back since it was last asked."""
    return each.lifted_on is not None and (entry.asked_on is None or each.lifted_on > entry.asked_on)


def _never_asked(each: Candidate) -> Reason:
    return Reason.WAITED if each.risk is not Risk.LOW else Reason.LOW


def _is_decided(each: Candidate, entry: Entry) -> bool:
    on = each.decided.get(entry.key)
    return on is not None and entry.asked_on is not None and on >= entry.asked_on


def _with_names(entries: Sequence[Entry], policy: AttentionPolicy) -> list[Entry]:
    """Name some of the others: high risks that are due first, then those with a decision, then those unseen for longest."""
    rest = [entry for entry in entries if entry.place is Place.COUNTED and entry.reason is not Reason.SNOOZED]
    high = sum(entry.risk is Risk.HIGH for entry in rest)
    room = min(max(policy.named, ceil(high / max(1, policy.unseen - 1))), policy.most_named)
    due = sorted(rest, key=lambda entry: _naming_order(entry, policy))
    named = {entry.account_id for entry in due[:room]}
    return [replace(entry, place=Place.NAMED) if entry.account_id in named else entry for entry in entries]


def _naming_order(entry: Entry, policy: AttentionPolicy) -> tuple[object, ...]:
    nothing_to_decide = entry.reason is Reason.NO_ADVICE
    risk = _RISKS.index(entry.risk)
    return (not _is_due(entry, policy), nothing_to_decide, -entry.unseen, risk, *_order(entry))


def _is_due(entry: Entry, policy: AttentionPolicy) -> bool:
    return entry.risk is Risk.HIGH and entry.unseen >= policy.unseen - 2


def _ended(entry: Entry, before: Entry | None, today: date) -> Entry:
    """The entry with its counts as they are after this brief."""
    if entry.place is Place.ASK:
        return replace(entry, asked_on=today, unanswered=1, questioned=False, unseen=0)
    if entry.place is Place.OPEN:
        return replace(entry, unanswered=entry.unanswered + 1, unseen=0)
    if entry.place is Place.QUESTION:
        return replace(entry, unanswered=entry.unanswered + 1, questioned=True, unseen=0)
    # A change that was not shown in full is still a change tomorrow.
    kept = before if before is not None and before.asked_on is not None else None
    marks, key = (kept.marks, kept.key) if kept else (entry.marks, entry.key)
    return replace(entry, marks=marks, key=key, unseen=0 if entry.is_seen else entry.unseen + 1)


def _order(entry: Entry) -> tuple[float, float, str, str]:
    return (-entry.worth.value, -entry.amount, entry.account_name.casefold(), entry.account_id)
