"""The gate around every listener: kept before it is acknowledged, in a form that can be kept, and forgotten once handled."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.clock import SimulatedClock
from bot.inbound.admission import BODY_LIMIT
from bot.inbound.scrub import cleaned, kept_text
from integrations.sandbox.slack import SlackSandbox
from integrations.sandbox.slack.installation import SlackUser
from tests.bot import samples
from tests.bot.conftest import Scene
from tests.bot.desk import ANNA, TEAM

VALUE = f"{samples.morning(cards=2)[0].cards[0].proposal_ids[0]}:1"


async def test_a_press_is_kept_whole_before_it_is_decided_and_forgotten_after_it(scene: Scene) -> None:
    scene.desk.may_keep.clear()
    pressing = scene.slack.workspace.courier.start(scene.slack.click(ANNA, "approve_proposal", value=VALUE))
    await scene.desk.asked.wait()
    [(key, body)] = scene.desk.kept.items()
    assert body is not None
    assert json.loads(body)["actions"][0]["value"] == VALUE
    assert "token" not in json.loads(body)
    scene.desk.may_keep.set()
    await pressing
    await scene.desk.handled.wait()

    assert key.startswith(f"press:{ANNA}:")
    assert "approved; writing to Zoho…" in scene.card()
    assert scene.desk.kept == {key: None}


async def test_an_event_that_could_not_be_kept_is_not_acknowledged_and_comes_again(scene: Scene) -> None:
    root = scene.slack.dm(ANNA)[0]["ts"]
    scene.desk.inbox_down = True
    await scene.slack.message(ANNA, "why?", thread_ts=root)
    await scene.desk.refused.wait()
    scene.desk.inbox_down = False
    await scene.slack.settled()

    assert scene.delivered("events_api") == [(0, False), (1, True)]
    assert scene.desk.questions == ["why?"]


async def test_a_listener_that_failed_and_said_so_is_done(scene: Scene) -> None:
    scene.desk.broken = RuntimeError("boom")
    await scene.slack.click(ANNA, "approve_proposal", value=VALUE)
    await scene.desk.handled.wait()

    assert "Something went wrong" in await scene.whisper(ANNA)
    assert list(scene.desk.kept.values()) == [None]


async def test_a_listener_that_failed_and_could_not_say_so_is_not_done(scene: Scene) -> None:
    root = scene.slack.dm(ANNA)[0]["ts"]
    scene.desk.broken = RuntimeError("boom")
    scene.slack.faults.error("chat.postMessage", "fatal_error")
    await scene.slack.message(ANNA, "why?", thread_ts=root)
    await scene.desk.spoke.wait()
    await scene.slack.command(ANNA, "/other", "x")
    await scene.desk.handled.wait()
    first, second = scene.desk.kept.values()

    assert first is not None
    assert second is None


async def test_a_request_that_is_too_large_to_keep_is_not_taken(scene: Scene) -> None:
    body = {"type": "block_actions", "team": {"id": TEAM}, "user": {"id": ANNA}, "api_app_id": "A0SERGAS"}
    actions = [{"action_id": "approve_proposal", "action_ts": "1", "block_id": "b", "value": "x" * BODY_LIMIT}]
    response = await scene.app.async_dispatch(AsyncBoltRequest(body={**body, "actions": actions}, mode="socket_mode"))

    assert response.status == 413
    assert scene.desk.kept == {}


async def test_null_characters_and_halves_of_characters_are_taken_out_and_nothing_else() -> None:
    hostile = {"a\x00": ["b\x00c", {"d": "\ud83d e"}], "n": 1, "none": None, "bidi": "\u202eabc", "emoji": "👩‍🚀\n"}
    clean = cleaned(hostile)

    assert clean == {"a": ["bc", {"d": "? e"}], "n": 1, "none": None, "bidi": "\u202eabc", "emoji": "👩‍🚀\n"}
    assert "\\u0000" not in kept_text(clean)
    assert cleaned(clean) == clean


class TestInAnOrganisation:
    """Installed for a whole Enterprise Grid: a press names no workspace, and people's own may be another."""

    @pytest.fixture
    async def slack(self) -> AsyncIterator[SlackSandbox]:
        users = [SlackUser(id=ANNA, name="Anna Berg", email="anna@example.com", home="T0OTHER")]
        sandbox = SlackSandbox(users=users, clock=SimulatedClock(samples.NOW).now, organisation="E0SANDBOX")
        yield await sandbox.start()
        await sandbox.stop()

    async def test_a_press_that_names_no_workspace_is_taken(self, scene: Scene) -> None:
        await scene.slack.click(ANNA, "approve_proposal", value=VALUE)
        await scene.desk.handled.wait()
        assert [key.startswith(f"press:{ANNA}:") for key in scene.desk.kept] == [True]

    async def test_a_press_of_another_organisation_or_app_is_dropped(self, scene: Scene) -> None:
        press: dict[str, Any] = {
            "type": "block_actions",
            "team": None,
            "user": {"id": ANNA, "team_id": "T0OTHER"},
            "trigger_id": "1",
        }
        press |= {
            "is_enterprise_install": True,
            "actions": [{"action_id": "approve_proposal", "action_ts": "1", "value": VALUE}],
        }
        for foreign in (("A0SERGAS", "E0FOREIGN"), ("A0FOREIGN", "E0SANDBOX")):
            sent = press | {"api_app_id": foreign[0], "enterprise": {"id": foreign[1]}}
            await scene.app.async_dispatch(AsyncBoltRequest(body=sent, mode="socket_mode"))
        assert scene.desk.kept == {}
