"""One person floods the bot: they hear once that they have to wait, and no one else waits for them."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from agents.flows.access.identity import Caller
from agents.flows.accounts.review_account import Review
from agents.model.question import Scope
from bot.inbound.inbox import Inbox
from store.domain.errors import Refused
from store.domain.gate.audit import AuditEntry
from store.domain.running.fair_use import Allowance, Errand, Wait
from store.repositories.fair_use import refusals as uncounted
from tests.flows.company import ACME, ANNA, GRANITE, MIA
from tests.flows.openings import Opening
from tests.flows.stage import ANNAS, BOBS, EVES, MIAS, TEAM, Stage, stage
from tests.flows.talk import talking, words

SPENT = "You have used your share of today"
RUNNING = "your last question is still running"
QUESTION = "why not Fjord Lines?"


async def refusals(made: Stage, action: str = "request.refused") -> list[AuditEntry]:
    async with made.bot.services.database.reading() as tx:
        return [each for each in await tx.audit.entries() if each.action == action]


def said_to(made: Stage, user_id: str, words: str) -> int:
    """How many messages to a person have these words."""
    own = [each for each in made.slack.dm(user_id) if each.get("bot_id")]
    return sum(words in str(each) for each in [*own, *made.slack.ephemerals(user_id)])


async def flood(made: Stage, messages: int = 60) -> None:
    await asyncio.gather(*(made.slack.message(ANNAS, f"{QUESTION} ({number})") for number in range(messages)))
    await made.slack.settled()
    await made.handled()


async def test_who_sends_sixty_messages_at_once_hears_once_that_they_have_to_wait(either_morning: Stage) -> None:
    await flood(either_morning)
    await either_morning.slack.until(lambda: said_to(either_morning, ANNAS, RUNNING) == 1)

    answered = said_to(either_morning, ANNAS, "Fjord Lines: nothing stands out")
    assert 2 <= answered < 60
    [noted] = await refusals(either_morning)
    assert noted.detail["asked"] == "errand.message"
    assert noted.detail["why"] == "running"


async def counted_together(made: Stage, least: int) -> AuditEntry:
    """Let the hour pass once at least so many were put off; then the trail has one more entry, with their number."""
    async with asyncio.timeout(20):
        while await put_off(made) < least:  # noqa: ASYNC110 - the database says so only when asked
            await asyncio.sleep(0.01)
    made.clock.advance(timedelta(hours=1, seconds=1))
    await made.bot.jobs.refusals()
    [counted] = await refusals(made, "request.refused_again")
    return counted


async def put_off(made: Stage) -> int:
    """How many refusals are counted and not yet in the trail."""
    async with made.bot.services.database.reading() as tx:
        return (await tx.fair_use._connection.execute(select(func.sum(uncounted.c.count)))).scalar_one() or 0


async def test_all_that_was_acknowledged_and_put_off_is_counted_in_one_more_entry(either_morning: Stage) -> None:
    await flood(either_morning)
    answered = said_to(either_morning, ANNAS, "Fjord Lines: nothing stands out")
    counted = await counted_together(either_morning, 60 - answered)

    assert counted.detail["count"] == 60 - answered
    assert counted.detail["slack_user"] == ANNAS


async def test_a_message_that_slack_delivers_again_in_a_flood_is_neither_counted_nor_answered_twice(
    either_morning: Stage,
) -> None:
    either_morning.slack.faults.lose_ack(kind="events_api", times=100)
    await flood(either_morning)
    answered = said_to(either_morning, ANNAS, "Fjord Lines: nothing stands out")
    counted = await counted_together(either_morning, 60 - answered)

    assert sum(parcel.attempt > 0 for parcel, _ in either_morning.slack.deliveries) >= 60
    assert counted.detail["count"] == 60 - answered


async def test_a_colleague_is_answered_and_decides_while_one_person_floods(either_morning: Stage) -> None:
    proposal = await either_morning.proposal(GRANITE)
    flooding = asyncio.create_task(flood(either_morning))
    await either_morning.slack.message(BOBS, QUESTION)
    await either_morning.approve(proposal, by=BOBS, at=BOBS)
    await flooding

    await either_morning.slack.until(lambda: len(either_morning.zoho.ledger) == 1)
    await either_morning.until(BOBS, "I can't find any of your accounts in that question")
    assert said_to(either_morning, BOBS, RUNNING) == 0


async def test_a_minute_later_they_are_answered_again(either_morning: Stage) -> None:
    await flood(either_morning)
    either_morning.clock.advance(timedelta(minutes=1))
    before = said_to(either_morning, ANNAS, "Fjord Lines: nothing stands out")
    await either_morning.slack.message(ANNAS, QUESTION)
    await either_morning.slack.until(
        lambda: said_to(either_morning, ANNAS, "Fjord Lines: nothing stands out") == before + 1
    )


async def test_a_press_of_the_one_who_floods_is_no_errand(either_morning: Stage) -> None:
    proposal = await either_morning.proposal(ACME)
    flooding = asyncio.create_task(flood(either_morning))
    await either_morning.approved(proposal, says="task created, due")
    await flooding
    assert len(either_morning.zoho.ledger) == 1


async def test_commands_beyond_the_minutes_share_are_acknowledged_with_one_sentence(either_morning: Stage) -> None:
    receipts = await asyncio.gather(*(either_morning.slack.command(ANNAS, "/review-account") for _ in range(25)))
    await either_morning.handled()

    assert all(each.acknowledged for each in receipts)
    assert sum("a lot within a minute" in str(each.payload) for each in receipts) == 1
    assert said_to(either_morning, ANNAS, "Please say which account") == 10


async def test_reviews_beyond_the_minutes_share_cost_the_crm_nothing(either_morning: Stage) -> None:
    before = either_morning.zoho.calls
    receipts = await asyncio.gather(
        *(either_morning.slack.command(ANNAS, "/review-account", "Acme Robotics") for _ in range(25))
    )
    await either_morning.handled()

    assert all(each.acknowledged for each in receipts)
    assert sum("your last review is still running" in str(each.payload) for each in receipts) == 1
    assert either_morning.zoho.calls - before <= 10 * 7


async def test_one_running_review_of_an_account_serves_all_who_ask_for_it_meanwhile(either_morning: Stage) -> None:
    zoho, review = either_morning.zoho, either_morning.bot.accounts.review
    annas, mias = (Caller(team_id=TEAM, user_id=each, request_id="r") for each in (ANNAS, MIAS))

    async def calls_for(*callers: Caller) -> int:
        before = zoho.calls
        made.extend(await asyncio.gather(*(review.by_id(caller, ACME) for caller in callers)))
        return zoho.calls - before

    made: list[Review] = []
    await calls_for(annas)  # reads the CRM's fields, too
    alone = await calls_for(annas)
    assert await calls_for(annas, annas, mias, mias) == alone
    assert [each.brief.reader_id for each in made] == [ANNA] * 4 + [MIA] * 2
    assert len({each.brief.id for each in made}) == 4


async def test_slack_is_asked_once_who_a_stranger_is_however_often_they_write(either_morning: Stage) -> None:
    def asked() -> int:
        return sum(call == ("users.info", {"user": EVES}) for call in either_morning.slack.workspace.calls)

    for number in range(12):
        await either_morning.slack.message(EVES, f"hello? ({number})")
        await either_morning.slack.settled()
        await either_morning.handled()
    assert asked() == 1

    either_morning.clock.advance(timedelta(minutes=5))
    await either_morning.slack.message(EVES, "hello?")
    await either_morning.slack.settled()
    await either_morning.handled()
    assert asked() == 2


async def test_repeated_refusals_of_a_kind_make_two_entries_an_hour(either_morning: Stage) -> None:
    stranger = Caller(team_id=TEAM, user_id=EVES, request_id="r")
    for account_id in [ACME] * 20 + [GRANITE] * 20:
        with pytest.raises(Refused):
            await either_morning.bot.accounts.review.by_id(stranger, account_id)
    with pytest.raises(Refused):
        await either_morning.bot.gate.decide.approve(stranger, (await either_morning.proposal(ACME)).id, 1)

    assert [each.detail["asked"] for each in await refusals(either_morning)] == ["account.review", "proposal.approve"]
    either_morning.clock.advance(timedelta(hours=1, seconds=1))
    await either_morning.bot.jobs.refusals()
    [counted] = await refusals(either_morning, "request.refused_again")
    assert (counted.subject, counted.detail["why"], counted.detail["count"]) == ("account.review", "Refused", 40)
    assert counted.detail["subjects"] == [ACME, GRANITE]


async def test_two_processes_count_one_persons_errands_together(database_url: str, tmp_path: Path) -> None:
    async with stage(database_url, tmp_path, opening=Opening.FIRST) as made, made.elsewhere() as database:
        allowances = {Errand.MESSAGE: Allowance(per_minute=3, at_once=2)}
        here = Inbox(made.bot.services.database, made.clock, allowances=allowances)
        there = Inbox(database, made.clock, allowances=allowances)
        caller = Caller(team_id=TEAM, user_id=ANNAS, request_id="r")

        async def ask(inbox: Inbox, key: str) -> Any:
            turn = await inbox.ask(key, "{}", Errand.MESSAGE, caller)
            return turn and (turn.wait, turn.tell)

        turns = await asyncio.gather(*(ask([here, there][n % 2], f"k{n}") for n in range(10)))
        assert sorted(map(str, turns)) == sorted(
            map(str, [(None, False)] * 2 + [(Wait.RUNNING, True)] + [(Wait.RUNNING, False)] * 7)
        )
        there = Inbox(database, made.clock, allowances=allowances)  # started anew: it remembers nothing itself
        assert await ask(there, "k0") is None
        for number in range(10):
            await here.done(f"k{number}")
        assert await ask(there, "last of the minute") == (None, False)
        await there.done("last of the minute")
        assert await ask(here, "one too many") == (Wait.MANY, False)


async def test_the_put_off_one_that_no_one_heard_of_yet_is_kept_and_the_others_are_not(either_morning: Stage) -> None:
    caller = Caller(team_id=TEAM, user_id=ANNAS, request_id="r")
    for number in range(5):
        await either_morning.bot.inbox.ask(f"k{number}", "{}", Errand.MESSAGE, caller)
    async with either_morning.bot.services.database.reading() as tx:
        left = await tx.inbox.left_over(taken_before=either_morning.clock.now() + timedelta(days=1))
    assert {each.key for each in left} == {"k0", "k1", "k2"}


async def test_presses_are_taken_again_before_errands(either_morning: Stage) -> None:
    caller = Caller(team_id=TEAM, user_id=ANNAS, request_id="r")
    await either_morning.bot.inbox.ask("question", "{}", Errand.MESSAGE, caller)
    either_morning.clock.advance(timedelta(seconds=1))
    await either_morning.bot.inbox.keep("press", "{}")
    async with either_morning.bot.services.database.reading() as tx:
        left = await tx.inbox.left_over(taken_before=either_morning.clock.now() + timedelta(days=1))
    assert [each.key for each in left] == ["press", "question"]


async def test_who_used_their_share_of_claude_is_answered_by_rules_and_the_others_by_claude(
    database_url: str, tmp_path: Path
) -> None:
    async with talking(database_url, tmp_path, model_day_usd=2.0, model_person_share=0.05) as talk:
        answers = [words(await talk.ask("Why is Acme Robotics here?"))]
        while SPENT not in answers[-1] and len(answers) < 12:
            answers.append(words(await talk.ask("Why is Acme Robotics here?")))
        assert SPENT not in answers[0]
        assert SPENT in answers[-1]
        assert SPENT not in words(await talk.ask("Why is Granite Works here?", by=BOBS))
        services = talk.stage.bot.services
        assert services.models is not None
        spent = await services.models.budget.spent(Scope(trace="", owner_id=ANNA, asked_by=ANNA))
    assert 0 < spent.person.usd <= 0.1
