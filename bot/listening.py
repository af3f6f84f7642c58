"""What the listeners ask for, answered by the flows: satisfies `bot.listeners.flows.Flows`."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from agents.flows import people
from bot.bootstrap import Bot, owners_of
from bot.directory import Directory
from bot.jobs.scheduler import next_brief
from bot.listeners.flows import AdjustForm, Caller, Decision, Home, Reply
from bot.views.reader import Reader
from bot.views.replies import second_click
from store.domain.accounts import Person
from store.domain.errors import AlreadyDecided
from store.domain.proposals import Write


class BotFlows:
    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._database = bot.services.database
        self._clock = bot.services.clock
        self._directory = Directory(bot.services.database, bot.services.slack, bot.services.clock)

    async def first_time(self, key: str) -> bool:
        async with self._database.transaction(urgent=True) as tx:
            return await tx.inbox.first_time(key, self._clock.now())

    async def approve(self, who: Caller, proposal_id: str, version: int) -> Decision:
        try:
            decided = await self._bot.decide.approve(await self._known(who), proposal_id, version)
        except AlreadyDecided:
            return await self._decided_before(who, proposal_id)
        self._bot.writes.kick()
        return Decision(proposal=decided.proposal)

    async def reject(self, who: Caller, proposal_id: str, version: int, reason: str) -> Decision:
        try:
            decided = await self._bot.decide.reject(await self._known(who), proposal_id, version, reason)
        except AlreadyDecided:
            return await self._decided_before(who, proposal_id)
        return Decision(proposal=decided.proposal)

    async def proposal_to_decide(self, who: Caller, proposal_id: str, version: int) -> AdjustForm:
        found = await self._bot.decide.look(await self._known(who), proposal_id, version)
        people = [(person.id, person.name) for person in found.assignees]
        return AdjustForm(proposal=found.proposal, people=people, choices=found.choices)

    async def adjust(self, who: Caller, proposal_id: str, version: int, write: Write) -> Decision:
        adjusted = await self._bot.decide.adjust(await self._known(who), proposal_id, version, write)
        return Decision(proposal=adjusted.proposal)

    async def show(self, decision: Decision) -> None:
        if decision.proposal:
            await self._bot.delivery.show(decision.proposal)

    async def review(self, who: Caller, name: str) -> None:
        await self._bot.review.by_name(await self._known(who), name)

    async def review_account(self, who: Caller, account_id: str) -> None:
        await self._bot.review.by_id(await self._known(who), account_id)

    async def why(self, who: Caller, text: str) -> Reply:
        caller = await self._known(who)
        lines = await self._bot.reply(caller, text)
        return Reply(text="\n".join(lines), reader=await self._reader(await self._person(caller)))

    async def home(self, who: Caller) -> Home:
        contents = await self._bot.home(await self._known(who))
        brief_time = self._bot.services.settings.brief_time
        briefed = contents.person.id in {owner.id for owner in await owners_of(self._bot.services)}
        return Home(
            pending=contents.pending,
            recent=contents.recent,
            next_brief_at=next_brief(contents.person, now=self._clock.now(), brief_time=brief_time)
            if briefed
            else None,
            reader=await self._reader(contents.person),
        )

    async def _decided_before(self, who: Caller, proposal_id: str) -> Decision:
        """Say who decided, when, and what came of it."""
        person = await self._person(await self._known(who))
        async with self._database.reading() as tx:
            proposal = await tx.proposals.get(proposal_id)
        if proposal is None:
            return Decision()
        note = second_click(proposal, await self._reader(person))
        return Decision(note=note, proposal=proposal)

    async def _known(self, who: Caller) -> people.Caller:
        caller = people.Caller(team_id=who.team_id, user_id=who.user_id, request_id=who.request_id)
        return await self._directory.introduce(caller)

    async def _person(self, caller: people.Caller) -> Person:
        async with self._database.reading() as tx:
            return await people.known_person(tx, caller)

    async def _reader(self, person: Person) -> Reader:
        async with self._database.reading() as tx:
            names = {other.id: other.name for other in await tx.people.all()}
        return Reader(
            links=self._bot.services.links,
            names=names,
            tz=ZoneInfo(person.timezone),
            now=self._clock.now(),
            currency=self._bot.services.settings.currency,
        )
