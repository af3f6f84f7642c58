"""A direct message is opened once in all mornings, and links are looked at before the morning needs them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from tests.flows.company import ANNA
from tests.flows.openings import Opening
from tests.flows.stage import ANNAS, BOBS, MORNING, Stage, stage


def called(made: Stage, method: str) -> int:
    return sum(name == method for name, _ in made.slack.calls)


async def test_the_next_process_posts_without_opening_the_direct_message_again(
    database_url: str, tmp_path: Path
) -> None:
    async with stage(database_url, tmp_path, opening=Opening.FIRST) as made:
        await made.morning()
        opened = called(made, "conversations.open")
        await made.restart()
        await made.morning(MORNING + timedelta(days=1))

        assert opened == 2, "Anna's and Bob's"
        assert called(made, "conversations.open") == opened
        assert len(made.briefs(ANNAS)) == 2


async def test_a_direct_message_that_slack_forgot_is_opened_anew_and_the_brief_arrives(
    database_url: str, tmp_path: Path
) -> None:
    async with stage(database_url, tmp_path, opening=Opening.FIRST) as made:
        async with made.bot.services.database.transaction() as tx:
            await tx.links.keep_channel(ANNAS, "D0OLD")
        await made.morning()
        assert made.briefs(ANNAS) == []

        made.clock.advance(timedelta(minutes=2))
        await made.bot.delivery.catch_up()

        assert len(made.briefs(ANNAS)) == 1
        async with made.bot.services.database.reading() as tx:
            assert await tx.links.channel_of(ANNAS) == made.slack.channel(ANNAS)


async def test_a_direct_message_that_was_just_opened_and_is_unknown_is_given_up(
    database_url: str, tmp_path: Path
) -> None:
    async with stage(database_url, tmp_path, opening=Opening.FIRST) as made:
        made.slack.faults.error("chat.postMessage", "channel_not_found", times=2)
        await made.morning()
        asked = called(made, "conversations.open")
        made.clock.advance(timedelta(minutes=2))
        await made.bot.delivery.catch_up()

        assert made.briefs(ANNAS) + made.briefs(BOBS) == []
        assert called(made, "conversations.open") == asked


async def test_links_that_are_due_in_the_morning_are_looked_at_hours_before(database_url: str, tmp_path: Path) -> None:
    async with stage(database_url, tmp_path, opening=Opening.FIRST) as made:
        await made.bot.directory.look_ahead()
        before = called(made, "users.info")
        made.clock.moment = MORNING + timedelta(hours=20)
        made.slack.change_user(ANNAS, guest=True)
        await made.bot.directory.look_ahead()

        assert called(made, "users.info") > before
        async with made.bot.services.database.reading() as tx:
            link = await tx.links.of_person(ANNA)
        assert link is not None
        assert not link.holds, "she is a guest now, and gets no brief"
