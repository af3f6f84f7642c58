"""People around the account: everything depends on one contact, or the account has a new owner."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from store.domain.crm.accounts import AccountFacts, Contact, Deal
from store.domain.signals.context import SignalContext
from store.domain.signals.evidence import amount_of, moved, standing, when
from store.domain.signals.findings import NO_OPEN_DEAL, finding, signal
from store.domain.signals.kinds import Finding, Signal, SignalKind
from store.domain.signals.moves import move_of, recent
from store.domain.signals.weights import total
from store.domain.text.wording import money, one_line, plural


def single_threaded(facts: AccountFacts, context: SignalContext) -> Finding:
    """Open deals worth `single_thread_amount` or more, the oldest at least `single_thread_days` old, and one contact."""
    kind, policy = SignalKind.SINGLE_THREADED, context.policy
    if facts.account is None or facts.partial:
        return finding(kind, (), "Not all contacts are known here, so they cannot be counted.")
    open_deals = context.pipeline.open_deals(facts.deals)
    if not open_deals:
        return finding(kind, (), NO_OPEN_DEAL)
    contacts = [contact for contact in facts.contacts if contact.account_id == facts.id]
    if len(contacts) != 1:
        known = plural(len(contacts), "contact") if contacts else "no contact"
        return finding(kind, (), f"The account has {known}; exactly one would be a risk.")
    if total(open_deals) < policy.single_thread_amount:
        worth, floor = context.currency.in_all(open_deals), money(policy.single_thread_amount, context.currency.sign)
        said = f"worth {worth}" if worth else f"worth less than {floor}"
        return finding(kind, (), f"{_the(open_deals)} {said}; a single contact is a risk from {floor}.")
    matured = min(deal.created_at for deal in open_deals) + timedelta(days=policy.single_thread_days)
    if context.now < matured:
        return finding(kind, (), f"{_the(open_deals)} newer than {plural(policy.single_thread_days, 'day')}.")
    return finding(kind, (_single(facts, contacts[0], open_deals, matured, context),), "")


def owner_changed(facts: AccountFacts, context: SignalContext) -> Finding:
    """The account has a different owner than a few days ago."""
    kind, days = SignalKind.OWNER_CHANGED, plural(context.policy.recent_days, "day")
    if facts.account is None:
        return finding(kind, (), "These deals hang on no account that could have an owner.")
    if context.in_handover:
        return finding(kind, (), "It came with other accounts; one message names all of them.")
    move = move_of(facts.account, "owner_id", recent(context))
    if move is None:
        return finding(kind, (), f"The account has had the same owner for the last {days}.")
    old, new = (_person(context, person_id) for person_id in (move.before, move.after))
    on = when(move.change, context)
    found = signal(
        kind,
        facts,
        facts.id,
        f"The account went from {old} to {new} {on}.",
        since=move.change.at,
        evidence=(moved(facts.account, move.change, "Owner", f"{old} → {new} {on}"),),
        deals=context.pipeline.open_deals(facts.deals),
        context=context,
        anchor=move.reached.id,
    )
    return finding(kind, (found,), "")


def _single(
    facts: AccountFacts, contact: Contact, open_deals: Sequence[Deal], matured: datetime, context: SignalContext
) -> Signal:
    name, worth = one_line(contact.name, limit=60), context.currency.in_all(open_deals)
    value = f"{name} alone, for {plural(len(open_deals), 'open deal')}{f' ({worth})' if worth else ''}"
    amounts = (cited for deal in open_deals for cited in amount_of(deal, context))
    return signal(
        SignalKind.SINGLE_THREADED,
        facts,
        facts.id,
        f"{name} is the only contact.",
        since=matured,
        evidence=(standing(contact, "name", "Contact list", value), *amounts),
        deals=open_deals,
        context=context,
        anchor=contact.id,
    )


def _the(open_deals: Sequence[Deal]) -> str:
    return "The open deal is" if len(open_deals) == 1 else "The open deals are"


def _person(context: SignalContext, person_id: str | None) -> str:
    person = context.people.get(person_id or "")
    return one_line(person.name, limit=60) if person else "someone who is no longer a user"
