"""The Home's list of accounts that ask for nothing today: grave ones first, with a way to look at them; none is lost."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.views.at_risk import LINED, NAMES, REVIEWED, at_risk_blocks
from bot.views.home import Beside, home_view
from integrations.sandbox.slack.blockkit import view_problems
from store.domain.attention.ledger import Entry, Place, Reason
from store.domain.attention.worth import Worth
from store.domain.signals.kinds import Risk
from tests.bot import samples
from tests.bot.views.test_hostile_text import assert_tame, texts
from tests.repetition import times

ENTRY = Entry(
    account_id="a1",
    account_name="Beltide",
    place=Place.COUNTED,
    reason=Reason.NO_ROOM,
    risk=Risk.HIGH,
    amount=84_200.0,
    worth=Worth(risk=1.0, money=0.5, novelty=1.0, confidence=0.8),
    statement="No contact for 31 days.",
    marks=(),
    first_on=samples.NOW.date(),
)


def entries(count: int, risk: Risk = Risk.HIGH) -> list[Entry]:
    return [
        replace(ENTRY, account_id=f"{len(risk)}{n:04}", account_name=f"{risk} {n}", risk=risk) for n in range(count)
    ]


def test_nothing_is_shown_if_nothing_is_at_risk() -> None:
    assert at_risk_blocks([], (), samples.READER) == []


def test_an_account_has_its_money_its_reason_and_a_button_to_review_it() -> None:
    _, block = at_risk_blocks([ENTRY], {"a1"}, samples.READER)
    assert (
        block["text"]["text"]
        == "🔴 <https://crm.example/crm/tab/Accounts/a1|*Beltide*> · $84,200 open · High risk\nNo contact for 31 days."
    )
    assert (block["accessory"]["action_id"], block["accessory"]["value"]) == ("review_account", "a1")


def test_an_account_of_someone_elses_has_no_button() -> None:
    assert "accessory" not in str(at_risk_blocks([ENTRY], {"a2"}, samples.READER))


def test_the_first_have_buttons_the_next_a_line_each_and_low_risks_their_names() -> None:
    shown = [*entries(REVIEWED + 3), *entries(2, Risk.LOW)]
    text = str(at_risk_blocks(shown, {each.account_id for each in shown}, samples.READER))
    assert text.count("'Review'") == REVIEWED
    assert text.count("No contact for 31 days.") == REVIEWED + 3
    assert "🟡 Low risk: low 0, low 1" in text
    assert "more" not in text


def test_every_high_risk_of_an_owner_of_hundreds_has_its_name() -> None:
    shown = [*entries(600), *entries(50, Risk.MEDIUM)]
    text = " ".join(
        str(block["text"]["text"]) for block in at_risk_blocks(shown, (), samples.READER) if "text" in block
    )
    named = set(re.findall(r"high \d+", text))
    assert named == {f"high {n}" for n in range(600)}
    assert "medium" not in text


def test_all_others_are_counted() -> None:
    shown = [*entries(45), *entries(2_855, Risk.MEDIUM), *entries(100, Risk.LOW)]
    blocks = at_risk_blocks(shown, (), samples.READER)
    assert len(blocks) == 13
    assert f"And {3_000 - LINED - NAMES:,} more. To look at one: /review-account and its name." in str(blocks)


def test_thousands_of_high_risks_take_nineteen_blocks() -> None:
    blocks = at_risk_blocks([*entries(2_900), *entries(100, Risk.LOW)], (), samples.READER)
    named = len(set(re.findall(r"high \d+", str(blocks))))
    assert len(blocks) == 19
    assert named > 1_000
    assert f"And {3_000 - named - NAMES:,} more. " in str(blocks)


def test_more_names_than_fit_are_all_shown_within_two_days() -> None:
    shown = entries(1_200)
    shown = [replace(each, account_name=f"{each.account_name} Consolidated") for each in shown]
    tomorrow = replace(samples.READER, now=samples.NOW + timedelta(days=1))
    days = [
        set(re.findall(r"high \d+", str(at_risk_blocks(shown, (), reader)))) for reader in (samples.READER, tomorrow)
    ]
    assert max(map(len, days)) < 1_200
    assert len(set.union(*days)) == 1_200


@pytest.mark.long
@settings(max_examples=times(20, 600))
@given(
    text=texts, count=st.sampled_from([*range(0, 80, 7), 700]), risk=st.sampled_from(Risk), amount=st.floats(0, 1e15)
)
def test_any_name_and_number_is_taken_by_slack_and_stays_tame(text: str, count: int, risk: Risk, amount: float) -> None:
    hostile = [replace(each, account_name=text, statement=text, amount=amount) for each in entries(count, risk)]
    reviewable = {each.account_id for each in hostile}
    beside = Beside(at_risk=hostile, reviewable=reviewable)
    view = home_view(pending=(), recent=(), next_brief_at=None, reader=samples.READER, beside=beside)
    assert not view_problems(view)
    assert_tame(view["blocks"])
