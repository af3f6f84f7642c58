"""App Home and what people write: text may ask, it never decides."""

from __future__ import annotations

import pytest

from store.domain.gate.proposals import State
from tests.flows.company import ACME
from tests.flows.stage import ANNAS, BOBS, Stage


async def test_home_shows_what_waits_what_was_decided_and_when_the_next_brief_comes(morning: Stage) -> None:
    proposal = await morning.proposal(ACME)
    await morning.approved(proposal, says="task created, due")
    await morning.slack.home(ANNAS)
    await morning.slack.until(lambda: morning.slack.home_view(ANNAS) is not None)

    home = str(morning.slack.home_view(ANNAS))
    assert "Wed 25 Mar 08:00" in home
    waiting, decided = home.split("Recently decided")
    assert "Borealis Foods" in waiting
    assert "Acme Robotics" in decided
    assert "Granite" not in home


async def test_approving_in_the_home_writes_and_shows_it_there(morning: Stage) -> None:
    await morning.slack.home(ANNAS)
    await morning.slack.until(lambda: morning.slack.home_view(ANNAS) is not None)
    proposal = await morning.proposal(ACME)
    await morning.slack.click_in_view(ANNAS, "approve_proposal", block_id=f"decide:{proposal.id}:{proposal.version}")
    await morning.until(ANNAS, "task created, due")

    assert len(morning.zoho.ledger) == 1
    await morning.slack.until(lambda: "Recently decided" in str(morning.slack.home_view(ANNAS)))


@pytest.mark.parametrize(
    "text", ["yes", "approve", "👍", "Yes please, do it", "ok, go ahead with Acme Robotics and book it all"]
)
async def test_a_reply_never_approves(morning: Stage, text: str) -> None:
    proposal, known = await morning.proposal(ACME), len(morning.slack.dm(ANNAS))
    await morning.slack.message(ANNAS, text, thread_ts=morning.briefs(ANNAS)[0]["ts"])
    await morning.slack.until(lambda: len(morning.slack.dm(ANNAS)) == known + 2)  # what she wrote and our answer
    await morning.sweep()

    assert await morning.state(proposal.id) is State.PENDING
    assert morning.zoho.ledger == ()


async def test_why_not_is_answered_for_ones_own_account(morning: Stage) -> None:
    await morning.slack.message(ANNAS, "why not Fjord Lines?")
    await morning.until(ANNAS, "Fjord Lines: nothing stands out")

    assert "Last touch was a call 8 days ago" in morning.shown(ANNAS)
    assert "The brief of 24 Mar noticed nothing about Fjord Lines." in morning.shown(ANNAS)


async def test_why_is_not_answered_for_somebody_elses_account(morning: Stage) -> None:
    await morning.slack.message(BOBS, "why not Fjord Lines?")
    await morning.until(BOBS, "I can't find any of your accounts in that question")

    assert "Fjord" not in str([message for message in morning.slack.dm(BOBS) if message.get("bot_id")])


async def test_an_answer_stands_in_the_thread_it_was_asked_in(morning: Stage) -> None:
    root = morning.briefs(ANNAS)[0]["ts"]
    await morning.slack.message(ANNAS, "Why is Acme Robotics here?", thread_ts=root)
    await morning.until(ANNAS, "stands out in the CRM data from")

    answer = next(each for each in morning.slack.dm(ANNAS) if "stands out" in each["text"])
    assert answer["thread_ts"] == root
    assert "The brief of 24 Mar asked for a decision about Acme Robotics, because it was new." in str(answer)
