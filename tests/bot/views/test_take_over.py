"""A handover in the brief, and the modals of “Take over all”."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.views import words
from bot.views.approve_batch import batch_of
from bot.views.blocks import Block
from bot.views.brief import WORDS, brief_messages
from bot.views.take_over import TAKE_OVER, choose_modal, handover_blocks, tasks_modal
from integrations.sandbox.slack.blockkit import message_problems, view_problems
from store.domain.brief.brief import Brief
from store.domain.brief.handover import SHOWN, Handed, Handover
from store.domain.gate.approvals import MOST_AT_ONCE
from store.domain.signals.kinds import Risk
from tests.bot import samples
from tests.bot.views.screen import elements, read

STATEMENT = "Nothing logged for 71 days, since the account's creation on 12 Jan."


def handed(number: int, **fields: Any) -> Handed:
    given: dict[str, Any] = {
        "account_name": f"Client {number}",
        "from_id": samples.MANAGER,
        "amount": 9_000.0,
        "risk": Risk.HIGH,
        "statement": STATEMENT,
        "pending": "Call Eva Sommer about the offer",
    }
    return Handed(account_id=str(4150868000002000000 + number), **given | fields)


def brief(count: int, **fields: Any) -> Brief:
    return replace(samples.brief(), handover=Handover(accounts=tuple(map(handed, range(count))), **fields))


def shown(of: Brief) -> list[Block]:
    return handover_blocks(of, {}, samples.READER)


def test_a_handover_names_the_givers_the_five_that_matter_and_the_number_of_others() -> None:
    blocks = shown(brief(20))
    text = read(blocks)
    assert "20 accounts are now yours" in text
    assert text.count("Left open") == SHOWN
    assert "The others (15)" in text
    (button,) = [each for each in elements(blocks) if each["action_id"] == TAKE_OVER]
    assert (button["text"]["text"], button["value"]) == ("Take over all", samples.brief().id)


def test_the_day_after_it_is_one_line_about_the_brief_that_told_of_it() -> None:
    blocks = shown(brief(20, first_told="0123456789abcdef"))
    assert len(blocks) == 1
    assert blocks[0]["accessory"]["value"] == "0123456789abcdef"
    assert words.in_blocks(blocks) < 20


def test_who_took_them_over_is_said_and_nothing_is_left_to_press() -> None:
    blocks = shown(brief(20, taken_by=samples.MANAGER, taken_at=samples.NOW))
    assert "took over 20 accounts" in read(blocks)
    assert not [each for each in elements(blocks) if each["action_id"] == TAKE_OVER]


def test_without_a_handover_nothing_is_said() -> None:
    assert shown(samples.brief()) == []
    assert shown(brief(0)) == []


@pytest.mark.parametrize("count", [1, 5, 6, 20, 300])
def test_a_brief_with_a_handover_keeps_within_its_words(count: int) -> None:
    made, proposals = samples.morning(cards=5)
    full = replace(made, handover=brief(count).handover)
    (part,) = brief_messages(full, proposals, links=samples.LINKS, names={}, tz=samples.TZ, now=samples.NOW)
    assert words.in_blocks(part.blocks) <= WORDS
    assert not list(message_problems({"text": part.text, "blocks": part.blocks}))


@pytest.mark.parametrize("count", [1, 5, 100, 300])
def test_slack_takes_the_modals(count: int) -> None:
    handover = brief(count).handover
    assert handover is not None
    view = choose_modal(handover, private_metadata=samples.brief().id)
    assert not list(view_problems(view))
    menu = view["blocks"][1]["element"]
    assert len(menu["initial_options"]) == min(count, SHOWN)
    proposals = [samples.proposal(number, samples.advice(samples.task())) for number in range(min(count, MOST_AT_ONCE))]
    assert not list(
        view_problems(tasks_modal(count, batch_of(proposals, samples.READER), private_metadata="x" * 1_400))
    )


def test_the_menu_shows_the_risk_of_an_account_and_what_is_wrong_with_it() -> None:
    risky = replace(handed(0), risk=Risk.HIGH, statement="Nothing logged for 71 days.")
    shown = str(choose_modal(Handover(accounts=(risky, handed(1))), private_metadata="x"))
    assert "🔴 " in shown
    assert "Nothing logged for 71 days." in shown
