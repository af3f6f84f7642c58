"""One stand-in for each thing that the app's parts ask for, all over one desk."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, date, datetime

from agents.flows.access.identity import Caller
from agents.flows.conversation.converse import LiveThread
from agents.flows.conversation.said import Said
from agents.flows.conversation.thread import Where
from agents.flows.gate.operate_writes import WriteStory
from bot.app import Answers
from bot.delivery.moves import Moves, Watch
from bot.inbound.asker import Asker
from bot.listeners.decide_proposal import AdjustForm, Outcome
from bot.listeners.home import Home
from bot.listeners.undo_write import UndoForm
from bot.listeners.why import Evidence
from bot.views.absences import AwayForm, AwaySubmitted
from bot.views.approve_batch import low_risk
from bot.views.blocks import Part, View
from bot.views.my_settings import SettingsForm
from bot.views.question_signals import question_message
from bot.views.reader import Reader
from bot.views.report import Report
from bot.views.review import review_messages
from store.domain.attention.answers import Choice
from store.domain.brief.handover import Handed, Handover
from store.domain.conversation.choices import Choice as Meant
from store.domain.crm.accounts import Person
from store.domain.crm.personal_settings import PersonalSettings
from store.domain.errors import Ambiguous, NotFound, Refused
from store.domain.gate.adjust_proposal import FieldProblems
from store.domain.gate.proposals import Proposal, State
from store.domain.gate.reopen_proposal import check_reopenable
from store.domain.gate.snooze import Until, wakes
from store.domain.gate.write import Write
from store.domain.gate.writes.create_task import CreateTask
from store.domain.people.settings import Defaults, check_settings, in_force
from store.domain.pilot.opening import Sign
from store.domain.pilot.report import Scope
from store.domain.pilot.survey import Decline, Question
from store.domain.running.fair_use import Allowance, Errand, Turn, ask, full
from store.domain.running.features import Feature, Standing
from store.domain.running.messages import Saying
from store.domain.signals.kinds import SignalKind
from store.domain.signals.question import Answer
from tests.bot import samples
from tests.bot.desk import ANNA, PEOPLE, TEAM, Desk

UNLIMITED = Allowance()


def answers_over(desk: Desk) -> Answers:
    return Answers(
        requests=Requests(desk),
        say=Mouth(desk),
        people=People(desk),
        decisions=Decisions(desk),
        snoozes=Snoozes(desk),
        keep_asking=Questions(desk),
        reopen=Reopenings(desk),
        undos=Undos(desk),
        batches=Batches(desk),
        handovers=Handovers(),
        reassignments=Reassignments(),
        why=Whys(desk),
        reviews=Reviews(desk),
        conversation=Conversation(desk),
        show_again=show_nothing_again,
        ratings=keep_no_rating,
        home=Homes(desk),
        absences=Absences(),
        settings=Settings(),
        aside=nothing_aside,
        links=Links(desk),
        learning=Learning(),
        stuck_writes=StuckWrites(),
        signals=SignalAnswers(),
        features=Features(),
        openings=note_nothing,
        surveys=Surveys(),
        figures=show_no_figures,
    )


class StandIn:
    def __init__(self, desk: Desk) -> None:
        self.desk = desk


class Requests(StandIn):
    async def keep(self, key: str, body: str | None) -> bool:
        if self.desk.inbox_down:
            self.desk.refused.set()
            raise ConnectionError("the database is away")
        fresh = key not in self.desk.kept
        self.desk.kept[key] = body
        return fresh

    async def ask(self, key: str, body: str, errand: Errand, caller: Caller) -> Turn | None:
        now = datetime.now(UTC)
        return ask(full(UNLIMITED, now), UNLIMITED, running=0, now=now) if await self.keep(key, body) else None

    async def done(self, key: str) -> None:
        self.desk.kept[key] = None
        self.desk.handled.set()


class Mouth(StandIn):
    async def __call__(self, saying: Saying) -> None:
        client = self.desk.client
        opened = await client.conversations_open(users=[saying.user_id])
        try:
            await client.chat_postMessage(
                channel=saying.channel or opened["channel"]["id"],
                thread_ts=saying.thread_ts,
                text=saying.text,
                blocks=saying.blocks,
            )
        finally:
            self.desk.spoke.set()


class People(StandIn):
    """Only Anna is known."""

    async def at_home(self, caller: Caller) -> Caller:
        return caller

    async def introduce(self, caller: Caller) -> Caller:
        if self.desk.broken:
            raise self.desk.broken
        if (caller.team_id, caller.user_id) != (TEAM, ANNA):
            raise Refused("This belongs to Anna Berg. Only they or their manager can see and decide it.")
        return caller

    async def person(self, caller: Caller) -> Person:
        return Person(id=samples.OWNER, name="Anna Berg", email="anna@example.com")

    async def admit(self, caller: Caller, asked: str, about: str) -> None:
        """Everyone at this desk gets to its listeners, which refuse them."""

    async def reader(self, person: Person) -> Reader:
        return samples.READER

    async def names(self, team_id: str, user_ids: Collection[str]) -> Mapping[str, str]:
        return {ANNA: "Anna Berg"}


class Decisions(StandIn):
    async def approve(self, who: Asker, proposal_id: str, version: int, *, digest: str | None = None) -> Outcome:
        proposal = await self.desk.mine(who, proposal_id, version, digest)
        self.desk.asked.set()
        await self.desk.may_keep.wait()
        if drift := self.desk.drifts.pop(proposal_id, None):
            old, new = drift
            self.desk.proposals[new.id] = new
            await self.desk.decided(old)
            return Outcome(note="This was changed in the CRM.", instead=(new.id, new.version))
        self.desk.approvals.append(proposal_id)
        await self.desk.decided(replace(proposal, state=State.READY))
        return Outcome()

    async def reject(self, who: Asker, proposal_id: str, version: int, reason: str) -> Outcome:
        proposal = await self.desk.mine(who, proposal_id, version)
        self.desk.reasons.append(reason)
        await self.desk.decided(replace(proposal, state=State.REJECTED, reason=reason))
        if self.desk.lost:
            return Outcome(instead=(proposal_id, version))
        return Outcome(note="Rejected & remembered.")

    async def form(self, who: Asker, proposal_id: str, version: int) -> AdjustForm:
        if self.desk.lost:
            raise self.desk.lost
        return AdjustForm(proposal=await self.desk.mine(who, proposal_id, version), people=PEOPLE)

    async def adjust(self, who: Asker, proposal_id: str, version: int, write: Write) -> None:
        proposal = await self.desk.mine(who, proposal_id, version)
        if isinstance(write, CreateTask) and write.due < self.desk.brief.local_date:
            raise FieldProblems([("due", "The due date is in the past.")])
        old, new = samples.adjusted(proposal, write, number=0xFFFF)
        self.desk.proposals[new.id] = new
        await self.desk.decided(old)

    async def ask_second(self, offer_id: str) -> None:
        raise NotFound("No one else is at this desk.")


class Snoozes(StandIn):
    async def snooze(self, who: Asker, proposal_id: str, version: int, until: Until) -> Outcome:
        proposal = await self.desk.mine(who, proposal_id, version)
        wake_at = wakes(until, samples.PERSON, samples.NOW)
        await self.desk.decided(
            replace(proposal, state=State.SNOOZED, snoozed_until=wake_at, until_change=until.change)
        )
        return Outcome()

    async def look(self, who: Asker, proposal_id: str, version: int) -> Proposal:
        return await self.desk.mine(who, proposal_id, version)

    async def bring_back(self, who: Asker, proposal_id: str, version: int) -> Outcome:
        raise NotFound("Nothing is snoozed here.")


class Questions(StandIn):
    async def __call__(self, who: Asker, proposal_id: str, version: int) -> Outcome:
        await self.desk.mine(who, proposal_id, version)
        self.desk.kept_open.append(proposal_id)
        return Outcome()


class Reopenings(StandIn):
    async def __call__(self, who: Asker, proposal_id: str, version: int) -> Outcome:
        await who.caller()
        before = self.desk.proposals[proposal_id]
        check_reopenable(before, version=version, newest=before, standing=None, now=samples.NOW)
        again = before.next_version(
            before.write,
            id=f"{0xBBBB:032x}",
            created_at=samples.NOW,
            expires_at=before.expires_at,
            needs_second=False,
        )
        self.desk.proposals[again.id] = again
        await self.desk.refresh()
        return Outcome()

    async def lift(self, who: Asker, proposal_id: str, version: int) -> None:
        await who.caller()
        raise NotFound("Nothing to lift here.")


class Undos(StandIn):
    async def offer(self, who: Asker, proposal_id: str, version: int) -> UndoForm:
        await who.caller()
        await self.desk.may_keep.wait()
        original = self.desk.proposals[proposal_id]
        if self.desk.changed_since:
            return UndoForm(undo=None, moves=self.desk.changed_since, refusal="Changed since.")
        undo = samples.undo_of(original, number=0xAAAA)
        self.desk.proposals[undo.id] = undo
        return UndoForm(undo=undo, moves=(samples.LEAVING,))

    async def approve(self, who: Asker, undo_id: str, version: int) -> str | None:
        undo = await self.desk.mine(who, undo_id, version)
        self.desk.approvals.append(undo_id)
        original = self.desk.proposals[undo.undoes or ""]
        self.desk.proposals[original.id] = replace(original, undo_id=undo.id)
        await self.desk.decided(replace(undo, state=State.READY))
        return None


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


class Whys(StandIn):
    async def __call__(self, who: Asker, brief_id: str, account_id: str) -> Evidence:
        await who.caller()
        await self.desk.may_keep.wait()
        cards = [each for each in self.desk.brief.cards if each.account_id == account_id]
        if brief_id != self.desk.brief.id or not cards:
            raise NotFound("I can't find this card any more.")
        return Evidence(card=cards[0], proposals=self.desk.proposals)


class Batches(StandIn):
    async def listed(self, who: Asker, brief_id: str) -> Sequence[Proposal]:
        await who.caller()
        return low_risk(self.desk.proposals.values(), samples.READER)

    async def approve(self, who: Asker, items: Sequence[tuple[str, int]]) -> str:
        await who.caller()
        await self.desk.may_keep.wait()
        for proposal_id, _ in items:
            self.desk.approvals.append(proposal_id)
            self.desk.proposals[proposal_id] = replace(self.desk.proposals[proposal_id], state=State.READY)
        return "b2"

    async def report(self, report_id: str) -> None:
        self.desk.reports.append(report_id)


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
    """Nobody counts here."""


async def nothing_aside(who: Asker) -> tuple[Sequence[Proposal], Sequence[Proposal]]:
    return (), ()


async def show_nothing_again(brief_id: str, proposal_id: str) -> None:
    """Nothing moves by text here."""


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


class Settings:
    """Anna's, who set nothing; what is saved is kept nowhere."""

    async def form(self, who: Asker, *, chosen: PersonalSettings | None = None, round: int = 0) -> SettingsForm:
        await who.caller()
        default = in_force(samples.PERSON, Defaults())
        shown = in_force(replace(samples.PERSON, settings=chosen), Defaults()) if chosen else default
        return SettingsForm(
            whose=samples.OWNER,
            shown=shown,
            default=default,
            defaults=Defaults(),
            personal=(),
            may_undo=False,
            round=round,
        )

    async def save(self, who: Asker, chosen: PersonalSettings, *, whose: str) -> None:
        check_settings(chosen, today=samples.NOW.date())

    async def undo(self, who: Asker, *, whose: str) -> None:
        raise Refused("There is nothing to undo.")

    async def pause(self, who: Asker, *, until: date | None) -> None:
        await who.caller()

    async def resume(self, who: Asker) -> None:
        await who.caller()


