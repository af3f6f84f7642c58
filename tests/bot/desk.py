"""The use cases in memory: the gate's own rules over a dictionary, and the brief rendered again after each decision."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from slack_sdk.web.async_client import AsyncWebClient

from bot.inbound.port import AdjustForm, BatchForm, Caller, Decision, Home, Progress, Reply, StuckWrite, UndoForm
from bot.views.absences import AwayForm, AwaySubmitted
from bot.views.approve_batch import low_risk
from bot.views.blocks import Part
from bot.views.brief import brief_messages
from bot.views.review import review_messages
from store.domain.brief.brief import Brief
from store.domain.crm.basis import Difference
from store.domain.errors import Ambiguous, NotFound, Refused
from store.domain.gate.approvals import check_open
from store.domain.gate.policy import FieldProblems
from store.domain.gate.proposals import Proposal, State
from store.domain.gate.write import Write
from store.domain.gate.writes.create_task import CreateTask
from store.domain.running.messages import Saying
from tests.bot import samples

TEAM, ANNA, EVE = "T0SERGAS", "U0ANNA", "U0EVE"
PEOPLE = [(samples.OWNER, "Anna Berg"), (samples.MANAGER, "Max Lind")]


class Desk:
    """Anna's morning. `approvals` lists what was approved, as often as it was. Set `broken` to have everything fail;
    clear `may_keep` to have approvals and answers wait (`asked` says that an approval has come, `handled` that a listener has
    ended). `kept` is the inbox, `refused` says that it was asked while `inbox_down`, and `spoke`
    that a message was posted, or not taken."""

    def __init__(self, client: AsyncWebClient) -> None:
        self.client = client
        self.brief: Brief
        self.brief, self.proposals = samples.morning(cards=2)
        self.approvals: list[str] = []
        self.reasons: list[str] = []
        self.questions: list[str] = []
        self.changed_since: tuple[Difference, ...] = ()
        self.reports: list[tuple[str, str]] = []
        self.posted: dict[str, tuple[str, str]] = {}
        self.reviews: list[str] = []
        self.broken: Exception | None = None
        self.inbox_down = False
        self.asked, self.may_keep, self.handled = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.refused, self.spoke = asyncio.Event(), asyncio.Event()
        self.may_keep.set()
        self.kept: dict[str, str | None] = {}

    def rendered(self) -> list[Part]:
        return brief_messages(
            self.brief,
            self.proposals,
            links=samples.LINKS,
            names=samples.READER.names,
            tz=samples.TZ,
            now=samples.NOW,
        )

    async def post(self, channel: str) -> None:
        self.posted = await self._send(channel, self.rendered())

    async def refresh(self) -> None:
        for part in self.rendered():
            channel, ts = self.posted[part.name]
            await self.client.chat_update(channel=channel, ts=ts, text=part.text, blocks=part.blocks)

    async def _send(self, channel: str, parts: list[Part]) -> dict[str, tuple[str, str]]:
        """Post a message and its thread; where each part stands."""
        places: dict[str, tuple[str, str]] = {}
        for part in parts:
            root = next(iter(places.values()))[1] if part.in_thread else None
            made = await self.client.chat_postMessage(
                channel=channel, text=part.text, blocks=part.blocks, thread_ts=root
            )
            places[part.name] = (made["channel"], made["ts"])
        return places

    async def first_time(self, key: str, body: str | None) -> bool:
        if self.inbox_down:
            self.refused.set()
            raise ConnectionError("the database is away")
        fresh = key not in self.kept
        self.kept[key] = body
        return fresh

    async def done(self, key: str) -> None:
        self.kept[key] = None
        self.handled.set()

    async def say(self, saying: Saying) -> None:
        opened = await self.client.conversations_open(users=[saying.user_id])
        try:
            await self.client.chat_postMessage(
                channel=saying.channel or opened["channel"]["id"],
                thread_ts=saying.thread_ts,
                text=saying.text,
                blocks=saying.blocks,
            )
        finally:
            self.spoke.set()

    async def approve(self, who: Caller, proposal_id: str, version: int) -> Decision:
        proposal = self._mine(who, proposal_id, version)
        self.asked.set()
        await self.may_keep.wait()
        self.approvals.append(proposal_id)
        await self._decide(replace(proposal, state=State.READY))
        return Decision()

    async def bring_back(self, who: Caller, proposal_id: str, version: int) -> Decision:
        raise NotFound("Nothing is put off here.")

    async def reject(self, who: Caller, proposal_id: str, version: int, reason: str) -> Decision:
        proposal = self._mine(who, proposal_id, version)
        self.reasons.append(reason)
        await self._decide(replace(proposal, state=State.REJECTED, reason=reason))
        return Decision(note="Rejected & remembered.")

    async def proposal_to_decide(self, who: Caller, proposal_id: str, version: int) -> AdjustForm:
        return AdjustForm(proposal=self._mine(who, proposal_id, version), people=PEOPLE)

    async def show(self, decision: Decision) -> None:
        await self.refresh()

    async def adjust(self, who: Caller, proposal_id: str, version: int, write: Write) -> Decision:
        proposal = self._mine(who, proposal_id, version)
        if isinstance(write, CreateTask) and write.due < self.brief.local_date:
            raise FieldProblems([("due", "The due date lies in the past.")])
        old, new = samples.adjusted(proposal, write, number=0xFFFF)
        self.proposals[new.id] = new
        await self._decide(old)
        return Decision()

    async def undo_offer(self, who: Caller, proposal_id: str, version: int) -> UndoForm:
        self._known(who)
        await self.may_keep.wait()
        original = self.proposals[proposal_id]
        if self.changed_since:
            return UndoForm(undo=None, moves=self.changed_since, reader=samples.READER, refusal="Changed since.")
        undo = samples.undo_of(original, number=0xAAAA)
        self.proposals[undo.id] = undo
        return UndoForm(undo=undo, moves=(samples.LEAVING,), reader=samples.READER)

    async def undo(self, who: Caller, undo_id: str, version: int) -> Decision:
        undo = self._mine(who, undo_id, version)
        self.approvals.append(undo_id)
        self.proposals[undo.id] = replace(undo, state=State.READY, decided_by=samples.OWNER, decided_at=samples.NOW)
        original = self.proposals[undo.undoes or ""]
        self.proposals[original.id] = replace(original, undo_id=undo.id)
        return Decision(proposal=original)

    async def batch_offer(self, who: Caller, brief_id: str) -> BatchForm:
        self._known(who)
        return BatchForm(proposals=low_risk(self.proposals.values(), samples.READER), reader=samples.READER)

    async def approve_batch(self, who: Caller, items: Sequence[tuple[str, int]]) -> str:
        self._known(who)
        await self.may_keep.wait()
        for proposal_id, _ in items:
            self.approvals.append(proposal_id)
            self.proposals[proposal_id] = replace(self.proposals[proposal_id], state=State.READY)
        return "b2"

    async def report_batch(self, brief_id: str, report_id: str) -> None:
        self.reports.append((brief_id, report_id))
        await self.refresh()

    async def stuck_write(self, who: Caller, proposal_id: str) -> StuckWrite:
        raise Refused("Only an administrator of the CRM can do this.")

    async def retry_write(self, who: Caller, proposal_id: str) -> Decision:
        raise Refused("Only an administrator of the CRM can do this.")

    async def resolve_write(self, who: Caller, proposal_id: str, *, written: bool, crm_id: str | None) -> Decision:
        raise Refused("Only an administrator of the CRM can do this.")

    async def review(self, who: Caller, name: str) -> None:
        self._known(who)
        cards = [card for card in self.brief.cards if name.lower() in card.account_name.lower()]
        if not cards:
            raise NotFound(f"I know no account called “{name}” among yours.")
        if len(cards) > 1:
            raise Ambiguous("Several fit.", [(card.account_id, card.account_name) for card in cards])
        await self.review_account(who, cards[0].account_id)

    async def review_account(self, who: Caller, account_id: str) -> None:
        self._known(who)
        cards = tuple(card for card in self.brief.cards if card.account_id == account_id)
        review = replace(self.brief, kind="review", cards=cards, why_not=("Last touch 6 days ago.",))
        channel = (await self.client.conversations_open(users=[who.user_id]))["channel"]["id"]
        await self._send(channel, review_messages(review, self.proposals, reader=samples.READER))
        self.reviews.append(account_id)

    async def converse(self, who: Caller, text: str, channel: str, thread_ts: str, progress: Progress) -> Reply:
        self._known(who)
        self.questions.append(text)
        await progress.status("is looking in the CRM…")
        await self.may_keep.wait()
        return Reply(text="It moved.\n<!channel> said so.", reader=samples.READER, sources=(samples.source(1),))

    async def after_reply(self, reply: Reply) -> None:
        """Nothing moves by text here."""

    async def confirm_link(self, who: Caller, person_id: str) -> None:
        self._known(who)

    async def refuse_link(self, who: Caller, person_id: str) -> str:
        self._known(who)
        return "Anna Berg"

    async def show_messages(self, person_id: str) -> None:
        await self.refresh()

    async def away_form(self, who: Caller) -> AwayForm:
        self._known(who)
        return AwayForm(people=PEOPLE[:1], delegates=PEOPLE[1:], first=samples.NOW.date(), last=samples.NOW.date())

    async def set_absence(self, who: Caller, submitted: AwaySubmitted) -> None:
        self._known(who)

    async def end_absence(self, who: Caller) -> None:
        self._known(who)

    async def remind_and_offer(self) -> None:
        """Nobody else is at this desk."""

    async def home(self, who: Caller) -> Home:
        self._known(who)
        pending = [each for each in self.proposals.values() if each.state is State.PENDING]
        recent = [each for each in self.proposals.values() if each.state is not State.PENDING]
        return Home(pending=pending, recent=recent, next_brief_at=samples.NOW, reader=samples.READER)

    def _known(self, who: Caller) -> None:
        if self.broken:
            raise self.broken
        if (who.team_id, who.user_id) != (TEAM, ANNA):
            raise Refused("This belongs to Anna Berg. Only they or their manager can see it and decide.")

    def _mine(self, who: Caller, proposal_id: str, version: int) -> Proposal:
        self._known(who)
        proposal = self.proposals.get(proposal_id)
        if proposal is None:
            raise NotFound("I know no such proposal.")
        check_open(proposal, version=version, digest=None, now=samples.NOW)
        return proposal

    async def _decide(self, proposal: Proposal) -> None:
        self.proposals[proposal.id] = replace(proposal, decided_by=samples.OWNER, decided_at=samples.NOW)
        await self.refresh()
