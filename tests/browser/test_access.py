"""The page for everyone: by keyboard alone, on a phone, in the dark, and read out by a screen reader."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.browser.morning import Morning

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]

NAMED_ROLES = frozenset(
    {"button", "link", "textbox", "combobox", "tab", "radio", "checkbox", "menuitem", "Date", "dialog"}
)
MOST_TABS = 40


async def test_a_proposal_is_approved_by_keyboard_alone(morning: Morning) -> None:
    approve = morning.button("Approve")
    await _tab_to(morning.page, "Approve")
    await expect(approve).to_be_focused()
    await morning.page.keyboard.press("Enter")
    await expect(morning.standing).to_contain_text("task created, due")
    assert len(morning.writes()) == 1


async def test_escape_closes_the_modal_and_gives_the_focus_back(morning: Morning) -> None:
    await _tab_to(morning.page, "Adjust")
    await morning.page.keyboard.press("Enter")
    await expect(morning.dialog.get_by_label("Task")).to_be_focused()
    await morning.page.keyboard.press("Escape")
    await expect(morning.dialog).to_have_count(0)
    await expect(morning.button("Adjust")).to_be_focused()


async def test_every_control_has_a_name_on_every_surface(morning: Morning) -> None:
    assert await _nameless(morning.page) == []
    await morning.page.get_by_role("tab", name="Home").click()
    await expect(morning.page.get_by_role("tabpanel", name="Home")).to_contain_text("To decide")
    assert await _nameless(morning.page) == []
    await morning.page.get_by_role("tab", name="Messages").click()
    for name in ("Adjust", "Reject"):
        await morning.button(name).click()
        await expect(morning.dialog).to_be_visible()
        assert await _nameless(morning.page) == []
        await morning.page.keyboard.press("Escape")
        await expect(morning.dialog).to_have_count(0)


async def test_what_comes_in_is_announced(morning: Morning) -> None:
    announcer = morning.page.locator('[aria-live="polite"]')
    await expect(announcer).to_be_empty()
    await morning.say(f"/review-account {morning.brief.cards[0].account_name}")
    await expect(announcer).to_contain_text(f"Review: {morning.brief.cards[0].account_name}", timeout=30_000)


async def test_on_a_phone_nothing_runs_over_the_side_and_a_task_can_be_approved(morning: Morning) -> None:
    await morning.page.set_viewport_size({"width": 390, "height": 844})
    await morning.page.reload()
    await expect(morning.message).to_be_visible()
    assert await morning.page.evaluate("document.documentElement.scrollWidth") <= 390
    await morning.button("Adjust").click()
    box = await morning.dialog.bounding_box()
    assert box is not None
    assert (box["x"] >= 0, box["x"] + box["width"] <= 390) == (True, True)
    await morning.page.keyboard.press("Escape")
    await morning.button("Approve").click()
    await expect(morning.standing).to_contain_text("task created, due")


async def test_the_dark_scheme_follows_the_system_until_a_person_chooses(morning: Morning) -> None:
    ground = "getComputedStyle(document.querySelector('main')).backgroundColor"
    light = await morning.page.evaluate(ground)
    await morning.page.emulate_media(color_scheme="dark")
    dark = await morning.page.evaluate(ground)
    assert _brightness(dark) < 60 < 200 < _brightness(light)
    await morning.page.get_by_role("button", name="Light").click()
    assert await morning.page.evaluate(ground) == light
    await morning.page.reload()
    await expect(morning.message).to_be_visible()
    assert await morning.page.evaluate(ground) == light


async def _tab_to(page: Page, name: str) -> None:
    """Press Tab until a button of this name has the focus, from the top of the page."""
    for _ in range(MOST_TABS):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.textContent") == name:
            return
    pytest.fail(f"{name} is not within {MOST_TABS} presses of Tab")


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
