"""Questions as people type them, by rules alone; with the sandbox's Claude it takes longer (`python -m tests.conversation`)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from agents.flows.conversation.said import Said
from store.domain.gate.proposals import State
from tests.bot import samples
from tests.conversation.deeds import missed
from tests.conversation.grade import graded, rated
from tests.conversation.held import HELD
from tests.conversation.questions import QUESTIONS, Question
from tests.conversation.room import room
from tests.conversation.typed import TYPED, UNSEEN
from tests.repetition import LONG


async def test_nearly_all_questions_are_answered_well_by_rules(tmp_path: Path) -> None:
    async with room(tmp_path, model=False) as made:
        found = await graded(made)

    poor = [f"{each.asked[-1]}: {each.why}" for each in found if each.grade != "well"]
    assert len(found) >= 120
    assert len(poor) <= 0.05 * len(found), poor
    assert not [each for each in poor if "it names" in each]


@pytest.mark.long
@pytest.mark.skipif(not LONG, reason="half a minute more; `make test-long` runs it")
@pytest.mark.parametrize("questions", [QUESTIONS, (*TYPED, *UNSEEN)], ids=["plain", "typed"])
async def test_nearly_all_questions_are_answered_well_with_a_model(
    tmp_path: Path, questions: tuple[Question, ...]
) -> None:
    async with room(tmp_path, model=True) as made:
        found = await graded(made, questions)

    assert sum(each.grade == "well" for each in found) >= 0.95 * len(found)


@pytest.mark.parametrize(
    ("answer", "grade"),
    [
        ("Acme: 2 open deals, $84,000.", "well"),
        ("Acme: 2 open deals.", "partly"),
        ("Halden: 2 open deals.", "badly"),
        ("Acme: 2 open deals, $84,000. Granite Works too.", "badly"),
    ],
)
def test_an_answer_is_graded_by_its_account_its_facts_and_what_it_must_not_name(answer: str, grade: str) -> None:
    question = Question("executive", ("how much is acme worth",))
    found = rated(question, question.asks, Said(text=answer), ["2 open deals", "$84,000"], ["Acme"], ["Granite Works"])

    assert found.grade == grade


@pytest.mark.parametrize(
    ("does", "right"),
    [
        ("p1 snoozed 2026-11-22|2026-11-23", True),
        ("p1 snoozed 2026-11-24", False),
        ("p1 snoozed change", False),
        ("p1 rejected", False),
        ("p2 snoozed 2026-11-23", False),
        ("nothing", False),
    ],
)
def test_an_act_is_graded_by_the_recommendation_that_changed_and_how(does: str, right: bool) -> None:
    asked = samples.proposal(1, samples.advice(samples.task()))
    snoozed = replace(asked, state=State.SNOOZED, snoozed_until=samples.NOW + timedelta(days=3))
    before, after = {asked.lineage: asked}, {asked.lineage: snoozed}

    assert (not missed(does, before, after, samples.PERSON, ["Acme GmbH", "Halden"])) is right
    assert missed("nothing", before, before, samples.PERSON, []) == ""


def test_no_question_is_asked_twice() -> None:
    asked = [(each.role, each.asks) for each in (*QUESTIONS, *TYPED, *UNSEEN, *HELD)]
    assert len(asked) == len(set(asked))
