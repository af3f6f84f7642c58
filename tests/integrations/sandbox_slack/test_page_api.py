"""What the page asks and does over HTTP, by the same endpoints as a headless check."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx
import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from integrations.sandbox.slack import SlackSandbox
from tests.integrations.sandbox_slack.people import ANNA, BEN, card, form

Body = dict[str, Any]


@pytest.fixture
async def page(slack: SlackSandbox) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=slack.url, timeout=30) as http:
        yield http


async def state(page: httpx.AsyncClient, user: str = ANNA) -> Body:
    answer = await page.get("/_sandbox/state", params={"user": user})
    assert answer.status_code == 200, answer.text
    found: Body = answer.json()
    return found


async def act(page: httpx.AsyncClient, name: str, **given: Any) -> httpx.Response:
    return await page.post(f"/_sandbox/{name}", json={"user": ANNA, **given})


async def test_a_press_a_modal_and_its_end_over_http(
    slack: SlackSandbox, client: AsyncWebClient, app: AsyncApp, page: httpx.AsyncClient
) -> None:
    @app.action("approve")
    async def approve(ack: Any, body: Body, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=form())

    @app.view("adjust")
    async def adjust(ack: Any) -> None:
        await ack()

    await client.chat_postMessage(channel=ANNA, text="Brief", blocks=card())
    [message] = (await state(page))["messages"]
    press = {"channel": slack.channel(ANNA), "ts": message["ts"], "action_id": "approve", "block_id": "card"}
    assert (await act(page, "click", **press)).json() == {"acked": True}
    await slack.until(lambda: slack.modal(ANNA) is not None)

    view_id = (await state(page))["modal"]["id"]
    missing = (await act(page, "submit", view_id=view_id, values={})).json()
    assert missing["errors"] == {"due": "Please complete this required field."}
    done = (await act(page, "submit", view_id=view_id, values={"due": {"v": "2026-11-24"}})).json()
    assert done == {"ok": True, "errors": {}, "trouble": None}
    assert (await state(page))["modal"] is None


async def test_a_missed_ack_is_told_and_flagged(
    slack: SlackSandbox, client: AsyncWebClient, page: httpx.AsyncClient
) -> None:
    posted = await client.chat_postMessage(channel=ANNA, text="Brief", blocks=card())
    pressed = await act(page, "click", ts=posted["ts"], action_id="approve")
    assert pressed.json() == {"acked": False}
    assert (await state(page))["warnings"] == [posted["ts"]]


async def test_threads_and_whispers_are_part_of_the_state(
    slack: SlackSandbox, client: AsyncWebClient, page: httpx.AsyncClient
) -> None:
    posted = await client.chat_postMessage(channel=ANNA, text="Brief")
    await act(page, "message", text="Why?", thread_ts=posted["ts"])
    whispered = await client.chat_postEphemeral(channel=posted["channel"], user=ANNA, text="psst")
    seen = await state(page)
    assert [reply["text"] for reply in seen["messages"][0]["replies"]] == ["Why?"]
    assert [each["text"] for each in seen["ephemerals"]] == ["psst"]
    await act(page, "dismiss", ts=whispered["message_ts"])
    assert (await state(page))["ephemerals"] == []
    assert (await state(page, BEN))["messages"] == []


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("click", {"action_id": "nowhere"}),
        ("click", {}),
        ("click", {"action_id": "approve", "channel": "D0BEN"}),
        ("submit", {"view_id": "V1", "values": {}}),
        ("close", {"view_id": "V1"}),
        ("message", {"text": " "}),
        ("message", {"text": 7}),
        ("message", {"text": "x", "thread_ts": "1.0"}),
        ("command", {"command": "/unknown"}),
        ("home", {"user": "U9"}),
    ],
)
async def test_what_cannot_be_done_is_refused_with_a_sentence(
    page: httpx.AsyncClient, name: str, given: Mapping[str, Any]
) -> None:
    answer = await act(page, name, **given)
    assert answer.status_code == 400
    assert answer.json()["error"]


async def test_only_json_is_taken_so_that_other_sites_cannot_post(page: httpx.AsyncClient) -> None:
    body = json.dumps({"user": ANNA, "text": "x"})
    answer = await page.post("/_sandbox/message", content=body, headers={"Content-Type": "text/plain"})
    assert answer.status_code == 415


async def test_the_inspector_is_asked_by_the_persons_address(slack: SlackSandbox, page: httpx.AsyncClient) -> None:
    async def inspector(email: str) -> Mapping[str, Any]:
        return {"records": [{"id": "1", "title": email, "fields": [], "items": []}], "audit": [], "audit_ok": True}

    empty = (await page.get("/_sandbox/inspect", params={"user": BEN})).json()
    slack.inspector = inspector
    found = (await page.get("/_sandbox/inspect", params={"user": BEN})).json()
    assert empty["records"] == []
    assert found["records"][0]["title"] == "ben@example.test"
    assert (await page.get("/_sandbox/inspect", params={"user": "U9"})).status_code == 400


async def test_a_persons_e_mail_is_a_page_of_its_own_in_which_nothing_runs(
    slack: SlackSandbox, page: httpx.AsyncClient
) -> None:
    slack.mailbox = lambda email, mail_id: f"<p>{email}</p>" if mail_id == "1" else None
    found = await page.get("/_sandbox/mail/1", params={"user": BEN})

    assert found.text == "<p>ben@example.test</p>"
    assert found.headers["Content-Type"].startswith("text/html")
    assert "sandbox allow-popups" in found.headers["Content-Security-Policy"]
    assert "script-src" not in found.headers["Content-Security-Policy"]
    assert (await page.get("/_sandbox/mail/2", params={"user": BEN})).status_code == 404
    assert (await page.get("/_sandbox/mail/1", params={"user": "U9"})).status_code == 400


async def test_a_messages_address_leads_to_the_page_of_its_person(slack: SlackSandbox, page: httpx.AsyncClient) -> None:
    found = await page.get(f"/archives/{slack.channel(BEN)}/p1700000000000000")

    assert (found.status_code, found.headers["Location"]) == (302, f"/?user={BEN}")
    assert (await page.get("/archives/D0NOBODY/p1700000000000000")).status_code == 404


async def test_a_change_is_told_to_who_follows(
    slack: SlackSandbox, client: AsyncWebClient, page: httpx.AsyncClient
) -> None:
    async with asyncio.timeout(30), page.stream("GET", "/_sandbox/events", params={"user": ANNA}) as stream:
        lines = stream.aiter_lines()
        assert await anext(lines) == "event: changed"
        before = int((await anext(lines)).removeprefix("data: "))
        await anext(lines)
        await client.chat_postMessage(channel=ANNA, text="Brief")
        assert await anext(lines) == "event: changed"
        assert int((await anext(lines)).removeprefix("data: ")) > before


async def test_the_page_comes_with_a_strict_policy_and_nothing_outside_its_folder(page: httpx.AsyncClient) -> None:
    index = await page.get("/")
    script = await page.get("/page/js/main.js")
    assert index.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'")
    assert script.headers["Content-Type"].endswith("/javascript")
    assert (await page.get("/page/..%2Fserver.py")).status_code == 404
    assert "://" not in index.text.replace("http://www.w3.org", "")


async def test_a_records_address_leads_to_the_page(page: httpx.AsyncClient) -> None:
    answer = await page.get("/_sandbox/record/tab/Accounts/55?x=1")
    assert answer.headers["Location"] == "/?record=55"
