"""Ask people whether they are the CRM user with their e-mail address, and handle the answer. Nothing else is shown before."""

from __future__ import annotations

from dataclasses import replace

from bot.views.blocks import Block, Part, View, actions, button, header, modal, section
from bot.views.text import mrkdwn, named
from store.domain.crm.accounts import Person
from store.domain.gate.links import Link

CONFIRM_LINK, REFUSE_LINK, CONFIRM_MODAL = "confirm_link", "refuse_link", "confirm_link_modal"
ASKS = "Is this you?"
THANKS = "Thank you. Nothing is decided yet: please press your choice again."


def question_blocks(person_id: str, name: str, email: str) -> list[Block]:
    """The question with its two answers, and nothing else about anyone."""
    return [section(_question(name, email)), _answers(person_id, confirm=True)]


def question_home(person_id: str, name: str, email: str) -> View:
    """The App Home until it is answered."""
    return {"type": "home", "blocks": [header("Sergas"), *question_blocks(person_id, name, email)]}


def question_modal(person_id: str, name: str, email: str) -> View:
    """The same question, after a press or a command that came before its answer."""
    return modal(
        ASKS,
        [section(_question(name, email)), _answers(person_id, confirm=False)],
        callback_id=CONFIRM_MODAL,
        private_metadata=person_id,
        submit="Yes, that is me",
    )


def question_part(person: Person, link: Link) -> Part:
    """The message that asks, and what becomes of it."""
    if link.is_confirmed:
        text = f"✓ You confirmed that you are {named(person.name, limit=80)}."
        return Part(name="answer", text=text, blocks=[section(text)])
    if link.refused_at is not None:
        text = "You said that this is not you, so I send you nothing more."
        return Part(name="answer", text=text, blocks=[section(text)])
    return Part(name="answer", text=ASKS, blocks=question_blocks(person.id, person.name, person.email))


def refused_sentence() -> str:
    """Plain text for someone who said that it is not them."""
    return "Thank you. I send you nothing more, and I tell a CRM administrator, who can correct the e-mail address."


def refused_part(person: Person) -> Part:
    """What the administrator hears."""
    text = (
        f"Someone in Slack said that they are not *{named(person.name, limit=80)}* "
        f"({mrkdwn(person.email, limit=120)}) in the CRM, although that is their e-mail address. I send them nothing more. "
        "Please correct the address in Zoho or Slack, and then remove the link with `sergas link unlink`."
    )
    return Part(name="answer", text=text, blocks=[section(text)])


def withdrawn(part: Part) -> Part:
    """A message that went to someone else."""
    return replace(part, text="Removed", blocks=[section("_Removed: this was meant for someone else._")])


def _question(name: str, email: str) -> str:
    return (
        f"👋 Your Slack e-mail address matches *{named(_short_name(name), limit=80)}* "
        f"({mrkdwn(_short_address(email), limit=120)}) in the CRM. {ASKS} Until you confirm it, I show you nothing."
    )


def _answers(person_id: str, *, confirm: bool) -> Block:
    yes = button("Yes, that is me", action_id=CONFIRM_LINK, value=person_id, style="primary")
    no = button("Not me", action_id=REFUSE_LINK, value=person_id)
    return actions(f"link:{person_id}"[:255], *((yes, no) if confirm else (no,)))


def _short_name(name: str) -> str:
    """The first name and an initial: enough to know oneself by, and no more."""
    first, *rest = name.split() or [name]
    return f"{first} {rest[-1][0]}." if rest else first


def _short_address(email: str) -> str:
    """The first letter and the domain."""
    local, _, domain = email.rpartition("@")
    return f"{local[:1]}…@{domain}"
