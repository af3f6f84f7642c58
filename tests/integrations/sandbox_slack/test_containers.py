"""Containers made with the vendor's own classes: posted, updated, opened, pressed and submitted."""

from __future__ import annotations

from typing import Any

import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.models.blocks import (
    ActionsBlock,
    AlertBlock,
    Block,
    ButtonElement,
    CardBlock,
    CarouselBlock,
    ContainerBlock,
    ContextActionsBlock,
    FeedbackButtonObject,
    FeedbackButtonsElement,
    IconButtonElement,
    InputBlock,
    MarkdownBlock,
    MarkdownTextObject,
    Option,
    OverflowMenuElement,
    PlainTextInputElement,
    RawNumberObject,
    RawTextObject,
    SectionBlock,
    StaticSelectElement,
    TableBlock,
)
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from integrations.sandbox.slack import SlackSandbox
from store.domain.errors import BadInput
from tests.integrations.sandbox_slack.people import ANNA
from tests.integrations.sandbox_slack.test_blockkit_2026 import REFUSED

Body = dict[str, Any]


def decide() -> ActionsBlock:
    days = [Option(value="p1:1:1", label="1 day"), Option(value="p1:1:7", label="1 week")]
    return ActionsBlock(
        block_id="decide:p1:1",
        elements=[
            ButtonElement(action_id="approve", value="p1:1", text="Approve", style="primary"),
            StaticSelectElement(action_id="snooze", placeholder="Snooze", options=days),
            OverflowMenuElement(action_id="more", options=days),
        ],
    )


def container(*children: Block, **more: Any) -> ContainerBlock:
    shown = children or (SectionBlock(text="*Acme*", expand=True), decide())
    return ContainerBlock(title="Still open", child_blocks=shown, block_id="open", **more)


def modal(*blocks: Block) -> View:
    return View(type="modal", callback_id="change", title="Change", submit="Save", blocks=blocks)


async def refusal(client: AsyncWebClient, block: Block) -> tuple[str, list[str]]:
    with pytest.raises(SlackApiError) as raised:
        await client.chat_postMessage(channel=ANNA, text="Brief", blocks=[block])
    answer = raised.value.response
    return answer["error"], answer["response_metadata"]["messages"]


@pytest.fixture
def heard(app: AsyncApp) -> list[Body]:
    """The app acknowledges and keeps every interaction."""
    bodies: list[Body] = []

    async def keep(ack: Any, body: Body) -> None:
        bodies.append(body)
        await ack()

    for name in ("approve", "snooze", "more", "rate", "drop"):
        app.action(name)(keep)
    app.view("change")(keep)
    return bodies


async def test_a_press_inside_a_container_is_like_any_other(
    slack: SlackSandbox, client: AsyncWebClient, heard: list[Body]
) -> None:
    posted = await client.chat_postMessage(
        channel=ANNA, text="Brief", blocks=[container(is_collapsible=True, default_collapsed=True)]
    )
    receipt = await slack.click(ANNA, "approve")

    assert receipt.acknowledged
    [body] = heard
    [action] = body["actions"]
    assert body["type"] == "block_actions"
    assert (action["block_id"], action["action_id"], action["value"]) == ("decide:p1:1", "approve", "p1:1")
    assert body["container"] == {
        "type": "message",
        "message_ts": posted["ts"],
        "channel_id": posted["channel"],
        "is_ephemeral": False,
    }
    assert body["message"]["blocks"][0]["child_blocks"][1]["block_id"] == "decide:p1:1"


async def test_choices_inside_a_container_are_kept_in_the_state(
    slack: SlackSandbox, client: AsyncWebClient, heard: list[Body]
) -> None:
    await client.chat_postMessage(channel=ANNA, text="Brief", blocks=[container()])
    await slack.click(ANNA, "snooze", value="p1:1:7")
    await slack.click(ANNA, "more", value="p1:1:1")
    await slack.click(ANNA, "approve", block_id="decide:p1:1")

    assert heard[0]["actions"][0]["selected_option"]["value"] == "p1:1:7"
    assert heard[1]["actions"][0]["selected_option"]["value"] == "p1:1:1"
    assert heard[2]["state"]["values"] == {"decide:p1:1": {"snooze": _said(heard[0])}}


def _said(body: Body) -> Body:
    return {key: body["actions"][0][key] for key in ("type", "selected_option")}


async def test_an_update_replaces_what_is_in_a_container_and_the_old_button_still_reaches_the_app(
    slack: SlackSandbox, client: AsyncWebClient, heard: list[Body]
) -> None:
    posted = await client.chat_postMessage(channel=ANNA, text="Brief", blocks=[container()])
    done = container(SectionBlock(text="✅ Acme"), subtitle="1 decided")
    await client.chat_update(channel=posted["channel"], ts=posted["ts"], text="Brief", blocks=[done])

    [message] = slack.dm(ANNA)
    assert message["blocks"][0]["subtitle"]["text"] == "1 decided"
    assert (await slack.click(ANNA, "approve")).acknowledged
    assert heard[0]["message"]["blocks"] == message["blocks"]


