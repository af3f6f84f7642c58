"""Who is in the workspace of these tests, and the blocks they are shown."""

from __future__ import annotations

from typing import Any

from integrations.sandbox.slack import SlackUser

Block = dict[str, Any]

ANNA, BEN = "U0ANNA", "U0BEN"
USERS = (
    SlackUser(id=ANNA, name="Anna Ruiz", email="anna@example.test", tz="Europe/Madrid", title="Account Executive"),
    SlackUser(id=BEN, name="Ben Okafor", email="ben@example.test", tz="America/New_York", title="Sales Manager"),
)


def plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": text}


def option(value: str) -> Block:
    return {"text": plain(value.title()), "value": value}


def button(action_id: str, value: str = "p1:1", **more: Any) -> Block:
    return {"type": "button", "action_id": action_id, "value": value, "text": plain(action_id.title()), **more}


def card() -> list[Block]:
    """A section, two buttons and a choice."""
    choice = {"type": "static_select", "action_id": "snooze", "options": [option("week"), option("month")]}
    elements = [button("approve"), button("reject"), choice]
    return [
        {"type": "section", "text": mrkdwn("*Acme*")},
        {"type": "actions", "block_id": "card", "elements": elements},
    ]


def form(**more: Any) -> Block:
    """A modal with a subject, a date, and an optional priority."""
    high, low = option("high"), option("low")
    return {
        "type": "modal",
        "callback_id": "adjust",
        "title": plain("Adjust"),
        "submit": plain("Save"),
        "blocks": [
            _input("subject", {"type": "plain_text_input", "action_id": "v", "initial_value": "Call", "min_length": 3}),
            _input("due", {"type": "datepicker", "action_id": "v"}),
            {
                **_input("priority", {"type": "static_select", "action_id": "v", "options": [high, low]}),
                "optional": True,
            },
        ],
        **more,
    }


def _input(block_id: str, element: Block) -> Block:
    return {"type": "input", "block_id": block_id, "label": plain(block_id.title()), "element": element}
