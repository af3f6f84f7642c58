"""Stand-ins for flows that find nothing at this desk, or refuse."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from agents.flows.access.identity import Caller
from agents.flows.gate.operate_writes import WriteStory
from bot.inbound.asker import Asker
from bot.views.blocks import Part, View
from bot.views.question_signals import question_message
from store.domain.attention.answers import Choice
from store.domain.brief.handover import Handed, Handover
from store.domain.crm.accounts import Person
from store.domain.errors import NotFound, Refused
from store.domain.gate.proposals import Proposal
from store.domain.pilot.opening import Sign
from store.domain.pilot.report import Scope
from store.domain.pilot.survey import Decline, Question
from store.domain.running.features import Feature, Standing
from store.domain.signals.kinds import SignalKind
from store.domain.signals.question import Answer
from tests.bot import samples


class Handovers:
    """There is none."""

    async def offered(self, who: Asker, brief_id: str) -> Handover:
        raise NotFound("I can't find this handover any more.")

    async def introductions(self, who: Asker, brief_id: str, account_ids: Collection[str]) -> Sequence[Proposal]:
        raise NotFound("I can't find this handover any more.")

    async def take_over(self, who: Asker, brief_id: str, shown: Mapping[str, str]) -> Sequence[str]:
        raise NotFound("I can't find this handover any more.")


class Reassignments:
    """There is nothing to give away."""

    async def offered(self, who: Asker, brief_id: str) -> tuple[Sequence[Handed], Sequence[Person]]:
        raise NotFound("I can't find this message any more.")

    async def writes(self, who: Asker, brief_id: str, account_ids: Collection[str], to_id: str) -> Sequence[Proposal]:
        raise NotFound("I can't find this message any more.")

    async def reassign(self, who: Asker, brief_id: str, to_id: str, shown: Mapping[str, str]) -> Sequence[str]:
        raise NotFound("I can't find this message any more.")


class Learning:
    async def choose(self, who: Asker, topic: str, choice: Choice) -> None:
        await who.caller()


class SignalAnswers:
    async def answer(self, who: Caller, kind: SignalKind, answer: Answer) -> None:
        raise Refused("Only a CRM administrator can do this.")

    async def message(self, kinds: Collection[SignalKind]) -> Part:
        return question_message([], today=samples.NOW.date(), unused_share=0.05)


class Features:
    async def listed(self, who: Caller) -> Sequence[Standing]:
        raise Refused("Only a CRM administrator can do this.")

    async def switch(self, who: Caller, wanted: Mapping[Feature, bool]) -> Sequence[Feature]:
        raise Refused("Only a CRM administrator can do this.")


class Surveys:
    async def answer(self, who: Caller, number: int, question: Question, answer: str) -> Part:
        raise NotFound("I don't find these questions among those I asked you.")

    async def decline(self, who: Caller, number: int, declined: Decline | None) -> Part:
        raise NotFound("I don't find these questions among those I asked you.")


class StuckWrites:
    async def show(self, who: Caller, proposal_id: str) -> WriteStory:
        raise Refused("Only a CRM administrator can do this.")

    async def retry(self, who: Caller, proposal_id: str) -> Proposal:
        raise Refused("Only a CRM administrator can do this.")

    async def resolve(self, who: Caller, proposal_id: str, *, written: bool, crm_id: str | None) -> Proposal:
        raise Refused("Only a CRM administrator can do this.")


async def note_nothing(caller: Caller, sign: Sign) -> bool:
    return False


async def show_no_figures(who: Caller, scope: Scope) -> View:
    raise Refused("You can see your own figures.")
