"""Approving several low-risk recommendations at one press."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.views.approve_batch import APPROVE_BATCH, Batch, batch_modal, batch_of
from bot.views.brief import brief_messages
from integrations.sandbox.slack.blockkit import view_problems
from store.domain.attention.ledger import Place
from store.domain.brief.brief import Brief
from store.domain.crm.basis import Difference
from store.domain.gate.approvals import MOST_AT_ONCE
from store.domain.gate.proposals import Proposal, State
from store.domain.signals.kinds import Risk
from tests.bot import samples
from tests.bot.views.screen import elements, read


def easy(count: int) -> tuple[Brief, dict[str, Proposal]]:
    """A brief whose so many tasks are all of low risk."""
    brief, proposals = samples.morning(cards=count)
    return brief, {key: low(each) for key, each in proposals.items()}


def low(proposal: Proposal) -> Proposal:
    return replace(proposal, recommendation=replace(proposal.recommendation, risk=Risk.LOW))


def offered(brief: Brief, proposals: dict[str, Proposal]) -> Any:
    """The button of the main message, if it is there."""
    main = brief_messages(brief, proposals, links=samples.LINKS, names={}, tz=samples.TZ, now=samples.NOW)[0]
    found = [each for each in elements(main.blocks) if each["action_id"] == APPROVE_BATCH]
    return found[0] if found else None


def test_the_brief_offers_to_approve_all_that_is_low_risk() -> None:
    button = offered(*easy(3))
    assert button["text"]["text"] == "Approve all low-risk (3)"
    assert (button["action_id"], button["value"]) == (APPROVE_BATCH, samples.brief().id)


@pytest.mark.parametrize(
    "changed",
    [
        {"state": State.READY, "decided_by": samples.OWNER},
        {"expires_at": samples.NOW},
        {"needs_second": True},
        {"drifted": (Difference(label="Stage", shown="A", present="B"),)},
        {"write": samples.update()},
    ],
)
def test_what_is_decided_expired_of_high_stakes_moved_or_overwrites_is_not_among_them(
    changed: dict[str, Any],
) -> None:
    brief, proposals = easy(3)
    first = next(iter(proposals))
    proposals[first] = replace(proposals[first], **changed)
    assert offered(brief, proposals)["text"]["text"] == "Approve all low-risk (2)"


@pytest.mark.parametrize("count", [0, 1])
def test_fewer_than_two_are_not_offered_together(count: int) -> None:
    assert offered(*easy(count)) is None


def test_a_decision_that_is_only_asked_whether_it_still_matters_is_not_among_them() -> None:
    brief, proposals = easy(3)
    doubted = replace(brief, cards=(replace(brief.cards[0], place=Place.QUESTION), *brief.cards[1:]))
    assert offered(doubted, proposals)["text"]["text"] == "Approve all low-risk (2)"


def shown(batch: Batch) -> str:
    view = batch_modal(batch)
    assert not view_problems(view)
    return read(view["blocks"])


def test_the_modal_shows_every_field_that_each_would_write() -> None:
    _, proposals = easy(2)
    first, second = proposals.values()
    other = replace(second, account_name="Umbra AG", write=samples.note())
    text = shown(batch_of([first, other], samples.READER))
    assert (
        "\n".join(
            (
                "*1. Acme GmbH*",
                "Task for Anna Berg: Call Eva Sommer about the renewal",
                "On: account “Acme GmbH”",
                "Due: Tue 24 Nov",
                "Priority: High",
                "Description: Ask whether the budget stands.",
                f"Description ends with the bot's mark {first.marker}",
                "*2. Umbra AG*",
                "Note: Slipped",
                "On: deal “Renewal”",
                "Text: To 31 Dec",
                f"Text ends with the bot's mark {second.marker}",
            )
        )
        in text
    )
    assert batch_modal(batch_of([first, other], samples.READER))["submit"]["text"] == "Approve 2"


def test_a_long_text_is_shown_to_its_last_word() -> None:
    long = replace(samples.task(), description="word\n" * 1_500 + "the end")
    batch = batch_of([low(samples.proposal(1, samples.advice(long)))], samples.READER)
    assert shown(batch).count("word") == 1_500
    assert "the end" in shown(batch)


def test_what_has_no_room_in_the_modal_is_left_out_and_counted() -> None:
    endless = replace(samples.note(), text="<&>\n" * 2_000)
    many = [low(samples.proposal(number, samples.advice(endless))) for number in range(12)]
    short = low(samples.proposal(9, samples.advice(samples.task())))
    batch = batch_of([*many, short], samples.READER)
    assert batch.proposals == [*many[: 12 - batch.too_long], short]
    assert 1 < batch.too_long < 12
    assert f"{batch.too_long} longer ones don't fit here and stay open: decide on the card." in shown(batch)
    assert batch_modal(batch)["submit"]["text"] == f"Approve {len(batch.proposals)}"


def test_a_long_list_says_that_it_is_the_first_forty() -> None:
    many = [low(samples.proposal(number, samples.advice(samples.task()))) for number in range(MOST_AT_ONCE)]
    batch = batch_of(many, samples.READER)
    assert len(batch.proposals) == MOST_AT_ONCE
    assert "These are the first 40; the others stay open." in str(batch_modal(batch, more=True))
    assert "first 40" not in shown(batch)
