"""Drafts to copy, from the records alone: a mail, an agenda, a summary. Nothing in them that no record says."""

from __future__ import annotations

import re
from dataclasses import replace

from agents.flows.conversation.rules import one_account
from agents.flows.conversation.rules.focus import account_in_focus
from agents.flows.conversation.rules.reading import Answer, Reading, of_account
from store.domain.conversation.intents import Intent
from store.domain.conversation.names import Found
from store.domain.conversation.phrases import intents_of
from store.domain.crm.accounts import AccountFacts, Contact, Deal
from store.domain.text.wording import one_line

_AGENDA = re.compile(r"\b(?:agenda|meeting|prep\w*|talking points|call)\b", re.IGNORECASE)
_SHORT = re.compile(
    r"\b(?:short(?:er|en)?|briefer|concise|cut it|tighter|too long|half (?:as long|the length))\b",
    re.IGNORECASE,
)
_OTHERWISE = re.compile(
    r"\b(?:friendl\w+|formal\w*|informal|polite\w*|warm\w*|casual|nicer|better|softer|firmer|tone|personal|pushy|direct|urgent|longer"
    r"|more|less|translate\w*|rewrite|reword|rephrase|different\w*|again|another|add|mention|include|instead|bullets?"
    r"|in (?:german|french|spanish|italian|dutch|portuguese|english|swedish|danish|polish|turkish|hindi|chinese|japanese))\b",
    re.IGNORECASE,
)
_SHORTER = 2  # times that a draft can be made shorter
_FEW = 12  # words of a message that may ask for the draft before in another form
_SUMMARY = re.compile(
    r"\b(?:summar\w+|recap|sum(?:s|ming)? (?:\w+ )?up|write[- ]?up|in a nutshell|overview)\b", re.IGNORECASE
)

_ONLY_SHORTER = (
    "I put a draft together from the records by rules, in English and always in the same tone, so I can only make it shorter: "
    "write “shorter”. For the rest, please copy it and change the words."
)
_SHORTEST = "That is the shortest that I can make it; please copy it and cut what you like."


async def draft(reading: Reading, facts: AccountFacts, message: str, *, shorter: int | None = None) -> Answer:
    """`shorter` says how often it was asked to be; by default once if the message says so."""
    shorter = shorter if shorter is not None else int(_SHORT.search(message) is not None)
    if _SUMMARY.search(message):
        made = await one_account.status(reading, facts)
        return replace(made, lines=made.lines[: 3 - shorter]) if shorter else made
    deals = await one_account.open_deals(reading, facts)
    contact = _contact(facts, deals)
    if _AGENDA.search(message) and not re.search(r"\bmail\b|\bmessage\b|\breply\b", message, re.IGNORECASE):
        made = await _agenda(reading, facts, deals)
        return replace(made, lines=made.lines[: 4 - shorter]) if shorter else made
    return _mail(reading, facts, deals, contact, shorter=shorter)


async def in_another_form(reading: Reading, message: str, found: Found) -> Answer | None:
    """The draft before, shorter, or what can be done instead; None if the message asks for nothing like it."""
    is_short, otherwise = _SHORT.search(message), _OTHERWISE.search(message)
    if len(message.split()) > _FEW or found.groups or not (is_short or otherwise):
        return None
    if set(intents_of(found.rest)) - {Intent.DRAFT, Intent.NOT_MY_JOB}:
        return None
    asked = await _draft_before(reading)
    account = await account_in_focus(reading, message) if asked else None
    facts = await reading.facts(account) if account else None
    if facts is None or (not is_short and Intent.DRAFT in intents_of(found.rest)):
        return None
    if not is_short:
        return Answer(lines=(_ONLY_SHORTER,))
    shorter = sum(_SHORT.search(each) is not None for each in (*asked, message))
    if shorter > _SHORTER:
        return Answer(lines=(_SHORTEST,))
    return await draft(reading, facts, asked[-1], shorter=shorter)


async def _draft_before(reading: Reading) -> list[str]:
    """The question that asked for a draft, after those that wanted it in another form; empty if none did."""
    asked: list[str] = []
    for said in reversed(reading.talk.earlier):
        if said.ours:
            continue
        asked.append(said.text)
        if Intent.DRAFT in intents_of((await reading.named(said.text)).rest)[:1]:
            return asked
        if not (_SHORT.search(said.text) or _OTHERWISE.search(said.text)):
            return []
    return []


def _mail(reading: Reading, facts: AccountFacts, deals: list[Deal], contact: Contact | None, *, shorter: int) -> Answer:
    greeting = f"Hello {contact.name.split()[0]}," if contact else "Hello,"
    about = one_line(deals[0].name, limit=60) if deals else facts.name
    body = (
        (
            greeting,
            f"I am writing about {about}. What has changed on your side, and what should happen next?",
            "Would a short call this week or next suit you?",
            f"Best regards, {reading.person.name}",
        ),
        (greeting, f"What is next on {about}, and when can we talk?", f"Best regards, {reading.person.name}"),
        (f"{greeting} what is next on {about}? {reading.person.name}",),
    )[shorter]
    lines = (
        f"A draft to copy; I send nothing. {f'To {contact.name}.' if contact else 'No contact is in the CRM.'}",
        "",
        *body,
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
