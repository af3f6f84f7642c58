"""Which account a message is about, if it names none: the one last mentioned or asked about in the thread."""

from __future__ import annotations

import re

from agents.flows.conversation.rules.reading import Reading
from store.domain.conversation.intents import Intent, needs_account
from store.domain.conversation.phrases import intents_of

_OTHER = re.compile(r"\bthe other (?:one|account)\b", re.IGNORECASE)
_GOES_ON = re.compile(r"^(?:and|or|what about|how about|same for|also)\b|\binstead\b|\bthe other\b", re.IGNORECASE)


async def account_in_focus(reading: Reading, message: str) -> str | None:
    """Its id: the last one named in the thread, or the one before for “the other one”; else that of the card in focus."""
    seen: list[str] = []
    for said in reversed(reading.talk.earlier):
        found = await reading.named(said.text)
        ids = found.ids if said.ours else tuple(group[0] for group in found.groups if len(group) == 1)
        seen += [each for each in reversed(ids) if each not in seen]
        if seen and not _OTHER.search(message):
            break
    if _OTHER.search(message):
        return seen[1] if len(seen) > 1 else None
    if seen:
        return seen[0]
    talk = reading.talk
    return talk.cards[talk.focus].proposal.account_id or None if talk.focus is not None else None


async def carried_on(reading: Reading, message: str, *, only_a_name: bool) -> Intent | None:
    """The kind of the question before, if this message only names another account for it."""
    if not (only_a_name or _GOES_ON.search(message)):
        return None
    before = next((each.text for each in reversed(reading.talk.earlier) if not each.ours), "")
    return next((each for each in intents_of((await reading.named(before)).rest) if needs_account(each)), None)
