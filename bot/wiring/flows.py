"""What the listeners ask for, answered by the flows: satisfies `bot.inbound.port.Flows`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from zoneinfo import ZoneInfo

from agents.flows.access import identity as people
from agents.flows.conversation.thread import Where
from agents.model.budget import day_of
from bot.delivery.directory import Directory
from bot.delivery.progress_message import ProgressMessage
from bot.inbound.port import AdjustForm, BatchForm, Caller, Decision, Home, Progress, Reply, StuckWrite, UndoForm
from bot.jobs.scheduler import next_brief
from bot.views.absences import AwayForm, AwaySubmitted
from bot.views.changes import told_moves
from bot.views.home import Beside
from bot.views.operate_writes import stuck_blocks, trouble_blocks
from bot.views.reader import Reader
from bot.views.replies import second_click
from bot.views.spending import ModelsToday, spending_blocks
from bot.wiring.resources import owners_of
from bot.wiring.root import Bot
from store.domain.crm.accounts import Person, Role
from store.domain.errors import AlreadyDecided, Drifted, NotFound
from store.domain.gate.proposals import Proposal, State
from store.domain.gate.write import Write
from store.domain.running.messages import Saying

NOBODY_ELSE = (
    "Your approval is kept. It wants a second person, and I know nobody who could be asked; tell an administrator."
)
CHANGED_MEANWHILE = "This was changed in Zoho a moment ago, so it was not undone: somebody would lose their work."


class BotFlows:
    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._database = bot.services.database
        self._clock = bot.services.clock
        self._directory = Directory(bot.services.database, bot.services.slack, bot.services.clock)

    async def first_time(self, key: str, body: str | None) -> bool:
        return await self._bot.inbox.keep(key, body)

    async def done(self, key: str) -> None:
        await self._bot.inbox.done(key)

    async def say(self, saying: Saying) -> None:
        await self._bot.outbox.say(saying)

    async def approve(self, who: Caller, proposal_id: str, version: int) -> Decision:
        try:
            decided = await self._bot.decide.approve(await self._known(who), proposal_id, version)
        except AlreadyDecided:
            return await self._decided_before(who, proposal_id)
        except Drifted as drift:
            return Decision(note=str(drift), proposal=await self._get(drift.proposal_id or proposal_id))
        if decided.waits_for_second:
            note = None if decided.offer_id else NOBODY_ELSE
            return Decision(note=note, proposal=decided.proposal, offer_id=decided.offer_id)
        return Decision(proposal=decided.proposal)

    async def reject(self, who: Caller, proposal_id: str, version: int, reason: str) -> Decision:
        try:
            decided = await self._bot.decide.reject(await self._known(who), proposal_id, version, reason)
        except AlreadyDecided:
            return await self._decided_before(who, proposal_id)
        return Decision(proposal=decided.proposal)

    async def bring_back(self, who: Caller, proposal_id: str, version: int) -> Decision:
        try:
            brought = await self._bot.snooze.bring_back(await self._known(who), proposal_id, version)
        except AlreadyDecided:
            return await self._decided_before(who, proposal_id)
        return Decision(proposal=brought.proposal)

    async def proposal_to_decide(self, who: Caller, proposal_id: str, version: int) -> AdjustForm:
        found = await self._bot.adjust.look(await self._known(who), proposal_id, version)
        people = [(person.id, person.name) for person in found.assignees]
        return AdjustForm(proposal=found.proposal, people=people, choices=found.choices)

    async def adjust(self, who: Caller, proposal_id: str, version: int, write: Write) -> Decision:
        adjusted = await self._bot.adjust.adjust(await self._known(who), proposal_id, version, write)
        return Decision(proposal=adjusted.proposal)

    async def show(self, decision: Decision) -> None:
        if decision.offer_id:
            try:
                await self._bot.delivery.brief(decision.offer_id)
            except NotFound as problem:
                raise NotFound(
                    f"Your approval is kept, but the second person could not be asked: {problem}"
                ) from problem

    async def undo_offer(self, who: Caller, proposal_id: str, version: int) -> UndoForm:
        caller = await self._known(who)
        reader = await self._reader(await self._person(caller))
        try:
            found = await self._bot.undo.offer(caller, proposal_id, version)
        except Drifted as drift:
            return UndoForm(undo=None, moves=told_moves(drift.differences), reader=reader, refusal=str(drift))
        return UndoForm(undo=found.undo, moves=found.moves, reader=reader)

    async def undo(self, who: Caller, undo_id: str, version: int) -> Decision:
        try:
            decided = await self._bot.undo.approve(await self._known(who), undo_id, version)
        except AlreadyDecided:
            return await self._decided_before(who, undo_id)
        except Drifted as drift:
            raise Drifted(CHANGED_MEANWHILE, state=drift.state, differences=drift.differences) from drift
        return Decision(proposal=await self._get(decided.proposal.undoes or undo_id))

    async def batch_offer(self, who: Caller, brief_id: str) -> BatchForm:
        caller = await self._known(who)
        reader = await self._reader(await self._person(caller))
        return BatchForm(proposals=await self._bot.batch.listed(caller, brief_id), reader=reader)

    async def approve_batch(self, who: Caller, items: Sequence[tuple[str, int]]) -> str:
        return await self._bot.batch(await self._known(who), items)

    async def report_batch(self, brief_id: str, report_id: str) -> None:
        await self._bot.delivery.brief(report_id)
        await self._bot.delivery.refresh(brief_id)

    async def review(self, who: Caller, name: str) -> None:
        async with self._progress(who) as progress:
            await self._bot.review.by_name(await self._known(who), name, progress=progress)

    async def review_account(self, who: Caller, account_id: str) -> None:
        async with self._progress(who) as progress:
            await self._bot.review.by_id(await self._known(who), account_id, progress=progress)

    @asynccontextmanager
    async def _progress(self, who: Caller) -> AsyncIterator[ProgressMessage]:
        services = self._bot.services
        shown = ProgressMessage(
            services.database, services.slack, self._bot.outbox.say, key=who.key or who.request_id, user_id=who.user_id
        )
        try:
            yield shown
        finally:
            await shown.done()

    async def converse(self, who: Caller, text: str, channel: str, thread_ts: str, progress: Progress) -> Reply:
        caller = await self._known(who)
        said = await self._bot.converse(caller, text, Where(channel, thread_ts), progress)
        again = (said.brief_id, said.proposal.id) if said.again and said.brief_id and said.proposal else None
        return Reply(
            text=said.text,
            reader=await self._reader(await self._person(caller)),
            sources=said.sources,
            note=said.note,
            proposal=said.proposal,
            again=again,
        )

    async def after_reply(self, reply: Reply) -> None:
        if reply.again:
            await self._bot.delivery.again(*reply.again)

    async def confirm_link(self, who: Caller, person_id: str) -> None:
        await self._bot.confirm.confirm(_caller(who), person_id)

    async def refuse_link(self, who: Caller, person_id: str) -> str:
        return (await self._bot.confirm.refuse(_caller(who), person_id)).name

    async def show_messages(self, person_id: str) -> None:
        await self._bot.confirm.show(person_id)

    async def away_form(self, who: Caller) -> AwayForm:
        found = await self._bot.absences.choices(await self._known(who))
        return AwayForm(
            people=[(person.id, person.name) for person in found.people],
            delegates=[(person.id, person.name) for person in found.delegates],
            first=found.first,
            last=found.last,
            delegate_id=found.standing.delegate_id if found.standing else None,
        )

    async def set_absence(self, who: Caller, submitted: AwaySubmitted) -> None:
        await self._bot.absences.set(
            await self._known(who),
            person_id=submitted.person_id,
            first=submitted.first,
            last=submitted.last,
            delegate_id=submitted.delegate_id,
        )

    async def end_absence(self, who: Caller) -> None:
        await self._bot.absences.end(await self._known(who))

    async def stuck_write(self, who: Caller, proposal_id: str) -> StuckWrite:
        caller = await self._known(who)
        story = await self._bot.operate.show(caller, proposal_id)
        return StuckWrite(proposal=story.proposal, reader=await self._reader(await self._person(caller)))

    async def retry_write(self, who: Caller, proposal_id: str) -> Decision:
        moved = await self._bot.operate.retry(await self._known(who), proposal_id)
        return Decision(proposal=moved)

    async def resolve_write(self, who: Caller, proposal_id: str, *, written: bool, crm_id: str | None) -> Decision:
        caller = await self._known(who)
        return Decision(proposal=await self._bot.operate.resolve(caller, proposal_id, written=written, crm_id=crm_id))

    async def remind_and_offer(self) -> None:
        await self._bot.remind()

    async def home(self, who: Caller) -> Home:
        caller = await self._known(who)
        contents = await self._bot.home(caller)
        reader = await self._reader(contents.person)
        admin = contents.confirmed and contents.person.role is Role.ADMIN
        stuck = await self._bot.operate.listed(caller, states=(State.UNKNOWN, State.DEAD)) if admin else []
        brief_time = self._bot.services.settings.brief.time
        briefed = contents.person.id in {owner.id for owner in await owners_of(self._bot.services)}
        return Home(
            pending=contents.pending,
            recent=contents.recent,
            next_brief_at=next_brief(contents.person, now=self._clock.now(), brief_time=brief_time)
            if briefed
            else None,
            reader=reader,
            sections=[
                *trouble_blocks(self._bot.anchoring.problem if admin else None),
                *stuck_blocks(stuck, reader),
                *spending_blocks(await self._models_today() if admin else None),
            ],
            beside=Beside(
                offered=contents.offered,
                team=[(each.person.id, each.count, each.first.expires_at) for each in contents.team],
                absence=contents.absence,
                standing_in=contents.standing_in,
                put_off=contents.put_off,
                unconfirmed=None if contents.confirmed else contents.person,
            ),
        )

    async def _models_today(self) -> ModelsToday | None:
        desk = self._bot.services.models
        if desk is None:
            return None
        state = desk.circuit.state
        return ModelsToday(
            figures=await desk.ledger.figures(since=day_of(self._clock.now())),
            ceiling=desk.budget.ceilings.day,
            paused_seconds=state.seconds,
            because=state.because,
        )

    async def _decided_before(self, who: Caller, proposal_id: str) -> Decision:
        """Say who decided, when, and what came of it."""
        person = await self._person(await self._known(who))
        proposal = await self._get(proposal_id)
        if proposal is None:
            return Decision()
        undo = await self._get(proposal.undo_id) if proposal.undo_id else None
        note = second_click(proposal, await self._reader(person), undo)
        return Decision(note=note, proposal=proposal)

    async def _get(self, proposal_id: str) -> Proposal | None:
        async with self._database.reading() as tx:
            return await tx.proposals.get(proposal_id)

    async def _known(self, who: Caller) -> people.Caller:
        return await self._directory.introduce(_caller(who))

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
            currency=self._bot.services.settings.brief.currency,
        )


def _caller(who: Caller) -> people.Caller:
    return people.Caller(
        team_id=who.team_id, user_id=who.user_id, request_id=who.request_id, place=who.place, key=who.key
    )
