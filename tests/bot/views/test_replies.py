"""The short sentences: a second press, and a text that wants to decide."""

from __future__ import annotations

import pytest

from bot.views.replies import looks_like_decision, second_click
from store.domain.gate.proposals import State
from tests.bot import samples


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (State.DONE, "Anna Berg approved this at 08:12; the task is in Zoho."),
        (State.READY, "Anna Berg approved this at 08:12; it is being written to Zoho."),
        (State.REJECTED, "Anna Berg said at 08:12 that this is done already."),
        (State.EXPIRED, "This expired without a decision; nothing was written."),
    ],
)
def test_a_second_press_is_told_what_the_first_one_did(state: State, said: str) -> None:
    assert second_click(samples.proposal(1, samples.advice(samples.task()), state=state), samples.READER) == said


@pytest.mark.parametrize("state", State)
def test_every_state_has_its_sentence(state: State) -> None:
    assert second_click(samples.proposal(1, samples.advice(samples.note()), state=state), samples.READER).endswith(".")


@pytest.mark.parametrize(
    "text", ["approve", "Yes!", "ok, do it", "✅", "👍🏽", "Approved.", "go ahead please", "reject"]
)
def test_a_text_that_wants_to_decide_is_recognised(text: str) -> None:
    assert looks_like_decision(text)


@pytest.mark.parametrize(
    "text", ["why?", "yes but who said so?", "yesterday Eva called", "What is approved here", "okra is a vegetable", ""]
)
def test_a_question_or_a_remark_is_not_a_decision(text: str) -> None:
    assert not looks_like_decision(text)
