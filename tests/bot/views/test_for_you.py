"""The line in a brief on what others decided for its owner."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.views import words
from bot.views.for_you import for_you
from store.domain.access.rules import Standing
from store.domain.brief.for_you import ForYou, Why
from store.domain.gate.proposals import State
from tests.bot import samples
from tests.bot.views.test_hostile_text import assert_tame, texts
from tests.repetition import times


def told(number: int = 1, **changes: Any) -> ForYou:
    made = ForYou(
        account_id="a", account_name="Acme", proposal_id=f"{number:032x}", by=samples.MANAGER, standing=Standing.MANAGER,
        why=Why.EXPIRING,
    )  # fmt: skip
    return replace(made, **changes)


def said(*decisions: ForYou, state: State = State.DONE, **changes: Any) -> str:
    made = [samples.proposal(number, samples.advice(samples.task()), state=state) for number in range(1, 30)]
    proposals = {each.id: replace(each, **{"reason": None, **changes}) for each in made}
    return for_you(replace(samples.brief(), for_you=decisions), proposals, samples.READER)


def test_it_says_who_why_and_what_became_of_it() -> None:
    line = said(told())
    assert line.startswith("Max Lind, your manager, decided for you before it expired: Acme (")
    assert "task created" in line
    away = said(told(standing=Standing.DELEGATE, why=Why.AWAY), state=State.REJECTED, reason="Not now: in June")
    assert away == "Max Lind, your delegate, decided for you while you were away: Acme (rejected: Not now: in June)."
    assert (
        said(told(standing=None, why=Why.UNASKED), state=State.SNOOZED) == "Max Lind decided for you: Acme (snoozed)."
    )
    assert said() == ""


def test_many_decisions_stay_short() -> None:
    by_many = [told(number, by=samples.MANAGER if number % 2 else samples.OWNER) for number in range(1, 21)]
    line = said(*by_many, *(told(number, by="x") for number in range(21, 24)), state=State.REJECTED)
    assert line.count("and 6 more") == 2
    assert line.endswith("3 more decisions by others.")
    assert words.count(line) < 60


@settings(max_examples=times(20, 200))
@given(text=texts, count=st.integers(1, 9), state=st.sampled_from(State))
def test_any_text_stays_tame(text: str, count: int, state: State) -> None:
    line = said(*(told(number, account_name=text) for number in range(1, count + 1)), state=state, account_name=text)
    assert_tame([{"type": "section", "text": {"type": "mrkdwn", "text": line, "verbatim": True}}])
