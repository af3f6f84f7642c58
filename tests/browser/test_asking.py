"""/review-account typed on the page: a name that fits one account, several, or none; and the Home tab."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pytest
from playwright.async_api import expect

from tests.browser.morning import Morning

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]


async def test_a_name_that_fits_one_account_brings_its_review(morning: Morning) -> None:
    account = morning.card.account_name
    await morning.say(f"/review-account {account}")
    review = morning.page.get_by_role("log").get_by_role("article").filter(has_text=f"Review: {account}")
    await expect(review).to_be_in_viewport()
    await expect(review.get_by_role("button", name="Approve").first).to_be_visible()


async def test_a_name_that_fits_several_asks_which_and_reviews_the_chosen_one(reading: Morning) -> None:
    fragment = _shared(await reading.account_names())
    await reading.say(f"/review-account {fragment}")
    choice = reading.page.get_by_label("Choose an account")
    await expect(choice).to_be_in_viewport()
    chosen = str(await choice.get_by_role("option").last.inner_text())
    assert fragment in chosen.casefold()
    await choice.select_option(label=chosen)
    await expect(reading.page.get_by_role("heading", name=f"Review: {chosen}")).to_be_visible()


async def test_an_unknown_name_is_answered_by_one_sentence(reading: Morning) -> None:
    await reading.say("/review-account Zzyzx Unlimited")
    answer = reading.page.get_by_role("article").filter(has_text="You have no account called “Zzyzx Unlimited”")
    await expect(answer).to_be_in_viewport()
    await expect(answer).to_contain_text("Only visible to you")
    await expect(reading.page.locator('[aria-live="polite"]')).to_contain_text("You have no account called")


async def test_the_home_tab_moves_a_decided_proposal_to_those_decided_lately(morning: Morning) -> None:
    task, account = await morning.task(), morning.card.account_name
    await morning.page.get_by_role("tab", name="Home").click()
    home = morning.page.get_by_role("tabpanel", name="Home")
    open_one = home.locator(".block-section", has_text=account).filter(has_text="→ Task for you")
    await expect(open_one).to_contain_text(f"“{task.subject}”")
    await open_one.locator("+ .block-actions").get_by_role("button", name="Approve").click()
    decided = home.locator(".block-header", has_text="Recently decided").locator("+ .block-section")
    await expect(decided).to_contain_text(f"{account}: {(await morning.newest()).name}")
    await expect(open_one).to_have_count(0)
    await morning.page.get_by_role("tab", name="Messages").click()
    await expect(morning.words).to_contain_text("task created, due")
    await morning.page.get_by_role("tab", name="Home").click()
    await expect(decided).to_contain_text("task created, due")
    assert len(morning.writes()) == 1


def _shared(names: Iterable[str]) -> str:
    """Three letters in a row that the first words of at least two of the names have in common."""
    first_words = [name.split()[0].casefold() for name in names]
    counts = Counter(part for word in first_words for part in {word[at : at + 3] for at in range(len(word) - 2)})
    fragment, count = max(sorted(counts.items()), key=lambda each: each[1])
    assert count > 1
    return fragment
