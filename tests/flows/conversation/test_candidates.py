"""Candidates are offered as buttons; a press goes on with the question. Figures come as a table; answers can be rated."""

from __future__ import annotations

from typing import Any

from bot.views.answer import MEANT, RATE_ANSWER
from bot.views.blocks import actions, button
from store.domain.gate.proposals import State
from tests.flows.company import ACME, ACME_EAST, ANNA, BOREALIS
from tests.flows.stage import ANNAS, BOBS, MIAS, Stage
from tests.flows.talk import Talking, words


async def said(stage: Stage, text: str, *, by: str = ANNAS) -> dict[str, Any]:
    """The answer to a message outside a thread."""
    sent = await stage.slack.message(by, text)
    await stage.slack.until(lambda: bool(_under(stage, by, sent["ts"])))
    return _under(stage, by, sent["ts"])[0]


def _under(stage: Stage, by: str, ts: str) -> list[dict[str, Any]]:
    return [each for each in stage.slack.dm(by) if each.get("thread_ts") == ts and each.get("bot_id")]


def _buttons(message: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (each["action_id"], each["text"]["text"])
        for block in message["blocks"]
        if block["type"] == "actions"
        for each in block["elements"]
    ]


async def test_only_the_accounts_that_fit_are_offered_and_a_press_answers_the_question(morning: Stage) -> None:
    asked = await said(morning, "when did we last speak with acme?")
    assert [name for _, name in _buttons(asked)] == ["Acme Robotics", "Acme East"]

    await morning.slack.click(ANNAS, MEANT[1], ts=asked["ts"])
    await morning.slack.until(lambda: len(_under(morning, ANNAS, asked["thread_ts"])) == 2)
    question, answer = _under(morning, ANNAS, asked["thread_ts"])
    assert "Acme East" in answer["text"]
    assert "Robotics" not in answer["text"]
    assert _buttons(question) == []


async def test_why_offers_the_accounts_that_fit_too(morning: Stage) -> None:
    asked = await said(morning, "why is acme on my list?")
    assert {name for _, name in _buttons(asked)} == {"Acme Robotics", "Acme East"}

    robotics = next(action_id for action_id, name in _buttons(asked) if name == "Acme Robotics")
    await morning.slack.click(ANNAS, robotics, ts=asked["ts"])
    await morning.slack.until(lambda: len(_under(morning, ANNAS, asked["thread_ts"])) == 2)
    assert "stands out in the CRM data from" in _under(morning, ANNAS, asked["thread_ts"])[-1]["text"]


async def test_a_card_is_chosen_by_its_button_and_the_wish_goes_on(morning: Stage) -> None:
    asked = await said(morning, "snooze it for two weeks")
    place = next(action_id for action_id, name in _buttons(asked) if name.startswith("Borealis"))
    before = await morning.proposal(ACME)
    await morning.slack.click(ANNAS, place, ts=asked["ts"])
    await morning.until(ANNAS, "is snoozed until")

    assert (await morning.proposal(BOREALIS)).state is State.SNOOZED
    assert await morning.state(before.id) is State.PENDING


async def test_a_forged_choice_of_someone_elses_account_shows_nothing_of_it(morning: Stage) -> None:
    """Bob presses a button with an account of Anna's, as only a forged request could have it."""
    thread = (await said(morning, "how is it?", by=BOBS))["thread_ts"]
    forged = actions("meant", button("Forged", action_id=MEANT[0], value=f"account:{ACME_EAST}"))
    channel = morning.slack.channel(BOBS)
    await morning.bot.services.slack.chat_postMessage(channel=channel, text="?", thread_ts=thread, blocks=[forged])
    await morning.slack.click(BOBS, MEANT[0])
    await morning.slack.until(lambda: len(_under(morning, BOBS, thread)) == 3)
    assert "Acme" not in str(_under(morning, BOBS, thread))


async def test_the_pipeline_is_a_table_and_a_chart_and_says_the_same_in_words(morning: Stage) -> None:
    answer = await said(morning, "my pipeline")

    kinds = [each["type"] for each in answer["blocks"]]
    assert kinds[:2] == ["section", "data_table"]
    table = answer["blocks"][1]["rows"]
    assert [cell["text"] for cell in table[0]] == ["Stage", "Deals", "Amount"]
    assert all(row[0]["text"] in answer["text"] and row[2]["text"] in answer["text"] for row in table[1:])


async def test_a_slack_that_takes_no_tables_gets_the_pipeline_in_words(morning: Stage) -> None:
    morning.slack.faults.error("chat.postMessage", "invalid_blocks")
    answer = await said(morning, "my pipeline")

    assert [each["type"] for each in answer["blocks"]] == ["section"]
    assert "• " in answer["blocks"][0]["text"]["text"]


async def test_an_answer_of_a_model_can_be_rated_by_who_got_it_and_the_last_word_counts(talk: Talking) -> None:
    answer = await talk.ask("why was Fjord Lines not on the list?")
    assert RATE_ANSWER in words(answer)
    made = talk.stage
    no, yes = _values(answer)
    await made.slack.click(ANNAS, RATE_ANSWER, ts=answer["ts"], value=no)
    await made.handled()
    assert await _rated(made) == (1, 0, 1)
    await made.slack.click(ANNAS, RATE_ANSWER, ts=answer["ts"], value=yes)
    await made.handled()
    assert await _rated(made) == (1, 1, 0)


async def test_answers_by_rules_are_counted_but_not_rated(talk: Talking) -> None:
    answer = await talk.ask("what first?")

    assert RATE_ANSWER not in words(answer)
    assert await _rated(talk.stage) == (0, 0, 0)


async def test_a_look_at_a_reports_account_is_in_the_audit_trail(morning: Stage) -> None:
    await said(morning, "how is fjord lines?", by=MIAS)
    await said(morning, "how is fjord lines?")

    async with morning.bot.services.database.reading() as tx:
        looked = [each for each in await tx.audit.entries(subject=ANNA) if each.action == "conversation.looked"]
    assert [each.detail["slack_user"] for each in looked] == [MIAS]


def _values(answer: dict[str, Any]) -> tuple[str, str]:
    """Of the buttons not useful and useful."""
    element = answer["blocks"][-1]["elements"][0]
    return element["negative_button"]["value"], element["positive_button"]["value"]


async def _rated(stage: Stage) -> tuple[int, int, int]:
    now = stage.clock.now()
    async with stage.bot.services.database.reading() as tx:
        counts = await tx.asked.counts(since=now.replace(hour=0), until=now.replace(hour=23))
    return (
        sum(each.by_model for each in counts),
        sum(each.useful for each in counts),
        sum(each.not_useful for each in counts),
    )
