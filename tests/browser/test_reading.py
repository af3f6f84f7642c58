"""What an owner reads in the morning: the brief, what it rests on, and nothing of anybody else's."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.browser.morning import Morning

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]


async def test_the_brief_greets_the_owner_and_asks_for_each_decision_in_a_few_words(reading: Morning) -> None:
    first_name, cards = reading.person.name.split()[0], reading.brief.cards
    await expect(reading.message.get_by_role("heading").first).to_have_text(f"Good morning, {first_name} · Fri 12 Jun")
    await expect(reading.counts).to_contain_text(f"{len(cards)} to decide")
    for card in cards:
        words = reading.words_of(card)
        await expect(words.get_by_role("link", name=card.account_name, exact=True)).to_have_count(1)
        await expect(words).to_contain_text("→ ")
        assert len((await words.inner_text()).split()) <= 60
        for name in ("Approve", "Adjust", "Snooze", "Reject", "Why?"):
            await expect(reading.control(name, of=card)).to_have_count(1)
    assert 0 < len(cards) <= 5


async def test_the_rest_of_the_brief_is_collapsed_until_a_person_opens_it(reading: Morning) -> None:
    groups = reading.message.locator(".block-container")
    assert await groups.count() > 0
    for group in await groups.all():
        toggle = group.locator(".container-toggle")
        await expect(toggle).to_have_attribute("aria-expanded", "false")
        await expect(group.locator(".container-body")).to_be_hidden()
        await toggle.click()
        await expect(group.locator(".container-body")).to_be_visible()
        assert await group.locator(".container-body").inner_text() != ""


async def test_why_shows_the_evidence_how_sure_we_are_and_exactly_what_would_be_written(reading: Morning) -> None:
    task = await reading.task()
    await reading.control("Why?").click()
    await expect(reading.dialog).to_contain_text(reading.card.account_name)
    for title in ("How sure", "Why today", "What Approve writes"):
        await expect(reading.dialog).to_contain_text(title)
    for statement in reading.card.statements:
        await expect(reading.dialog).to_contain_text(" ".join(statement.text.split()))
    await expect(reading.dialog).to_contain_text(task.subject)
    await expect(reading.dialog).to_contain_text((await reading.newest()).marker)
    await expect(reading.message.get_by_role("button", name=re.compile("repl(y|ies)$"))).to_have_count(0)


async def test_evidence_leads_to_the_record_of_its_account(reading: Morning) -> None:
    await reading.control("Why?").click()
    # A contact who moved is shown with the account they moved to, which may be another person's.
    link = reading.dialog.locator("a[href*='/Potentials/']").first
    await link.click()
    await expect(reading.dialog).to_have_count(0)
    await expect(reading.record).to_have_attribute("open", "")
    await expect(reading.record.locator("summary")).to_be_focused()


async def test_an_account_s_name_leads_to_its_record(reading: Morning) -> None:
    last = reading.brief.cards[-1]
    await reading.message.get_by_role("link", name=last.account_name, exact=True).first.click()
    record = reading.page.locator(f'[data-record="{last.account_id}"]')
    await expect(record).to_have_attribute("open", "")
    await expect(record).to_contain_text(f"Owner: {reading.person.name}")


async def test_acting_as_another_owner_shows_their_brief_and_no_record_of_the_first(reading: Morning) -> None:
    page, mine = reading.page, {card.account_id for card in reading.brief.cards}
    await expect(page.locator("[data-record]")).to_have_count(len(mine))
    other = page.get_by_label("Workspace").get_by_role("listitem").filter(has_not_text=reading.person.name).first
    name = str(await other.locator("strong").inner_text())
    await other.get_by_role("button").click()
    await expect(reading.message.get_by_role("heading").first).to_contain_text(f"Good morning, {name.split()[0]}")
    await expect(page.locator("[data-record]").first).to_contain_text(f"Owner: {name}")
    shown = await page.locator("[data-record]").evaluate_all("nodes => nodes.map((node) => node.dataset.record)")
    assert mine.isdisjoint(shown)


async def test_nothing_is_written_by_reading(reading: Morning) -> None:
    await reading.page.get_by_role("tab", name="Home").click()
    home = reading.page.get_by_role("tabpanel", name="Home")
    await expect(home).to_contain_text("To decide")
    await expect(home).to_contain_text(reading.card.account_name)
    await expect(home.get_by_role("button", name="Approve")).not_to_have_count(0)
    assert reading.writes() == ()
