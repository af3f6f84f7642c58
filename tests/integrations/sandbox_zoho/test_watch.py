"""Channels: opened, changed and closed over the wire, and told of every change once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from integrations.sandbox.zoho import ZohoCredentials
from tests.integrations.sandbox_zoho.company import ACME, DEAL, GLOBEX, NOW, TASK, Wire, event, running
from tests.integrations.sandbox_zoho.contract import CONTRACTS, problems
from tests.integrations.sandbox_zoho.receiver import Receiver, listening

WATCH = "/crm/v8/actions/watch"
CHANNEL = "1000000068001"


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with listening() as made:
        yield made


async def test_an_update_is_told_with_the_fields_that_changed(wire: Wire, receiver: Receiver) -> None:
    await _open(wire, receiver, "Accounts.edit", token="secret")
    await wire.put(f"/Accounts/{ACME}", {"Rating": "Active", "Industry": "Retail"})
    await wire.sandbox.notified()
    assert receiver.got == [
        {
            "server_time": int(NOW.timestamp() * 1000),
            "query_params": {},
            "module": "Accounts",
            "resource_uri": f"{wire.sandbox.url}/crm/v8/Accounts",
            "ids": [ACME],
            "affected_fields": [{ACME: ["Rating"]}],
            "operation": "update",
            "channel_id": CHANNEL,
            "token": "secret",
        }
    ]


async def test_a_creation_and_a_deletion_are_told(wire: Wire, receiver: Receiver) -> None:
    await _open(wire, receiver, "Tasks.all")
    created = await wire.post("/Tasks", {"Subject": "Call"})
    await wire.delete(f"/Tasks/{TASK}")
    await wire.sandbox.notified()
    key = created.json()["data"][0]["details"]["id"]
    assert [(one["operation"], one["ids"]) for one in receiver.got] == [("insert", [key]), ("delete", [TASK])]


async def test_the_new_values_are_told_where_the_channel_asks_for_them(wire: Wire, receiver: Receiver) -> None:
    await _open(wire, receiver, "Deals.edit", return_affected_field_values=True)
    await wire.put(f"/Deals/{DEAL}", {"Amount": 7000, "Account_Name": {"id": GLOBEX}})
    await wire.sandbox.notified()
    values = {"Amount": 7000.0, "Account_Name": {"name": "Globex", "id": GLOBEX}}
    assert receiver.got[0]["affected_values"] == [{"record_id": DEAL, "values": values}]


async def test_changes_of_a_moment_share_a_notification(wire: Wire, receiver: Receiver) -> None:
    await _open(wire, receiver, "Accounts.edit")
    await wire.put("/Accounts", {"id": ACME, "Rating": "Active"}, {"id": GLOBEX, "Rating": "Active"})
    await wire.put(f"/Accounts/{ACME}", {"Phone": "1"})
    await wire.sandbox.notified()
    assert [one["ids"] for one in receiver.got] == [[ACME, GLOBEX]]
    assert receiver.got[0]["affected_fields"] == [{ACME: ["Rating", "Phone"]}, {GLOBEX: ["Rating"]}]


async def test_the_query_of_the_address_comes_back(wire: Wire, receiver: Receiver) -> None:
    await _open(wire, receiver, "Accounts.edit", notify_url=f"{receiver.url}?key1=val1")
    await wire.put(f"/Accounts/{ACME}", {"Rating": "Active"})
    await wire.sandbox.notified()
    assert receiver.got[0]["query_params"] == {"key1": "val1"}


async def test_what_people_do_and_what_plays_is_told(receiver: Receiver) -> None:
    later = event(-1, "update", "Deals", DEAL, Stage="Closed Won")
    async with running(later) as wire:
        await _open(wire, receiver, "Deals.all")
        wire.sandbox.happens(event(0, "update", "Deals", DEAL, Amount=1))
        await wire.sandbox.notified()
        wire.sandbox.play(NOW + timedelta(days=2))
        await wire.sandbox.notified()
    assert [one["affected_fields"] for one in receiver.got] == [
        [{DEAL: ["Amount"]}],
        [{DEAL: ["Stage", "Probability"]}],
    ]


async def test_only_what_a_channel_watches_is_told(wire: Wire, receiver: Receiver) -> None:
    await _open(wire, receiver, "Accounts.create", "Deals.delete")
    await wire.put(f"/Accounts/{ACME}", {"Rating": "Active"})
    await wire.put(f"/Deals/{DEAL}", {"Amount": 1})
    await wire.post("/Tasks", {"Subject": "Call"})
    await wire.sandbox.notified()
    assert receiver.got == []


async def test_a_write_that_is_refused_is_not_told(wire: Wire, receiver: Receiver) -> None:
    await _open(wire, receiver, "Accounts.all")
    await wire.put(f"/Accounts/{ACME}", {"Annual_Revenue": "much"})
    await wire.sandbox.notified()
    assert receiver.got == []


async def test_a_lost_notification_is_not_sent_again(wire: Wire, receiver: Receiver) -> None:
    await _open(wire, receiver, "Accounts.edit")
    wire.sandbox.faults.lose_notification()
    for rating in ("Active", "Acquired"):
        await wire.put(f"/Accounts/{ACME}", {"Rating": rating})
        await wire.sandbox.notified()
    assert len(receiver.got) == 1


@pytest.mark.parametrize("status", [500, 307])
async def test_a_receiver_that_fails_or_points_elsewhere_is_called_once(
    wire: Wire, receiver: Receiver, status: int
) -> None:
    receiver.status = status
    await _open(wire, receiver, "Accounts.edit")
    await wire.put(f"/Accounts/{ACME}", {"Rating": "Active"})
    await wire.sandbox.notified()
    assert len(receiver.got) == 1


async def test_a_receiver_that_is_gone_harms_nobody(wire: Wire, receiver: Receiver) -> None:
    await _open(wire, receiver, "Accounts.edit", notify_url="http://127.0.0.1:9/heard")
    await _open(wire, receiver, "Accounts.edit", channel_id="2")
    await wire.put(f"/Accounts/{ACME}", {"Rating": "Active"})
    await wire.sandbox.notified()
    assert [one["channel_id"] for one in receiver.got] == ["2"]


async def test_a_channel_ends_after_an_hour_or_when_it_was_asked_to(wire: Wire, receiver: Receiver) -> None:
    await _open(wire, receiver, "Accounts.edit")
    await _open(wire, receiver, "Accounts.edit", channel_id="2", channel_expiry="2025-06-09T08:00:00+00:00")
    wire.clock.forward(timedelta(hours=1))
    await wire.sign_in()
    await wire.put(f"/Accounts/{ACME}", {"Rating": "Active"})
    await wire.sandbox.notified()
    assert [one["channel_id"] for one in receiver.got] == ["2"]
    listed = (await wire.send("GET", WATCH)).json()["watch"]
    assert [one["channel_id"] for one in listed] == ["2"]


async def test_asked_to_last_more_than_a_week_it_lasts_an_hour(wire: Wire, receiver: Receiver) -> None:
    told = await _open(wire, receiver, "Accounts.edit", channel_expiry="2025-06-09T08:00:01+00:00")
    assert told["details"]["events"][0]["channel_expiry"] == "2025-06-02T11:00:00+02:00"


async def test_channels_are_listed_by_module(wire: Wire, receiver: Receiver) -> None:
    await _open(wire, receiver, "Accounts.edit", "Deals.all")
    every = (await wire.send("GET", WATCH)).json()
    assert [(one["resource_name"], one["events"]) for one in every["watch"]] == [
        ("Accounts", ["Accounts.edit"]),
        ("Deals", ["Deals.all"]),
    ]
    some = (await wire.send("GET", WATCH, module="Deals", channel_id=CHANNEL)).json()
    assert (some["info"]["count"], some["watch"][0]["resource_name"]) == (1, "Deals")
    assert (await wire.send("GET", WATCH, module="Tasks")).status_code == 204


async def test_putting_replaces_and_patching_keeps(wire: Wire, receiver: Receiver) -> None:
    await _open(wire, receiver, "Accounts.edit", token="secret")
    patch = {"channel_id": CHANNEL, "events": ["Deals.all"]}
    assert (await wire.send("PATCH", WATCH, {"watch": [patch]})).status_code == 200
    kept = (await wire.send("GET", WATCH)).json()["watch"][0]
    assert (kept["events"], kept["token"], kept["notify_url"]) == (["Deals.all"], "secret", receiver.url)
    await wire.send("PUT", WATCH, {"watch": [{**patch, "notify_url": receiver.url}]})
    assert (await wire.send("GET", WATCH)).json()["watch"][0]["token"] is None


async def test_single_events_can_be_given_up(wire: Wire, receiver: Receiver) -> None:
    await _open(wire, receiver, "Accounts.edit", "Deals.all")
    for events, left in ((["Deals.all"], [["Accounts.edit"]]), (["Accounts.edit"], [])):
        patch = {"channel_id": CHANNEL, "events": events, "_delete_events": True}
        assert (await wire.send("PATCH", WATCH, {"watch": [patch]})).status_code == 200
        listed = await wire.send("GET", WATCH)
        found = listed.json()["watch"] if listed.content else []
        assert [one["events"] for one in found] == left


async def test_a_closed_channel_is_told_nothing(wire: Wire, receiver: Receiver) -> None:
    await _open(wire, receiver, "Accounts.edit")
    assert (await wire.send("DELETE", WATCH, channel_ids=CHANNEL)).status_code == 200
    await wire.put(f"/Accounts/{ACME}", {"Rating": "Active"})
    await wire.sandbox.notified()
    assert receiver.got == []
    again = await wire.send("DELETE", WATCH, channel_ids=CHANNEL)
    assert (again.status_code, again.json()["watch"][0]["code"]) == (400, "NOT_SUBSCRIBED")


URL = "http://127.0.0.1:9/heard"
GOOD: dict[str, Any] = {"channel_id": CHANNEL, "events": ["Deals.all"], "notify_url": URL}
REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"channel_id": None}, "MANDATORY_NOT_FOUND", "channel_id"),
    ({"channel_id": "first"}, "INVALID_DATA", "channel_id"),
    ({"events": None}, "MANDATORY_NOT_FOUND", "events"),
    ({"events": []}, "INVALID_DATA", "events"),
    ({"events": ["Deals.all"] * 51}, "LIMIT_REACHED", "events"),
    ({"events": ["Notes.all"]}, "NOT_SUPPORTED", "events"),
    ({"events": ["Nonsense.all"]}, "INVALID_DATA", "events"),
    ({"events": ["Deals.touch"]}, "INVALID_DATA", "events"),
    ({"token": "x" * 51}, "INVALID_DATA", "token"),
    ({"channel_expiry": "soon"}, "INVALID_DATA", "channel_expiry"),
    ({"channel_expiry": "2025-06-02T09:00:00"}, "INVALID_DATA", "channel_expiry"),
    ({"channel_expiry": "2025-06-02T08:00:00+00:00"}, "INVALID_DATA", "channel_expiry"),
    ({"return_affected_field_values": "yes"}, "INVALID_DATA", "return_affected_field_values"),
    ({"notification_condition": [{"type": "field_selection"}]}, "NOT_SUPPORTED", "notification_condition"),
    ({"notify_url": None}, "MANDATORY_NOT_FOUND", "notify_url"),
    *(({"notify_url": url}, "INVALID_DATA", "notify_url") for url in (
        "https://example.com/heard", "http://10.0.0.1/", "http://127.0.0.1.example.com/", "http://169.254.169.254/",
        "ftp://127.0.0.1/", "127.0.0.1", "http://[::1", "http://127.0.0.1@example.com/")),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "code", "name"), REFUSED, ids=lambda part: part if isinstance(part, str) else "")
async def test_channels_that_zoho_or_this_machine_do_not_take_are_refused(
    wire: Wire, changed: dict[str, Any], code: str, name: str
) -> None:
    answer = await wire.send("POST", WATCH, {"watch": [{**GOOD, **changed}]})
    refusal = answer.json()["watch"][0]
    assert (answer.status_code, refusal["code"], refusal["details"]["api_name"]) == (400, code, name)
    assert refusal["details"]["json_path"].startswith("$.watch[0].")
    if CONTRACTS.is_dir():
        assert problems(answer, contract="notifications", path="/actions/watch", method="post") == []


@pytest.mark.parametrize(
    ("body", "code"),
    [({}, "MANDATORY_NOT_FOUND"), ({"watch": []}, "INVALID_DATA"), ({"watch": [GOOD] * 51}, "LIMIT_REACHED")],
)
async def test_requests_for_no_channel_or_too_many_are_refused(wire: Wire, body: dict[str, Any], code: str) -> None:
    answer = await wire.send("POST", WATCH, body)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    if CONTRACTS.is_dir():
        assert problems(answer, contract="notifications", path="/actions/watch", method="post") == []


async def test_good_channels_are_taken_beside_bad_ones(wire: Wire) -> None:
    answer = await wire.send("POST", WATCH, {"watch": [GOOD, {**GOOD, "channel_id": "2", "events": ["Notes.all"]}]})
    assert (answer.status_code, [one["code"] for one in answer.json()["watch"]]) == (207, ["SUCCESS", "NOT_SUPPORTED"])
    assert [one["channel_id"] for one in (await wire.send("GET", WATCH)).json()["watch"]] == [CHANNEL]


@pytest.mark.parametrize(
    ("scopes", "status"),
    [
        (("ZohoCRM.notifications.ALL",), 401),
        (("ZohoCRM.modules.Deals.READ",), 401),
        (("ZohoCRM.notifications.READ", "ZohoCRM.modules.Deals.READ"), 401),
        (("ZohoCRM.notifications.CREATE", "ZohoCRM.modules.Deals.READ"), 201),
    ],
)
async def test_the_scope_of_notifications_and_the_modules_are_both_needed(scopes: tuple[str, ...], status: int) -> None:
    async with running(credentials=ZohoCredentials(scopes=scopes)) as wire:
        assert (await wire.send("POST", WATCH, {"watch": [GOOD]})).status_code == status


@pytest.mark.skipif(not CONTRACTS.is_dir(), reason="Zoho's OpenAPI files are not beside the repository")
async def test_channels_answer_as_the_contract_says(wire: Wire) -> None:
    other = {**GOOD, "channel_id": "2", "events": ["Accounts.edit", "Tasks.create"], "token": "t"}
    asked: list[tuple[str, Any, dict[str, str]]] = [
        ("POST", {"watch": [GOOD, other]}, {}),
        ("POST", {"watch": [GOOD, {}]}, {}),
        ("GET", None, {}),
        ("PUT", {"watch": [{**other, "return_affected_field_values": True}]}, {}),
        ("PUT", {"watch": [{**other, "channel_id": "3"}]}, {}),
        ("PATCH", {"channel_id": "2", "events": ["Deals.all"], "notify_url": URL}, {}),
        ("DELETE", None, {"channel_ids": f"{CHANNEL},2"}),
        ("DELETE", None, {"channel_ids": CHANNEL}),
        ("DELETE", None, {}),
    ]
    for method, body, params in asked:
        answer = await wire.send(method, WATCH, body, **params)
        assert problems(answer, contract="notifications", path="/actions/watch", method=method.lower()) == []


async def _open(wire: Wire, receiver: Receiver, *events: str, **more: Any) -> dict[str, Any]:
    channel = {"channel_id": CHANNEL, "events": list(events), "notify_url": receiver.url, **more}
    answer = await wire.send("POST", WATCH, {"watch": [channel]})
    assert answer.status_code == 201
    told: dict[str, Any] = answer.json()["watch"][0]
    return told
