"""A page elsewhere that lets its own name lead to this machine reads and presses nothing here."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from integrations.doors.names import refusal
from integrations.sandbox.claude import ClaudeSandbox
from integrations.sandbox.slack import SlackSandbox, SlackUser
from integrations.sandbox.zoho import ZohoSandbox
from tests.bench.company import company_of

ANNA = SlackUser(id="U0ANNA", name="Anna", email="anna@example.com", tz="UTC")


def _now() -> datetime:
    return datetime.now(UTC)


SANDBOXES: dict[str, Any] = {
    "slack": lambda: SlackSandbox(users=[ANNA], clock=_now),
    "zoho": lambda: ZohoSandbox(company_of(owners=1, accounts=2), clock=_now),
    "claude": lambda: ClaudeSandbox(clock=_now),
}
REACHED = {"slack": "/_sandbox/users", "zoho": "/self-client", "claude": "/v1/models"}


@pytest.fixture(params=SANDBOXES)
async def address(request: pytest.FixtureRequest) -> AsyncIterator[str]:
    sandbox = SANDBOXES[request.param]()
    await sandbox.start(names=["sandbox.test"])
    yield sandbox.url + REACHED[request.param]
    await sandbox.stop()


async def _status(address: str, **headers: str) -> int:
    async with httpx.AsyncClient(trust_env=False) as http:
        return (await http.get(address, headers=headers)).status_code


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1.evil.example", "a@127.0.0.1", "10.0.0.1:{port}", ""]
)
async def test_a_sandbox_answers_to_no_strange_name(address: str, host: str) -> None:
    assert await _status(address, Host=host.format(port=httpx.URL(address).port)) == 421


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:{port}", "LOCALHOST", "[::1]:{port}", "sandbox.test:{port}"])
async def test_a_sandbox_answers_to_its_own_names(address: str, host: str) -> None:
    assert await _status(address, Host=host.format(port=httpx.URL(address).port)) not in (403, 421)


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://localhost:1", "null", "http://127.0.0.1", "file://"]
)
async def test_a_script_of_another_page_is_refused(address: str, origin: str) -> None:
    assert await _status(address, Origin=origin) == 403


async def test_the_page_of_another_name_cannot_press() -> None:
    slack = await SlackSandbox(users=[ANNA], clock=_now).start()
    own = httpx.URL(slack.url).netloc.decode()
    said = {"user": ANNA.id, "text": "Hello"}
    async with httpx.AsyncClient(trust_env=False, base_url=slack.url) as http:
        for headers in (
            {"Host": "evil.example"},
            {"Host": "evil.example", "Origin": "http://evil.example"},
            {"Origin": "http://evil.example"},
        ):
            assert (await http.post("/_sandbox/message", json=said, headers=headers)).status_code in (403, 421)
        assert slack.dm(ANNA.id) == []
        assert (await http.post("/_sandbox/message", json=said, headers={"Origin": f"http://{own}"})).status_code == 200
    await slack.stop()


@pytest.mark.parametrize(
    ("hosts", "origins", "status"),
    [
        (["localhost"], [], None),
        (["localhost"], ["http://localhost"], None),
        ([], [], 421),
        (["localhost", "localhost"], [], 421),
        (["localhost:x"], [], 421),
        (["[::1"], [], 421),
        (["localhost/"], [], 421),
        (["localhost"], ["http://localhost", "http://evil.example"], 403),
    ],
)
def test_one_name_is_given_and_it_is_ours(hosts: list[str], origins: list[str], status: int | None) -> None:
    assert refusal(hosts, origins) == status
