"""Presses, modals and commands between a person in the sandbox and a real Bolt app over Socket Mode."""

from __future__ import annotations

from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from integrations.sandbox.slack import SlackSandbox
from tests.integrations.sandbox_slack.conftest import ANNA, BEN, FrozenClock

BUTTONS = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "*Acme*"}},
    {
        "type": "actions",
        "block_id": "card",
        "elements": [
            {
                "type": "button",
                "action_id": "approve",
                "value": "p1:1",
                "text": {"type": "plain_text", "text": "Approve"},
            },
            {
                "type": "static_select",
                "action_id": "snooze",
                "options": [{"text": {"type": "plain_text", "text": "A week"}, "value": "7"}],
            },
        ],
    },
]


async def test_a_press_reaches_the_app_with_what_the_button_stands_for(
    slack: SlackSandbox, client: AsyncWebClient, app: AsyncApp
) -> None:
    heard: list[dict[str, Any]] = []

    @app.action("approve")
    async def approve(ack: Any, body: dict[str, Any]) -> None:
        heard.append(body)
        await ack()

    posted = await client.chat_postMessage(channel=ANNA, text="Brief", blocks=BUTTONS)
    receipt = await slack.click(ANNA, "approve")

    assert receipt.acknowledged
    [body] = heard
    assert body["user"] == {"id": ANNA, "username": "anna", "name": "anna", "team_id": "T0SERGAS"}
    assert body["actions"][0]["value"] == "p1:1"
    assert body["container"]["message_ts"] == body["message"]["ts"] == posted["ts"]
    assert body["channel"]["id"] == posted["channel"]
