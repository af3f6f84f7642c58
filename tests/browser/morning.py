"""One owner at their desk: the page as they see it, and what came of it in the CRM and the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from playwright.async_api import Locator, Page, expect

from bot.demo.demo import Demo
from integrations.sandbox.slack import SlackUser
from integrations.sandbox.zoho import LedgerEntry
from store.domain.brief.brief import Brief, Card
from store.domain.gate.proposals import Proposal, State
from store.domain.gate.writes.create_task import CreateTask
from tests.browser.stage import brief_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Morning:
    """`brief` is the stored one, of which this morning is about `card`; `page` shows its message. `earlier` is the number of
    writes the CRM had taken before."""

    demo: Demo
    person: SlackUser
    brief: Brief
    card: Card
    page: Page
    earlier: int

    @property
    def message(self) -> Locator:
        return brief_on(self.page)

    @property
    def words(self) -> Locator:
        """The card's text; once it is decided, its one line with the way back."""
        return self.words_of(self.card)

    @property
    def counts(self) -> Locator:
        """The line below the greeting, which says how much is left to decide."""
        return self.message.locator(".block-header + .block-section")

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    @property
    def record(self) -> Locator:
        """The CRM record behind the scenes of the card's account."""
        return self.page.locator(f'[data-record="{self.card.account_id}"]')

    @property
    def audit(self) -> Locator:
        return self.page.get_by_role("tabpanel", name="Audit trail")

    def words_of(self, card: Card) -> Locator:
        return self.message.locator(_block_of(card))

    def control(self, name: str, *, of: Card | None = None) -> Locator:
        """Its button or menu of this name, or another card's."""
        block = _block_of(of or self.card)
        here = self.message.locator(f"{block}, {block} + .block-actions")
        return here.locator("button, select").and_(_called(self.page, name))

    def in_days(self, days: int) -> str:
        """The owner's day after so many days, or the Monday after it if that is on a weekend, as messages write it."""
        day = self.demo.clock.now().astimezone(ZoneInfo(self.person.tz)).date() + timedelta(days=days)
        day += timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
        return f"{day:%a} {day.day} {day:%b}"

    def writes(self) -> tuple[LedgerEntry, ...]:
        """What the CRM took since this page was opened."""
        return self.demo.zoho.ledger[self.earlier :]

    async def newest(self) -> Proposal:
        """The version in force of the card's proposal."""
        [proposal_id] = self.card.proposal_ids
        async with self.demo.bot.services.database.reading() as tx:
            return (await tx.proposals.in_force([proposal_id]))[proposal_id]

    async def task(self) -> CreateTask:
        """What the card proposes, which is a task."""
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

    async def left(self) -> int:
        """The number of this brief's decisions that are still open."""
        ids = [proposal_id for card in self.brief.cards for proposal_id in card.proposal_ids]
        async with self.demo.bot.services.database.reading() as tx:
            return sum(each.state is State.PENDING for each in (await tx.proposals.in_force(ids)).values())

    async def audited(self) -> list[str]:
        """The actions in the audit trail behind the scenes, the latest first, once the card's write has come to an end."""
        await self.page.get_by_role("tab", name="Audit trail").click()
        entries = self.audit.get_by_role("listitem")
        ours = entries.filter(has=self.page.locator(f'[title="{(await self.newest()).id}"]'))
        await expect(ours.filter(has_text="write.done")).to_have_count(1)
        return await entries.locator("strong").all_inner_texts()


def _block_of(card: Card) -> str:
    return f'[data-block="card:{card.account_id}"]'


def _called(page: Page, name: str) -> Locator:
    button = page.get_by_role("button", name=name, exact=True)
    return button.or_(page.get_by_role("combobox", name=name, exact=True))
