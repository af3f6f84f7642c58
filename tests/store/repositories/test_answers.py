"""Answers in the store: whose they are, which count, and the person's own choice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from store.database import Database
from store.domain.attention.answers import Choice, Verdict
from store.domain.gate.proposals import AdviceSource, Proposal, SourceKind, State
from tests.store.makers import ANNA, BEN, MIA, NOW, proposal

AGO = NOW - timedelta(days=3)
SINCE = NOW - timedelta(days=90)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A fresh database of each kind in which it is NOW."""
    opened = Database(database_url, clock=lambda: NOW)
    yield opened
    await opened.close()


def answered(state: State, by: str | None = ANNA.id, **fields: Any) -> Proposal:
    return proposal(state=state, decided_by=by, decided_at=AGO if by else None, **fields)


async def given(database: Database, *made: Proposal) -> list[Verdict]:
    """The verdicts of Anna's answers once these proposals are stored."""
    async with database.transaction() as tx:
        await tx.proposals.add(*made)
    async with database.reading() as tx:
        found = await tx.answers.given(ANNA.id, since=SINCE)
    assert {answer.topic for answer in found} <= {"no_activity"}
    return sorted(answer.verdict for answer in found)


async def test_approved_advice_is_taken_whatever_became_of_the_write(database: Database) -> None:
    states = (State.READY, State.SENDING, State.UNKNOWN, State.DEAD, State.DONE)
    assert await given(database, *map(answered, states)) == [Verdict.TAKEN] * 5


async def test_rejected_advice_is_dismissed_and_expired_advice_has_lapsed(database: Database) -> None:
    rejected, expired = answered(State.REJECTED, reason="Not relevant"), answered(State.EXPIRED, by=None)
    assert await given(database, rejected, expired) == [Verdict.DISMISSED, Verdict.LAPSED]


async def test_a_rejection_because_it_is_done_already_counts_for_neither(database: Database) -> None:
    done = answered(State.REJECTED, reason="Already done: called her on Friday")
    assert await given(database, done) == []


async def test_an_adjusted_proposal_that_was_approved_is_taken_once(database: Database) -> None:
    first = answered(State.SUPERSEDED, lineage="line")
    second = answered(State.DONE, lineage="line", version=2)
    assert await given(database, first, second) == [Verdict.TAKEN]


async def test_a_rejection_that_was_brought_back_counts_no_more(database: Database) -> None:
    rejected, again = answered(State.REJECTED, lineage="line"), proposal(lineage="line", version=2)
    assert await given(database, rejected, again) == []


async def test_what_is_open_snoozed_or_undone_counts_for_neither(database: Database) -> None:
    assert await given(database, proposal(), answered(State.SNOOZED), answered(State.UNDONE)) == []


async def test_what_others_answered_or_asked_for_is_no_answer_of_the_owners(database: Database) -> None:
    by_manager, of_ben = answered(State.REJECTED, by=MIA.id), answered(State.REJECTED, by=BEN.id, owner=BEN)
    wished = answered(State.DONE)
    source = AdviceSource(kind=SourceKind.REQUEST, name=ANNA.id)
    wished = replace(wished, recommendation=replace(wished.recommendation, source=source))
    assert await given(database, by_manager, of_ben, wished) == []


async def test_the_first_of_two_approvals_is_an_answer_whatever_the_second_person_says(database: Database) -> None:
    refused = answered(State.REJECTED, by=MIA.id, endorsed_by=ANNA.id, endorsed_at=AGO)
    expired = answered(State.EXPIRED, by=None, endorsed_by=ANNA.id, endorsed_at=AGO)
    by_another = answered(State.EXPIRED, by=None, endorsed_by=MIA.id, endorsed_at=AGO)
    assert await given(database, refused, expired, by_another) == [Verdict.TAKEN, Verdict.TAKEN]


async def test_answers_from_before_that_time_are_left_out(database: Database) -> None:
    old = replace(answered(State.REJECTED), decided_at=SINCE - timedelta(seconds=1))
    assert await given(database, old) == []


async def test_a_persons_last_choice_on_a_topic_holds_and_is_theirs_alone(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.answers.choose(ANNA.id, "no_next_step", Choice.FEWER, at=AGO)
        await tx.answers.choose(ANNA.id, "no_next_step", Choice.AS_BEFORE, at=NOW)
        await tx.answers.choose(BEN.id, "no_activity", Choice.FEWER, at=NOW)
    async with database.reading() as tx:
        assert await tx.answers.choices(ANNA.id) == {"no_next_step": Choice.AS_BEFORE}
        assert await tx.answers.choices(BEN.id) == {"no_activity": Choice.FEWER}
