"""Ask people whether they are the CRM user with their e-mail address, and handle the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.views.blocks import Block, Part, View, actions, button, modal, section
from bot.views.text import mrkdwn, named
from store.domain.crm.accounts import Person
from store.domain.gate.links import Link

CONFIRM_LINK, REFUSE_LINK, CONFIRM_MODAL = "confirm_link", "refuse_link", "confirm_link_modal"
THANKS = "Thank you. Nothing is decided yet: please press your choice on the card again."


def headed(parts: Sequence[Part], person: Person, link: Link | None) -> list[Part]:
    """A person's messages as their Slack user may see them: with the question on top while it is open, and emptied if that user
    said they are someone else."""
    if link is not None and not link.holds:
        return [_withdrawn(part) for part in parts]
    first, *rest = parts
    return [replace(first, blocks=[*above(person, link), *first.blocks]), *rest]


def above(person: Person, link: Link | None) -> list[Block]:
    """The blocks that `headed` puts on top."""
    return [] if link is not None and link.confirmed_at is not None else welcome_blocks(person)


def welcome_blocks(person: Person) -> list[Block]:
    """The question whether the match is right, with its two answers."""
    return [
        section(
            f"👋 Your Slack e-mail address matches *{_who(person.name, person.email)}* in the CRM, so you get what "
            "I have for that person. Before your first decision, please confirm that this is you."
        ),
        _answers(person.id, confirm=True),
    ]


def confirm_modal(person_id: str, name: str, email: str) -> View:
    """The same question, after a press that came before its answer."""
    return modal(
        "Is this you?",
        [
            section(
                f"You would decide as the CRM user *{_who(name, email)}*. Please confirm that this is you.\n"
                "Confirming decides nothing: press the button on the card again afterwards."
            ),
            _answers(person_id, confirm=False),
        ],
        callback_id=CONFIRM_MODAL,
        private_metadata=person_id,
        submit="Yes, that is me",
    )


def refused_sentence(name: str) -> str:
    """Plain text: the consequences, and what to do."""
    return (
        f"Thank you. You will no longer get {name}'s briefs or decide for them. "
        "Please ask your CRM administrator to correct the e-mail address in Zoho or Slack and to remove the link."
    )


def _answers(person_id: str, *, confirm: bool) -> Block:
    yes = button("Yes, that is me", action_id=CONFIRM_LINK, value=person_id, style="primary")
    no = button("Not me", action_id=REFUSE_LINK, value=person_id)
    return actions(f"link:{person_id}"[:255], *((yes, no) if confirm else (no,)))


def _withdrawn(part: Part) -> Part:
    return replace(part, text="Removed", blocks=[section("_Removed: this was meant for someone else._")])


def _who(name: str, email: str) -> str:
    return f"{named(name, limit=80)} ({mrkdwn(email, limit=120)})"
