"""The page in Chromium, as a person uses it: by sight, by keyboard, and with hostile text before it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from playwright.async_api import Page, expect
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from integrations.sandbox.slack import SlackSandbox
from tests.integrations.sandbox_slack.browser.conftest import CHROMIUM
from tests.integrations.sandbox_slack.people import ANNA, BEN, button, card, form, mrkdwn, plain

Body = dict[str, Any]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="package"),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium on this machine"),
]


async def test_a_brief_arrives_by_itself_and_a_press_takes_its_buttons_away(
    slack: SlackSandbox, client: AsyncWebClient, app: AsyncApp, page: Page
) -> None:
    @app.action("approve")
    async def approve(ack: Any, body: Body, client: AsyncWebClient) -> None:
        await ack()
        decided = [{"type": "section", "text": mrkdwn("✅ Approved by Anna")}]
        channel, ts = body["channel"]["id"], body["message"]["ts"]
        await client.chat_update(channel=channel, ts=ts, text="Decided", blocks=decided)

    await client.chat_postMessage(channel=ANNA, text="Your brief", blocks=card())
    await expect(page.locator("#announcer")).to_have_text("Sergas: Your brief")
    await page.get_by_role("button", name="Approve").click()

    await expect(page.locator("#messages")).to_contain_text("✅ Approved by Anna")
    await expect(page.get_by_role("button", name="Approve")).to_have_count(0)


async def test_a_modal_holds_the_focus_shows_errors_beside_fields_and_closes_by_escape(
    slack: SlackSandbox, client: AsyncWebClient, app: AsyncApp, page: Page
) -> None:
    @app.action("approve")
    async def open_form(ack: Any, body: Body, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=form())

    await client.chat_postMessage(channel=ANNA, text="Brief", blocks=card())
    await page.get_by_role("button", name="Approve").click()
    await expect(page.get_by_label("Subject")).to_be_focused()
    await page.get_by_role("button", name="Save").click()

    await expect(page.locator(".error", has_text="Please complete this required field.")).to_be_visible()
    await expect(page.get_by_label("Due")).to_be_focused()
    for _ in range(12):
        await page.keyboard.press("Tab")
        assert await page.evaluate("!document.activeElement.closest('.centre')")
    await page.keyboard.press("Escape")
    await expect(page.locator("dialog")).to_have_count(0)
    assert slack.modal(ANNA) is None


async def test_a_confirm_dialog_stands_before_the_app_hears_of_it(
    slack: SlackSandbox, client: AsyncWebClient, app: AsyncApp, page: Page
) -> None:
    heard: list[str] = []

    @app.action("reject")
    async def reject(ack: Any) -> None:
        heard.append("reject")
        await ack()

    asks = {"title": plain("Reject?"), "text": plain("For good."), "confirm": plain("Yes"), "deny": plain("No")}
    blocks = [{"type": "actions", "elements": [button("reject", confirm=asks)]}]
    await client.chat_postMessage(channel=ANNA, text="Brief", blocks=blocks)
    await page.get_by_role("button", name="Reject").click()
    await page.get_by_role("button", name="No", exact=True).click()
    await expect(page.locator("dialog")).to_have_count(0)
    assert heard == []
    await page.get_by_role("button", name="Reject").click()
    await page.get_by_role("button", name="Yes", exact=True).click()
    await expect(page.get_by_role("button", name="Reject")).to_be_enabled()
    assert heard == ["reject"]


async def test_a_missed_ack_shows_the_warning(
    slack: SlackSandbox, client: AsyncWebClient, app: AsyncApp, page: Page
) -> None:
    await client.chat_postMessage(channel=ANNA, text="Brief", blocks=card())
    await page.get_by_role("button", name="Approve").click()
    await expect(page.locator(".warned")).to_contain_text("did not answer in time")


async def test_hostile_text_stays_text(slack: SlackSandbox, client: AsyncWebClient, page: Page) -> None:
    hostile = "<script>window.hit=1</script><img src=x onerror=window.hit=1> <javascript:alert(1)|press>"
    blocks = [{"type": "section", "text": mrkdwn(hostile)}, {"type": "header", "text": plain(hostile)}]
    await client.chat_postMessage(channel=ANNA, text=hostile, blocks=blocks)
    await expect(page.locator(".block-header")).to_contain_text("window.hit=1")
    assert await page.evaluate("window.hit") is None
    assert await page.locator(".message a, .message script, .content img").count() == 0


async def test_mrkdwn_is_shown_as_slack_shows_it(slack: SlackSandbox, client: AsyncWebClient, page: Page) -> None:
    text = (
        "*bold* _italic_ ~gone~ `code*not*` snake_case_word 2 * 3 * 4 &lt;b&gt; :tada: <https://a.test|a *link*>\n"
        f"&gt; quoted <@{BEN}>\n```\nas *is*\n```<!date^1795161600^{{date_short}}|fallback>"
    )
    await client.chat_postMessage(channel=ANNA, text=text)
    shown = page.locator(".message .text")
    await expect(shown.locator("strong")).to_have_text(["bold", "link"])
    await expect(shown.locator("em")).to_have_text("italic")
    await expect(shown.locator("s")).to_have_text("gone")
    await expect(shown.locator("code")).to_have_text("code*not*")
    await expect(shown.locator("pre")).to_have_text("as *is*")
    await expect(shown.locator("blockquote")).to_have_text("quoted @Ben Okafor")
    await expect(shown.locator("time")).to_have_text("20 Nov 2026")
    await expect(shown).to_contain_text("snake_case_word 2 * 3 * 4 <b> 🎉")


async def test_a_thread_is_opened_answered_and_closed_by_keyboard(
    slack: SlackSandbox, client: AsyncWebClient, page: Page
) -> None:
    root = await client.chat_postMessage(channel=ANNA, text="Brief")
    await client.chat_postMessage(channel=ANNA, text="Details", thread_ts=root["ts"])
    await page.get_by_role("button", name="1 reply").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Reply in the thread")).to_be_focused()
    await page.keyboard.type("Why?")
    await page.keyboard.press("Enter")
    await expect(page.locator("#thread")).to_contain_text("Why?")
    await page.keyboard.press("Escape")
    await expect(page.locator("#thread")).to_be_hidden()
    assert slack.dm(ANNA)[-1]["thread_ts"] == root["ts"]


async def test_a_command_is_offered_completed_and_answered(slack: SlackSandbox, app: AsyncApp, page: Page) -> None:
    @app.command("/review-account")
    async def review(ack: Any, command: Body) -> None:
        await ack(f"Looking at {command['text']} …")

    await page.get_by_label("Message Sergas").fill("/rev")
    await page.keyboard.press("Tab")
    await page.keyboard.type("Acme")
    await page.keyboard.press("Enter")
    await expect(page.locator(".ephemeral")).to_contain_text("Looking at Acme …")
    await expect(page.locator(".ephemeral")).to_contain_text("Only visible to you")


async def test_a_record_link_leads_behind_the_scenes(slack: SlackSandbox, client: AsyncWebClient, page: Page) -> None:
    async def inspector(email: str) -> Mapping[str, Any]:
        records: list[Body] = [{"id": key, "title": key, "fields": [], "items": []} for key in ("Acme1", "Beta2")]
        return {"records": records, "audit": [], "audit_ok": False}

    slack.inspector = inspector
    address = f"{slack.url}/_sandbox/record/tab/Accounts/Beta2"
    await client.chat_postMessage(channel=ANNA, text=f"<{address}|Beta>")
    await page.get_by_role("link", name="Beta").click()
    await expect(page.locator("[data-record=Beta2]")).to_have_attribute("open", "")
    await expect(page.locator("[data-record=Beta2] summary")).to_be_focused()
    await page.get_by_role("tab", name="Audit trail").click()
    await expect(page.locator(".chain.bad")).to_be_visible()


async def test_another_person_sees_their_own_messages_and_the_choice_is_in_the_address(
    slack: SlackSandbox, client: AsyncWebClient, page: Page
) -> None:
    await client.chat_postMessage(channel=BEN, text="For Ben")
    await expect(page.locator(".unread:visible")).to_have_count(1)
    await page.get_by_role("button", name="Ben Okafor").click()
    await expect(page.locator("#messages")).to_contain_text("For Ben")
    assert page.url.endswith(f"/?user={BEN}")


async def test_the_colour_scheme_is_remembered(slack: SlackSandbox, page: Page) -> None:
    await page.get_by_role("button", name="Dark").click()
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    await expect(page.get_by_role("button", name="Light")).to_be_visible()


@pytest.mark.parametrize("width", [390, 900, 1180])
async def test_nothing_runs_over_the_side_of_a_narrow_screen(
    slack: SlackSandbox, client: AsyncWebClient, page: Page, width: int
) -> None:
    await client.chat_postMessage(channel=ANNA, text="Brief", blocks=card())
    await page.set_viewport_size({"width": width, "height": 800})
    await expect(page.get_by_role("button", name="Approve")).to_be_in_viewport()
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
