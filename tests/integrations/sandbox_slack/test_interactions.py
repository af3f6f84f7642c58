"""Presses, commands and messages between a person in the sandbox and a real Bolt app over Socket Mode."""

from __future__ import annotations

from typing import Any

import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from integrations.sandbox.slack import SlackSandbox
from store.domain.errors import BadInput
from tests.integrations.sandbox_slack.conftest import FrozenClock
from tests.integrations.sandbox_slack.people import ANNA, BEN, card, mrkdwn

Body = dict[str, Any]
FILLED = {"subject": {"v": "Call Ivy"}, "due": {"v": "2026-11-24"}}


async def test_a_press_reaches_the_app_with_what_the_button_stands_for(
    slack: SlackSandbox, client: AsyncWebClient, app: AsyncApp
) -> None:
    heard: list[Body] = []

    @app.action("approve")
    async def approve(ack: Any, body: Body) -> None:
        heard.append(body)
        await ack()

    posted = await client.chat_postMessage(channel=ANNA, text="Brief", blocks=card())
    receipt = await slack.click(ANNA, "approve")

    assert receipt.acknowledged
    [body] = heard
    assert body["user"] == {"id": ANNA, "username": "anna", "name": "anna", "team_id": "T0SERGAS"}
    assert body["actions"][0]["value"] == "p1:1"
    assert body["container"]["message_ts"] == body["message"]["ts"] == posted["ts"]
    assert body["channel"]["id"] == posted["channel"]


async def test_a_choice_arrives_as_the_whole_option(slack: SlackSandbox, client: AsyncWebClient, app: AsyncApp) -> None:
    heard: list[Body] = []

    @app.action("snooze")
    async def snooze(ack: Any, body: Body) -> None:
        heard.append(body)
        await ack()

    await client.chat_postMessage(channel=ANNA, text="Brief", blocks=card())
    await slack.click(ANNA, "snooze", value="month")

    chosen = heard[0]["actions"][0]["selected_option"]
    assert chosen["value"] == "month"
    assert chosen["text"]["text"] == "Month"
    assert heard[0]["state"]["values"]["card"]["snooze"]["selected_option"] == chosen


async def test_what_was_chosen_in_a_message_comes_along_with_a_later_press(
    slack: SlackSandbox, client: AsyncWebClient, app: AsyncApp
) -> None:
    heard: list[Body] = []

    @app.action("snooze")
    async def snooze(ack: Any) -> None:
        await ack()

    @app.action("approve")
    async def approve(ack: Any, body: Body) -> None:
        heard.append(body)
        await ack()

    await client.chat_postMessage(channel=ANNA, text="Brief", blocks=card())
    await slack.click(ANNA, "snooze", value="week")
    await slack.click(ANNA, "approve")
    assert heard[0]["state"]["values"]["card"]["snooze"]["selected_option"]["value"] == "week"


async def test_a_press_nobody_acknowledges_shows_the_warning_until_one_is_acknowledged(
    slack: SlackSandbox, client: AsyncWebClient, app: AsyncApp
) -> None:
    @app.action("approve")
    async def approve(ack: Any) -> None:
        await ack()

    posted = await client.chat_postMessage(channel=ANNA, text="Brief", blocks=card())
    slack.faults.lose_ack()
    lost = await slack.click(ANNA, "approve")

    assert (lost.acknowledged, lost.reason, lost.attempts) == (False, "timeout", 1)
    assert slack.warnings(ANNA) == {posted["ts"]}
    assert (await slack.click(ANNA, "approve")).acknowledged
    assert slack.warnings(ANNA) == set()


async def test_a_press_without_a_listener_runs_into_the_timeout(
    slack: SlackSandbox, client: AsyncWebClient, app: AsyncApp
) -> None:
    await client.chat_postMessage(channel=ANNA, text="Brief", blocks=card())
    assert (await slack.click(ANNA, "approve")).reason == "timeout"


async def test_a_button_that_was_taken_away_can_still_be_pressed_by_who_looks_at_it(
    slack: SlackSandbox, client: AsyncWebClient, app: AsyncApp
) -> None:
    heard: list[Body] = []

    @app.action("approve")
    async def approve(ack: Any, body: Body) -> None:
        heard.append(body)
        await ack()

    posted = await client.chat_postMessage(channel=ANNA, text="Brief", blocks=card())
    await client.chat_update(channel=posted["channel"], ts=posted["ts"], text="Decided", blocks=card()[:1])
    await slack.click(ANNA, "approve", ts=posted["ts"])

    assert heard[0]["actions"][0]["value"] == "p1:1"
    with pytest.raises(BadInput, match="has an element never_there"):
        await slack.click(ANNA, "never_there")


