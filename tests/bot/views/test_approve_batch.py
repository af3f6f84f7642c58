"""Approving several low-risk recommendations at one press."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from agents.flows.gate import approve_batch
from bot.views.approve_batch import APPROVE_BATCH, LARGEST, batch_modal
from bot.views.brief import brief_messages
from store.domain.brief.brief import Brief
from store.domain.crm.basis import Difference
from store.domain.gate.proposals import Proposal, State
from store.domain.signals.kinds import Risk
from tests.bot import samples
from tests.bot.views.screen import elements


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
        {"write": replace(samples.task(), subject="word " * 40)},
    ],
)
def test_what_is_decided_expired_of_high_stakes_moved_long_or_overwrites_is_not_among_them(
    changed: dict[str, Any],
) -> None:
    brief, proposals = easy(3)
    first = next(iter(proposals))
    proposals[first] = replace(proposals[first], **changed)
    assert offered(brief, proposals)["text"]["text"] == "Approve all low-risk (2)"


@pytest.mark.parametrize("count", [0, 1])
def test_fewer_than_two_are_not_offered_together(count: int) -> None:
    assert offered(*easy(count)) is None


def test_the_modal_lists_exactly_what_each_would_write() -> None:
    _, proposals = easy(2)
    first, second = proposals.values()
    other = replace(second, account_name="Umbra AG", write=samples.note())
    view = batch_modal([first, other], samples.READER)
    text = str(view["blocks"])
    assert view["submit"]["text"] == "Approve 2"
    assert (
        "1. *Acme GmbH*\\nTask for Anna Berg on “Acme GmbH”, due Tue 24 Nov, high: “Call Eva Sommer about the renewal”"
        in text
    )
    assert "2. *Umbra AG*\\nNote “Slipped” on “Renewal”: “To 31 Dec”" in text


def test_a_long_list_says_that_it_is_the_first_forty() -> None:
    assert approve_batch.LARGEST == LARGEST
    many = [low(samples.proposal(number, samples.advice(samples.task()))) for number in range(LARGEST)]
    assert "These are the first 40; the others stay open." in str(batch_modal(many, samples.READER))
    assert "first 40" not in str(batch_modal(many[1:], samples.READER))
