"""How sure the playbook is: evidence that goes with a signal or against it, and which pieces of its own count."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from agents.author.playbook.situation import Situation
from agents.author.playbook.sureness import sureness
from store.domain.brief.confidence import in_words
from store.domain.crm.accounts import AccountFacts
from store.domain.crm.evidence import Confidence
from store.domain.signals.context import SignalContext
from store.domain.signals.kinds import SignalKind
from tests.domain.makers import (
    ANNA,
    DAY,
    NOW,
    PIPELINE,
    TODAY,
    call,
    context,
    deal,
    facts,
    moved,
    note,
    signals_of,
    task,
)
from tests.domain.troubles import TROUBLES, Trouble

LONG_AGO = (call(NOW - 12 * DAY),)


def sure_of(kind: SignalKind, of: AccountFacts, at: SignalContext | None = None) -> Confidence:
    at = at or context()
    (signal,) = [each for each in signals_of(of, at) if each.kind is kind]
    situation = Situation(signals=(signal,), facts=of, context=at, owner=ANNA, manager=None)
    return sureness(situation, data_as_of=NOW)


def test_a_change_with_a_note_of_its_day_is_surer_than_one_alone() -> None:
    later, changes = moved(deal(), NOW - DAY, closing_date=TODAY + 120 * DAY)
    alone = sure_of(SignalKind.CLOSE_DATE_SLIPPED, facts(later, activities=LONG_AGO), context(*changes))
    noted = sure_of(
        SignalKind.CLOSE_DATE_SLIPPED, facts(later, activities=LONG_AGO, notes=(note(NOW - DAY),)), context(*changes)
    )

    assert in_words(alone) == "Fairly sure: the CRM dates the change, but it is new and may still be corrected."
    assert in_words(noted).startswith("Sure: the CRM dates the change and there is a note on 19 Nov")


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"closing_date": TODAY + 400 * DAY}, SignalKind.CLOSE_DATE_SLIPPED),
        ({"amount": 900.0}, SignalKind.AMOUNT_DROPPED),
    ],
)
def test_so_large_a_change_may_be_a_slip(fields: dict[str, Any], kind: SignalKind) -> None:
    wrong, changes = moved(deal(), NOW - DAY, **fields)

    assert in_words(sure_of(kind, facts(wrong, activities=LONG_AGO), context(*changes))) == (
        "Not sure: the CRM dates the change, but so large a change speaks against it and it is new and may still be corrected."
    )


def test_a_call_on_the_day_of_a_task_makes_it_doubtful_that_it_was_forgotten() -> None:
    due = TODAY - 3 * DAY
    forgotten = sure_of(SignalKind.TASK_OVERDUE, facts(activities=(task(due),)))
    called = sure_of(SignalKind.TASK_OVERDUE, facts(activities=(task(due), call(NOW - 3 * DAY))))
    later = sure_of(SignalKind.TASK_OVERDUE, facts(activities=(task(TODAY - 9 * DAY), call(NOW - DAY))))

    assert called.score < forgotten.score == later.score
    assert "a call on 17 Nov speaks against it" in called.because


def test_a_deal_that_was_edited_long_after_the_last_talk_makes_a_silence_doubtful() -> None:
    talks = (call(NOW - 47 * DAY),)
    quiet = sure_of(SignalKind.NO_ACTIVITY, facts(deal(modified_at=NOW - 45 * DAY), activities=talks))
    edited = sure_of(SignalKind.NO_ACTIVITY, facts(deal(modified_at=NOW - 9 * DAY), activities=talks))

    assert edited.score < quiet.score
    assert "an edit of the deal on 11 Nov speaks against it" in edited.because


def test_a_deal_edited_since_it_entered_its_stage_is_stalled_less_surely() -> None:
    entered = context(stage_since={"d1": NOW - 60 * DAY})
    idle = sure_of(SignalKind.DEAL_STALLED, facts(deal(modified_at=NOW - 60 * DAY)), entered)
    edited = sure_of(SignalKind.DEAL_STALLED, facts(deal(modified_at=NOW - 9 * DAY)), entered)

    assert in_words(idle) == "Sure: the stage shows it."
    assert in_words(edited) == "Fairly sure: the stage shows it, but an edit of the deal on 11 Nov speaks against it."


def test_a_deal_in_its_last_stage_past_its_closing_date_may_be_won() -> None:
    late = deal(closing_date=TODAY - DAY)
    last = [stage.name for stage in PIPELINE.stages if PIPELINE.is_open(stage.name)][-1]
    early, nearly = facts(late), facts(replace(late, stage=last))
    doubtful = sure_of(SignalKind.CLOSE_DATE_PASSED, nearly)

    assert doubtful.score < sure_of(SignalKind.CLOSE_DATE_PASSED, early).score
    assert "the deal's last stage speaks against it" in doubtful.because


def test_the_money_at_stake_proves_nothing() -> None:
    rich = sure_of(SignalKind.NO_NEXT_STEP, facts(deal(next_step=None, amount=900_000.0)))
    poor = sure_of(SignalKind.NO_NEXT_STEP, facts(deal(next_step=None, amount=None)))

    assert rich == poor


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.name)
def test_people_read_words_and_never_a_percentage(trouble: Trouble) -> None:
    for signal in signals_of(trouble.facts, trouble.context):
        situation = Situation(signals=(signal,), facts=trouble.facts, context=trouble.context, owner=ANNA, manager=None)
        for age in (timedelta(0), 3 * DAY, 30 * DAY):
            said = in_words(sureness(situation, data_as_of=trouble.context.now - age))
            assert "%" not in said
            assert said.split(":")[0] in ("Sure", "Fairly sure", "Not sure")
