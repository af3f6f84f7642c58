"""Copies of briefs by e-mail, for those who asked for them, until they or the mail server say no."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from agents.flows.access.trail import OURSELVES, note
from store.database import Tx
from store.domain.brief.brief import Brief
from store.domain.crm.accounts import Person
from store.domain.running.features import Feature


def asks_for_mail(person: Person) -> bool:
    """Whether they want their brief by e-mail as well. No one gets it unasked."""
    return person.settings.by_mail is True


async def note_copy(tx: Tx, brief: Brief, reader: Person, now: datetime) -> None:
    """Note, as a brief is posted, that it also goes out by e-mail: if it is a morning's, of an owner or a manager, its reader wants
    that, and copies are not switched off."""
    is_a_mornings = brief.kind in ("morning", "team")
    if is_a_mornings and asks_for_mail(reader) and Feature.MAIL not in await tx.features.off():
        await tx.mails.ask(brief.id, reader.id, now)


async def stop_copies(tx: Tx, person_id: str, now: datetime) -> None:
    """Take back the person's wish, since the mail server will not take their copies. Their Undo brings it back."""
    kept = await tx.settings.of(person_id, lock=True)
    own = replace(kept.settings, by_mail=None)
    if own != kept.settings:
        await tx.settings.keep(person_id, own, before=kept.settings, at=now)
        await note(tx, OURSELVES, "settings.changed", person_id, at=now, by_mail=None)
