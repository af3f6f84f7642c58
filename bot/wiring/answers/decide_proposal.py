"""Answers the buttons of a card with the gate's flows."""

from __future__ import annotations

from agents.flows.gate.adjust_proposal import AdjustProposal
from agents.flows.gate.decide_proposal import DecideProposal, Decision
from agents.ports import Delivery
from bot.inbound.asker import Asker
from bot.listeners.decide_proposal import AdjustForm, Outcome
from bot.wiring.answers.second_click import SecondClick
from store.domain.errors import AlreadyDecided, Drifted, NotFound
from store.domain.gate.proposals import State
from store.domain.gate.reasons import RejectReason, reason_of
from store.domain.gate.write import Write

NOBODY_ELSE = "This needs a second approver and I couldn't find one. Please contact an admin."


class DecisionAnswers:
    """Satisfies `bot.listeners.decide_proposal.Decisions`."""

    def __init__(
        self,
        decide: DecideProposal,
        adjust: AdjustProposal,
        delivery: Delivery,
        second_click: SecondClick,
    ) -> None:
        self._decide = decide
        self._adjust = adjust
        self._delivery = delivery
        self._second_click = second_click

    async def approve(self, who: Asker, proposal_id: str, version: int, *, digest: str | None = None) -> Outcome:
        try:
            decided = await self._decide.approve(await who.caller(), proposal_id, version, digest=digest)
        except AlreadyDecided:
            return Outcome(note=await self._second_click(who, proposal_id))
        except Drifted as drift:
            instead = (drift.proposal_id, version + 1) if drift.proposal_id else None
            return Outcome(note=str(drift), instead=instead)
        if decided.waits_for_second and not decided.offer_id:
            return Outcome(note=NOBODY_ELSE)
        return Outcome(offer_id=decided.offer_id)

    async def reject(self, who: Asker, proposal_id: str, version: int, reason: str) -> Outcome:
        try:
            decided = await self._decide.reject(await who.caller(), proposal_id, version, reason)
        except AlreadyDecided:
            return Outcome(note=await self._second_click(who, proposal_id))
        if decided.to_log is not None:
            return Outcome(instead=(decided.to_log.id, decided.to_log.version))
        return Outcome(note=_passed_on(decided))

    async def form(self, who: Asker, proposal_id: str, version: int) -> AdjustForm:
        found = await self._adjust.look(await who.caller(), proposal_id, version)
        people = [(person.id, person.name) for person in found.assignees]
        return AdjustForm(proposal=found.proposal, people=people, choices=found.choices)

    async def adjust(self, who: Asker, proposal_id: str, version: int, write: Write) -> None:
        await self._adjust.adjust(await who.caller(), proposal_id, version, write)

    async def ask_second(self, offer_id: str) -> None:
        try:
            await self._delivery.brief(offer_id)
        except NotFound as problem:
            raise NotFound(f"I kept your approval, but I couldn't ask the second approver: {problem}") from problem


def _passed_on(decided: Decision) -> str | None:
    if reason_of(decided.proposal.reason) is not RejectReason.NOT_MINE or decided.proposal.state is not State.REJECTED:
        return None
    to = decided.handed_to
    return f"I'll offer it to {to.name}." if to else "I know of no one else to offer it to, so it rests."
