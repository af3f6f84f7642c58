"""A morning's brief by e-mail: to those who asked for it, once, whatever the mail server does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.wiring.mail import mail_problems
from integrations.sandbox.mail import MailSandbox
from store.domain.running.features import Feature
from store.domain.running.mails import KEEP, MailState
from tests.flows.company import ANNA, MIA
from tests.flows.mails import post_office, send, wish
from tests.flows.openings import Opening
from tests.flows.people.test_home import home_of
from tests.flows.people.test_my_settings import opened, settings_of
from tests.flows.stage import ANNAS, MORNING, Stage, stage

ANNAS_ADDRESS = "anna@example.com"


@asynccontextmanager
async def office(
    url: str, home: Path, *, asked: bool = True, confirmed: bool = True
) -> AsyncIterator[tuple[Stage, MailSandbox]]:
    """The bot on the first morning, before the briefs; Anna wants hers by e-mail as well if `asked`."""
    async with (
        post_office() as (mails, settings),
        stage(url, home, opening=Opening.FIRST, confirmed=confirmed, **settings) as made,
    ):
        if asked:
            await wish(made, ANNA, by_mail=True)
        yield made, mails


async def states(made: Stage) -> list[MailState]:
    async with made.bot.services.database.reading() as tx:
        return [each.state for each in await tx.mails.ended(tuple(MailState), since=MORNING - timedelta(days=9))]


async def problems(made: Stage) -> tuple[str, ...]:
    async with made.bot.services.database.reading() as tx:
        return await mail_problems(tx, made.clock.now())


async def test_someone_who_asked_gets_the_brief_once_with_a_link_to_slack(database_url: str, tmp_path: Path) -> None:
    async with office(database_url, tmp_path) as (made, mails):
        await made.morning()
        assert (await send(made), await send(made, after=timedelta(hours=1))) == (1, 0)

        (mail,) = mails.mails
        (brief,) = made.briefs(ANNAS)
        place = f"{made.slack.url}/archives/{made.slack.channel(ANNAS)}/p{brief['ts'].replace('.', '')}"
        assert mail.recipients == (ANNAS_ADDRESS,)
        assert mail.message["List-Unsubscribe"] == f"<{place}>"
        assert mail.text.count(f" in Slack: {place}") - mail.text.count(f"Open in Slack: {place}") == len(
            [each for each in brief["blocks"] if str(each.get("block_id")).startswith("decide:")]
        )
        assert "Decide on Acme Robotics in Slack" in mail.html
        assert [each.action for each in await made.trail(brief_id(mail.message["Message-ID"]))][-1] == "brief.mailed"


def brief_id(message_id: str) -> str:
    return message_id.removeprefix("<brief-").partition("@")[0]


async def test_the_box_under_my_settings_is_all_it_takes_and_is_there_only_with_a_mail_server(
    sqlite_url: str, tmp_path: Path, night: Stage
) -> None:
    assert "by e-mail" not in str(await opened(night))
    async with office(sqlite_url, tmp_path, asked=False) as (made, mails):
        assert "Send me the brief by e-mail, too" in str(await opened(made))
        assert (await made.slack.submit(ANNAS, {"by_mail.0": {"by_mail": ["yes"]}})).ok
        await made.morning()
        assert await send(made) == 1

        assert [mail.recipients for mail in mails.mails] == [(ANNAS_ADDRESS,)]
        assert "by e-mail, too" in await home_of(made, ANNAS)
        await made.switch(Feature.MAIL, on=False)
        await made.slack.home(ANNAS)
        await made.slack.until(lambda: "by e-mail, too" not in str(made.slack.home_view(ANNAS)))
        form = str(await opened(made))
        assert "Send me the brief by e-mail" not in form
        assert "E-mail: an administrator switched it off for everyone." in form
        assert (await made.slack.submit(ANNAS, {})).ok
        assert (await settings_of(made)).by_mail  # they get it again once it is on


async def test_a_manager_gets_the_teams_morning_and_no_owners_brief(sqlite_url: str, tmp_path: Path) -> None:
    async with office(sqlite_url, tmp_path, asked=False) as (made, mails):
        await wish(made, MIA, by_mail=True)
        await made.morning()
        await made.bot.jobs.teams()
        assert await send(made) == 1

        (mail,) = mails.mails
        assert mail.recipients == ("mia@example.com",)
        assert mail.subject.startswith("Your team, Tue 24 Mar: ")
        assert "Anna Berg: To decide" in mail.text
        assert "Decide on" not in mail.text


@pytest.mark.parametrize(("asked", "confirmed"), [(False, True), (True, False)])
async def test_no_one_gets_mail_unasked_nor_before_they_said_who_they_are(
    sqlite_url: str, tmp_path: Path, asked: bool, confirmed: bool
) -> None:
    async with office(sqlite_url, tmp_path, asked=asked, confirmed=confirmed) as (made, mails):
        await made.morning()
        assert await send(made) == 0

        assert mails.connections == 0
        assert await states(made) == []


@pytest.mark.parametrize("change", ["no wish", "not me", "left", "other address"])
async def test_a_copy_that_waits_goes_to_no_one_who_may_not_have_it_any_more(
    sqlite_url: str, tmp_path: Path, change: str
) -> None:
    async with office(sqlite_url, tmp_path) as (made, mails):
        await made.morning()
        async with made.bot.services.database.transaction() as tx:
            person, link = await tx.people.get(ANNA), await tx.links.of_person(ANNA)
            assert person is not None
            assert link is not None
            if change == "not me":
                await tx.links.refuse(link.team_id, link.user_id, MORNING)
            if change == "left":
                await tx.people.replace([replace(person, active=False)])
            if change == "other address":
                await tx.people.replace([replace(person, email="anna@elsewhere.example")])
                await tx.links.looked(link, MORNING - timedelta(days=2), same=True)
        if change == "no wish":
            await wish(made, ANNA, by_mail=False)
        assert await send(made) == 0

        assert mails.mails == ()
        assert await states(made) == [MailState.DROPPED]


async def test_a_mail_that_the_server_postpones_comes_later_and_only_once(sqlite_url: str, tmp_path: Path) -> None:
    async with office(sqlite_url, tmp_path) as (made, mails):
        await made.morning()
        mails.faults.refuse("rcpt", "451 4.7.1 Greylisted")
        mails.faults.hang_up("mail")
        mails.faults.refuse("text", "452 4.3.1 No space")
        assert await send(made) == 0
        (problem,) = await problems(made)
        assert problem == "1 brief by e-mail waits: the mail server can't be reached; run `sergas doctor`."
        assert await send(made) == 0  # not at once again
        sent = [await send(made, after=timedelta(minutes=30)) for _ in range(4)]

        assert sent == [0, 0, 1, 0]
        assert len(mails.mails) == 1
        assert await problems(made) == ()
        assert ANNAS_ADDRESS not in made.shown(ANNAS)


async def test_a_server_that_is_away_all_day_loses_nothing_but_the_copy(sqlite_url: str, tmp_path: Path) -> None:
    async with office(sqlite_url, tmp_path) as (made, mails):
        await made.morning()
        await mails.stop()
        assert await send(made) == 0
        assert await send(made, after=KEEP) == 0

        assert await states(made) == [MailState.LATE]
        assert await problems(made) == ("1 brief by e-mail could not be sent in time; the briefs are in Slack.",)
        assert "Acme Robotics" in made.shown(ANNAS)


@pytest.mark.parametrize(
    ("step", "answer", "says"),
    [
        ("rcpt", "550 5.1.1 <anna@example.com> unknown", "refuses your address anna@example.com (550 5.1.1)"),
        ("text", "554 5.7.1 Rejected as spam", "refuses the e-mail with your brief (554 5.7.1)"),
    ],
)
async def test_a_permanent_refusal_is_reported_once_and_ends_the_copies(
    sqlite_url: str, tmp_path: Path, step: str, answer: str, says: str
) -> None:
    async with office(sqlite_url, tmp_path) as (made, mails):
        await made.morning()
        mails.faults.refuse(step, answer)  # type: ignore[arg-type]  # one of the steps
        assert (await send(made), await send(made, after=timedelta(hours=1))) == (0, 0)

        assert made.shown(ANNAS).count(says) == 2  # a message's text and its block
        assert await states(made) == [MailState.REFUSED]
        async with made.bot.services.database.reading() as tx:
            person = await tx.people.get(ANNA)
            assert person is not None
            assert not person.settings.by_mail
        (problem,) = await problems(made)
        assert problem.startswith("The mail server refused 1 brief by e-mail for good (55")


async def test_a_lost_answer_never_sends_a_second_copy(database_url: str, tmp_path: Path) -> None:
    async with office(database_url, tmp_path) as (made, mails):
        await made.morning()
        mails.faults.drop_answer()
        sent = [await send(made, after=timedelta(hours=1)) for _ in range(3)]

        assert sent == [0, 0, 0]
        assert len(mails.mails) == 1
        assert await states(made) == [MailState.UNCERTAIN]
        assert "may be missing" in str(await problems(made))


async def test_a_process_that_dies_while_the_text_goes_out_sends_no_second_copy_and_before_that_one(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with office(sqlite_url, tmp_path) as (made, mails):
        await made.morning()
        async with made.bot.services.database.transaction() as tx:
            (due,) = await tx.mails.due(made.clock.now())
            begun = await tx.mails.begin(due, made.clock.now())  # and died here
            assert begun is not None
        assert await send(made) == 0
        assert await send(made, after=timedelta(minutes=11)) == 1
        async with made.bot.services.database.transaction() as tx:
            assert not await tx.mails.hand_over(begun)  # should it wake up after all

        assert len(mails.mails) == 1


async def test_a_hand_over_that_no_one_ended_is_uncertain(sqlite_url: str, tmp_path: Path) -> None:
    async with office(sqlite_url, tmp_path) as (made, mails):
        await made.morning()
        async with made.bot.services.database.transaction() as tx:
            (due,) = await tx.mails.due(made.clock.now())
            begun = await tx.mails.begin(due, made.clock.now())
            assert begun is not None
            assert await tx.mails.hand_over(begun)
        assert await send(made, after=timedelta(minutes=11)) == 0

        assert mails.mails == ()
        assert await states(made) == [MailState.UNCERTAIN]


async def test_none_goes_out_while_copies_are_switched_off_not_even_one_that_waits(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with office(sqlite_url, tmp_path) as (made, mails):
        await made.morning()
        await made.switch(Feature.MAIL, on=False)
        assert await send(made) == 0
        assert (mails.mails, await states(made)) == ((), [MailState.DROPPED])

        await made.morning(MORNING + timedelta(days=1))
        await made.switch(Feature.MAIL, on=True)
        assert await send(made) == 0  # the brief that was posted meanwhile has no copy
        await made.morning(MORNING + timedelta(days=2))
        assert await send(made) == 1
