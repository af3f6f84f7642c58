"""Requests in words, by rules: what is set aside comes back, nothing else is touched instead, and unknown names are named."""

from __future__ import annotations

from agents.flows.access.identity import Caller
from agents.flows.conversation.said import Said
from agents.flows.conversation.thread import Where
from store.domain.gate.proposals import State
from store.domain.running.messages import Earlier
from tests.conversation.room import Thread
from tests.flows.company import ACME, BOREALIS
from tests.flows.stage import ANNAS, BOBS, Stage, by
from tests.flows.talk import words


async def asked(stage: Stage, *messages: str, user_id: str = ANNAS) -> Said:
    """Write these in one thread, beside the brief's; the last answer."""
    earlier: list[Earlier] = []
    said = Said(text="")
    for text in messages:
        caller: Caller = by(user_id)
        said = await stage.bot.converse(caller, text, Where("D0"), Thread(tuple(earlier)))
        earlier += [Earlier(text, ours=False), Earlier(said.text, ours=True)]
    return said


async def test_a_snooze_and_its_end_name_the_account(morning: Stage) -> None:
    off = await asked(morning, "skip Acme Robotics for two weeks")
    assert off.text.startswith("Acme Robotics: “")
    assert "Acme Robotics" in (await asked(morning, "what's snoozed")).text

    back = await asked(morning, "bring back acme robotics")
    assert back.text.startswith("Acme Robotics: “")
    assert "no longer snoozed" in back.text
    assert (await morning.proposal(ACME)).state is State.PENDING
    assert "is not snoozed or dismissed" in (await asked(morning, "bring back acme robotics")).text


async def test_undo_takes_back_the_last_change_and_no_write(morning: Stage) -> None:
    assert "that I could take back" in (await asked(morning, "undo that")).text
    await asked(morning, "drop Acme Robotics because it is settled")
    assert "no longer dismissed" in (await asked(morning, "take it back")).text
    assert (await morning.proposal(ACME)).state is State.PENDING

    cancelled = await asked(morning, "skip Borealis for two weeks", "cancel that")
    assert "Borealis Foods" in cancelled.text
    assert (await morning.proposal(BOREALIS)).state is State.PENDING

    await morning.approved(await morning.proposal(ACME), says="task created, due")
    assert "Press Undo on its card" in (await asked(morning, "undo the Acme Robotics one")).text
    assert len(morning.zoho.ledger) == 1


async def test_someone_else_brings_nothing_back(morning: Stage) -> None:
    await asked(morning, "skip Acme Robotics for two weeks")
    for text in ("bring back Acme Robotics", "undo that", "bring it back"):
        said = await asked(morning, text, user_id=BOBS)
        assert "Acme Robotics:" not in said.text
    assert (await morning.proposal(ACME)).state is State.SNOOZED


async def test_a_wish_for_one_account_never_moves_the_card_of_another(morning: Stage) -> None:
    before = {each.id: (each.state, each.version) for each in await morning.proposals(ACME)}
    for text in ("move the Fjord Lines task to Friday", "skip Fjord Lines for two weeks", "skip Foobar for two weeks"):
        said = await asked(morning, "why is Acme Robotics here?", text)
        assert "I changed nothing" in said.text
    assert {each.id: (each.state, each.version) for each in await morning.proposals(ACME)} == before


async def test_a_change_beside_the_brief_leads_to_the_card(morning: Stage) -> None:
    sent = await morning.slack.message(ANNAS, "move the Acme Robotics task to next Tuesday")
    await morning.until(ANNAS, "in the thread of your brief")
    await morning.slack.until(
        lambda: bool([each for each in morning.slack.dm(ANNAS) if "Go to its card" in words(each)])
    )

    made = await morning.proposal(ACME)
    shown = [each for each in morning.slack.dm(ANNAS) if f"decide:{made.id}:2" in words(each)]
    (card,) = [each for each in shown if each.get("thread_ts") == morning.briefs(ANNAS)[0]["ts"] != each["ts"]]
    (answer,) = [each for each in morning.slack.dm(ANNAS) if "Go to its card" in words(each)]
    assert answer["thread_ts"] == sent["ts"]
    assert f"p{card['ts'].replace('.', '')}" in words(answer)


