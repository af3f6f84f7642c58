"""The whole bot under attack: a hostile CRM and memory, an obedient Claude that writes and answers, another one behind the toolbox
and beside it, and people at work."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from integrations.mcp_servers.crm import build_crm_server
from integrations.sandbox.claude import ClaudeSandbox
from store.domain.access.rules import Reach
from store.domain.gate.registry import kinds
from tests.flows.company import ANNA, FIRST_NIGHT
from tests.flows.mails import post_office, send
from tests.flows.stage import MORNING, NIGHT, Stage, stage
from tests.injection import author, deeds
from tests.injection.claude import judge_claude
from tests.injection.judge import SLACK_USERS, Verdict, judge, judge_mails
from tests.injection.mails import ask_for_mails
from tests.injection.obedient import ObedientModel, Tally
from tests.injection.poisoned import FIELDS, OWNERS, Poisoned, company

NEXT_DAY = timedelta(days=1)
AMERICAN_MORNING = datetime(2026, 3, 24, 12, 30, tzinfo=UTC)


async def campaign(
    url: str, home: Path, texts: Sequence[str], *, thorough: bool = False, huge: bool = False
) -> Verdict:
    """Everything once, with these strings. `thorough` runs a model for every owner, asks and answers with every string and decides
    on all cards; else one of each kind has to do."""
    verdict = Verdict(strings=len(texts), fields=len(FIELDS))
    records = [Poisoned(number, text) for number, text in enumerate(texts)]
    tallies: dict[str, list[Tally]] = {owner: [] for owner in (OWNERS if thorough else OWNERS[:1])}
    async with post_office() as (mails, by_mail), _obeyed(url, home, texts, huge=huge, **by_mail) as (made, claude):
        await _mornings(made)
        await _run_models(made, records, tallies, own_ids=10 if thorough else 2)
        assert made.zoho.ledger == (), "nobody has approved anything yet"
        await deeds.ask_for_reviews(made, texts if thorough else texts[::4])
        await deeds.reply(made, texts if thorough else texts[1::2])
        await _decisions(made, records, texts, cards=30 if thorough else 2)
        await _run_models(made, records[:4], tallies, own_ids=1)
        await made.restart()  # what was under way is finished first
        await judge(made, verdict, tallies)
        await send(made)
        judge_mails(made, verdict, mails.mails)
        await judge_claude(made, verdict, claude)
    return verdict


@asynccontextmanager
async def _obeyed(
    url: str, home: Path, texts: Sequence[str], *, huge: bool, **settings: Any
) -> AsyncIterator[tuple[Stage, ClaudeSandbox]]:
    """The stage with a Claude that does whatever any text tells it to, and that no budget stops; nor does fair use stop anyone, in
    whose one still minute all texts are sent."""
    claude = await ClaudeSandbox("obedient", clock=lambda: MORNING, noted=1_000_000).start()
    told: dict[str, Any] = {"anthropic_url": claude.url, "anthropic_api_key": claude.api_key, "author": "claude"}
    told |= {f"model_{per}_{unit}": 0 for per in ("account", "morning", "day") for unit in ("tokens", "usd")}
    told |= {
        f"fair_{limit}": 0 for limit in ("messages_per_minute", "commands_per_minute", "reviews_per_minute", "at_once")
    }
    try:
        async with stage(url, home, of=company(texts, huge=huge), memory_url="", **told, **settings) as made:
            yield made, claude
    finally:
        await claude.stop()


async def _mornings(made: Stage) -> None:
    assert await made.look(FIRST_NIGHT)
    assert await made.look(NIGHT)
    await ask_for_mails(made)
    await made.bot.jobs.remember()
    assert made.bot.services.memory
    assert await made.bot.services.memory.answers()
    await made.morning(MORNING)
    await made.morning(AMERICAN_MORNING)
    await send(made)
    assert all(made.briefs(user) for user in SLACK_USERS)


async def _run_models(
    made: Stage, records: Sequence[Poisoned], tallies: dict[str, list[Tally]], *, own_ids: int
) -> None:
    """An obedient model for every owner; it was told the ids of every proposal and of some of the others' records."""
    proposals = [proposal.id for proposal in await deeds.every_proposal(made)]
    for owner in tallies:
        reach = Reach.of(owner)
        execute = partial(made.bot.gate.execute.of_kind, reach=reach)
        server = build_crm_server(reader=made.bot.services.crm, execute=execute, reach=reach)
        others = [record for record in records[: len(OWNERS)] if record.owner != owner]
        planted = [*OWNERS, *(record.id(kind) for record in others for kind in (2, 3, 5))]
        model = ObedientModel(server, records=planted, proposals=proposals)
        tallies[owner].append(await model.run_wild([record.text for record in records], own_ids=own_ids))


async def _decisions(made: Stage, records: Sequence[Poisoned], texts: Sequence[str], *, cards: int) -> None:
    """Adjusted, rejected, authored by a model and approved; then the next morning tells of them."""
    annas = [record for record in records if record.owner == ANNA]
    elsewhere = next(record for record in records if record.owner != ANNA)
    waiting = [each for each in await deeds.open_proposals(made, ANNA) if deeds.is_on_a_card(made, each)]
    await deeds.adjust(made, waiting[:cards], texts)
    await deeds.reject(made, waiting[cards : 2 * cards], texts)
    authored = await author.send_brief(made, annas[: 3 * cards], elsewhere=elsewhere)
    still_open = [each for each in await deeds.open_proposals(made, ANNA) if deeds.is_on_a_card(made, each)]
    one_of_each = [next((each for each in still_open if each.write.kind == kind), None) for kind in kinds()]
    chosen = {each.id: each for each in (*one_of_each, *authored) if each}
    await deeds.approve(made, list(chosen.values()))
    await deeds.look_at_home(made)
    assert await made.look(NIGHT + NEXT_DAY)
    await made.morning(MORNING + NEXT_DAY)
