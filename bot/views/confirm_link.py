"""Asking somebody whether they are the CRM user whom their e-mail address names, and what follows from the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.views.blocks import Block, Part, View, actions, button, modal, section
from bot.views.text import mrkdwn, named
from store.domain.crm.accounts import Person
from store.domain.gate.links import Link

CONFIRM_LINK, REFUSE_LINK, CONFIRM_MODAL = "confirm_link", "refuse_link", "confirm_link_modal"
THANKS = "Thank you. Nothing was decided by that: please press the button of your choice on the card now."


def headed(parts: Sequence[Part], person: Person, link: Link | None) -> list[Part]:
    """The messages for a person as their Slack user may see them: with the question at their head while it is open, and
    emptied where that user has said that they are somebody else."""
    if link is not None and not link.holds:
        return [_withdrawn(part) for part in parts]
    if link is not None and link.confirmed_at is not None:
        return list(parts)
    first, *rest = parts
    return [replace(first, blocks=[*welcome_blocks(person), *first.blocks]), *rest]


def welcome_blocks(person: Person) -> list[Block]:
    """Who we take the reader for, and the two answers to that."""
    return [
        section(
            f"👋 Your Slack e-mail address is that of *{_who(person.name, person.email)}* in the CRM, so I bring you what is "
            "theirs. Before your first decision, please say whether that is right."
        ),
        _answers(person.id, confirm=True),
    ]


def confirm_modal(person_id: str, name: str, email: str) -> View:
    """The same question over a press that came before its answer."""
    return modal(
        "Is this you?",
        [
            section(
                f"You would decide as *{_who(name, email)}* of the CRM. Please confirm that this is you.\n"
                "Nothing is decided by confirming: press the button on the card again afterwards."
            ),
            _answers(person_id, confirm=False),
        ],
        callback_id=CONFIRM_MODAL,
        private_metadata=person_id,
        submit="Yes, that is me",
    )


def refused_sentence(name: str) -> str:
    """Plain text: what happens now, and what to do."""
    return (
        f"Thank you. I no longer take you for {name}: you get no more of their briefs and cannot decide for them. "
        "Please ask your CRM administrator to correct the e-mail address in Zoho or in Slack and to unlink you."
    )


def _answers(person_id: str, *, confirm: bool) -> Block:
    yes = button("Yes, that is me", action_id=CONFIRM_LINK, value=person_id, style="primary")
    no = button("Not me", action_id=REFUSE_LINK, value=person_id)
    return actions(f"link:{person_id}"[:255], *((yes, no) if confirm else (no,)))


def _withdrawn(part: Part) -> Part:
    return replace(part, text="Taken away", blocks=[section("_Taken away: this was meant for somebody else._")])


def _who(name: str, email: str) -> str:
    return f"{named(name, limit=80)} ({mrkdwn(email, limit=120)})"
