"""One owner at their desk: the page as they see it, and what came of it in the CRM and the store."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.async_api import Locator, Page, expect

from bot.demo.demo import Demo
from integrations.sandbox.slack import SlackUser
from integrations.sandbox.zoho import LedgerEntry
from store.domain.brief.brief import Brief
from store.domain.gate.proposals import Proposal
from store.domain.gate.writes.create_task import CreateTask
from tests.browser.stage import brief_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Morning:
    """`earlier` is the number of writes the CRM had taken before; `brief` the stored one, `page` shows its message."""

    demo: Demo
    person: SlackUser
    brief: Brief
    page: Page
    earlier: int

    @property
    def message(self) -> Locator:
        return brief_on(self.page)

    @property
    def standing(self) -> Locator:
        """The first card: what it asks, or in one line what was decided."""
        return self.message.locator(f'[data-block="card:{self.brief.cards[0].account_id}"]')

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    @property
    def record(self) -> Locator:
        """The CRM record behind the scenes of the first card's account."""
        return self.page.locator(f'[data-record="{self.brief.cards[0].account_id}"]')

    @property
    def audit(self) -> Locator:
        return self.page.get_by_role("tabpanel", name="Audit trail")

    def button(self, name: str) -> Locator:
        """The first card's button of this name."""
        return self.message.get_by_role("button", name=name, exact=True).first

    def writes(self) -> tuple[LedgerEntry, ...]:
        """What the CRM took since this page was opened."""
        return self.demo.zoho.ledger[self.earlier :]

    async def newest(self) -> Proposal:
        """The version in force of the first card's first proposal."""
        proposal_id = self.brief.cards[0].proposal_ids[0]
        async with self.demo.bot.services.database.reading() as tx:
            return (await tx.proposals.in_force([proposal_id]))[proposal_id]

    async def task(self) -> CreateTask:
        """What the first card proposes. Mornings begin with a task."""
        write = (await self.newest()).write
        assert isinstance(write, CreateTask)
        return write

    async def account_names(self) -> list[str]:
        """Of all accounts this owner has, quiet ones among them."""
        async with self.demo.bot.services.database.reading() as tx:
            return [facts.name for facts in await tx.snapshots.book(self.brief.owner_id) if facts.account]

    async def say(self, text: str) -> None:
        """Write to the bot, or type a command."""
        await self.page.get_by_label("Message Sergas").fill(text)
        await self.page.keyboard.press("Enter")

    async def adjust(self, *, subject: str, due: str) -> None:
        """Fill the open modal and save it."""
        await self.dialog.get_by_label("Task").fill(subject)
        await self.dialog.get_by_label("Due").fill(due)
        await self.dialog.get_by_role("button", name="Save").click()

    async def audited(self) -> list[str]:
        """The actions in the audit trail behind the scenes, the latest first, once a write has come to an end."""
        await self.page.get_by_role("tab", name="Audit trail").click()
        actions = self.audit.get_by_role("listitem").locator("strong")
        await expect(actions.filter(has_text="write.done")).to_have_count(1)
        return await actions.all_inner_texts()