async def test_ids_that_the_app_leaves_out_are_filled_in_inside_a_container(
    slack: SlackSandbox, client: AsyncWebClient
) -> None:
    nameless = {"type": "button", "text": {"type": "plain_text", "text": "Go"}}
    children = [{"type": "actions", "elements": [nameless]}, {"type": "divider"}]
    title = {"type": "plain_text", "text": "Title"}
    await client.chat_postMessage(
        channel=ANNA, text="Brief", blocks=[{"type": "container", "title": title, "child_blocks": children}]
    )
    [outer] = slack.dm(ANNA)[0]["blocks"]
    names = [outer["block_id"], *(child["block_id"] for child in outer["child_blocks"])]
    assert len(set(names)) == 3
    assert outer["child_blocks"][0]["elements"][0]["action_id"]
    assert outer["title"]["emoji"] is True


async def test_an_input_inside_a_modals_container_is_checked_and_submitted(
    slack: SlackSandbox, client: AsyncWebClient, app: AsyncApp, heard: list[Body]
) -> None:
    element = PlainTextInputElement(action_id="v", min_length=3)
    asks = container(InputBlock(block_id="subject", label="Subject", element=element))

    @app.action("open")
    async def open_form(ack: Any, body: Body, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(
            trigger_id=body["trigger_id"], view=modal(AlertBlock(text="Changed", level="warning"), asks)
        )

    start = ActionsBlock(elements=[ButtonElement(action_id="open", text="Open", value="1")])
    await client.chat_postMessage(channel=ANNA, text="Brief", blocks=[start])
    await slack.click(ANNA, "open")
    await slack.until(lambda: slack.modal(ANNA) is not None)

    assert (await slack.submit(ANNA, {})).errors == {"subject": "Please complete this required field."}
    assert (await slack.submit(ANNA, {"subject": {"v": "ab"}})).errors == {
        "subject": "Please enter at least 3 characters."
    }
    assert (await slack.submit(ANNA, {"subject": {"v": "Call"}})).ok
    assert heard[0]["view"]["state"]["values"]["subject"]["v"]["value"] == "Call"


async def test_the_app_may_answer_a_field_inside_a_container_with_an_error(
    slack: SlackSandbox, client: AsyncWebClient, app: AsyncApp
) -> None:
    asks = container(InputBlock(block_id="subject", label="Subject", element=PlainTextInputElement(action_id="v")))

    @app.action("open")
    async def open_form(ack: Any, body: Body, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal(asks))

    @app.view("change")
    async def refuse(ack: Any) -> None:
        await ack(response_action="errors", errors={"subject": "Not this one."})

    start = ActionsBlock(elements=[ButtonElement(action_id="open", text="Open", value="1")])
    await client.chat_postMessage(channel=ANNA, text="Brief", blocks=[start])
    await slack.click(ANNA, "open")
    await slack.until(lambda: slack.modal(ANNA) is not None)
    assert (await slack.submit(ANNA, {"subject": {"v": "Call"}})).errors == {"subject": "Not this one."}


async def test_cards_and_context_actions_are_pressed_too(
    slack: SlackSandbox, client: AsyncWebClient, heard: list[Body]
) -> None:
    approve = ButtonElement(action_id="approve", value="p1:1", text="Approve")
    good = FeedbackButtonObject(text="Helpful", value="good")
    rate = FeedbackButtonsElement(
        action_id="rate", positive_button=good, negative_button=FeedbackButtonObject(text="Not helpful", value="bad")
    )
    drop = IconButtonElement(action_id="drop", icon="trash", text="Delete", value="p1")
    blocks = [CardBlock(title="Acme", body="Lost 37 %", actions=[approve]), ContextActionsBlock(elements=[rate, drop])]
    await client.chat_postMessage(channel=ANNA, text="Brief", blocks=blocks)
    await slack.click(ANNA, "approve")
    await slack.click(ANNA, "rate", value="bad")
    await slack.click(ANNA, "drop")

    pressed = [(body["actions"][0]["type"], body["actions"][0]["value"]) for body in heard]
    assert pressed == [("button", "p1:1"), ("feedback_buttons", "bad"), ("icon_button", "p1")]
    assert [body["state"]["values"] for body in heard] == [{}, {}, {}]
    with pytest.raises(BadInput):
        await slack.click(ANNA, "rate", value="so-so")


@pytest.mark.parametrize(
    ("block", "sentence"),
    [
        pytest.param(
            container(MarkdownBlock(text="x")),
            "[ERROR] unsupported type: markdown [json-pointer:/blocks/0/child_blocks/0/type]",
            id="a child of the wrong type",
        ),
        pytest.param(
            container(default_collapsed=True),
            "[ERROR] default_collapsed requires is_collapsible to be true [json-pointer:/blocks/0/default_collapsed]",
            id="collapsed without being collapsible",
        ),
        pytest.param(
            container(decide(), decide()),
            "[ERROR] `block_id` decide:p1:1 already exists [json-pointer:/blocks/0/child_blocks/1/block_id]",
            id="a block_id twice",
        ),
        pytest.param(
            container(SectionBlock(text="x", fields=[MarkdownTextObject(text="x" * 2001)])),
            "[ERROR] must be less than 2001 characters [json-pointer:/blocks/0/child_blocks/0/fields/0/text]",
            id="a field that is too long",
        ),
        pytest.param(
            AlertBlock(text="x"),
            "[ERROR] unsupported type: alert [json-pointer:/blocks/0/type]",
            id="an alert in a message",
        ),
    ],
)
async def test_what_the_sdk_lets_through_is_refused_with_slacks_code(
    client: AsyncWebClient, block: Block, sentence: str
) -> None:
    assert await refusal(client, block) == ("invalid_blocks", [sentence])


@pytest.mark.parametrize(("block", "sentence"), [pytest.param(block, words, id=name) for name, block, words in REFUSED])
async def test_the_server_refuses_whatever_the_validator_refuses_in_posts_and_updates(
    client: AsyncWebClient, block: dict[str, Any], sentence: str
) -> None:
    posted = await client.chat_postMessage(channel=ANNA, text="Brief")
    with pytest.raises(SlackApiError) as post:
        await client.chat_postMessage(channel=ANNA, text="Brief", blocks=[block])
    with pytest.raises(SlackApiError) as update:
        await client.chat_update(channel=posted["channel"], ts=posted["ts"], text="Brief", blocks=[block])
    for refused in (post.value.response, update.value.response):
        assert refused["error"] == "invalid_blocks"
        assert any(sentence in each for each in refused["response_metadata"]["messages"])


@pytest.mark.parametrize(
    ("block", "error"),
    [
        pytest.param(AlertBlock(text="x" * 200, level="success"), None, id="an alert at its limit"),
        pytest.param(AlertBlock(text="x" * 201), "must be less than 201 characters", id="an alert over its limit"),
        pytest.param(container(), None, id="a container"),
        pytest.param(container(AlertBlock(text="x")), "unsupported type: alert", id="an alert in a container"),
        pytest.param(CardBlock(title="x"), "unsupported type: card", id="a card"),
    ],
)
async def test_a_modal_takes_containers_and_alerts_within_their_limits(
    slack: SlackSandbox, client: AsyncWebClient, block: Block, error: str | None
) -> None:
    trigger = slack.workspace.triggers.issue(ANNA)
    if error is None:
        opened = await client.views_open(trigger_id=trigger, view=modal(block))
        assert opened["view"]["blocks"][0]["type"] == block.type
        return
    with pytest.raises(SlackApiError) as raised:
        await client.views_open(trigger_id=trigger, view=modal(block))
    assert raised.value.response["error"] == "invalid_arguments"
    assert error in raised.value.response["response_metadata"]["messages"][0]


async def test_tables_and_carousels_of_the_sdk_are_taken(slack: SlackSandbox, client: AsyncWebClient) -> None:
    cells: list[list[RawTextObject | RawNumberObject]] = [
        [RawTextObject(text="Person"), RawTextObject(text="At risk")],
        [RawTextObject(text="Claire"), RawNumberObject(value=9000, text="$9,000")],
    ]
    table = TableBlock(rows=cells, column_settings=[{"is_wrapped": True}, {"align": "right"}])
    # slack_sdk 3.47 has no class for a data_table.
    data = {"type": "data_table", "caption": "Team", "rows": [[cell.to_dict() for cell in row] for row in cells]}
    carousel = CarouselBlock(elements=[CardBlock(title="Acme"), CardBlock(body="Beta")])
    await client.chat_postMessage(channel=ANNA, text="Brief", blocks=[table.to_dict(), data, carousel.to_dict()])
    assert [block["type"] for block in slack.dm(ANNA)[0]["blocks"]] == ["table", "data_table", "carousel"]


async def test_a_home_takes_no_container(client: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError) as raised:
        await client.views_publish(user_id=ANNA, view=View(type="home", blocks=[container()]))
    answer = raised.value.response
    assert answer["error"] == "invalid_arguments"
    assert "unsupported type: container" in answer["response_metadata"]["messages"][0]
