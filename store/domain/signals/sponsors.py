"""Sponsors: an open deal lost its primary contact, or a contact with a key role left the account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from store.domain.crm.accounts import AccountFacts, Contact, Deal, Kind
from store.domain.crm.changes import Change, ChangeKind
from store.domain.crm.evidence import Evidence, Source
from store.domain.signals.context import SignalContext
from store.domain.signals.evidence import amount_of, moved, standing, when
from store.domain.signals.findings import NO_OPEN_DEAL, biggest, deal_signal, finding, signal, subject_of
from store.domain.signals.kinds import Finding, Signal, SignalKind
from store.domain.signals.moves import Move, move_of, recent
from store.domain.text.wording import one_line, plural

# Roles whose departure matters even if the contact is no deal's primary contact.
KEY_ROLES = frozenset({"sponsor", "champion", "decision maker"})


def sponsor_changed(facts: AccountFacts, context: SignalContext) -> Finding:
    """An open deal lost or exchanged its primary contact, or a contact with a key role left the account.

    If a deal's contact changed because the contact left, only the deal's signal is reported.
    """
    kind = SignalKind.SPONSOR_CHANGED
    open_deals = context.pipeline.open_deals(facts.deals)
    if not open_deals:
        return finding(kind, (), NO_OPEN_DEAL)
    changes = recent(context)
    moves = {deal.id: move for deal in open_deals if (move := _lost_contact(deal, changes)) is not None}
    found = [_contact_changed(facts, deal, moves[deal.id], context) for deal in open_deals if deal.id in moves]
    told = {change.before for move in moves.values() for change in (move.change, *move.earlier)}
    for contact_id, change in _departures(facts, changes).items():
        if contact_id not in told and (left := _contact_left(facts, change, open_deals, context)):
            found.append(left)
    days = plural(context.policy.recent_days, "day")
    return finding(kind, found, f"No open deal lost its primary contact in the last {days}, and no sponsor left.")


def _lost_contact(deal: Deal, changes: list[Change]) -> Move | None:
    move = move_of(deal, "contact_id", changes)
    return move if move and move.before is not None else None


def _contact_changed(facts: AccountFacts, deal: Deal, move: Move, context: SignalContext) -> Signal:
    on = when(move.change, context)
    old = _known(move.before, facts, context)
    new = _known(move.after, facts, context)
    after = (one_line(new.name, limit=60) if new else "another contact") if move.after else "no one"
    before = one_line(old.name, limit=60) if old else ""
    if move.after:
        says = f"changed its contact{f' from {before}' if before else ''} to {after} {on}"
    else:
        says = f"lost its contact{f' {before}' if before else ''} {on}"
    value = f"{before or 'the earlier contact'} → {after} {on}"
    evidence = moved(deal, move.change, "Primary contact", value)
    kind = SignalKind.SPONSOR_CHANGED
    return deal_signal(
        kind, facts, deal, says, since=move.change.at, evidence=evidence, context=context, anchor=move.reached.id
    )


def _departures(facts: AccountFacts, changes: list[Change]) -> Mapping[str, Change]:
    """Map contacts that left and have not come back to the change by which they left."""
    here = {contact.id for contact in facts.contacts if contact.account_id == facts.id}
    return {
        change.record_id: change
        for change in changes
        if change.record_kind is Kind.CONTACT and change.record_id not in here and _is_departure(change, facts)
    }


def _is_departure(change: Change, facts: AccountFacts) -> bool:
    if change.kind is ChangeKind.DELETED:
        return (change.account_id or "") == facts.id
    return change.kind is ChangeKind.UPDATED and change.field == "account_id" and change.before == facts.id


def _contact_left(
    facts: AccountFacts, change: Change, open_deals: Sequence[Deal], context: SignalContext
) -> Signal | None:
    """Return the signal about a departed contact; None if no open deal depended on them and they had no key role."""
    carried = [deal for deal in open_deals if deal.contact_id == change.record_id]
    contact = _known(change.record_id, facts, context)
    role = _key_role(contact) if not facts.partial else None
    if not carried and role is None:
        return None
    at_stake = carried or open_deals
    deal, name = biggest(at_stake), one_line(contact.name, limit=60) if contact else "A contact"
    left = f"{_gone(change)} {when(change, context)}"
    statement = f"{name} ({role}) {left}."
    if carried:
        statement = f"{name}, the contact of {subject_of(deal, facts, context)}, {left}."
    evidence = [_departure(change, name, left), *amount_of(deal, context)]
    if carried:
        evidence.append(standing(deal, "contact_id", "Primary contact", name))
    if contact and role:
        evidence.append(standing(contact, "buying_role", "Buying role", role))
    return signal(
        SignalKind.SPONSOR_CHANGED,
        facts,
        change.record_id,
        statement,
        since=change.at,
        evidence=tuple(evidence),
        deals=at_stake,
        context=context,
        anchor=change.id,
    )


def _gone(change: Change) -> str:
    """How the record left; that the person left the company is only a guess."""
    if change.kind is ChangeKind.DELETED:
        return "was deleted"
    return "moved to another account" if change.after else "was taken off the account"


def _known(contact_id: str | None, facts: AccountFacts, context: SignalContext) -> Contact | None:
    return next((each for each in (*facts.contacts, *context.departed) if each.id == contact_id), None)


def _key_role(contact: Contact | None) -> str | None:
    role = contact.buying_role if contact else None
    return role if role and role.casefold() in KEY_ROLES else None


def _departure(change: Change, name: str, value: str) -> Evidence:
    """Cite the departure from its change, because the record itself may be gone."""
    return Evidence(
        source=Source.CHANGE,
        kind=change.record_kind,
        record_id=change.record_id,
        record_name=name,
        field=change.field,
        label="Contact",
        value=value,
        at=change.at,
        change_id=change.id,
    )
