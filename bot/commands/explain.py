"""`sergas why`: an account's place in its owner's last brief and the reasons for it, and what each detector says now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from agents.flows.accounts.explain_account import Explanation, explanation
from agents.flows.accounts.review import gather, review_all
from bot.clock import clock_at
from bot.commands.console import Terminal, write_json
from bot.commands.names import account_id_of
from bot.commands.setup import started
from bot.wiring.database import open_store_as_it_is
from store.domain.attention.policy import AttentionPolicy
from store.domain.attention.words import Factor, briefs_until_seen, factors_of, history_sentence, place_sentence
from store.domain.brief.explain import explain
from store.domain.crm.accounts import AccountFacts, Person
from store.domain.crm.people import local_day
from store.domain.errors import NotFound
from store.domain.signals.kinds import Finding, SignalKind
from store.domain.text.wording import plural

console = Terminal()
# What a kind of signal is about, if not a deal.
_ABOUT = {SignalKind.TASK_OVERDUE: "task", SignalKind.SPONSOR_CHANGED: "contact"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """All that is said of one account."""

    facts: AccountFacts
    owner: Person
    why: Explanation
    findings: tuple[Finding, ...]
    attention: AttentionPolicy
    currency: str
    today: date

    @property
    def place(self) -> str:
        return place_sentence(self.facts.name, self.why.ledger, self.facts.id, today=self.today)

    @property
    def factors(self) -> tuple[Factor, ...]:
        entry = self.why.entry
        if entry is None:
            return ()
        return factors_of(entry, self.why.lesson, who=self.owner.name, currency=self.currency)

    @property
    def within(self) -> int | None:
        if self.why.entry is None or self.why.ledger is None:
            return None
        return briefs_until_seen(self.why.entry, self.why.ledger, self.attention)

    @property
    def common(self) -> dict[str, float]:
        """The kinds that fire on this account and on so many others that they say little, with their share."""
        firing = [found.kind for found in self.findings if found.signals]
        return {
            kind: self.why.shares[kind] for kind in firing if self.why.shares.get(kind, 0.0) >= self.attention.common
        }


async def run_why(name: str, *, everything: bool = False, as_json: bool = False) -> int:
    """Print why the account has its place in its owner's last brief, and what fires on it; with `everything`, also the factors
    and what each other detector says."""
    told = await _told(name)
    if as_json:
        write_json(_figures(told))
        return 0
    console.print(f"{told.facts.name} · {told.owner.name}", style="bold")
    lines = (*_about_the_brief(told), *explain(told.findings)) if everything else _in_short(told)
    for line in lines:
        console.print(f"  {line}")
    return 0


async def _told(name: str) -> _Told:
    """Raises: NotFound, Ambiguous."""
    settings = started()
    attention, currency, now = settings.brief.attention, settings.brief.currency, clock_at(settings.storage.home).now()
    async with open_store_as_it_is(settings.storage) as database, database.reading() as tx:
        account_id = await account_id_of(tx, name)
        facts = await tx.snapshots.account_facts(account_id)
        owner = await tx.people.get(facts.account.owner_id) if facts and facts.account else None
        if facts is None or owner is None:
            raise NotFound(f"“{name}” has no owner that I know.")
        signals = settings.signals
        material = await gather(tx, owner, [facts], now=now, news_since=now, policy=signals, currency=currency)
        why = await explanation(tx, owner.id, account_id, now=now, attention=attention)
        own = why.ledger.tally if why.ledger else None
        reviewed = await review_all(material, now=now, news_since=now, policy=signals, own=own)
    return _Told(
        facts=facts,
        owner=owner,
        why=why,
        findings=reviewed.reviews[0].findings,
        attention=attention,
        currency=material.currency.sign,
        today=local_day(owner, now),
    )


def _in_short(told: _Told) -> Iterator[str]:
    """The answer, each kind of signal that fires once, and how many don't."""
    yield told.place
    if told.why.entry is not None:
        yield history_sentence(told.why.entry, today=told.today)
    firing = [found for found in told.findings if found.signals]
    for found in firing:
        first, *others = found.signals
        more = f" And {len(others)} more {_about(found.kind, len(others))}." if others else ""
        yield f"{found.kind.label}: {first.statement}{more}"
    silent = plural(len(told.findings) - len(firing), "other signal" if firing else "signal")
    doesnt = "doesn't" if silent.startswith("1 ") else "don't"
    yield f"{silent} {doesnt} fire. `--all` says why, and how the account's worth was reckoned."


def _about(kind: SignalKind, count: int) -> str:
    noun = _ABOUT.get(kind, "deal")
    return noun if count == 1 else f"{noun}s"


def _about_the_brief(told: _Told) -> Iterator[str]:
    yield told.place
    entry = told.why.entry
    if entry is not None:
        yield history_sentence(entry, today=told.today)
        yield f"Worth {entry.worth.value:.3f}, from:"
        yield from (f"  {each.name:<11}{each.value:.2f}  {each.words}" for each in told.factors)
    if told.common:
        said = ", ".join(f"{kind.replace('_', ' ')} on {share:.0%} of accounts" for kind, share in told.common.items())
        yield f"Common here, so it counts for less: {said}."
    if told.within is not None:
        yield f"While its risk is high, a brief shows it again within {plural(told.within, 'brief')} at the latest."


def _figures(told: _Told) -> dict[str, Any]:
    return {
        "account": told.facts.name,
        "owner": told.owner.name,
        "place": told.place,
        "brief": _entry(told),
        "common": told.common,
        "signals": {found.kind: [signal.statement for signal in found.signals] for found in told.findings},
        "silent": {found.kind: found.why_not for found in told.findings if not found.signals},
    }


def _entry(told: _Told) -> dict[str, Any] | None:
    entry, ledger = told.why.entry, told.why.ledger
    if entry is None or ledger is None:
        return None
    return {
        "day": ledger.local_date.isoformat(),
        "place": entry.place,
        "reason": entry.reason,
        "risk": entry.risk,
        "amount": entry.amount,
        "statement": entry.statement,
        "first_on": entry.first_on.isoformat(),
        "asked_on": entry.asked_on.isoformat() if entry.asked_on else None,
        "unanswered": entry.unanswered,
        "unseen": entry.unseen,
        "worth": entry.worth.value,
        "factors": [asdict(each) for each in told.factors],
        "shown_within_briefs": told.within,
    }
