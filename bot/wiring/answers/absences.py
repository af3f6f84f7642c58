"""Answers “I’m away” and “I’m back” with the flows."""

from __future__ import annotations

from agents.flows.gate.remind_and_offer import RemindAndOffer
from agents.flows.people.absences import Absences
from bot.inbound.asker import Asker
from bot.views.absences import AwayForm, AwaySubmitted


class AbsenceAnswers:
    """Satisfies `bot.listeners.absences.Absences`."""

    def __init__(self, absences: Absences, remind: RemindAndOffer) -> None:
        self._absences = absences
        self._remind = remind

    async def form(self, who: Asker) -> AwayForm:
        found = await self._absences.choices(await who.caller())
        return AwayForm(
            people=[(person.id, person.name) for person in found.people],
            delegates=[(person.id, person.name) for person in found.delegates],
            first=found.first,
            last=found.last,
            delegate_id=found.standing.delegate_id if found.standing else None,
        )

    async def set(self, who: Asker, submitted: AwaySubmitted) -> None:
        await self._absences.set(
            await who.caller(),
            person_id=submitted.person_id,
            first=submitted.first,
            last=submitted.last,
            delegate_id=submitted.delegate_id,
        )

    async def end(self, who: Asker) -> None:
        await self._absences.end(await who.caller())

    async def offer(self) -> None:
        await self._remind()
