"""Stand-ins for the flows that show something: reasons, reviews, answers and the Home."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace

from agents.flows.access.identity import Caller
from agents.flows.conversation.growing_answer import LiveThread
from agents.flows.conversation.said import Said
from agents.flows.conversation.thread import Where
from bot.delivery.moves import Moves, Watch
from bot.inbound.asker import Asker
from bot.listeners.home import Home
from bot.listeners.why import Evidence
from bot.views.report import Report
from bot.views.review import review_messages
from store.domain.conversation.choices import Choice as Meant
from store.domain.errors import Ambiguous, NotFound
from store.domain.gate.proposals import State
from tests.bot import samples
from tests.bot.stand_ins.stand_in import StandIn


class Whys(StandIn):
    async def __call__(self, who: Asker, brief_id: str, account_id: str) -> Evidence:
        await who.caller()
        await self.desk.may_keep.wait()
        cards = [each for each in self.desk.brief.cards if each.account_id == account_id]
        if brief_id != self.desk.brief.id or not cards:
            raise NotFound("I can't find this card any more.")
        return Evidence(card=cards[0], proposals=self.desk.proposals)


class Reviews(StandIn):
    async def by_name(self, who: Asker, name: str) -> None:
        await who.caller()
        cards = [card for card in self.desk.brief.cards if name.lower() in card.account_name.lower()]
        if not cards:
            raise NotFound(f"I know no account called “{name}” among yours.")
        if len(cards) > 1:
            raise Ambiguous("Several fit.", [(card.account_id, card.account_name) for card in cards])
        await self.by_id(who, cards[0].account_id)

    async def by_id(self, who: Asker, account_id: str) -> None:
        await who.caller()
        desk = self.desk
        cards = tuple(card for card in desk.brief.cards if card.account_id == account_id)
        review = replace(desk.brief, kind="review", cards=cards)
        channel = (await desk.client.conversations_open(users=[who.user_id]))["channel"]["id"]
        await desk.send(channel, review_messages(review, desk.proposals, reader=samples.READER))
        desk.reviews.append(account_id)


class Conversation(StandIn):
    async def __call__(
        self, caller: Caller, text: str, where: Where, thread: LiveThread, chosen: Meant | None = None
    ) -> Said:
        self.desk.questions.append(text)
        await thread.status("is looking in the CRM…")
        await self.desk.may_keep.wait()
        return Said(text="It moved.\n<!channel> said so.", sources=(samples.source(1),))


async def keep_no_rating(caller: Caller, answer_id: str, *, useful: bool) -> None:
    """No one counts here."""


class Homes(StandIn):
    async def __call__(self, who: Asker) -> Home:
        if self.desk.lost:
            raise self.desk.lost
        await who.caller()
        made = self.desk.proposals.values()
        return Home(
            pending=[each for each in made if each.state is State.PENDING],
            recent=[each for each in made if each.state is not State.PENDING],
            next_brief_at=samples.NOW,
        )

    async def report(self, who: Asker, person_id: str, *, again: bool = False, shown: Sequence[str] = ()) -> Report:
        await who.caller()
        made = self.desk.proposals.values()
        pending = [each for each in made if each.state is State.PENDING]
        decided = [each for each in made if each.state is not State.PENDING]
        return Report(person_id=person_id, name="Anna Berg", pending=pending, decided=decided)

    def watching(self, person_id: str) -> AbstractContextManager[Watch]:
        return Moves().watching(person_id)
