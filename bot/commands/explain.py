"""`sergas why`: what was noticed about an account, and why other signals stayed silent."""

from __future__ import annotations

from rich.console import Console

from agents.flows.accounts.review import gather, review_all
from bot.clock import SystemClock
from bot.commands.names import account_id_of
from bot.commands.setup import started
from bot.wiring.database import open_store_as_it_is
from store.domain.brief.ranking import explain
from store.domain.errors import NotFound

console = Console(highlight=False)


async def run_why(name: str) -> int:
    """Print what each detector says of an account."""
    settings = started()
    clock = SystemClock()
    async with open_store_as_it_is(settings.storage) as database, database.reading() as tx:
        account_id = await account_id_of(tx, name)
        facts = await tx.snapshots.account_facts(account_id)
        owner = await tx.people.get(facts.account.owner_id) if facts and facts.account else None
        if facts is None or owner is None:
            raise NotFound(f"“{name}” has no owner that I know.")
        now, policy = clock.now(), settings.signals
        material = await gather(
            tx, owner, [facts], now=now, news_since=now, policy=policy, currency=settings.brief.currency
        )
        last = await tx.attention.last(owner.id)
        reviewed = await review_all(material, now=now, news_since=now, policy=policy, own=last.tally if last else None)
    console.print(f"{facts.name} · {owner.name}", style="bold", markup=False)
    for line in explain(reviewed.reviews[0].findings):
        console.print(f"  {line}", markup=False)
    return 0