async def test_a_change_that_is_there_already_makes_no_new_version(morning: Stage) -> None:
    await asked(morning, "move the Acme Robotics task to next Tuesday")
    assert "like that already" in (await asked(morning, "move the Acme Robotics task to next Tuesday")).text
    assert (await morning.proposal(ACME)).version == 2


async def test_a_comparison_says_which_name_it_cant_find(morning: Stage) -> None:
    for text in ("compare Fjord Lines and Unknownia", "unknownia vs fjord lines"):
        said = await asked(morning, text)
        assert "nknownia” among your accounts" in said.text
        assert "Fjord Lines" in said.text
    assert "“Foo”" in (await asked(morning, "how is Fjord Lines and Foo")).text
    assert "With which account" in (await asked(morning, "compare Fjord Lines")).text


async def test_a_draft_gets_shorter_and_in_no_other_way_different(morning: Stage) -> None:
    plain = await asked(morning, "draft a mail to Fjord Lines")
    short = await asked(morning, "draft a mail to Fjord Lines", "shorter please")
    shortest = await asked(morning, "draft a mail to Fjord Lines", "shorter please", "even shorter")
    assert len(plain.text) > len(short.text) > len(shortest.text)
    for wish in ("make it friendlier", "in german", "can you translate it to french"):
        said = await asked(morning, "draft a mail to Fjord Lines", wish)
        assert "only make it shorter" in said.text
    assert "overdue" in (await asked(morning, "draft a mail to Fjord Lines", "what's overdue")).text


async def test_what_is_decided_is_no_news(morning: Stage) -> None:
    assert "Acme Robotics" in (await asked(morning, "whats new")).text
    await asked(morning, "drop Acme Robotics because it is settled")
    news = (await asked(morning, "whats new")).text
    assert "Acme Robotics" not in news
    assert "Borealis" in news


async def test_a_wish_in_another_language_changes_nothing_and_says_what_to_do(morning: Stage) -> None:
    for text, says in (
        ("erinnere mich am Freitag an Acme Robotics", "Knöpfe auf der Karte"),
        ("rappelle-moi Acme Robotics vendredi", "boutons de la carte"),
        ("pospón Acme Robotics hasta el lunes", "botones de la tarjeta"),
    ):
        said = await asked(morning, text)
        assert says in said.text
        assert "“skip Acme Robotics until Friday”" in said.text
    assert (await morning.proposal(ACME)).state is State.PENDING


async def test_a_snooze_until_something_changes_or_after_easter(morning: Stage) -> None:
    said = await asked(morning, "leave Acme Robotics alone until something happens there")
    assert "until something changes" in said.text
    assert (await morning.proposal(ACME)).until_change
    await asked(morning, "bring back Acme Robotics")
    assert "until Tue 7 Apr" in (await asked(morning, "park Acme Robotics til after easter")).text
    await asked(morning, "bring back Acme Robotics")
    assert "90 days" in (await asked(morning, "snooze Acme Robotics for 2 years")).text


async def test_a_task_goes_to_the_manager_by_name_and_to_no_one_else(morning: Stage) -> None:
    assert "for Mia Lind" in (await asked(morning, "give the Acme Robotics one to Mia")).text
    assert "I changed nothing" in (await asked(morning, "give the Borealis one to Zoe")).text


async def test_a_colleagues_work_is_not_told_nor_mistaken_for_ones_own(morning: Stage) -> None:
    for text in ("what is Bob working on", "whats Bobs pipeline"):
        said = await asked(morning, text)
        assert said.text.startswith("I can't tell you about other people's accounts")
    assert "Granite" not in said.text
