"""How good the morning briefs are: how much they ask, how many words they take, and how much they repeat, cut and leave out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from bot.demo.demo import Author
from bot.demo.replay import working_days
from integrations.sandbox.history import Company
from integrations.sandbox.imports import load_csv, load_zoho_export
from integrations.sandbox.world import build_world
from store.domain.errors import BadInput
from tests.bench.quality.figures import figures_of, figures_on_phone
from tests.bench.quality.seen import Look, Seen
from tests.bench.quality.stage import staged

if TYPE_CHECKING:
    from tests.bench.quality.phone import Phone

LAST_MORNING = date(2026, 6, 12)
MOST_DAYS = 60


async def measure(
    *,
    data: Path | None = None,
    mapping: Path | None = None,
    world: int | None = None,
    owners: int = 6,
    accounts: int = 20,
    days: int = 5,
    author: Author = "playbook",
    browser: bool = False,
) -> dict[str, object]:
    """Let the real bot post a brief to each owner on the last `days` working days of a company, with no one answering.

    Raises: BadInput for unreadable data, or options that don't fit together.
    """
    began = perf_counter()
    company = _company(data, mapping, world=world, owners=owners, accounts=accounts, days=days)
    mornings = working_days(company.as_of, days)
    seen: list[Seen] = []
    looks: list[Look] = []
    async with staged(company, days=mornings, author=author) as stage, _phone(stage.slack.url, wanted=browser) as phone:
        async for arrived in stage.mornings(mornings):
            seen.extend(arrived)
            looks += [await phone.look(each) for each in arrived] if phone else []
    return {
        "company": company.name,
        "days": days,
        **figures_of(seen),
        **(figures_on_phone(looks) if browser else {}),
        "seconds": round(perf_counter() - began, 1),
    }


def _company(
    data: Path | None, mapping: Path | None, *, world: int | None, owners: int, accounts: int, days: int
) -> Company:
    if not 1 <= days <= MOST_DAYS:
        raise BadInput(f"--days takes 1 to {MOST_DAYS} working days, not {days}.")
    if mapping and not data:
        raise BadInput("--mapping needs --data with the folder of the files.")
    if data and world is not None:
        raise BadInput("Give either --data or --world, not both.")
    if data is None:
        seed = 7 if world is None else world
        made = build_world(seed=seed, owners=owners, accounts_per_owner=accounts, end=LAST_MORNING, noise=True)
        return made.company
    if not data.is_dir():
        raise BadInput(f"There is no folder {data}.")
    return load_csv(data, mapping) if mapping else load_zoho_export(data)


@asynccontextmanager
async def _phone(url: str, *, wanted: bool) -> AsyncIterator[Phone | None]:
    if not wanted:
        yield None
        return
    from tests.bench.quality.phone import phone  # other runs and other benchmarks need no browser

    async with phone(url) as opened:
        yield opened
