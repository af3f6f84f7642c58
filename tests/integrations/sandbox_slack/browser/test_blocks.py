"""Containers, folded texts, alerts, tables and menus in Chromium, used by mouse, by keyboard and on a phone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from integrations.sandbox.slack import SlackSandbox
from tests.integrations.sandbox_slack.browser.conftest import CHROMIUM
from tests.integrations.sandbox_slack.people import ANNA, Block, button, mrkdwn, option, plain

Body = dict[str, Any]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="package"),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium on this machine"),
]

SENTENCE = "The amount fell from $109,400 to $69,300 and the closing date moved by six weeks. "
PHONE: Any = {"width": 390, "height": 844}


def section(text: str, **more: Any) -> Block:
    return {"type": "section", "block_id": "card:1", "text": mrkdwn(text), **more}


def container(*children: Block, collapsed: bool = True, **more: Any) -> Block:
    made = {"type": "container", "block_id": "open", "title": plain("Still open (1)"), "child_blocks": list(children)}
    return made | {"is_collapsible": True, "default_collapsed": collapsed} | more


def decide() -> Block:
    days = [option("tomorrow"), option("week"), option("month")]
    snooze = {"type": "static_select", "action_id": "snooze", "placeholder": plain("Snooze"), "options": days}
    return {"type": "actions", "block_id": "decide", "elements": [button("approve"), snooze]}


def team(*rows: tuple[str, int]) -> Block:
    named = [{"type": "raw_text", "text": text} for text in ("Person", "At risk")]
    cells = [
        [{"type": "raw_text", "text": name}, {"type": "raw_number", "value": at_risk, "text": f"${at_risk:,}"}]
        for name, at_risk in rows
    ]
    return {"type": "data_table", "block_id": "team", "caption": "Your team", "page_size": 2, "rows": [named, *cells]}


@pytest.fixture
def heard(app: AsyncApp) -> list[Body]:
    bodies: list[Body] = []

    async def keep(ack: Any, body: Body) -> None:
        bodies.append(body)
        await ack()

    for name in ("approve", "snooze"):
        app.action(name)(keep)
    return bodies


async def post(client: AsyncWebClient, *blocks: Block) -> Body:
    answer = await client.chat_postMessage(channel=ANNA, text="Brief", blocks=list(blocks))
    return {"channel": answer["channel"], "ts": answer["ts"]}


async def test_a_container_opens_and_closes_by_keyboard_and_stays_open_through_an_update(
    client: AsyncWebClient, app: AsyncApp, page: Page
) -> None:
    posted = await post(client, container(section("*Acme* since Friday"), subtitle=plain("Nothing moved")))
    toggle = page.get_by_role("button", name="Still open (1)")
    await expect(toggle).to_have_attribute("aria-expanded", "false")
    await expect(page.get_by_text("since Friday")).to_be_hidden()
    await expect(page.get_by_text("Nothing moved")).to_be_hidden()

    await toggle.focus()
    await page.keyboard.press("Enter")
    await expect(toggle).to_have_attribute("aria-expanded", "true")
    await expect(page.get_by_text("since Friday")).to_be_visible()

    await client.chat_update(**posted, text="Brief", blocks=[container(section("*Acme* decided"))])
    await expect(page.get_by_text("decided")).to_be_visible()
    await expect(page.locator(".content > .edited")).to_have_text("(edited)")
    await expect(toggle).to_be_focused()
    await page.keyboard.press("Space")
    await expect(toggle).to_have_attribute("aria-expanded", "false")
    await expect(page.get_by_text("decided")).to_be_hidden()


async def test_a_container_that_starts_open_stays_closed_once_closed(
    client: AsyncWebClient, app: AsyncApp, page: Page
) -> None:
    posted = await post(client, container(section("since Friday"), collapsed=False))
    await expect(page.get_by_text("since Friday")).to_be_visible()
    await page.get_by_role("button", name="Still open (1)").click()
    await client.chat_update(**posted, text="Brief", blocks=[container(section("since Monday"), collapsed=False)])
    await expect(page.get_by_text("since Monday")).to_be_attached()
    await expect(page.get_by_text("since Monday")).to_be_hidden()


async def test_a_button_inside_a_container_reaches_the_app_and_the_container_stays_open(
    client: AsyncWebClient, app: AsyncApp, page: Page
) -> None:
    @app.action("approve")
    async def approve(ack: Any, body: Body, client: AsyncWebClient) -> None:
        await ack()
        done = container(section(f"✅ {body['actions'][0]['block_id']}"))
        await client.chat_update(channel=body["channel"]["id"], ts=body["message"]["ts"], text="Done", blocks=[done])

    await post(client, container(section("*Acme*"), decide()))
    await expect(page.get_by_role("button", name="Approve")).to_have_count(0)
    await page.get_by_role("button", name="Still open (1)").click()
    await page.get_by_role("button", name="Approve").click()
    await expect(page.get_by_text("✅ decide")).to_be_visible()


async def test_a_menu_among_buttons_sends_only_the_option_chosen_with_enter(
    slack: SlackSandbox, client: AsyncWebClient, page: Page, heard: list[Body]
) -> None:
    await post(client, decide())
    menu = page.get_by_role("combobox", name="Snooze")
    await menu.focus()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    assert heard == []
    await page.keyboard.press("Enter")
    await slack.until(lambda: bool(heard))
    await slack.settled()
    assert [body["actions"][0]["selected_option"]["value"] for body in heard] == ["week"]


@pytest.mark.parametrize(("width", "shown"), [(390, "See more"), (1440, None)])
async def test_a_section_folds_if_it_is_taller_than_six_lines(
    client: AsyncWebClient, app: AsyncApp, page: Page, width: int, shown: str | None
) -> None:
    await page.set_viewport_size({"width": width, "height": 844})
    await post(client, section(SENTENCE * 4), section(SENTENCE * 4, block_id="card:2", expand=True))
    await expect(page.get_by_text("six weeks").last).to_be_visible()
    await expect(page.get_by_role("button", name="See more")).to_have_count(1 if shown else 0)
    folded, whole = [await page.locator(f'[data-block="{name}"] .text').bounding_box() for name in ("card:1", "card:2")]
    assert folded
    assert whole
    clipped = await page.locator('[data-block="card:1"] .fold').bounding_box()
    assert clipped
    assert (clipped["height"] < whole["height"]) is bool(shown)


async def test_a_folded_section_opens_by_keyboard_and_stays_open_through_an_update(
    client: AsyncWebClient, app: AsyncApp, page: Page
) -> None:
    posted = await post(client, section("one\ntwo\nthree\nfour\nfive\nsix\nseven"))
    more = page.get_by_role("button", name="See more")
    await expect(more).to_have_attribute("aria-expanded", "false")
    await more.focus()
    await page.keyboard.press("Enter")
    less = page.get_by_role("button", name="See less")
    await expect(less).to_be_focused()
    await client.chat_update(**posted, text="Brief", blocks=[section("one\n2\nthree\nfour\nfive\nsix\nlast")])
    await expect(page.get_by_text("last")).to_be_in_viewport(ratio=1)
    await expect(less).to_have_attribute("aria-expanded", "true")
    await less.click()
    await expect(more).to_be_visible()


async def test_a_link_below_the_fold_opens_the_section_when_the_tab_key_reaches_it(
    client: AsyncWebClient, app: AsyncApp, page: Page
) -> None:
    await post(client, section("one\ntwo\nthree\nfour\nfive\nsix\n<https://example.test|seven>"))
    await expect(page.get_by_role("link", name="seven")).to_be_attached()  # else there is nothing to reach yet
    await page.locator("#messages").focus()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="seven")).to_be_focused()
    await expect(page.get_by_role("link", name="seven")).to_be_in_viewport(ratio=1)
    await expect(page.get_by_role("button", name="See less")).to_be_visible()


async def test_six_lines_do_not_fold_and_neither_does_a_modal(
    slack: SlackSandbox, client: AsyncWebClient, app: AsyncApp, page: Page
) -> None:
    @app.action("approve")
    async def evidence(ack: Any, body: Body, client: AsyncWebClient) -> None:
        await ack()
        blocks = [{"type": "alert", "level": "warning", "text": mrkdwn("*Changed*")}, section(SENTENCE * 20)]
        await client.views_open(
            trigger_id=body["trigger_id"], view={"type": "modal", "title": plain("Why"), "blocks": blocks}
        )

    await post(client, section("one\ntwo\nthree\nfour\nfive\nsix"), decide())
    await expect(page.get_by_role("button", name="Approve")).to_be_visible()
    await expect(page.get_by_role("button", name="See more")).to_have_count(0)
    await page.get_by_role("button", name="Approve").click()
    await expect(page.get_by_role("note")).to_have_text("Changed")
    await expect(page.get_by_role("button", name="See more")).to_have_count(0)


async def test_a_problem_with_a_field_opens_the_container_around_it(
    slack: SlackSandbox, client: AsyncWebClient, app: AsyncApp, page: Page
) -> None:
    field = {"type": "input", "block_id": "note", "label": plain("Note")}
    field["element"] = {"type": "plain_text_input", "action_id": "v"}

    @app.action("approve")
    async def ask(ack: Any, body: Body, client: AsyncWebClient) -> None:
        await ack()
        view = {"type": "modal", "title": plain("Add"), "submit": plain("Save"), "blocks": [container(field)]}
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    await post(client, decide())
    await page.get_by_role("button", name="Approve").click()
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Please complete this required field.")).to_be_visible()
    await expect(page.get_by_label("Note")).to_be_focused()


async def test_a_data_table_is_sorted_and_paged_and_stays_so_through_an_update(
    client: AsyncWebClient, app: AsyncApp, page: Page
) -> None:
    posted = await post(client, team(("Claire", 9000), ("Bo", 210_000), ("Noor", 184_500)))
    names = page.locator(".block-data_table tbody th")
    await expect(names).to_have_text(["Claire", "Bo"])
    await expect(page.locator(".pager")).to_contain_text("1–2 of 3")

    sort = page.get_by_role("button", name="At risk")
    await sort.focus()
    await page.keyboard.press("Enter")
    await expect(names).to_have_text(["Claire", "Noor"])
    await expect(sort).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(names).to_have_text(["Bo", "Noor"])
    await expect(page.get_by_role("columnheader", name="At risk")).to_have_attribute("aria-sort", "descending")
    await page.get_by_role("button", name="Next rows").click()
    await expect(names).to_have_text(["Claire"])

    moved = team(("Claire", 9000), ("Bo", 1), ("Noor", 184_500))
    await client.chat_update(**posted, text="Brief", blocks=[moved])
    await expect(names).to_have_text(["Bo"])


async def test_hostile_text_stays_text_in_every_block_of_2026(
    slack: SlackSandbox, client: AsyncWebClient, page: Page
) -> None:
    hostile = "<img src=x onerror=window.hit=1> <javascript:alert(1)|press>"
    raw = {"type": "raw_text", "text": hostile}
    rich = {"type": "link", "url": "mailto:a@b.test", "text": hostile}
    cells = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [rich]}]}
    await post(
        client,
        container(section(hostile), collapsed=False, title=plain(hostile), subtitle=mrkdwn(hostile)),
        {"type": "data_table", "caption": hostile, "rows": [[raw, raw], [raw, cells]]},
        {"type": "card", "title": mrkdwn(hostile), "body": plain(hostile)},
    )
    await expect(page.locator(".block-card h2")).to_contain_text("window.hit=1")
    assert await page.evaluate("window.hit") is None
    assert await page.locator(".content img, .content [href^='javascript']").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_on_a_phone_nothing_runs_over_the_side(
    client: AsyncWebClient, app: AsyncApp, page: Page, scheme: Any
) -> None:
    await page.emulate_media(color_scheme=scheme)
    await page.set_viewport_size(PHONE)
    long = plain("Unbreakable" * 13)
    await post(
        client,
        container(section("x" * 200), decide(), collapsed=False, title=long, width="wide"),
        team(("Claire" * 20, 9000), ("Bo", 210_000), ("Noor", 184_500)),
        {"type": "card", "title": long, "actions": [button("approve"), button("snooze"), button("reject")]},
    )
    await expect(page.get_by_role("button", name="Next rows")).to_be_in_viewport(ratio=1)
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert await page.evaluate("document.querySelector('#messages').scrollWidth") <= PHONE["width"]
