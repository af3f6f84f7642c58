"""What people write in the brief's thread and beside it, answered by the companion: text asks and adjusts, it never approves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from store.domain.gate.proposals import State
from store.domain.gate.writes.create_task import CreateTask
from tests.flows.company import ACME, company
from tests.flows.stage import ANNAS
from tests.flows.talk import Talking, note_on, talking, words

JANUARY = datetime(2026, 1, 14, 9, 0, tzinfo=UTC)


async def test_why_is_answered_from_the_card_with_a_link_to_the_record(talk: Talking) -> None:
    answer = await talk.ask("Why is Acme Robotics here?")

    assert "Because of this" in words(answer)
    assert "https://crm.example.com/crm/tab/Accounts/" in words(answer)


async def test_everything_stalled_is_listed_with_a_link_to_each_deal(talk: Talking) -> None:
    answer = await talk.ask("show me everything stalled")

    assert "Cold chain" in words(answer)
    assert "/tab/Potentials/" in words(answer)


async def test_why_an_account_is_not_on_the_list_is_answered(talk: Talking) -> None:
    answer = await talk.ask("why was Fjord Lines not on the list?")

    assert "The brief of 24 Mar noticed nothing about Fjord Lines" in words(answer)
    assert "/tab/Accounts/" in words(answer)


async def test_another_day_and_another_person_make_a_new_version_with_its_own_buttons(talk: Talking) -> None:
    before = await talk.stage.proposal(ACME)
    answer = await talk.ask("make the Acme Robotics one next Tuesday and give it to my manager")
    made = await talk.stage.proposal(ACME)

    def shown() -> list[dict[str, Any]]:
        return [each for each in talk.stage.slack.dm(ANNAS) if f"decide:{made.id}:2" in words(each)]

    await talk.stage.slack.until(lambda: talk.root() in [each.get("thread_ts") for each in shown()])
    assert isinstance(made.write, CreateTask)
    assert (made.version, str(made.write.due), made.write.assignee_name) == (2, "2026-03-31", "Mia Lind")
    assert "due Tue 31 Mar, for Mia Lind" in words(answer)
    assert await talk.stage.state(before.id) is State.SUPERSEDED
    assert talk.stage.zoho.ledger == ()


async def test_skipping_one_for_two_weeks_puts_it_off(talk: Talking) -> None:
    proposal = await talk.stage.proposal(ACME)
    answer = await talk.ask("skip the Acme Robotics one for two weeks")

    assert "is snoozed until Tue 7 Apr" in words(answer)
    assert await talk.stage.state(proposal.id) is State.SNOOZED
    await talk.stage.until(ANNAS, "bring_back_proposal")


async def test_it_means_what_was_spoken_of_last_in_the_thread(talk: Talking) -> None:
    await talk.ask("Why is Acme Robotics here?")
    answer = await talk.ask("shift it to next Tuesday and hand it to my manager")
    assert "due Tue 31 Mar, for Mia Lind" in words(answer)
    answer = await talk.ask("skip this one for two weeks")

    assert "is snoozed until Tue 7 Apr" in words(answer)
    made = await talk.stage.proposal(ACME)
    assert (made.version, await talk.stage.state(made.id)) == (2, State.SNOOZED)


@pytest.mark.slow
async def test_what_was_promised_in_a_month_is_told_from_the_notes_and_linked(sqlite_url: str, tmp_path: Path) -> None:
    plain = company()
    note = note_on(ACME, "Call with Sam. We promised the revised quote by the end of January.", at=JANUARY)
    told = replace(plain, events=tuple(sorted((*plain.events, note), key=lambda each: each.at)))
    async with talking(sqlite_url, tmp_path, of=told, memory_url="") as talk:
        await talk.stage.bot.jobs.remember()
        memory = talk.stage.bot.services.memory
        assert memory is not None
        assert await memory.answers()
        answer = await talk.ask("what did we promise Acme Robotics in January?")

    assert "We promised the revised quote" in words(answer) or "Call with Sam" in words(answer)
    assert "/tab/Accounts/4150868000002000001" in words(answer)
