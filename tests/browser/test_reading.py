"""What an owner reads in the morning: the brief, what it rests on, and nothing of anybody else's."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.morning import Morning

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]


async def test_the_brief_greets_the_owner_and_shows_every_account_that_needs_them(morning: Morning) -> None:
    first_name = morning.person.name.split()[0]
    await expect(morning.message.get_by_role("heading").first).to_have_text(f"Good morning, {first_name} · Fri 12 Jun")
    cards = morning.brief.cards
    await expect(morning.message).to_contain_text(f"{len(cards)} to decide")
    for card in cards:
        shown = morning.message.locator(f'[data-block="card:{card.account_id}"]')
        await expect(shown.get_by_role("link", name=card.account_name, exact=True)).to_have_count(1)
        await expect(shown).to_contain_text("→ ")


async def test_the_first_approve_is_on_the_first_screen_of_a_phone(morning: Morning) -> None:
    await morning.page.set_viewport_size({"width": 390, "height": 844})
    await morning.message.evaluate("message => message.scrollIntoView({block: 'start'})")
    await expect(morning.button("Approve")).to_be_in_viewport(ratio=1)
    box = await morning.message.bounding_box()
    assert box is not None
    assert box["height"] <= 2.5 * 844


async def test_evidence_leads_to_the_record_of_its_account(morning: Morning) -> None:
    await morning.button("Why?").click()
    # A contact who moved is shown with the account they moved to, which may be another person's.
    link = morning.dialog.locator("a[href*='/Potentials/']").first
    record_id = str(await link.get_attribute("href")).rpartition("/")[2]
    card = morning.brief.cards[0]
    assert record_id in {each.record_id for statement in card.statements for each in statement.evidence}
    await link.click()
    await expect(morning.record).to_have_attribute("open", "")


async def test_an_account_s_name_leads_to_its_record(morning: Morning) -> None:
    last = morning.brief.cards[-1]
    await morning.message.get_by_role("link", name=last.account_name, exact=True).first.click()
    record = morning.page.locator(f'[data-record="{last.account_id}"]')
    await expect(record).to_have_attribute("open", "")
    await expect(record).to_contain_text(f"Owner: {morning.person.name}")


async def test_why_shows_the_evidence_how_sure_we_are_and_exactly_what_would_be_written(morning: Morning) -> None:
    await morning.button("Why?").click()
    proposal = await morning.newest()
    card = morning.brief.cards[0]
    await expect(morning.dialog).to_contain_text(card.account_name)
    await expect(morning.dialog).to_contain_text(" ".join(card.statements[0].text.split()))
    await expect(morning.dialog).to_contain_text("How sure")
    await expect(morning.dialog).to_contain_text("What Approve writes")
    await expect(morning.dialog).to_contain_text(proposal.marker)


async def test_acting_as_another_owner_shows_their_brief_and_no_record_of_the_first(morning: Morning) -> None:
    page, mine = morning.page, {card.account_id for card in morning.brief.cards}
    await expect(page.locator("[data-record]")).to_have_count(len(mine))
    other = page.get_by_label("Workspace").get_by_role("listitem").filter(has_not_text=morning.person.name).first
    name = str(await other.locator("strong").inner_text())
    await other.get_by_role("button").click()
    await expect(morning.message.get_by_role("heading").first).to_contain_text(f"Good morning, {name.split()[0]}")
    await expect(page.locator("[data-record]").first).to_contain_text(f"Owner: {name}")
    shown = await page.locator("[data-record]").evaluate_all("nodes => nodes.map((node) => node.dataset.record)")
    assert mine.isdisjoint(shown)


async def test_nothing_is_written_by_reading(morning: Morning) -> None:
    await morning.page.get_by_role("tab", name="Home").click()
    home = morning.page.get_by_role("tabpanel", name="Home")
    await expect(home).to_contain_text("To decide")
    await expect(home).to_contain_text(morning.brief.cards[0].account_name)
    await expect(home.get_by_role("button", name="Approve")).not_to_have_count(0)
    assert morning.writes() == ()
