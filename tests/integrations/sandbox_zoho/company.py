"""A small company whose CRM the tests read and write, and a bare client for Zoho's wire."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from integrations.sandbox.history import STANDARD_STAGES, Company, CrmEvent, CrmUser, Json, PipelineDef
from integrations.sandbox.zoho import ZohoCredentials, ZohoSandbox

NOW = datetime(2025, 6, 2, 8, 0, tzinfo=UTC)
ADA, BEN, EVE = "4150000000000000001", "4150000000000000002", "4150000000000000003"
ACME, GLOBEX = "4150000000000000101", "4150000000000000102"
DEAL, OTHER_DEAL = "4150000000000000201", "4150000000000000202"
CONTACT, TASK, MEETING, CALL, NOTE = (f"41500000000000003{n:02d}" for n in range(1, 6))
NOBODY = "4150000000000009999"

USERS = (
    CrmUser(
        id=ADA,
        first_name="Ada",
        last_name="Berg",
        email="ada@example.com",
        time_zone="Europe/Berlin",
        profile="Administrator",
    ),
    CrmUser(
        id=BEN,
        first_name="Ben",
        last_name="Okoye",
        email="ben@example.com",
        time_zone="America/New_York",
        manager_id=ADA,
    ),
    CrmUser(id=EVE, first_name="Eve", last_name="Lund", email="eve@example.com", time_zone="Asia/Tokyo", active=False),
)


@dataclass(slots=True)
class StillClock:
    """A clock that does not move until it is set."""

    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment

    def forward(self, step: timedelta) -> None:
        self.moment += step


def event(days_ago: float, op: str, module: str, key: str, **fields: Json) -> CrmEvent:
    """Something Ben did so many days before NOW. A field `se_module` is sent as `$se_module`."""
    renamed = {name.replace("se_module", "$se_module"): value for name, value in fields.items()}
    at = NOW - timedelta(days=days_ago)
    return CrmEvent(at=at, op=op, module=module, id=key, user_id=BEN, fields=renamed)  # type: ignore[arg-type]  # given as plain keywords


def company(*more: CrmEvent) -> Company:
    """Two accounts; on the first a deal that moved, a contact, one of each activity and a note; and whatever is added."""
    on_acme: dict[str, Json] = {"What_Id": {"id": ACME}, "se_module": "Accounts"}
    events = [
        event(90, "create", "Accounts", ACME, Account_Name="Acme", Industry="Retail", Annual_Revenue=1e6, Owner={"id": BEN}),
        event(89, "create", "Accounts", GLOBEX, Account_Name="Globex", Owner={"id": ADA}),
        event(80, "create", "Contacts", CONTACT, First_Name="Lin", Last_Name="Chen", Account_Name={"id": ACME}),
        event(70, "create", "Deals", DEAL, Deal_Name="Big", Account_Name={"id": ACME}, Stage="Qualification", Amount=5000),
        event(69, "create", "Deals", OTHER_DEAL, Deal_Name="Small", Stage="Needs Analysis", Amount=100, Description="Old"),
        event(60, "update", "Deals", DEAL, Stage="Needs Analysis", Contact_Name={"id": CONTACT}),
        event(50, "create", "Tasks", TASK, Subject="Call back", Status="Not Started", Due_Date="2025-06-01", **on_acme),
        event(49, "create", "Events", MEETING, Event_Title="Review", Start_DateTime="2025-05-01T10:00:00+02:00",
              End_DateTime="2025-05-01T11:00:00+02:00", **on_acme),
        event(48, "create", "Calls", CALL, Subject="Hello", Call_Type="Outbound", Call_Start_Time="2025-05-02T09:00:00Z",
              Who_Id={"id": CONTACT}, **on_acme),
        event(47, "create", "Notes", NOTE, Note_Title="Budget", Note_Content="It is safe.",
              Parent_Id={"module": {"api_name": "Accounts"}, "id": ACME}),
        *more,
    ]  # fmt: skip
    events.sort(key=lambda one: one.at)
    return Company(name="Test & Sons", users=USERS, stages=STANDARD_STAGES, events=events, as_of=NOW.date())


@dataclass(slots=True)
class Wire:
    """Plain requests against a sandbox, signed in with a token of its own."""

    http: httpx.AsyncClient
    sandbox: ZohoSandbox
    clock: StillClock
    headers: dict[str, str] = field(default_factory=dict)

    async def sign_in(self, **changed: str) -> httpx.Response:
        answer = await self.http.post("/oauth/v2/token", data={**sign_in_form(self.sandbox.credentials), **changed})
        if token := answer.json().get("access_token"):
            self.headers["Authorization"] = f"Zoho-oauthtoken {token}"
        return answer

    async def get(self, path: str, *, headers: dict[str, str] | None = None, **params: Any) -> httpx.Response:
        return await self.http.get(f"/crm/v8{path}", params=params, headers={**self.headers, **(headers or {})})

    async def post(self, path: str, *records: dict[str, Any]) -> httpx.Response:
        return await self.http.post(f"/crm/v8{path}", json={"data": list(records)}, headers=self.headers)

    async def put(self, path: str, *records: dict[str, Any], headers: dict[str, str] | None = None) -> httpx.Response:
        merged = {**self.headers, **(headers or {})}
        return await self.http.put(f"/crm/v8{path}", json={"data": list(records)}, headers=merged)

    async def delete(self, path: str, **params: Any) -> httpx.Response:
        return await self.http.delete(f"/crm/v8{path}", params=params, headers=self.headers)

    async def send(self, method: str, path: str, body: Any = None, **params: Any) -> httpx.Response:
        """A request with a body of its own, e.g. to `/crm/bulk/v8/read`."""
        return await self.http.request(method, path, json=body, params=params, headers=self.headers)

    async def coql(self, query: str) -> httpx.Response:
        return await self.http.post("/crm/v8/coql", json={"select_query": query}, headers=self.headers)


@asynccontextmanager
async def running(
    *events: CrmEvent,
    clock: StillClock | None = None,
    users: Iterable[CrmUser] = (),
    pipelines: tuple[PipelineDef, ...] = (),
    **options: Any,
) -> AsyncIterator[Wire]:
    """A sandbox made with these options that has played the small company, with these events and users besides, and a client
    signed in to it."""
    clock, made = clock or StillClock(), company(*events)
    sandbox = ZohoSandbox(replace(made, users=(*made.users, *users), pipelines=pipelines), clock=clock.now, **options)
    sandbox.play(clock.now())
    await sandbox.start()
    try:
        async with httpx.AsyncClient(base_url=sandbox.url, trust_env=False) as http:
            wire = Wire(http, sandbox, clock)
            await wire.sign_in()
            yield wire
    finally:
        await sandbox.stop()


def sign_in_form(credentials: ZohoCredentials) -> dict[str, str]:
    return {
        "client_id": credentials.client_id,
        "client_secret": credentials.client_secret,
        "refresh_token": credentials.refresh_token,
        "grant_type": "refresh_token",
    }
