"""What a card says of a proposal on its way: two people, drift, waiting, parked, undone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.views.card import proposal_blocks
from bot.views.replies import second_click
from bot.views.status import status_line, undo_of
from store.domain.crm.basis import Difference
from store.domain.gate.proposals import Proposal, State
from store.domain.gate.undo_write import UNDO_WINDOW
from tests.bot import samples
from tests.bot.views.screen import elements, read

PENDING = samples.proposal(1, samples.advice(samples.task()))
READY = samples.proposal(1, samples.advice(samples.task()), state=State.READY)
DONE = samples.written(1, samples.advice(samples.task()))
UPDATED = samples.written(1, samples.advice(samples.update()))
MINUTE = timedelta(minutes=1)


def said(proposal: Proposal, undo: Proposal | None = None) -> str:
    return status_line(proposal, samples.READER, undo)


def undoing(original: Proposal, state: State, **more: Any) -> Proposal:
    undo = samples.undo_of(original, number=9)
    return replace(undo, state=state, decided_by=samples.MANAGER, decided_at=samples.NOW, **more)


def actions(proposal: Proposal, undo: Proposal | None = None, *, later: timedelta = timedelta()) -> list[str]:
    reader = replace(samples.READER, now=samples.NOW + later)
    known = replace(proposal, undo_id=undo.id) if undo else proposal
    among = {undo.id: undo} if undo else {}
    return [each["action_id"] for each in elements(proposal_blocks(known, reader, among=among))]


def test_a_write_that_wants_two_people_says_so_and_then_who_was_the_first() -> None:
    two = replace(PENDING, needs_second=True)
    assert said(two) == "👥 Needs two approvers · Decide by Mon 23 Nov 08:00"
    endorsed = replace(two, endorsed_by=samples.OWNER, endorsed_at=samples.NOW)
    assert said(endorsed) == ("☑️ Approved by Anna Berg 08:00; needs a second approver · Decide by Mon 23 Nov 08:00")
    assert actions(endorsed) == [
        "approve_proposal",
        "adjust_proposal",
        "snooze_proposal",
        "reject_proposal",
        "why_proposal",
    ]


def test_both_who_approved_are_named() -> None:
    both = replace(READY, endorsed_by=samples.MANAGER, endorsed_at=samples.NOW)
    assert said(both).endswith(" · by Max Lind 08:00 and Anna Berg 08:12")


def test_one_approval_of_two_expires_without_a_write() -> None:
    late = replace(PENDING, state=State.EXPIRED, endorsed_by=samples.OWNER)
    assert said(late) == "⌛ Expired after one of two approvals; nothing was written"


def test_a_write_that_waits_for_another_try_says_why_and_that_nobody_has_to_press_again() -> None:
    waiting = replace(READY, attempt=1, error="Zoho cannot be reached; try again later.")
    assert said(waiting) == (
        "⏳ Approved; not written yet (Zoho cannot be reached; try again later.); retrying · by Anna Berg 08:12"
    )


def test_a_parked_write_names_who_looks_at_it() -> None:
    parked = replace(READY, state=State.UNKNOWN, parked_at=samples.NOW)
    assert "an administrator is looking at it" in said(parked)
    assert "checking, and not sending" in said(replace(parked, parked_at=None))


@pytest.mark.parametrize("decided_by", [None, samples.OWNER])
def test_a_proposal_that_nothing_replaced_says_why_it_ended(decided_by: str | None) -> None:
    ended = replace(PENDING, state=State.SUPERSEDED, error="There is nothing left to do.", decided_by=decided_by)
    assert said(ended) == "🔁 There is nothing left to do."


def test_a_version_that_drift_made_shows_what_moved_and_asks_again() -> None:
    moved = (
        Difference(label="Stage", shown="Proposal", present="Negotiation"),
        Difference(label="Owner", shown=samples.OWNER, present=samples.MANAGER),
        Difference(label="Closing date", shown="2026-11-30", present=None),
        Difference(label="Amount", shown="84000", present="80000.5"),
    )
    asked = replace(PENDING, version=2, drifted=moved)
    assert (
        "🔁 Changed since you were asked: Stage: Proposal → Negotiation; Owner: Anna Berg → Max Lind; "
        "Closing date: Mon 30 Nov → empty; and 1 more"
    ) in read(proposal_blocks(asked, samples.READER))
    assert "🔁 Asked again, version 2" in said(asked)
    assert "Changed since" not in read(proposal_blocks(replace(asked, state=State.DONE), samples.READER))


def test_undo_stands_on_a_written_card_for_a_quarter_of_an_hour() -> None:
    assert actions(DONE) == actions(DONE, later=UNDO_WINDOW - MINUTE / 60) == ["undo_write"]
    assert actions(DONE, later=UNDO_WINDOW) == []


@pytest.mark.parametrize("state", [State.PENDING, State.EXPIRED, State.SUPERSEDED])
def test_an_undo_that_was_only_looked_at_changes_nothing_on_the_card(state: State) -> None:
    undo = replace(samples.undo_of(DONE, number=9), state=state)
    assert said(DONE, undo) == said(DONE)
    assert actions(DONE, undo) == ["undo_write"]


@pytest.mark.parametrize(
    ("undo", "line"),
    [
        (undoing(DONE, State.READY), "⏳ undoing it in Zoho… · by Max Lind 08:00"),
        (undoing(DONE, State.SENDING), "⏳ undoing it in Zoho… · by Max Lind 08:00"),
        (undoing(DONE, State.UNKNOWN), "❓ undo sent, but Zoho's answer was lost; checking · by Max Lind 08:00"),
        (undoing(DONE, State.UNKNOWN, parked_at=samples.NOW), "an administrator is looking at it"),
        (undoing(DONE, State.DEAD, error="It moved."), "⚠️ could not be undone: It moved. · by Max Lind 08:00"),
        (undoing(DONE, State.DONE), "↩️ undone, task removed · by Max Lind 08:00"),
    ],
)  # fmt: skip
def test_the_card_follows_an_undo_to_its_end_and_offers_no_other(undo: Proposal, line: str) -> None:
    before, after = said(DONE), said(DONE, undo)
    assert after.startswith(f"{before} · ")
    assert line in after
    assert actions(DONE, undo) == []


@pytest.mark.parametrize(("original", "what"), [(DONE, "task removed"), (UPDATED, "restored in Zoho")])
def test_an_undone_card_says_who_took_it_back_and_offers_a_way_back(original: Proposal, what: str) -> None:
    undone = replace(original, state=State.UNDONE, undo_id=f"{9:032x}")
    undo = undoing(original, State.DONE)
    assert undo_of(undone, {undo.id: undo}) == undo
    assert said(undone, undo) == f"↩️ Undone, {what} · by Max Lind 08:00"
    assert actions(undone, undo) == ["reopen_proposal"]


@pytest.mark.parametrize(
    ("proposal", "sentence"),
    [
        (replace(PENDING, endorsed_by=samples.OWNER), "Anna Berg approved this; it needs a second approver"),
        (replace(READY, attempt=1), "Anna Berg approved this at 08:12; Zoho can't be reached, and the bot is retrying."),
        (replace(READY, state=State.UNKNOWN, parked_at=samples.NOW), "An administrator is looking at it"),
        (replace(PENDING, state=State.SUPERSEDED, error="Nothing is left to do."), "Nothing is left to do."),
        (replace(PENDING, state=State.SUPERSEDED), "This was replaced by a newer version"),
        (replace(DONE, state=State.UNDONE), "Anna Berg approved this at 08:12, and Max Lind undid it."),
    ],
)  # fmt: skip
def test_a_second_press_learns_how_it_stands(proposal: Proposal, sentence: str) -> None:
    assert sentence in second_click(proposal, samples.READER, undoing(DONE, State.DONE))


@pytest.mark.parametrize("state", State)
def test_every_state_has_a_sentence_for_the_card_and_for_a_second_press(state: State) -> None:
    proposal = samples.proposal(1, samples.advice(samples.task()), state=state)
    assert said(proposal)
    assert second_click(proposal, samples.READER)
