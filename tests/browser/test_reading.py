"""What an owner reads in the morning: the brief, what it rests on, and nothing of anybody else's."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.morning import CONFIDENCE, Morning

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]


async def test_the_brief_greets_the_owner_and_shows_every_account_that_needs_them(morning: Morning) -> None:
    first_name = morning.person.name.split()[0]
    await expect(morning.message.get_by_role("heading").first).to_have_text(
        f"Good morning, {first_name} · Friday 12 June"
    )
    cards = morning.brief.cards
    await expect(morning.message.locator(".block-context", has_text=CONFIDENCE)).to_have_count(len(cards))
    for card in cards:
        await expect(morning.message.get_by_role("link", name=card.account_name, exact=True)).to_have_count(1)
        await expect(morning.message).to_contain_text(" ".join(card.statements[0].text.split()))


async def test_evidence_leads_to_the_record_of_its_account(morning: Morning) -> None:
    # A contact who moved is shown with the account they moved to, which may be another person's.
    links = morning.message.locator(".block-context", has_text=CONFIDENCE).locator("a[href*='/Potentials/']")
    link = links.first
    record_id = str(await link.get_attribute("href")).rpartition("/")[2]
    [account_id] = {
        card.account_id
        for card in morning.brief.cards
        for evidence in card.recommendations[0].evidence
        if evidence.record_id == record_id
    }
    await link.click()
    record = morning.page.locator(f'[data-record="{account_id}"]')
    await expect(record).to_have_attribute("open", "")
    await expect(record.locator("summary")).to_be_focused()


async def test_an_account_s_name_leads_to_its_record(morning: Morning) -> None:
    last = morning.brief.cards[-1]
    await morning.message.get_by_role("link", name=last.account_name, exact=True).first.click()
    record = morning.page.locator(f'[data-record="{last.account_id}"]')
    await expect(record).to_have_attribute("open", "")
    await expect(record).to_contain_text(f"Owner: {morning.person.name}")


async def test_the_thread_shows_the_evidence_and_exactly_what_would_be_written(morning: Morning) -> None:
    await (
        morning.message.get_by_role("button", name="replies")
        .or_(morning.message.get_by_role("button", name="1 reply"))
        .click()
    )
    thread = morning.page.get_by_role("complementary", name="Thread")
    details = thread.get_by_role("article").filter(has_text="The exact write").first
    proposal = await morning.newest()
    await expect(details).to_contain_text(morning.brief.cards[0].account_name)
    await expect(details).to_contain_text("The exact write")
    await expect(details).to_contain_text(proposal.marker)
    await expect(morning.page.get_by_label("Reply in the thread")).to_be_focused()


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