async def test_a_command_is_answered_to_the_person_alone(slack: SlackSandbox, app: AsyncApp) -> None:
    heard: list[Body] = []

    @app.command("/review-account")
    async def review(ack: Any, command: Body) -> None:
        heard.append(command)
        await ack("Looking at Acme …")

    await slack.command(ANNA, "/review-account", "Acme")

    assert (heard[0]["text"], heard[0]["user_id"], heard[0]["team_id"]) == ("Acme", ANNA, "T0SERGAS")
    assert [each["text"] for each in slack.ephemerals(ANNA)] == ["Looking at Acme …"]
    assert slack.dm(ANNA) == slack.ephemerals(BEN) == []
    with pytest.raises(BadInput, match="not a valid command"):
        await slack.command(ANNA, "/unknown")


async def test_a_command_nobody_acknowledges_fails_visibly(slack: SlackSandbox, app: AsyncApp) -> None:
    await slack.command(ANNA, "/review-account", "Acme")
    [said] = slack.ephemerals(ANNA)
    assert said["text"] == '/review-account failed with the error "operation_timeout"'


async def test_a_response_url_shows_replaces_and_is_used_up(
    slack: SlackSandbox, client: AsyncWebClient, app: AsyncApp
) -> None:
    responders: list[Any] = []

    @app.action("approve")
    async def approve(ack: Any, respond: Any) -> None:
        responders.append(respond)
        await ack()

    posted = await client.chat_postMessage(channel=ANNA, text="Brief", blocks=card())
    await slack.click(ANNA, "approve")
    respond = responders[0]

    await respond(text="Only you see this", replace_original=False)
    await respond(text="Done", blocks=[{"type": "section", "text": mrkdwn("Done")}], replace_original=True)
    refused = await respond(text="x", blocks=[{"type": "nothing"}])
    statuses = [(await respond(text="again", replace_original=False)).status_code for _ in range(3)]

    assert slack.ephemerals(ANNA)[0]["text"] == "Only you see this"
    assert [each["text"] for each in slack.dm(ANNA) if each["ts"] == posted["ts"]] == ["Done"]
    assert refused.status_code == 400
    assert statuses == [200, 200, 404]


async def test_a_response_url_lasts_thirty_minutes(
    slack: SlackSandbox, client: AsyncWebClient, app: AsyncApp, clock: FrozenClock
) -> None:
    responders: list[Any] = []

    @app.action("approve")
    async def approve(ack: Any, respond: Any) -> None:
        responders.append(respond)
        await ack()

    await client.chat_postMessage(channel=ANNA, text="Brief", blocks=card())
    await slack.click(ANNA, "approve")
    clock.advance(minutes=30)
    assert (await responders[0](text="in time", replace_original=False)).status_code == 200
    clock.advance(seconds=1)
    assert (await responders[0](text="late", replace_original=False)).status_code == 404


async def test_a_reply_in_a_thread_reaches_the_app_and_its_answer_stands_there(
    slack: SlackSandbox, client: AsyncWebClient, app: AsyncApp
) -> None:
    heard: list[Body] = []

    @app.event("message")
    async def why(event: Body, say: Any) -> None:
        if "bot_id" not in event:
            heard.append(event)
            await say(text="Because.", thread_ts=event["thread_ts"])

    brief = await client.chat_postMessage(channel=ANNA, text="Brief")
    await slack.message(ANNA, "Why <b>?", thread_ts=brief["ts"])
    await slack.until(lambda: len(slack.dm(ANNA)) == 3)

    assert (heard[0]["channel_type"], heard[0]["user"], heard[0]["text"]) == ("im", ANNA, "Why &lt;b&gt;?")
    root, _, answer = slack.dm(ANNA)
    assert (root["reply_count"], answer["thread_ts"]) == (2, brief["ts"])


async def test_the_home_tab_is_announced_and_its_buttons_work(
    slack: SlackSandbox, client: AsyncWebClient, app: AsyncApp
) -> None:
    pressed: list[Body] = []

    @app.event("app_home_opened")
    async def opened(event: Body, client: AsyncWebClient) -> None:
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": card()})

    @app.action("approve")
    async def approve(ack: Any, body: Body) -> None:
        pressed.append(body)
        await ack()

    await slack.home(ANNA)
    await slack.until(lambda: slack.home_view(ANNA) is not None)
    await slack.click_in_view(ANNA, "approve")

    assert pressed[0]["container"]["type"] == "view"
    assert pressed[0]["view"]["type"] == "home"
    assert "channel" not in pressed[0]
