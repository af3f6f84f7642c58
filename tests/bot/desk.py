"""Anna's morning in memory: the gate's own rules over a dictionary, and the brief rendered again after each decision."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from slack_sdk.web.async_client import AsyncWebClient

from bot.inbound.asker import Asker
from bot.views.blocks import Part
from bot.views.brief import brief_messages
from store.domain.brief.brief import Brief
from store.domain.crm.basis import Difference
from store.domain.errors import NotFound
from store.domain.gate.approvals import check_open
from store.domain.gate.proposals import Proposal
from tests.bot import samples

TEAM, ANNA, EVE = "T0SERGAS", "U0ANNA", "U0EVE"
PEOPLE = [(samples.OWNER, "Anna Berg"), (samples.MANAGER, "Max Lind")]


class Desk:
    """What the stand-ins of `tests.bot.stand_ins` share. `approvals` lists what was approved, as often as it was; `drifts` are
    proposals that have changed in the CRM, each with its superseded and its new version. Set
    `broken` to have everything fail; clear `may_keep` to have approvals and answers wait (`asked` says that an approval has
    come, `handled` that a listener has ended). `kept` is the inbox, `refused` says that it was asked while `inbox_down`, and
    `spoke` that a message was posted, or not taken."""

    def __init__(self, client: AsyncWebClient) -> None:
        self.client = client
        self.brief: Brief
        self.brief, self.proposals = samples.morning(cards=2)
        self.approvals: list[str] = []
        self.reasons: list[str] = []
        self.kept_open: list[str] = []
        self.drifts: dict[str, tuple[Proposal, Proposal]] = {}
        self.questions: list[str] = []
        self.changed_since: tuple[Difference, ...] = ()
        self.reports: list[str] = []
        self.posted: dict[str, tuple[str, str]] = {}
        self.reviews: list[str] = []
        self.broken: Exception | None = None
        self.lost: Exception | None = None  # what is read after a decision raises
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
        self.posted = await self.send(channel, self.rendered())

    async def refresh(self) -> None:
        for part in self.rendered():
            channel, ts = self.posted[part.name]
            await self.client.chat_update(channel=channel, ts=ts, text=part.text, blocks=part.blocks)

    async def send(self, channel: str, parts: list[Part]) -> dict[str, tuple[str, str]]:
        """Post a message and its thread; where each part stands."""
        places: dict[str, tuple[str, str]] = {}
        for part in parts:
            root = next(iter(places.values()))[1] if part.in_thread else None
            made = await self.client.chat_postMessage(
                channel=channel, text=part.text, blocks=part.blocks, thread_ts=root
            )
            places[part.name] = (made["channel"], made["ts"])
        return places

    async def mine(self, who: Asker, proposal_id: str, version: int, digest: str | None = None) -> Proposal:
        """The proposal, if the asker may decide it now."""
        await who.caller()
        proposal = self.proposals.get(proposal_id)
        if proposal is None:
            raise NotFound("I know no such proposal.")
        check_open(proposal, version=version, digest=digest, now=samples.NOW)
        return proposal

    async def decided(self, proposal: Proposal) -> None:
        self.proposals[proposal.id] = replace(proposal, decided_by=samples.OWNER, decided_at=samples.NOW)
        await self.refresh()
