"""Every kind of block and element, in messages, threads, modals and the Home, breaks no rule of axe-core and keeps the focus."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from playwright.async_api import Page, expect
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from integrations.sandbox.slack import SlackSandbox
from tests.axe import violations_anywhere
from tests.integrations.sandbox_slack.browser.conftest import CHROMIUM
from tests.integrations.sandbox_slack.browser.test_blocks import container, decide, section, team
from tests.integrations.sandbox_slack.people import ANNA, Block, button, card, form, mrkdwn, option, plain

Body = dict[str, Any]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="package"),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium on this machine"),
]

TEXT = "*Acme* moved, see <https://crm.test/1|its page> and `code`, <@U0BEN>, ~gone~ :tada:\n&gt; quoted <https://a.test|link>"


def heading(text: str) -> Block:
    return {"type": "header", "text": plain(text)}


def elements() -> list[Block]:
    """Each element that can be among buttons."""
    return [
        button("approve", style="primary"),
        button("reject", style="danger", accessibility_label="Reject the call to Acme"),
        {**button("open"), "url": "https://crm.test/2"},
        {"type": "static_select", "action_id": "snooze", "placeholder": plain("Snooze"), "options": [option("week")]},
        {"type": "users_select", "action_id": "who", "placeholder": plain("Who")},
        {"type": "datepicker", "action_id": "day", "placeholder": plain("Day")},
        {"type": "overflow", "action_id": "more", "options": [option("one"), option("two")]},
        {"type": "checkboxes", "action_id": "boxes", "options": [option("first"), option("second")]},
        {"type": "radio_buttons", "action_id": "radios", "options": [option("left"), option("right")]},
    ]


def everything() -> list[Block]:
    feedback = {
        "type": "feedback_buttons",
        "action_id": "feedback",
        "positive_button": {"text": plain("Good answer"), "value": "good"},
        "negative_button": {"text": plain("Bad answer"), "value": "bad"},
    }
    trash = {"type": "icon_button", "action_id": "drop", "icon": "trash", "text": plain("Delete"), "value": "1"}
    tasks = [
        {"type": "task_card", "task_id": status, "title": "Look in the CRM", "status": status}
        for status in ("pending", "in_progress", "complete", "error")
    ]
    pie = {"type": "pie", "segments": [{"label": "Won", "value": 3}, {"label": "Lost", "value": 1}]}
    return [
        heading("Good morning"),
        {"type": "data_visualization", "title": "Deals", "chart": pie},
        {"type": "plan", "title": "Answering", "tasks": tasks},
        section(TEXT, accessory=button("why")),
        {"type": "context", "elements": [mrkdwn("From <https://crm.test/3|Zoho> today")]},
        {"type": "actions", "block_id": "all", "elements": elements()},
        container(
            section("*Beta*: see <https://crm.test/4|it>", block_id="c:1"),
            decide(),
            subtitle=plain("Nothing moved"),
            collapsed=False,
        ),
        container(section("closed", block_id="c:2"), block_id="closed", title=plain("Closed (1)")),
        team(("Claire", 9000), ("Bo", 1), ("Noor", 5)),
        {"type": "markdown", "text": "### Deep first\ntext\n# High then\n- [a link](https://a.test) in a list"},
        {"type": "card", "title": plain("A card"), "body": mrkdwn("Its text"), "actions": [button("pick")]},
        {"type": "context_actions", "elements": [feedback, trash]},
    ]


@pytest.fixture
def heard(app: AsyncApp) -> list[Body]:
    """Every press, acknowledged; Approve shows the result in place of its buttons."""
    bodies: list[Body] = []

    async def keep(ack: Any, body: Body, client: AsyncWebClient) -> None:
        bodies.append(body)
        await ack()
        if body["actions"][0]["action_id"] == "approve" and "message" in body:
            done = [
                section("✅ *Acme*: task created"),
                section("*Beta*", block_id="card:2"),
                decide() | {"block_id": "other"},
            ]
            await client.chat_update(channel=body["channel"]["id"], ts=body["message"]["ts"], text="Done", blocks=done)

    for name in ("approve", "reject", "snooze", "boxes", "why"):
        app.action(name)(keep)
    return bodies


async def post(client: AsyncWebClient, *blocks: Block, **more: Any) -> Body:
    answer = await client.chat_postMessage(channel=ANNA, text="Brief", blocks=list(blocks), **more)
    return {"channel": answer["channel"], "ts": answer["ts"]}


async def shut(page: Page) -> None:
    """Close the panel behind the scenes, which covers the rest on a phone."""
    if await page.locator("#behind").is_visible():
        await page.get_by_role("button", name="Close behind the scenes").click()


async def test_a_page_with_nothing_on_it_yet_breaks_no_rule(page: Page) -> None:
    assert await violations_anywhere(page) == []
    await page.get_by_role("tab", name="Audit trail").click()
    await shut(page)
    assert await violations_anywhere(page) == []
    await page.get_by_role("tab", name="Home").click()
    assert await violations_anywhere(page) == []


async def test_messages_of_every_kind_break_no_rule_in_the_conversation_and_in_a_thread(
    client: AsyncWebClient, app: AsyncApp, page: Page
) -> None:
    posted = await post(client, *everything())
    await post(client, container(section("alone")))
    await client.chat_postMessage(channel=ANNA, text="One in the thread", thread_ts=posted["ts"])
    await client.chat_postEphemeral(channel=posted["channel"], user=ANNA, text="Only you see <https://a.test|this>.")
    await shut(page)
    await expect(page.get_by_text("Only visible to you")).to_be_visible()
    assert await violations_anywhere(page) == []
    await page.get_by_role("button", name="More actions").click()
    assert await violations_anywhere(page) == []
    await page.keyboard.press("Escape")
    await page.get_by_label("Message Sergas").fill("/")
    assert await violations_anywhere(page) == []
    await page.get_by_role("button", name="1 reply").click()
    await expect(page.get_by_text("One in the thread")).to_be_visible()
    assert await violations_anywhere(page) == []


async def test_the_home_and_a_modal_of_every_kind_break_no_rule(
    client: AsyncWebClient, app: AsyncApp, page: Page
) -> None:
    inputs = [
        {"type": "input", "label": plain(f"Field {number}"), "element": each, "hint": plain("A hint")}
        for number, each in enumerate(each for each in elements() if each["type"] not in ("button", "overflow"))
    ]

    @app.action("why")
    async def open_all(ack: Any, body: Body, client: AsyncWebClient) -> None:
        await ack()
        alert = {"type": "alert", "level": "warning", "text": mrkdwn("Look at <https://a.test|this> first")}
        blocks = [alert, heading("Inside"), section(TEXT), *inputs, *form()["blocks"]]
        await client.views_open(trigger_id=body["trigger_id"], view={**form(), "blocks": blocks})

    home = [each for each in everything() if each["type"] in ("header", "section", "context", "actions")]
    await client.views_publish(user_id=ANNA, view={"type": "home", "blocks": home})
    await shut(page)
    await page.get_by_role("tab", name="Home").click()
    await expect(page.get_by_role("heading", name="Good morning")).to_be_visible()
    assert await violations_anywhere(page) == []
    await page.get_by_role("button", name="Why").click()
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator(".error:visible").first).to_be_visible()
    assert await violations_anywhere(page) == []


async def test_a_confirmation_and_the_records_behind_the_scenes_break_no_rule(
    slack: SlackSandbox, client: AsyncWebClient, app: AsyncApp, page: Page
) -> None:
    async def inspector(email: str) -> Mapping[str, Any]:
        item = {"id": "i1", "title": "Call", "detail": "Held", "new": True, "at": "2026-06-12T09:00:00+02:00"}
        fields = [{"label": "Industry", "value": "Robots"}]
        entry = {
            "action": "brief.prepared",
            "actor": "sergas",
            "subject": "b1",
            "detail": "{}",
            "hash": "ab" * 32,
            "at": 1.0,
        }
        record = {"id": "a1", "title": "Acme", "subtitle": "Owner: Anna", "fields": fields, "items": [item]}
        return {"records": [record], "audit": [entry], "audit_ok": False}

    slack.inspector = inspector
    asks = {"title": plain("Reject?"), "text": plain("For good."), "confirm": plain("Yes"), "deny": plain("No")}
    await post(client, {"type": "actions", "elements": [button("reject", confirm=asks)]})
    await expect(page.locator("[data-record]")).to_be_visible()
    assert await violations_anywhere(page) == []
    await page.get_by_role("tab", name="Audit trail").click()
    assert await violations_anywhere(page) == []
    await shut(page)
    await page.get_by_role("button", name="Reject").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    assert await violations_anywhere(page) == []


async def test_after_a_press_the_focus_is_on_what_the_press_did_and_the_next_enter_decides_nothing(
    slack: SlackSandbox, client: AsyncWebClient, page: Page, heard: list[Body]
) -> None:
    await post(
        client, section("*Acme*"), decide(), section("*Beta*", block_id="card:2"), decide() | {"block_id": "other"}
    )
    await page.get_by_role("button", name="Approve").first.focus()
    await page.keyboard.press("Enter")
    result = page.locator('[data-block="card:1"]')
    await expect(result).to_contain_text("task created")
    await expect(result).to_be_focused()
    await page.keyboard.press("Enter")
    await slack.settled()
    assert len(heard) == 1
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name="Approve")).to_be_focused()


async def test_a_press_that_changes_nothing_leaves_the_focus_on_its_button(
    slack: SlackSandbox, client: AsyncWebClient, page: Page, heard: list[Body]
) -> None:
    await post(client, *everything())
    for name in ("Why", "Reject the call to Acme"):
        await page.get_by_role("button", name=name, exact=True).focus()
        await page.keyboard.press("Enter")
        await slack.settled()
        await expect(page.get_by_role("button", name=name, exact=True)).to_be_focused()
    assert len(heard) == 2


async def test_the_focus_comes_back_to_its_card_when_a_modal_closes_after_the_card_was_drawn_anew(
    slack: SlackSandbox, client: AsyncWebClient, app: AsyncApp, page: Page
) -> None:
    posted = await post(client, section("*Acme*"), decide())

    @app.action("approve")
    async def open_form(ack: Any, body: Body, client: AsyncWebClient) -> None:
        await ack()
        blocks = [form()["blocks"][0]]
        await client.views_open(trigger_id=body["trigger_id"], view={**form(), "blocks": blocks})
        await client.chat_update(**posted, text="Brief", blocks=[section("*Acme*, adjusted")])

    await page.get_by_role("button", name="Approve").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Subject")).to_be_focused()
    await expect(page.locator('[data-block="card:1"]')).to_contain_text("adjusted")
    await page.keyboard.press("Escape")
    await expect(page.locator('[data-block="card:1"]')).to_be_focused()


async def test_in_the_home_and_in_a_modal_the_focus_stays_when_they_are_shown_anew(
    slack: SlackSandbox, client: AsyncWebClient, app: AsyncApp, page: Page
) -> None:
    view = {**form(), "blocks": [{"type": "actions", "block_id": "a", "elements": [button("again"), button("why")]}]}

    @app.action("approve")
    async def press(ack: Any, body: Body, client: AsyncWebClient) -> None:
        await ack()
        await client.views_publish(user_id=ANNA, view={"type": "home", "blocks": [section("*Done*")]})

    @app.action("reject")
    async def ask(ack: Any, body: Body, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    @app.action("again")
    async def update(ack: Any, body: Body, client: AsyncWebClient) -> None:
        await ack()
        await client.views_update(
            view_id=body["view"]["id"], view={**view, "blocks": [section("*More*"), *view["blocks"]]}
        )

    await client.views_publish(user_id=ANNA, view={"type": "home", "blocks": [section("*Acme*"), *card()[1:]]})
    await page.get_by_role("tab", name="Home").click()
    await page.get_by_role("button", name="Reject").focus()
    await page.keyboard.press("Enter")
    again = page.get_by_role("dialog").get_by_role("button", name="Again")
    await again.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_contain_text("More")
    await expect(again).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Reject")).to_be_focused()

    await page.get_by_role("button", name="Approve").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator('#home [data-block="card:1"]')).to_contain_text("Done")
    await expect(page.locator('#home [data-block="card:1"]')).to_be_focused()


async def test_once_a_line_of_the_home_is_gone_the_focus_is_on_the_next_one(
    client: AsyncWebClient, app: AsyncApp, page: Page
) -> None:
    lines = [{"type": "section", "text": mrkdwn(text)} for text in ("*First*", "*Second*", "*Third*")]

    @app.action("approve")
    async def drop(ack: Any, client: AsyncWebClient) -> None:
        await ack()
        await client.views_publish(user_id=ANNA, view={"type": "home", "blocks": [lines[0], lines[2]]})

    lines[1]["accessory"] = button("approve")
    await client.views_publish(user_id=ANNA, view={"type": "home", "blocks": lines})
    await page.get_by_role("tab", name="Home").click()
    await page.get_by_role("button", name="Approve").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#home .block", has_text="Third")).to_be_focused()


async def test_choosing_another_person_by_keyboard_keeps_the_place_in_the_list(page: Page) -> None:
    await page.get_by_role("button", name="Anna Ruiz").focus()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Ben Okafor")).to_be_focused()
    await page.get_by_role("button", name="Close behind the scenes").click()
    await expect(page.get_by_role("button", name="Behind the scenes")).to_be_focused()
