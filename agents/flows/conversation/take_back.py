"""Bring back a snoozed or dismissed recommendation on request, and take back what was done last. Nothing is approved or written:
what is in the CRM already is undone by its button alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from agents.flows.access.identity import Caller
from agents.flows.conversation.obey_wish import Obeyed, called, which
from agents.flows.conversation.thread import Talk
from agents.flows.gate.reopen_proposal import ReopenProposal
from agents.flows.gate.snooze_proposal import SnoozeProposal
from store.database import Database, Tx
from store.domain.conversation.names import words_left
from store.domain.conversation.phrases import VOCABULARY
from store.domain.errors import GateClosed, NotFound, Refused
from store.domain.gate.proposals import IN_FLIGHT, Proposal, State
from store.domain.grounding import wishes
from store.domain.text.wording import joined

_LATELY = timedelta(days=14)
_ASIDE = (State.SNOOZED, State.REJECTED)
NOTHING = "Nothing is snoozed, and you rejected nothing in the last 14 days."
NOTHING_DONE = "You have changed nothing here lately that I could take back."
_REPORTS = ("is snoozed until", "is dismissed, and", "nothing is written until")
_COMMAND_WORDS = """
bring back again now please unsnooze undismiss wake reopen restore undo take revert card task one get want have changed mind cancel
scratch forget ignore oops wait mistake wrong approval approvals decision snooze rejection dismissal change
"""
_COMMAND = frozenset(_COMMAND_WORDS.split())


class TakeBack:
    def __init__(self, database: Database, snooze: SnoozeProposal, reopen: ReopenProposal) -> None:
        self._database = database
        self._snooze = snooze
        self._reopen = reopen

    async def __call__(self, caller: Caller, talk: Talk, message: str, accounts: Collection[str]) -> Obeyed | None:
        """Do it, or say why not; None if the message doesn't ask for it. `accounts` are those that it names."""
        undo = wishes.asks_to_undo(message, after_change=_has_changed(talk))
        if not undo and not wishes.asks_to_bring_back(message, talk.today):
            return None
        async with self._database.reading() as tx:
            found = await _lately(tx, talk)
        meant = _meant(found, talk, message, accounts)
        if not meant and accounts:
            return Obeyed(lines=("Nothing on that account is snoozed or was rejected in the last 14 days.",))
        if not meant and (left := words_left(message, other=VOCABULARY | _COMMAND)):
            return Obeyed(
                lines=(f"I know nothing about {joined([f'“{each}”' for each in left])} that I could bring back.",)
            )
        aside = [each for each in meant or found if each.state in _ASIDE]
        if undo and not meant:
            last = max((each for each in found if _is_theirs(each, talk)), key=_touched, default=None)
            return await self._taken_back(caller, last, talk) if last else Obeyed(lines=(NOTHING_DONE,))
        if len(aside) > 1:
            return which(aside)
        if not aside and not meant:
            return Obeyed(lines=(NOTHING,))
        return await self._taken_back(caller, aside[0] if aside else max(meant, key=_touched), talk)

    async def _taken_back(self, caller: Caller, proposal: Proposal, talk: Talk) -> Obeyed:
        """By the same flows as the buttons. A refusal becomes the answer."""
        written = replace(caller, place=f"{caller.place}/text")
        name = called(proposal)
        try:
            match proposal.state:
                case State.SNOOZED:
                    back = await self._snooze.bring_back(written, proposal.id, proposal.version)
                    return Obeyed(
                        lines=(f"{name} is no longer snoozed; its card asks you again.",), proposal=back.proposal
                    )
                case State.REJECTED:
                    back = await self._reopen(written, proposal.id, proposal.version)
                    return Obeyed(
                        lines=(f"{name} is no longer dismissed; its card asks you again.",),
                        proposal=back.proposal,
                        again=True,
                    )
        except (Refused, GateClosed, NotFound) as refusal:
            return Obeyed(lines=(f"{name}: {refusal}",))
        return Obeyed(lines=(f"{name} {_why_not(proposal)}",))


def _why_not(proposal: Proposal) -> str:
    if proposal.state is State.PENDING and proposal.version > 1:
        return "waits for your decision. To change it back, say what it should be, such as “make it Friday”, or press Adjust."
    if proposal.state is State.PENDING:
        return "is not snoozed or dismissed: it waits for your decision, on its card."
    if proposal.state in IN_FLIGHT or proposal.state is State.DONE:
        return "is approved, and a reply can't undo that. Press Undo on its card, which is there for 15 minutes after the write."
    return "is over, and can't be brought back; if it still matters, a later brief asks again."


async def _lately(tx: Tx, talk: Talk) -> list[Proposal]:
    """The recommendations of the conversation, and what the person set aside or decided in the last two weeks."""
    decided = await tx.proposals.decided([talk.person.id], since=talk.now - _LATELY, limit=40)
    kept = (each for each in decided if each.state is not State.SUPERSEDED and each.undoes is None)
    found = {each.id: each for each in (*(card.proposal for card in talk.cards), *talk.put_off, *kept)}
    return list(found.values())


def _meant(found: Sequence[Proposal], talk: Talk, message: str, accounts: Collection[str]) -> list[Proposal]:
    """Those that the person picked, or that the message names; empty if it names none."""
    if picked := [each for each in found if each.id == talk.chosen_proposal]:
        return picked
    if accounts:
        return [each for each in found if each.account_id in accounts]
    names = [f"{each.name} {each.account_name} {each.write.parent_name}" for each in found]
    return [found[at] for at in wishes.named(message, names)]


def _is_theirs(proposal: Proposal, talk: Talk) -> bool:
    """Whether this person changed it within the last day."""
    if talk.now - _touched(proposal) > timedelta(days=1):
        return False
    changed = proposal.state is State.PENDING and proposal.version > 1
    return changed or proposal.decided_by == talk.person.id


def _touched(proposal: Proposal) -> datetime:
    return proposal.decided_at or proposal.created_at


def _has_changed(talk: Talk) -> bool:
    """Whether the last answer in the thread reported a change."""
    last = next((each.text for each in reversed(talk.earlier) if each.ours), "")
    return any(each in last for each in _REPORTS)
