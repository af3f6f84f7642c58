"""How good the morning briefs are: how much they ask, how many words they take, what they repeat, cut and leave out."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from time import perf_counter

from bot.demo.replay import working_days
from integrations.sandbox.history import Company
from integrations.sandbox.imports import load_csv, load_zoho_export
from integrations.sandbox.world import build_world
from store.domain.errors import BadInput
from tests.bench.quality.figures import figures_of
from tests.bench.quality.stage import staged

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
) -> dict[str, object]:
    """Raises: BadInput for unreadable data, or options that don't fit together."""
    began = perf_counter()
    company = _company(data, mapping, world=world, owners=owners, accounts=accounts, days=days)
    mornings = working_days(company.as_of, days)
    seen = []
    async with staged(company, days=mornings) as stage:
        async for arrived in stage.mornings(mornings):
            seen.extend(arrived)
    return {
        "company": company.name,
        "days": days,
        **figures_of(seen),
        "seconds": round(perf_counter() - began, 1),
    }


def _company(
    data: Path | None, mapping: Path | None, *, world: int | None, owners: int, accounts: int, days: int
) -> Company:
    if not 1 <= days <= MOST_DAYS:
        raise BadInput(f"--days is 1 to {MOST_DAYS} working days, not {days}.")
    if mapping and not data:
        raise BadInput("--mapping needs --data with the folder of the files.")
    if data and world is not None:
        raise BadInput("Choose either --data or --world, not both.")
    if data is None:
        seed = 7 if world is None else world
        return build_world(
            seed=seed, owners=owners, accounts_per_owner=accounts, days=120 + days, end=LAST_MORNING
        ).company
    if not data.is_dir():
        raise BadInput(f"There is no folder {data}.")
    return load_csv(data, mapping) if mapping else load_zoho_export(data)