class Absences:
    async def form(self, who: Asker) -> AwayForm:
        await who.caller()
        return AwayForm(people=PEOPLE[:1], delegates=PEOPLE[1:], first=samples.NOW.date(), last=samples.NOW.date())

    async def set(self, who: Asker, submitted: AwaySubmitted) -> None:
        await who.caller()

    async def end(self, who: Asker) -> None:
        await who.caller()

    async def offer(self) -> None:
        """No one else is at this desk."""


class Links(StandIn):
    async def confirm(self, caller: Caller, person_id: str) -> Person:
        return await People(self.desk).person(await People(self.desk).introduce(caller))

    async def refuse(self, caller: Caller, person_id: str) -> Person:
        return await self.confirm(caller, person_id)

    async def show(self, person_id: str) -> None:
        await self.desk.refresh()


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


async def note_nothing(caller: Caller, sign: Sign) -> bool:
    return False


class Surveys:
    async def answer(self, who: Caller, number: int, question: Question, answer: str) -> Part:
        raise NotFound("I don't find these questions among those I asked you.")

    async def decline(self, who: Caller, number: int, declined: Decline | None) -> Part:
        raise NotFound("I don't find these questions among those I asked you.")


async def show_no_figures(who: Caller, scope: Scope) -> View:
    raise Refused("You can see your own figures.")


class StuckWrites:
    async def show(self, who: Caller, proposal_id: str) -> WriteStory:
        raise Refused("Only a CRM administrator can do this.")

    async def retry(self, who: Caller, proposal_id: str) -> Proposal:
        raise Refused("Only a CRM administrator can do this.")

    async def resolve(self, who: Caller, proposal_id: str, *, written: bool, crm_id: str | None) -> Proposal:
        raise Refused("Only a CRM administrator can do this.")
