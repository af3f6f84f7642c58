"""An answer while it comes: a status while tools run, then the text, sentence by sentence; and one answer whatever goes wrong."""

from __future__ import annotations

from typing import Any

import pytest

from tests.flows.company import ACME
from tests.flows.stage import ANNAS
from tests.flows.talk import Talking, words

QUESTION = "why was Fjord Lines not on the list?"
ANSWER = "The brief of 24 Mar noticed nothing about Fjord Lines. Fjord Lines has no open deals."


def called(talk: Talking, method: str) -> list[dict[str, Any]]:
    return [dict(given) for name, given in talk.stage.slack.calls if name == method]


def _steps(calls: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(chunk["title"], chunk["status"]) for each in calls for chunk in each.get("chunks", ())]


def answers(talk: Talking) -> list[dict[str, Any]]:
    return [each for each in talk.stage.slack.dm(ANNAS) if "noticed nothing about Fjord Lines" in str(each.get("text"))]


async def test_what_is_being_done_is_told_while_tools_run(talk: Talking) -> None:
    answer = await talk.ask(QUESTION)

    statuses = [str(each["status"]) for each in called(talk, "assistant.threads.setStatus")]
    assert statuses == ["is reading your question…"]
    assert _steps(called(talk, "chat.startStream")) == [("Looking in the CRM", "in_progress")]
    assert [(each["title"], each["status"]) for each in answer["blocks"] if each["type"] == "task_card"] == [
        ("Looking in the CRM", "complete")
    ]


async def test_the_answer_grows_and_ends_with_its_sources(talk: Talking) -> None:
    answer = await talk.ask(QUESTION)

    grown = [each["chunks"] for each in called(talk, "chat.appendStream")]
    assert [chunk["text"] for chunk in grown[0] if chunk["type"] == "markdown_text"] == [
        ANSWER.partition(". ")[0] + "."
    ]
    assert answer["text"] == ANSWER
    assert "/tab/Accounts/" in words(answer)
    assert len(answers(talk)) == 1


async def test_an_answer_with_a_wish_is_not_shown_before_it_is_done(talk: Talking) -> None:
    await talk.ask("make the Acme Robotics one next Tuesday")

    assert called(talk, "chat.startStream") == []
    assert (await talk.stage.proposal(ACME)).version == 2


@pytest.mark.parametrize("method", ["assistant.threads.setStatus", "chat.startStream", "chat.stopStream"])
@pytest.mark.parametrize("how", ["rate_limit", "server_error", "drop_answer"])
async def test_whatever_slack_does_not_take_there_is_one_answer(talk: Talking, method: str, how: str) -> None:
    getattr(talk.stage.slack.faults, how)(method)
    await talk.ask(QUESTION)
    await talk.stage.slack.until(lambda: len(answers(talk)) == 1)
    await talk.stage.slack.settled()
    await talk.stage.slack.until(lambda: len(answers(talk)) == 1)  # a stream of uncertain end is posted anew

    assert [each["text"] for each in answers(talk)] == [ANSWER]


async def test_a_stream_that_a_dead_process_left_is_taken_away_when_it_is_answered_anew(talk: Talking) -> None:
    """The listener dies after the first sentence; what it was asked is begun again."""
    made = talk.stage
    sent = await made.slack.message(ANNAS, "hello?", thread_ts=talk.root())
    await made.slack.settled()
    await made.bot.services.slack.chat_startStream(
        channel=made.slack.channel(ANNAS), thread_ts=talk.root(), markdown_text="I see nothing on Fjord Lines"
    )
    payload = dict(next(each.payload for each, _ in made.slack.deliveries if each.payload["event"]["ts"] == sent["ts"]))
    seconds, _, micros = str(sent["ts"]).partition(".")
    another = f"{seconds}.{int(micros) + 1:06d}"  # a message of its own: one with the same time was answered
    payload["event"] = {**payload["event"], "text": QUESTION, "ts": another}
    await talk.taken_again(payload)
    await made.slack.until(lambda: [each["text"] for each in answers(talk)] == [ANSWER], timeout=30)


async def test_a_question_that_was_taken_back_meanwhile_leaves_no_answer(talk: Talking) -> None:
    slack = talk.stage.slack
    sent = await slack.message(ANNAS, QUESTION)
    slack.take_back(ANNAS, sent["ts"])

    await slack.until(lambda: bool(called(talk, "chat.startStream")))
    await talk.stage.handled()

    assert [each for each in slack.dm(ANNAS) if each["ts"] > sent["ts"]] == []


@pytest.mark.parametrize(("text", "how"), [("what first?", {"me": True}), ("", {"passed_on": "Who has Acme?"})])
async def test_a_message_by_me_or_passed_on_is_answered(talk: Talking, text: str, how: dict[str, Any]) -> None:
    slack = talk.stage.slack
    sent = await slack.message(ANNAS, text, thread_ts=talk.root(), **how)

    def answers() -> list[dict[str, Any]]:
        return [each for each in slack.dm(ANNAS) if each.get("bot_id") and each["ts"] > sent["ts"]]

    await slack.until(lambda: bool(answers()))
    assert all(each["thread_ts"] == talk.root() for each in answers())
    assert how.get("me") or "tell me in words" in str(answers()[0]["text"])
