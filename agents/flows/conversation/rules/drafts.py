"""Drafts to copy, from the records alone: a mail, an agenda, a summary. Nothing in them that no record says."""

from __future__ import annotations

import re

from agents.flows.conversation.rules import one_account
from agents.flows.conversation.rules.reading import Answer, Reading, of_account
from store.domain.crm.accounts import AccountFacts, Contact, Deal
from store.domain.text.wording import one_line

_AGENDA = re.compile(r"\b(?:agenda|meeting|prep\w*|talking points|call)\b", re.IGNORECASE)
_SUMMARY = re.compile(r"\b(?:summar\w+|recap)\b", re.IGNORECASE)


async def draft(reading: Reading, facts: AccountFacts, message: str) -> Answer:
    if _SUMMARY.search(message):
        return await one_account.status(reading, facts)
    deals = await one_account.open_deals(reading, facts)
    contact = _contact(facts, deals)
    if _AGENDA.search(message) and not re.search(r"\bmail\b|\bmessage\b|\breply\b", message, re.IGNORECASE):
        return await _agenda(reading, facts, deals)
    return _mail(reading, facts, deals, contact)


def _mail(reading: Reading, facts: AccountFacts, deals: list[Deal], contact: Contact | None) -> Answer:
    greeting = f"Hello {contact.name.split()[0]}," if contact else "Hello,"
    about = one_line(deals[0].name, limit=60) if deals else facts.name
    lines = (
        f"A draft to copy; I send nothing. {f'To {contact.name}.' if contact else 'No contact is in the CRM.'}",
        "",
        greeting,
        f"I am writing about {about}. What has changed on your side, and what should happen next?",
        "Would a short call this week or next suit you?",
        f"Best regards, {reading.person.name}",
    )
    made = one_account.of_record(contact.kind, contact.id, contact.name) if contact else of_account(facts)
    return Answer(lines=lines, sources=(made,))


async def _agenda(reading: Reading, facts: AccountFacts, deals: list[Deal]) -> Answer:
    last = await one_account.last_contact(reading, facts)
    steps = await one_account.next_step(reading, facts)
    open_points = await one_account.promises(reading, facts)
    points = [
        "1. Where we are: " + last.lines[0],
        *[
            f"{number}. {one_line(deal.name, limit=60)}: stage {one_line(deal.stage, limit=40)}; what is missing to go on?"
            for number, deal in enumerate(deals[:3], 2)
        ],
    ]
    promised = ["Promised in notes:", *open_points.lines[1:3]] if open_points.sure else []
    return Answer(lines=(f"Agenda for {facts.name}:", *points, *steps.lines[1:3], *promised), sources=last.sources)


def _contact(facts: AccountFacts, deals: list[Deal]) -> Contact | None:
    """The primary contact of the biggest open deal, or else the first on record."""
    by_id = {each.id: each for each in facts.contacts}
    primary = (by_id[deal.contact_id] for deal in deals if deal.contact_id in by_id)
    return next(primary, min(facts.contacts, key=lambda each: each.name, default=None))
