"""Someone leaves: their manager hears which accounts are left behind, and gives them to a colleague."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.jobs.job import ProcessRole
from bot.running import jobs_of
from integrations.sandbox.history import Company, CrmEvent, CrmUser
from integrations.sandbox.slack import SlackUser
from store.domain.brief.brief import Brief
from store.domain.gate.proposals import State
from tests.flows.company import ADA, ANNA, BOB, FIRST_NIGHT, LATELY, LONG_AGO, MIA, company, happens
from tests.flows.company import _deal as deal
from tests.flows.company import _user as user
from tests.flows.stage import ANNAS, MIAS, MORNING, NIGHT, PEOPLE, Stage, stage
from tests.integrations.zoho.company import create

TOM, NIA = "4150868000001000008", "4150868000001000009"
NIAS, ADAS = "U0NIA", "U0ADA"
COUNT = 12
ACCOUNTS = [str(4150868000002000100 + n) for n in range(COUNT)]
RICH = 3  # the account with an open deal
DAY = timedelta(days=1)
NEWCOMERS = (
    SlackUser(id=NIAS, name="Nia Okoro", email="nia@example.com", tz="Europe/Berlin"),
    SlackUser(id=ADAS, name="Ada Admin", email="ada@example.com", tz="Europe/Berlin"),
)


def toms(**more: object) -> CrmUser:
    return user(TOM, "Tom", "Tall", "Europe/Berlin", **{"manager_id": MIA, **more})


def team(tom: CrmUser) -> Company:
    made = company()
    users = (*made.users, tom, user(NIA, "Nia", "Okoro", "Europe/Berlin", manager_id=MIA))
    return replace(made, users=users, events=tuple(sorted([*made.events, *_accounts()], key=lambda event: event.at)))


def _accounts() -> Iterator[CrmEvent]:
    for number, account_id in enumerate(ACCOUNTS):
        at = LONG_AGO + number * DAY / 4  # apart, or they would count as an import
        yield create("Accounts", account_id, at=at, user=TOM, Account_Name=f"Client {number:02}")
        yield create(
            "Calls", str(4150868000005000100 + number), at=LATELY, user=TOM, Subject="Check-in",
            Call_Type="Inbound", Call_Start_Time=LATELY.isoformat(), on=("Accounts", account_id),
        )  # fmt: skip
    yield replace(deal("4150868000003000100", ACCOUNTS[RICH], "Plan", amount=40_000.0), user_id=TOM)


@asynccontextmanager
async def left(
    url: str, home: Path, *, tom: CrmUser | None = None, people: Sequence[SlackUser] = PEOPLE, **settings: Any
) -> AsyncIterator[Stage]:
    """Tom left before Tuesday, and that night the CRM was read."""
    tom = tom or toms()
    async with stage(url, home, of=team(tom), people=(*people, *NEWCOMERS), **settings) as made:
        assert await made.look(FIRST_NIGHT)
        await made.morning(MORNING - 4 * DAY)
        made.zoho.keep_user(replace(tom, active=False))
        assert await made.look(NIGHT)
        yield made


@pytest.fixture
async def behind(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    async with left(sqlite_url, tmp_path) as made:
        await made.morning()
        yield made


@pytest.fixture
async def behind_anywhere(database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    async with left(database_url, tmp_path) as made:
        await made.morning()
        yield made


def told(stage: Stage, user_id: str = MIAS) -> list[str]:
    """The messages about accounts that someone left behind."""
    found = (str(message["blocks"]) for message in stage.briefs(user_id))
    return [text for text in found if "left 12 accounts behind" in text or "without an owner" in text]


async def give(stage: Stage, accounts: Sequence[str], *, to: str = NIA, by: str = MIAS, at: str = MIAS) -> None:
    """Choose a new owner for these accounts, and approve what is shown then."""
    await stage.slack.click(by, "reassign_accounts", channel=stage.slack.channel(at))
    await stage.slack.until(lambda: stage.slack.modal(by) is not None)
    chosen: dict[str, dict[str, object]] = {
        "new_owner": {"new_owner": to},
        "reassigned": {"reassigned": list(accounts)},
    }
    assert (await stage.slack.submit(by, chosen)).ok
    assert "Tom Tall → " in str(stage.slack.modal(by))
    assert (await stage.slack.submit(by, {})).ok


async def last_brief(stage: Stage, owner_id: str) -> Brief:
    async with stage.bot.services.database.reading() as tx:
        (brief, *_) = await tx.briefs.recent(owner_id)
    return brief


async def test_the_manager_hears_once_which_accounts_are_left_behind_the_most_valuable_first(behind: Stage) -> None:
    (text,) = told(behind)
    assert "Tom Tall left 12 accounts behind" in text
    assert "$40,000 in open deals" in text
    assert text.index(f"Client {RICH:02}") < text.index("Client 00")
    assert not told(behind, ANNAS)
    for number in (1, 2):
        await behind.look(NIGHT + number * DAY)
        await behind.morning(MORNING + number * DAY)
    assert len(told(behind)) == 1


async def test_nobody_is_woken_by_it(sqlite_url: str, tmp_path: Path) -> None:
    async with left(sqlite_url, tmp_path) as made:
        assert await made.bot.accounts.tell_orphans() == 0  # five in the morning
        made.clock.moment = MORNING + 4 * DAY  # a Saturday
        assert await made.bot.accounts.tell_orphans() == 0
        made.clock.moment = MORNING + 6 * DAY
        assert await made.bot.accounts.tell_orphans() == 1


async def test_the_manager_gives_all_to_a_colleague_who_reads_of_it_in_one_message_the_next_morning(
    behind_anywhere: Stage,
) -> None:
    stage = behind_anywhere
    await give(stage, ACCOUNTS)
    await stage.slack.until(lambda: len(stage.zoho.ledger) == COUNT)
    await stage.until(MIAS, "12 of 12 given to Nia Okoro")
    assert "Choose a new owner" not in told(stage)[0]
    proposal = await stage.proposal(ACCOUNTS[0])
    assert (proposal.state, proposal.decided_by) == (State.DONE, MIA)
    assert next(each.action for each in await stage.trail(proposal.id)) == "proposal.approved"

    await stage.look(NIGHT + DAY)
    await stage.morning(MORNING + DAY)
    handover = (await last_brief(stage, NIA)).handover
    assert handover is not None
    assert {each.account_id for each in handover.accounts} == set(ACCOUNTS)
    assert "12 accounts are now yours*: 12 from Tom Tall" in str(stage.briefs(NIAS)[-1]["blocks"])
    assert len(told(stage)) == 1


async def test_some_can_go_to_one_and_the_others_to_another(behind: Stage) -> None:
    await give(behind, ACCOUNTS[:5])
    await behind.until(MIAS, "5 of 12 given to Nia Okoro")
    assert "7 accounts have no active owner" in told(behind)[0]
    await give(behind, ACCOUNTS[5:], to=MIA)
    await behind.until(MIAS, "12 of 12 given: 7 to Mia Lind and 5 to Nia Okoro")
    assert len(behind.zoho.ledger) == COUNT


async def test_an_account_that_someone_gave_away_meanwhile_is_left_to_them(behind: Stage) -> None:
    await behind.slack.click(MIAS, "reassign_accounts", channel=behind.slack.channel(MIAS))
    await behind.slack.until(lambda: behind.slack.modal(MIAS) is not None)
    chosen: dict[str, dict[str, object]] = {"new_owner": {"new_owner": NIA}, "reassigned": {"reassigned": ACCOUNTS[:2]}}
    assert (await behind.slack.submit(MIAS, chosen)).ok
    behind.clock.advance(timedelta(minutes=1))
    behind.zoho.happens(happens("Accounts", ACCOUNTS[0], behind.clock.now(), user=ANNA, Owner={"id": BOB}))
    await behind.slack.submit(MIAS, {})
    await behind.until(MIAS, "given to Nia Okoro")
    assert await behind.answered(MIAS, "has a new owner in the CRM")
    assert (await behind.proposal(ACCOUNTS[0])).state is State.SUPERSEDED
    assert [entry.id for entry in behind.zoho.ledger] == [ACCOUNTS[1]]


async def test_a_gift_that_waits_for_its_second_approver_survives_another_press(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with left(sqlite_url, tmp_path, second_approver_tools="reassign_account") as made:
        await made.morning()
        await give(made, ACCOUNTS[:1])
        await made.until(MIAS, "needs a second approver")
        await give(made, ACCOUNTS[:1])
        assert await made.answered(MIAS, "approved this already")
        await give(made, ACCOUNTS[:2], to=MIA)
        assert await made.answered(MIAS, "someone is giving this account away already")
        await made.handled()
        waiting = [await made.proposal(each) for each in ACCOUNTS[:2]]
        assert [(each.state, each.endorsed_by) for each in waiting] == [(State.PENDING, MIA)] * 2
        assert "10 accounts have no active owner" in told(made)[0]


async def test_nobody_else_gives_them_away(behind: Stage) -> None:
    for other in (ANNAS, ADAS):
        await behind.slack.click(other, "reassign_accounts", channel=behind.slack.channel(MIAS))
        assert await behind.answered(other, "Only their manager")
        assert behind.slack.modal(other) is None


@pytest.mark.parametrize(
    ("tom", "people"),
    [
        pytest.param(toms(manager_id=None), PEOPLE, id="no manager"),
        pytest.param(toms(), [each for each in PEOPLE if each.id != MIAS], id="a manager without Slack"),
    ],
)
async def test_without_a_manager_to_tell_an_administrator_hears_and_gives_them_away(
    sqlite_url: str, tmp_path: Path, tom: CrmUser, people: Sequence[SlackUser]
) -> None:
    async with left(sqlite_url, tmp_path, tom=tom, people=people) as made:
        await made.morning(MORNING + timedelta(hours=1))
        assert len(told(made, ADAS)) == 1
        await give(made, ACCOUNTS[:1], to=BOB, by=ADAS, at=ADAS)
        await made.until(ADAS, "given to Bob Chan")


async def test_accounts_without_a_known_owner_are_told_to_an_administrator(sqlite_url: str, tmp_path: Path) -> None:
    stranger = create("Accounts", "4150868000002000200", at=LONG_AGO, user=ADA, Account_Name="Nobody's")
    nobodys = replace(stranger, fields={**stranger.fields, "Owner": {"id": "4150868000001000777"}})
    of = team(toms())
    of = replace(of, events=tuple(sorted((*of.events, nobodys), key=lambda event: event.at)))
    async with stage(sqlite_url, tmp_path, of=of, people=(*PEOPLE, *NEWCOMERS)) as made:
        assert await made.look(FIRST_NIGHT)
        await made.morning(MORNING - 4 * DAY + timedelta(hours=1))
        (text,) = told(made, ADAS)
        assert "Nobody's" in text
        assert "reassign_accounts" not in text


async def test_a_rule_for_two_people_holds_for_a_new_owner_too(sqlite_url: str, tmp_path: Path) -> None:
    async with left(sqlite_url, tmp_path, second_approver_tools="reassign_account") as made:
        await made.morning()
        await give(made, ACCOUNTS[:1])
        proposal = await made.proposal(ACCOUNTS[0])
        await made.until(MIAS, "needs a second approver")
        assert (proposal.state, proposal.endorsed_by, made.zoho.ledger) == (State.PENDING, MIA, ())


async def test_the_manager_hears_of_someone_who_only_left_slack_too(sqlite_url: str, tmp_path: Path) -> None:
    toms_slack = SlackUser(id="U0TOM", name="Tom Tall", email="tom@example.com", tz="Europe/Berlin")
    async with stage(sqlite_url, tmp_path, of=team(toms()), people=(*PEOPLE, *NEWCOMERS, toms_slack)) as made:
        assert await made.look(FIRST_NIGHT)
        await made.morning(MORNING - 4 * DAY)
        assert not told(made)
        made.slack.deactivate("U0TOM")
        await made.look(NIGHT)
        await made.morning()
        (text,) = told(made)
        assert "12 accounts have an owner who left Slack" in text
        assert "reassign_accounts" not in text
        await made.look(NIGHT + DAY)
        await made.morning(MORNING + DAY)
        assert len(told(made)) == 1
        made.zoho.keep_user(toms(active=False))  # now the CRM knows it too, and the manager can do something
        await made.look(NIGHT + 2 * DAY)
        await made.morning(MORNING + 2 * DAY)
        assert len(told(made)) == 2
        await give(made, ACCOUNTS[:1])
        await made.until(MIAS, "given to Nia Okoro")


async def test_one_process_looks_for_leavers_every_ten_minutes(behind: Stage) -> None:
    (job,) = [each for each in jobs_of(behind.bot) if each.name == "accounts.orphaned"]
    assert (job.role, job.every) == (ProcessRole.CLOCK, timedelta(minutes=10))
