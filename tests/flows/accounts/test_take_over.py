"""A handover: many accounts come to one person in one night, who reads one message and takes over all with one press."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from integrations.sandbox.history import Company, CrmEvent
from integrations.sandbox.slack import SlackUser
from store.domain.brief.brief import Brief
from store.domain.brief.handover import SHOWN
from store.domain.gate.proposals import State
from tests.flows.company import ACME, ANNA, BOB, FIRST_NIGHT, LATELY, LONG_AGO, MIA, MONDAY, company, happens
from tests.flows.company import _deal as deal
from tests.flows.company import _user as user
from tests.flows.gate.test_undo_write import press_undo
from tests.flows.stage import ANNAS, MIAS, MORNING, NIGHT, PEOPLE, Stage, stage
from tests.integrations.zoho.company import create

NIA, NIAS = "4150868000001000009", "U0NIA"
COUNT = 20
ACCOUNTS = [str(4150868000002000100 + n) for n in range(COUNT)]
FROM_ANNA = 14
SILENT = [ACCOUNTS[number] for number in (1, 5, 15)]
DAY = timedelta(days=1)


def team(*, count: int = COUNT) -> Company:
    """Nia has just joined; on Monday she gets `count` accounts, the first fourteen from Anna, the others from Bob."""
    made = company()
    newcomer = user(NIA, "Nia", "Okoro", "Europe/Berlin", manager_id=MIA)
    events = sorted([*made.events, *_accounts(), *_handover(count)], key=lambda event: event.at)
    return replace(made, users=(*made.users, newcomer), events=tuple(events))


def _accounts() -> Iterator[CrmEvent]:
    for number, account_id in enumerate(ACCOUNTS):
        owner = ANNA if number < FROM_ANNA else BOB
        at = LONG_AGO + number * DAY / 4  # apart, or they would count as an import
        yield create("Accounts", account_id, at=at, user=owner, Account_Name=f"Client {number:02}")
        if number % 4 == 0:  # the others have no money, and a few of them are silent
            yield replace(
                deal(str(4150868000003000100 + number), account_id, f"Plan {number}", amount=1_000.0 * (number + 5)),
                user_id=owner,
            )
        if account_id not in SILENT:
            yield create(
                "Calls", str(4150868000005000100 + number), at=LATELY, user=owner, Subject="Check-in",
                Call_Type="Inbound", Call_Start_Time=LATELY.isoformat(), on=("Accounts", account_id),
            )  # fmt: skip


def _handover(count: int) -> Iterator[CrmEvent]:
    for number, account_id in enumerate(ACCOUNTS[:count]):
        at = MONDAY + timedelta(hours=8, seconds=number)
        yield happens("Accounts", account_id, at, user=MIA, Owner={"id": NIA})


@asynccontextmanager
async def opened(url: str, home: Path, *, count: int = COUNT) -> AsyncIterator[Stage]:
    """Tuesday morning, after the night of the handover."""
    people = (*PEOPLE, SlackUser(id=NIAS, name="Nia Okoro", email="nia@example.com", tz="Europe/Berlin"))
    async with stage(url, home, of=team(count=count), people=people) as made:
        assert await made.look(FIRST_NIGHT)
        await made.morning(MORNING - 4 * DAY)
        assert await made.look(NIGHT)
        await made.morning()
        yield made


@pytest.fixture
async def handed(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    async with opened(sqlite_url, tmp_path) as made:
        yield made


@pytest.fixture
async def handed_anywhere(database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    async with opened(database_url, tmp_path) as made:
        yield made


async def last_brief(stage: Stage, owner_id: str = NIA) -> Brief:
    async with stage.bot.services.database.reading() as tx:
        (brief, *_) = await tx.briefs.recent(owner_id)
    return brief


def posted(stage: Stage, user_id: str = NIAS) -> list[dict[str, Any]]:
    """Everything that the bot posted to a person, threads too."""
    return [message for message in stage.slack.dm(user_id) if message.get("bot_id")]


def _says(text: str, messages: list[dict[str, Any]]) -> list[bool]:
    return [text in str(message["blocks"]) for message in messages]


async def choose(stage: Stage, accounts: list[str], *, by: str = NIAS) -> None:
    """Press “Take over all” and choose these accounts for an introduction; the tasks are shown then."""
    await stage.slack.click(by, "take_over", channel=stage.slack.channel(NIAS))
    await stage.slack.until(lambda: stage.slack.modal(by) is not None)
    assert (await stage.slack.submit(by, {"introductions": {"introductions": accounts}})).ok


async def test_twenty_accounts_of_one_night_are_one_message_with_the_five_that_matter(handed: Stage) -> None:
    (message,) = posted(handed)
    text = str(message["blocks"])
    assert "20 accounts are now yours" in text
    assert "14 from Anna Berg, 6 from Bob Chan" in text
    assert "The others (15)" in text
    handover = (await last_brief(handed)).handover
    assert handover is not None
    lined = next(block for block in message["blocks"] if "Client" in str(block) and block["type"] == "section")
    assert lined["text"]["text"].count("Client") == SHOWN
    assert {each.account_id for each in handover.accounts[:3]} == set(SILENT)  # what is at risk, then the most money
    assert [each.amount for each in handover.accounts[3:SHOWN]] == [21_000.0, 17_000.0]
    assert "approve_proposal" not in text


async def test_one_press_takes_over_all_and_writes_each_chosen_introduction_once(handed_anywhere: Stage) -> None:
    stage = handed_anywhere
    chosen = ACCOUNTS[:3]
    await choose(stage, chosen)
    shown = str(stage.slack.modal(NIAS))
    assert "Take over 20 accounts with 3 introduction tasks?" in shown
    assert all(f"Client {number:02}" in shown for number in range(3))
    assert stage.zoho.ledger == ()

    assert (await stage.slack.submit(NIAS, {})).ok
    await stage.slack.until(lambda: len(stage.zoho.ledger) == 3)
    await stage.until(NIAS, "You took over 20 accounts · 3 of 3 introduction tasks written")
    for account_id in chosen:
        proposal = await stage.proposal(account_id)
        assert (proposal.state, proposal.decided_by, proposal.owner_id) == (State.DONE, NIA, NIA)
        assert [each.action for each in await stage.trail(proposal.id)][:1] == ["proposal.approved"]
        assert str(proposal.crm_id) in str(posted(stage)[0]["blocks"])  # a link to the task
    (entry,) = [
        each for each in await stage.trail((await last_brief(stage)).id) if each.action == "handover.taken_over"
    ]
    assert len(entry.detail["accounts"]) == COUNT
    assert not await stage.proposals(ACCOUNTS[5])  # nothing was written for the others
    assert "take_over" not in str(posted(stage)[0]["blocks"])


async def test_what_all_tasks_have_in_common_is_shown_once(handed: Stage) -> None:
    await choose(handed, ACCOUNTS[:3])
    shown = str(handed.slack.modal(NIAS))
    assert "Each of them" in shown
    assert (shown.count("Due: "), shown.count("ends with a mark of the bot's"), shown.count("[SAM-")) == (1, 1, 0)


async def test_an_introduction_task_can_be_undone_where_it_was_made(handed: Stage) -> None:
    await choose(handed, ACCOUNTS[:2])
    await handed.slack.submit(NIAS, {})
    await handed.until(NIAS, "2 of 2 introduction tasks written")
    made = await handed.proposal(ACCOUNTS[0])
    await press_undo(handed, made, by=NIAS, at=NIAS)
    await handed.slack.submit(NIAS, {})
    await handed.until(NIAS, "1 of 2 introduction tasks written")
    assert "Undone, task removed" in handed.shown(NIAS)
    assert handed.zoho.record("Tasks", made.crm_id or "") is None


async def test_all_twenty_get_a_task_if_chosen_and_a_second_press_writes_none_again(handed: Stage) -> None:
    await choose(handed, ACCOUNTS)
    await handed.slack.submit(NIAS, {})
    await handed.slack.until(lambda: len(handed.zoho.ledger) == COUNT)
    await handed.until(NIAS, "20 of 20 introduction tasks written")
    await handed.slack.click(NIAS, "take_over", channel=handed.slack.channel(NIAS))
    assert await handed.answered(NIAS, "taken over already")
    await handed.handled()
    assert len(handed.zoho.ledger) == COUNT


async def test_taking_over_without_introductions_writes_nothing(handed: Stage) -> None:
    await choose(handed, [])
    await handed.slack.submit(NIAS, {})
    await handed.until(NIAS, "You took over 20 accounts.")
    assert handed.zoho.ledger == ()


async def test_what_was_taken_over_is_not_told_again_and_its_accounts_are_like_any_others(handed: Stage) -> None:
    await choose(handed, ACCOUNTS[:1])
    await handed.slack.submit(NIAS, {})
    await handed.until(NIAS, "1 of 1 introduction task written")
    await handed.look(NIGHT + DAY)
    await handed.morning(MORNING + DAY)
    brief = await last_brief(handed)
    assert brief.handover is None
    assert brief.cards or brief.listed
    assert "Introduce" not in str(handed.briefs(NIAS)[-1])  # nobody proposes one task per account after all


async def test_a_handover_that_nobody_answers_is_one_line_the_next_day_and_then_rests(handed: Stage) -> None:
    for number in (1, 2):
        await handed.look(NIGHT + number * DAY)
        await handed.morning(MORNING + number * DAY)
    first, second, third = (str(message["blocks"]) for message in handed.briefs(NIAS))
    assert "20 accounts are now yours" in first
    assert "20 accounts came to you from Anna Berg and Bob Chan, not taken over yet" in second
    assert "The others (15)" not in second
    assert "take_over" not in third

    await choose(handed, ACCOUNTS[:1])  # in the latest message that has the button
    await handed.slack.submit(NIAS, {})
    await handed.slack.until(lambda: _says("You took over 20 accounts", handed.briefs(NIAS)) == [True, True, False])


async def test_the_decisions_that_the_former_owner_left_open_are_told_where_they_still_apply(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with opened(sqlite_url, tmp_path) as made:
        asked = await made.proposal(ACCOUNTS[1])
        assert (asked.owner_id, asked.decided_by) == (ANNA, None)
        handover = (await last_brief(made)).handover
        assert handover is not None
        left = {each.account_id: each.pending for each in handover.accounts}
        assert left[ACCOUNTS[1]] == asked.name
        assert not left[ACCOUNTS[2]]


async def test_nobody_else_takes_them_over_but_the_manager_may(handed: Stage) -> None:
    await handed.slack.click(ANNAS, "take_over", channel=handed.slack.channel(NIAS))
    assert await handed.answered(ANNAS, "This belongs to Nia Okoro")
    await choose(handed, [], by=MIAS)
    await handed.slack.submit(MIAS, {})
    await handed.until(NIAS, "Mia Lind took over 20 accounts")


async def test_two_accounts_are_no_handover(sqlite_url: str, tmp_path: Path) -> None:
    async with opened(sqlite_url, tmp_path, count=2) as made:
        brief = await last_brief(made)
        assert brief.handover is None
        shown = {card.account_id for card in brief.cards} | {each.account_id for each in brief.listed}
        assert shown == set(ACCOUNTS[:2])


async def test_a_task_that_changed_after_it_was_shown_is_not_written(handed: Stage) -> None:
    await choose(handed, ACCOUNTS[:2])
    handed.clock.advance(timedelta(minutes=1))
    handed.zoho.happens(happens("Accounts", ACCOUNTS[0], handed.clock.now(), user=MIA, Owner={"id": BOB}))
    await handed.slack.submit(NIAS, {})
    await handed.until(NIAS, "took over 20 accounts · 1 of 2 introduction tasks written")
    assert len(handed.zoho.ledger) == 1
    assert (await handed.proposal(ACCOUNTS[1])).state is State.DONE
    assert ACME not in str(handed.zoho.ledger)


async def test_an_account_that_was_given_to_someone_else_is_counted_and_not_named(handed: Stage) -> None:
    await choose(handed, ACCOUNTS[:2])
    before = str(posted(handed)).count("Client 00")
    handed.clock.advance(timedelta(minutes=1))
    handed.zoho.happens(happens("Accounts", ACCOUNTS[0], handed.clock.now(), user=MIA, Owner={"id": BOB}))
    assert await handed.bot.jobs.syncs()
    await handed.slack.submit(NIAS, {})
    assert await handed.answered(NIAS, "1 account got another owner meanwhile, so no task was written there.")
    await handed.handled()
    assert len(handed.zoho.ledger) == 1
    assert str(posted(handed)).count("Client 00") <= before


async def test_who_gets_their_first_accounts_during_the_day_reads_of_them_the_next_morning(
    sqlite_url: str, tmp_path: Path
) -> None:
    of = team()
    people = (*PEOPLE, SlackUser(id=NIAS, name="Nia Okoro", email="nia@example.com", tz="Europe/Berlin"))
    async with stage(sqlite_url, tmp_path, of=of, people=people) as made:
        assert await made.look(FIRST_NIGHT)
        await made.look(MONDAY + timedelta(hours=9))  # an hour after they were given away
        await made.morning(made.clock.now())
        assert not posted(made)
        assert made.briefs(ANNAS)
        await made.look(NIGHT)
        await made.morning()
        assert "20 accounts are now yours" in str(posted(made)[0]["blocks"])
