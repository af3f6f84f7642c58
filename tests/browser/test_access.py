"""The page for everyone: by keyboard alone, on a phone, in the dark, and read out by a screen reader."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Literal

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from store.domain.gate.proposals import State
from tests.browser.keyboard import tab_to
from tests.browser.morning import Morning
from tests.browser.stage import window

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]

NAMED_ROLES = frozenset(
    {"button", "link", "textbox", "combobox", "tab", "radio", "checkbox", "menuitem", "Date", "dialog"}
)
MOST_TABS = 60
# What each modal says once it is complete.
MODALS = {"Adjust": "Due", "Reject": "Comment", "Why?": "What Approve writes"}
# The right edge of anything in the page, in pixels.
WIDEST = "Math.max(...[...document.querySelectorAll('main *')].map((node) => node.getBoundingClientRect().right))"
# The texts whose contrast with what is behind them is below 4.5 : 1 (WCAG 2.2, 1.4.3).
FAINT = """root => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => {
    const [red, green, blue] = parts(colour).map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if ((parts(colour)[3] ?? 1) === 1) return colour;
    }
    return getComputedStyle(document.documentElement).backgroundColor;
  };
  const contrast = (node) => {
    const [dark, bright] = [light(getComputedStyle(node).color), light(ground(node))].sort((a, b) => a - b);
    return (bright + 0.05) / (dark + 0.05);
  };
  const says = (node) => [...node.childNodes].some((each) => each.nodeType === 3 && each.data.trim());
  return [...root.querySelectorAll("*")].filter((node) => says(node) && node.getClientRects().length)
    .filter((node) => contrast(node) < 4.5).map((node) => `${node.className}: ${node.textContent.slice(0, 40)}`);
}"""


@pytest_asyncio.fixture(loop_scope="package")
async def on_phone(reading: Morning, browser: Browser) -> AsyncIterator[Morning]:
    context = await window(browser, phone=True)
    page = await context.new_page()
    await page.goto(reading.page.url)
    yield replace(reading, page=page)
    await context.close()


async def test_a_proposal_is_approved_by_keyboard_alone(morning: Morning) -> None:
    await _tab_to(morning, "Approve")
    await morning.page.keyboard.press("Enter")
    await expect(morning.words).to_contain_text("task created, due")
    assert len(morning.writes()) == 1


async def test_a_decision_is_put_off_and_brought_back_by_keyboard_alone(morning: Morning) -> None:
    await _tab_to(morning, "Snooze")
    for _ in range(4):  # opens the menu, then moves to the third choice
        await morning.page.keyboard.press("ArrowDown")
    assert (await morning.newest()).state is State.PENDING
    await morning.page.keyboard.press("Enter")
    await expect(morning.words).to_contain_text(f"snoozed until {morning.in_days(14)}")
    await expect(morning.control("Approve")).to_have_count(0)
    await _tab_to(morning, "Bring back")
    await morning.page.keyboard.press("Enter")
    await expect(morning.control("Approve")).to_be_visible()
    assert ((await morning.newest()).state, morning.writes()) == (State.PENDING, ())


@pytest.mark.parametrize("name", ["Adjust", "Reject", "Why?"])
async def test_escape_closes_the_modal_and_gives_the_focus_back(reading: Morning, name: str) -> None:
    await _tab_to(reading, name)
    await reading.page.keyboard.press("Enter")
    await expect(reading.dialog).to_contain_text(MODALS[name])
    assert await reading.dialog.evaluate("dialog => dialog.contains(document.activeElement)")
    await reading.page.keyboard.press("Escape")
    await expect(reading.dialog).to_have_count(0)
    await expect(reading.control(name)).to_be_focused()


async def test_every_control_has_a_name_on_every_surface(reading: Morning) -> None:
    await open_groups(reading)
    assert await _nameless(reading.page) == []
    await reading.page.get_by_role("tab", name="Home").click()
    await expect(reading.page.get_by_role("tabpanel", name="Home")).to_contain_text("To decide")
    assert await _nameless(reading.page) == []
    await reading.page.get_by_role("tab", name="Messages").click()
    for name, said in MODALS.items():
        await reading.control(name).click()
        await expect(reading.dialog).to_contain_text(said)
        assert await _nameless(reading.page) == []
        await reading.page.keyboard.press("Escape")
        await expect(reading.dialog).to_have_count(0)


async def test_what_comes_in_is_announced_without_marks_and_addresses(morning: Morning) -> None:
    announcer = morning.page.locator('[aria-live="polite"]')
    await expect(announcer).to_be_empty()
    await morning.say(f"/review-account {morning.card.account_name}")
    await expect(announcer).to_contain_text(f"Review: {morning.card.account_name}", timeout=90_000)
    await expect(announcer).not_to_contain_text(re.compile("http|[*|]"))


async def test_what_came_of_a_decision_is_announced_and_not_the_whole_brief_again(morning: Morning) -> None:
    announcer = morning.page.locator('[aria-live="polite"]')
    await morning.control("Approve").click()
    await expect(announcer).to_contain_text(f"{morning.card.account_name}: task created, due")
    await expect(announcer).not_to_contain_text("Good morning")


async def test_on_a_phone_the_first_approve_is_in_sight_and_nothing_runs_over_the_side(
    on_phone: Morning,
) -> None:
    await expect(on_phone.control("Approve")).to_be_in_viewport(ratio=1)
    await open_groups(on_phone)
    assert await on_phone.page.evaluate(WIDEST) <= 390
    for name, said in MODALS.items():
        await on_phone.control(name).tap()
        await expect(on_phone.dialog).to_contain_text(said)
        box = await on_phone.dialog.bounding_box()
        assert box is not None
        assert (box["x"] >= 0, box["x"] + box["width"] <= 390) == (True, True)
        assert await on_phone.dialog.evaluate("dialog => dialog.scrollWidth <= dialog.clientWidth")
        await on_phone.dialog.get_by_role("button", name="Close", exact=True).first.tap()
        await expect(on_phone.dialog).to_have_count(0)


async def test_on_a_phone_a_task_can_be_approved(morning: Morning) -> None:
    await morning.page.set_viewport_size({"width": 390, "height": 844})
    await morning.page.reload()
    await morning.control("Approve").click()
    await expect(morning.words).to_contain_text("task created, due")
    await expect(morning.control("Undo")).to_be_visible()
    assert await morning.page.evaluate(WIDEST) <= 390


async def test_the_dark_scheme_follows_the_system_until_a_person_chooses(reading: Morning) -> None:
    ground = "getComputedStyle(document.querySelector('main')).backgroundColor"
    light = await reading.page.evaluate(ground)
    await reading.page.emulate_media(color_scheme="dark")
    dark = await reading.page.evaluate(ground)
    assert _brightness(dark) < 60 < 200 < _brightness(light)
    await reading.page.get_by_role("button", name="Light").click()
    assert await reading.page.evaluate(ground) == light
    await reading.page.reload()
    await expect(reading.message).to_be_visible()
    assert await reading.page.evaluate(ground) == light


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_text_of_the_brief_and_of_its_evidence_stands_out_from_its_ground(
    reading: Morning, scheme: Literal["light", "dark"]
) -> None:
    await reading.page.emulate_media(color_scheme=scheme)
    await open_groups(reading)
    assert await reading.message.evaluate(FAINT) == []
    await reading.control("Why?").click()
    await expect(reading.dialog).to_contain_text(MODALS["Why?"])
    assert await reading.dialog.evaluate(FAINT) == []


async def open_groups(morning: Morning) -> None:
    """Open each collapsed group of the brief."""
    closed = morning.message.locator('.container-toggle[aria-expanded="false"]')
    while await closed.count():
        await closed.first.click()


async def _tab_to(morning: Morning, name: str) -> None:
    await tab_to(morning.page, morning.control(name), within=MOST_TABS)


async def _nameless(page: Page) -> list[str]:
    """The roles of the controls that the browser would read out without a name."""
    session = await page.context.new_cdp_session(page)
    tree = await session.send("Accessibility.getFullAXTree")
    await session.detach()
    nodes = [node for node in tree["nodes"] if not node["ignored"] and node["role"]["value"] in NAMED_ROLES]
    assert nodes
    return [node["role"]["value"] for node in nodes if not node.get("name", {}).get("value", "").strip()]


def _brightness(colour: str) -> float:
    """The mean of `rgb(r, g, b)`, 0 to 255."""
    parts = [float(part) for part in colour.removeprefix("rgb(").removesuffix(")").split(",")]
    return sum(parts) / len(parts)
