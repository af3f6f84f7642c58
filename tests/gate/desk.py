"""The whole gate without Slack: the flows over a real database and the sandbox CRM's wire, with a clock that stands still.

What a press leads to in Slack is tested elsewhere; here only what may be written, and what is.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from secrets import token_hex
from typing import Literal

import httpx
from tenacity import wait_none

from agents.flows.access.identity import Caller
from agents.flows.gate.adjust_proposal import AdjustProposal
from agents.flows.gate.approve_batch import ApproveBatch
from agents.flows.gate.decide_proposal import DecideProposal, DecisionPolicy
from agents.flows.gate.drift import Drift
from agents.flows.gate.execute_write import ExecuteWrite, WritePolicy
from agents.flows.gate.expire_proposals import ExpireProposals
from agents.flows.gate.reopen_proposal import ReopenProposal
from agents.flows.gate.undo_write import UndoWrite
from agents.flows.records.sync_accounts import SyncAccounts
from agents.ports import Writers
from integrations.sandbox.history import CrmEvent, Json
from integrations.sandbox.zoho import ZohoSandbox
from integrations.sandbox.zoho.people import ADMIN_PROFILE_ID
from integrations.zoho.administrators import Administrators
from integrations.zoho.http import open_http
from integrations.zoho.reading.client import ZohoClient
from integrations.zoho.sign_in.auth import ZohoAuth
from integrations.zoho.sign_in.datacenters import datacenter
from integrations.zoho.writing.kind import forms
from integrations.zoho.writing.writer import ZohoWriter
from store.database import Database
from store.domain.crm.accounts import Entity, Kind
from store.domain.crm.basis import RecordKey, facts_in
from store.domain.crm.evidence import Confidence, ConfidenceLevel, Evidence, Source
from store.domain.gate.proposals import Action, Proposal, Recommendation, State
from store.domain.gate.stakes import StakesPolicy
from store.domain.gate.write import CRM, Write, digest_of
from store.domain.gate.writes.add_note import AddNote
from store.domain.gate.writes.create_task import CreateTask
from store.domain.gate.writes.update_account import FieldChange, UpdateAccount
from store.domain.signals.kinds import Risk, SignalKind
from tests.flows.company import (
    ACME,
    ADA,
    ANNA,
    BOB,
    CORA,
    FIRST_NIGHT,
    MIA,
    NAMES,
    SLIPPING,
    company,
)
from tests.flows.stage import StillClock
from tests.integrations.zoho.bench import no_waiting

TEAM = "T0SERGAS"
NOW = datetime(2026, 3, 24, 7, 30, tzinfo=UTC)
PERSONS: Mapping[str, str] = {"anna": ANNA, "bob": BOB, "cora": CORA, "mia": MIA, "ada": ADA}
POLICY = DecisionPolicy(lifetime=timedelta(hours=72), stakes=StakesPolicy(fields=frozenset({"rating"})))
PATIENCE = timedelta(seconds=30)  # for a CRM in this very process: a busy machine is no CRM that does not answer
WRITES = WritePolicy(
    timeout=timedelta(seconds=5),
    settle=timedelta(seconds=90),
    attempts=3,
    pause=timedelta(minutes=1),
    park=timedelta(hours=1),
)


class Crash(BaseException):
    """The process dies here, as far as what it had on hand goes."""


@dataclass
class Fuse:
    """Lets the next write to the CRM be the last thing that this process does: before it leaves, or once it is answered.
    `meanwhile` is what somebody else does in the CRM just as a write leaves."""

    blows: Literal["", "before", "after"] = ""
    meanwhile: Callable[[], None] | None = None

    async def on_request(self, request: httpx.Request) -> None:
        self._blow("before", request)
        if self.meanwhile is not None and _is_write(request):
            happening, self.meanwhile = self.meanwhile, None
            happening()

    async def on_response(self, response: httpx.Response) -> None:
        self._blow("after", response.request)

    def _blow(self, when: str, request: httpx.Request) -> None:
        if self.blows == when and _is_write(request):
            self.blows = ""
            raise Crash


_WRITTEN = re.compile(r"/(Tasks|Notes|Accounts)(/\d+)?$")


def _is_write(request: httpx.Request) -> bool:
    return request.method in ("POST", "PUT", "DELETE") and _WRITTEN.search(request.url.path) is not None


@dataclass
class Desk:
    zoho: ZohoSandbox
    clock: StillClock
    database: Database
    crm: ZohoClient
    decide: DecideProposal
    adjust: AdjustProposal
    undo: UndoWrite
    reopen: ReopenProposal
    batch: ApproveBatch
    execute: ExecuteWrite
    expire: ExpireProposals
    sync: SyncAccounts
    fuse: Fuse

    async def propose(
        self,
        write: Write,
        *,
        owner: str = ANNA,
        risk: Risk = Risk.HIGH,
        evidence: tuple[Evidence, ...] = (),
        amount: float = 0.0,
    ) -> Proposal:
        """A pending proposal, as a morning would leave it that has just read the CRM."""
        advice = Recommendation(
            key=token_hex(4), action=Action.FOLLOW_UP, title="Call them", rationale="It is quiet.", risk=risk,
            signals=(SignalKind.NO_ACTIVITY,), evidence=evidence, write=write,
            confidence=Confidence(score=0.8, level=ConfidenceLevel.HIGH, because="Two fields agree."),
        )  # fmt: skip
        made = token_hex(16)
        records = await self._read([(write.parent_kind, write.parent_id), *((e.kind, e.record_id) for e in evidence)])
        async with self.database.transaction() as tx:
            proposal = Proposal(
                id=made, lineage=made, version=1, brief_id=None, owner_id=owner, account_id=write.parent_id,
                account_name=write.parent_name, recommendation=advice, write=write, digest=digest_of(write),
                state=State.PENDING, created_at=self.clock.now(), expires_at=self.clock.now() + POLICY.lifetime,
                basis=facts_in(evidence, records, changed=write.touches()), amount=amount,
                needs_second=False,
            )  # fmt: skip
            await tx.proposals.add(proposal)
        return proposal

    async def _read(self, keys: Collection[RecordKey]) -> dict[RecordKey, Entity | None]:
        records = {key: await self.crm.record(*key) for key in keys}
        for entity in records.values():
            if entity is not None:
                await self.sync.keep(entity.kind, [entity], seen_at=self.clock.now())
        return records

    def change(self, module: str, record_id: str, **fields: Json) -> None:
        """Somebody works in the CRM, a second later."""
        self.clock.advance(timedelta(seconds=1))
        at = self.clock.now()
        self.zoho.happens(CrmEvent(at=at, op="update", module=module, id=record_id, user_id=ANNA, fields=fields))

    def remove(self, module: str, record_id: str) -> None:
        """Somebody removes a record in the CRM, a second later."""
        self.clock.advance(timedelta(seconds=1))
        self.zoho.happens(
            CrmEvent(at=self.clock.now(), op="delete", module=module, id=record_id, user_id=ANNA, fields={})
        )

    async def get(self, proposal_id: str) -> Proposal:
        async with self.database.reading() as tx:
            found = await tx.proposals.get(proposal_id)
        assert found is not None
        return found

    async def newest(self, lineage: str) -> Proposal:
        (newest,) = await self.newest_of([lineage])
        return newest

    async def newest_of(self, lineages: Iterable[str]) -> list[Proposal]:
        async with self.database.reading() as tx:
            return [(await tx.proposals.by_lineage(lineage))[-1] for lineage in lineages]

    async def sweep(self, *, after: timedelta = timedelta()) -> None:
        """Expire what is over time and drive every open write one step, so much later."""
        self.clock.advance(after)
        await self.expire()
        for proposal_id in await self.execute.open():
            await self.execute.drive(proposal_id)

    async def settle(self) -> None:
        """Sweep on until nothing is open, as time goes by."""
        for _ in range(12):
            await self.sweep(after=timedelta(minutes=5))
            if not await self.execute.open():
                return


def caller(name: str) -> Caller:
    """One of PERSONS at their own Slack account."""
    return Caller(team_id=TEAM, user_id=f"U-{name}", request_id="test")


def task(on: str = ACME, subject: str = "Call Acme", *, kind: Kind = Kind.ACCOUNT) -> CreateTask:
    name = NAMES.get(on, "Cold chain")
    assert kind in (Kind.ACCOUNT, Kind.DEAL)
    return CreateTask(
        parent_kind=Kind.DEAL if kind is Kind.DEAL else Kind.ACCOUNT, parent_id=on, parent_name=name, subject=subject,
        description="It has been quiet.", due=date(2026, 3, 27), assignee_id=ANNA, assignee_name="Anna Berg",
    )  # fmt: skip


def note(on: str = ACME, text: str = "It moved.") -> AddNote:
    return AddNote(parent_kind=Kind.ACCOUNT, parent_id=on, parent_name=NAMES[on], title="What moved", text=text)


async def update(desk: Desk, on: str = ACME, **after: str) -> UpdateAccount:
    """An update of an account from what stands in it now."""
    account = await desk.crm.record(Kind.ACCOUNT, on)
    assert account is not None
    changes = tuple(
        FieldChange(field=name, before=getattr(account, name) or None, after=value) for name, value in after.items()
    )
    return UpdateAccount(
        account_id=on, account_name=NAMES[on], changes=changes, unless_modified_since=account.modified_at
    )


def on_slipping(field_name: str = "closing_date") -> Evidence:
    """Evidence that stands in the slipping deal."""
    return Evidence(
        source=Source.FIELD, kind=Kind.DEAL, record_id=SLIPPING, record_name="Cold chain", field=field_name,
        label="Closing date", value="30 Jun", at=NOW,
    )  # fmt: skip


@asynccontextmanager
async def open_desk(
    url: str, *, policy: DecisionPolicy = POLICY, synced: bool = True, unconfirmed: Collection[str] = ()
) -> AsyncIterator[Desk]:
    """Everything wired over a migrated database; with `synced` the CRM is read and everybody's Slack user is linked, and
    confirmed but for those named."""
    clock = StillClock(FIRST_NIGHT)
    async with AsyncExitStack() as stack:
        zoho = ZohoSandbox(company(), clock=clock.now)
        await zoho.start()
        stack.push_async_callback(zoho.stop)
        database = Database(url, clock=clock.now)
        stack.push_async_callback(database.close)
        http = await stack.enter_async_context(open_http(timeout=30))
        fuse = Fuse()
        http.event_hooks = {"request": [fuse.on_request], "response": [fuse.on_response]}
        crm = client_of(zoho, http, clock)
        desk = wire(zoho, clock, database, crm, policy, fuse)
        if synced:
            await _prepare(desk, unconfirmed)
        clock.moment = NOW
        zoho.play(NOW)
        yield desk


def client_of(zoho: ZohoSandbox, http: httpx.AsyncClient, clock: StillClock) -> ZohoClient:
    auth = ZohoAuth(
        datacenter("com", accounts_url=zoho.url),
        client_id=zoho.credentials.client_id,
        client_secret=zoho.credentials.client_secret,
        refresh_token=zoho.credentials.refresh_token,
        http=http,
        clock=clock.now,
    )
    return ZohoClient(
        auth,
        http=http,
        clock=clock.now,
        throttle=no_waiting(),
        wait=wait_none(),
        forms=forms(),
        administrators=Administrators(profiles=frozenset({ADMIN_PROFILE_ID})),
    )


def wire(
    zoho: ZohoSandbox, clock: StillClock, database: Database, crm: ZohoClient, policy: DecisionPolicy, fuse: Fuse
) -> Desk:
    """The flows over these; wiring them again is what a restart does."""
    sync = SyncAccounts(database, crm, clock)
    drift = Drift(crm, sync, clock, patience=PATIENCE)
    decide = DecideProposal(database, drift, policy)
    writers: Writers = {CRM: ZohoWriter(crm, timeout=PATIENCE.total_seconds())}
    return Desk(
        zoho=zoho,
        clock=clock,
        database=database,
        crm=crm,
        decide=decide,
        adjust=AdjustProposal(database, policy),
        undo=UndoWrite(database, crm, writers, decide),
        reopen=ReopenProposal(database, policy),
        batch=ApproveBatch(database, decide, policy),
        execute=ExecuteWrite(database, writers, drift, clock, policy=WRITES, decisions=policy),
        expire=ExpireProposals(database),
        sync=sync,
        fuse=fuse,
    )


async def _prepare(desk: Desk, unconfirmed: Collection[str]) -> None:
    desk.clock.moment = NOW
    desk.zoho.play(NOW)
    await desk.sync()
    async with desk.database.transaction() as tx:
        for name, person_id in PERSONS.items():
            await tx.links.link(TEAM, f"U-{name}", person_id, NOW)
            if name not in unconfirmed:
                await tx.links.confirm(TEAM, f"U-{name}", NOW)
