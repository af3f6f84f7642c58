"""Texts that people write in their CRM: subjects and notes, filled with the account's own facts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from random import Random


class Topic(StrEnum):
    """The subject of a note."""

    CHECK_IN = "check-in"
    PROGRESS = "progress"
    PROMISE = "promise"
    WORRY = "worry"
    DELAY = "delay"
    PRICE = "price"
    SPONSOR = "sponsor"
    HANDOVER = "handover"
    LOSS = "loss"


CALLS = (
    "Check-in with {first}",
    "Follow-up call",
    "Call back to {first}",
    "Questions about the offer",
    "Quarterly call",
)
MEETINGS = (
    "On-site visit",
    "Review with {first}",
    "Product demo",
    "Steering meeting",
    "Planning session",
    "Lunch with {first}",
)
TASKS = (
    "Send {first} the documents", "Prepare the offer", "Update the account plan", "Forward the reference list",
    "Check the open invoice", "Answer the security questions", "Book the meeting room at {account}",
)  # fmt: skip

_TITLES: Mapping[Topic, tuple[str, ...]] = {
    Topic.CHECK_IN: ("Check-in", "Short call", "Status"),
    Topic.PROGRESS: ("Next round", "Good progress", "Meeting notes"),
    Topic.PROMISE: ("Commitment", "What we promised", "Agreed"),
    Topic.WORRY: ("Concern", "To watch", "Not going smoothly"),
    Topic.DELAY: ("New timeline", "Postponed"),
    Topic.PRICE: ("Scope and price", "Budget cut"),
    Topic.SPONSOR: ("Change at the customer", "New contact"),
    Topic.HANDOVER: ("Handover",),
    Topic.LOSS: ("Lost", "Why we lost"),
}
_TEXTS: Mapping[Topic, tuple[str, ...]] = {
    Topic.CHECK_IN: (
        "Spoke with {name}. All quiet, no open points; wants to hear from us again around {soon}.",
        "{first} is satisfied with support, mentioned two new people in the team. Nothing to do for now.",
        "Short exchange with {name} ({title}). They are busy with their year planning until {soon}.",
        "Sent {first} the product news. Answer: “Thanks, looks useful, let us talk about it in spring.”",
        "{first} asked for the new price list, no project behind it yet. Budget talks start around {soon}.",
        "Annual review with {name}: three small wishes, one complaint about invoices, forwarded to accounting.",
        "Called {first} for their anniversary with us. They would recommend us, asked not to be quoted before {soon}.",
        "Met {name} at a trade event. Mood is good, they are hiring and look at a further site.",
    ),
    Topic.PROGRESS: (
        "{name} took {deal} to the management round. Feedback is positive; {amount} is within their budget.",
        "Went through the scope of {deal} with {first}. Two questions on interfaces, otherwise agreed.",
        "Demo for six people at {account}, {first} led the discussion. They compare us with one competitor.",
        "{first} confirmed that {deal} is on the agenda of their board on {soon}.",
        "{name} asked for two variants of {deal}: the full one at {amount} and a smaller start. Sent both.",
        "Reference call with another customer took place, {first} was impressed by how quickly they went live.",
        "Security review passed. {name} sees no further hurdle for {deal} but the budget committee on {soon}.",
        "Procurement has our terms. {name} expects comments within two weeks.",
    ),
    Topic.PROMISE: (
        "Promised {first} a revised calculation for {deal} by {soon}. They count on it for their meeting.",
        "{name} will name the project team by {soon}; we committed to two training days at no charge.",
        "We agreed that {first} sends the signed data agreement by {soon} and we hold the price of {amount} until then.",
        "I owe {name} an answer on the interface question by {soon}; engineering is asked.",
        "{first} gave their word that {deal} is decided by {soon}. In return we keep two installation slots free.",
        "Committed to a call with our head of support before {soon}, after the outage last month.",
    ),
    Topic.WORRY: (
        "{first} sounded reserved: a competitor offered a lower entry price. Asked for a reference in their industry.",
        "{name} worries about the effort on their side; IT has no free people before {soon}.",
        "{name} asked twice what happens if they leave after a year. Trust is the topic, not the price.",
        "Heard from {first} that the new finance people question {amount} for {deal}. Need a business case.",
        "The users are not convinced: {name} wants a trial before anybody signs. IT is against more systems.",
        "No answer from {first} to the last two mails about {deal}. Assistant says they are travelling.",
        "They like {deal}, but {name} says that the decision needs one more signature than we thought.",
    ),
    Topic.DELAY: (
        "{first} called: the decision on {deal} moves, budget is released only in the next period. Interest unchanged.",
        "{name} asked to postpone {deal}. A reorganisation comes first; we stay in touch every two weeks.",
    ),
    Topic.PRICE: (
        "{name} cut the scope of {deal}: they start with fewer sites, now {amount}. The rest may follow next year.",
        "Budget round at {account} ended badly for us, {first} can only defend {amount} for {deal}.",
    ),
    Topic.SPONSOR: (
        "The switchboard no longer puts me through to {name}. We need to find out who decides on {deal}.",
        "The trade press says that {name} has a new job. Nobody at {account} has introduced a successor yet.",
    ),
    Topic.HANDOVER: (
        "Took the account over. {name} is the main contact; promised to introduce myself in person before {soon}.",
        "Handover done: contracts are in order, {first} wants a yearly plan by {soon}.",
    ),
    Topic.LOSS: (
        "{deal} is lost: {first} says that the group decided for another supplier. Asked for a debrief in a few weeks.",
        "{name} stopped {deal}, their budget is frozen. Not a question of our product; try again in half a year.",
    ),
}  # fmt: skip


def title_of(rng: Random, topic: Topic) -> str:
    return rng.choice(_TITLES[topic])


def text_of(rng: Random, topic: Topic, facts: Mapping[str, str]) -> str:
    """Write a note on the topic. `facts` holds first, name, title, account, deal, amount and soon."""
    return rng.choice(_TEXTS[topic]).format_map(facts)


def soon(rng: Random, day: date) -> str:
    """Return a date some days ahead, as people write it."""
    later = day + timedelta(days=rng.randint(5, 24))
    return f"{later.day} {later:%B}"
