"""Someone leaves deals without an account behind: their manager hears of them, as of accounts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from integrations.sandbox.history import Company, CrmEvent, CrmUser
from tests.flows.accounts.test_reassign_accounts import ADAS, NEWCOMERS, TOM, toms
from tests.flows.company import ANNA, BOB, FIRST_NIGHT, LONG_AGO, company, happens
from tests.flows.company import _deal as deal
from tests.flows.stage import ANNAS, MIAS, MORNING, NIGHT, PEOPLE, Stage, stage

DAY = timedelta(days=1)
COUNT = 60


def lone(count: int, owner: str = TOM) -> Iterator[CrmEvent]:
    for number in range(count):
        made = deal(str(4150868000003000200 + number), "", f"Loose end {number:02}", amount=1_000.0 + number)
        at = LONG_AGO + number * DAY / 4
        fields = {**made.fields, "Account_Name": None, "Owner": {"id": owner}}
        yield replace(made, at=at, user_id=owner if owner in (TOM, ANNA) else ANNA, fields=fields)


def team(events: Sequence[CrmEvent], tom: CrmUser) -> Company:
    made = company()
    both = sorted((*made.events, *events), key=lambda event: event.at)
    return replace(made, users=(*made.users, tom), events=tuple(both))


def told(made: Stage, user_id: str = MIAS) -> list[str]:
    found = (str(message["blocks"]) for message in made.briefs(user_id))
    return [text for text in found if "without an account" in text and "Loose end" in text]


async def test_the_manager_hears_once_of_the_deals_without_an_account_that_someone_left(
    database_url: str, tmp_path: Path
) -> None:
    async with stage(database_url, tmp_path, of=team([*lone(COUNT)], toms()), people=PEOPLE) as made:
        assert await made.look(FIRST_NIGHT)
        await made.morning(MORNING - 4 * DAY)
        assert not told(made)
        made.zoho.keep_user(replace(toms(), active=False))
        assert await made.look(NIGHT)
        await made.morning()

        (text,) = told(made)
        assert f"Tom Tall left {COUNT} deals without an account behind" in text
        assert f"{COUNT} deals without an account have no active owner." in text
        assert "Loose end 59" in text
        assert "$1,059" in text
        assert "… and 55 more" in text
        assert "reassign_accounts" not in text  # there is no account to give away
        assert not told(made, ANNAS)

        await made.look(NIGHT + DAY)
        await made.morning(MORNING + DAY)
        assert len(told(made)) == 1


async def test_a_deal_that_got_an_owner_leaves_the_message(sqlite_url: str, tmp_path: Path) -> None:
    async with stage(sqlite_url, tmp_path, of=team([*lone(2)], toms(active=False)), people=PEOPLE) as made:
        assert await made.look(FIRST_NIGHT)
        await made.morning(MORNING - 4 * DAY)
        assert "2 deals without an account have no active owner" in told(made)[0]
        made.clock.advance(timedelta(minutes=5))
        for number in range(2):
            made.zoho.happens(
                happens("Deals", str(4150868000003000200 + number), made.clock.now(), user=ANNA, Owner={"id": BOB})
            )
        await made.look(NIGHT)
        async with made.bot.services.database.reading() as tx:
            (said,) = [each for each in await tx.audit.entries() if each.action == "accounts.orphaned"]
        await made.bot.delivery.refresh(said.subject)
        await made.until(MIAS, "Each of them has an owner again")


async def test_deals_without_account_or_known_owner_are_told_to_an_administrator(
    sqlite_url: str, tmp_path: Path
) -> None:
    nobodys = [*lone(3, owner="4150868000001000777")]
    async with stage(sqlite_url, tmp_path, of=team(nobodys, toms()), people=(*PEOPLE, *NEWCOMERS)) as made:
        assert await made.look(FIRST_NIGHT)
        await made.morning(MORNING - 4 * DAY + timedelta(hours=1))
        (text,) = told(made, ADAS)
        assert "3 deals without an owner" in text


@pytest.mark.parametrize("count", [1, COUNT])
async def test_the_card_of_many_deals_without_an_account_says_how_many(
    sqlite_url: str, tmp_path: Path, count: int
) -> None:
    events = [replace(each, user_id=ANNA) for each in lone(count, owner=ANNA)]
    async with stage(sqlite_url, tmp_path, of=team(events, toms())) as made:
        assert await made.look(FIRST_NIGHT)
        assert await made.look(NIGHT)
        await made.morning()
        shown = str([message["blocks"] for message in made.briefs(ANNAS)])
        assert (f"{count} deals without an account" in shown) is (count > 1)
