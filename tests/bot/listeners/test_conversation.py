"""Commands, questions in threads, the Home, and whatever nobody expected."""

from __future__ import annotations

from tests.bot.conftest import Scene
from tests.bot.desk import ANNA, EVE


async def test_a_review_comes_in_the_direct_message_with_its_buttons(scene: Scene) -> None:
    await scene.slack.command(ANNA, "/review-account", " acme   0 ")
    assert scene.whispers(ANNA) == ["Looking at “acme 0”…"]  # typed where the review comes
    await scene.slack.until(lambda: "Review: Acme 0" in str(scene.slack.dm(ANNA)[-1]))
    main = scene.slack.dm(ANNA)[-1]
    assert "approve_proposal" in str(main["blocks"])


async def test_a_name_that_fits_several_accounts_is_asked_about(scene: Scene) -> None:
    await scene.slack.command(ANNA, "/review-account", "acme")
    await scene.whisper(ANNA, 2)
    await scene.slack.click(ANNA, "choose_account", value=scene.desk.brief.cards[1].account_id)
    await scene.slack.until(lambda: "Review: Acme 1" in str(scene.slack.dm(ANNA)[-1]))
    assert "Acme 1" in str(scene.slack.dm(ANNA)[-1]["blocks"])


async def test_a_name_nobody_knows_is_answered(scene: Scene) -> None:
    await scene.slack.command(ANNA, "/review-account", "<!channel>")
    assert await scene.whisper(ANNA, 2) == "I know no account called “&lt;!channel&gt;” among yours."


async def test_a_review_without_a_name_says_what_is_missing(scene: Scene) -> None:
    receipt = await scene.slack.command(ANNA, "/review-account", "  ")
    assert receipt.acknowledged
    assert await scene.whisper(ANNA) == "Please say which account: /review-account and its name."


async def test_a_stranger_gets_no_review(scene: Scene) -> None:
    await scene.slack.command(EVE, "/review-account", "acme 0")
    assert (await scene.whisper(EVE, 2)).startswith("This belongs to Anna Berg.")
    assert scene.desk.reviews == []


async def test_a_question_in_the_thread_is_answered_there_with_its_sources(scene: Scene) -> None:
    root = scene.slack.dm(ANNA)[0]["ts"]
    await scene.slack.message(ANNA, "why < 30 days?", thread_ts=root)
    answer = await scene.answer(root)
    assert scene.desk.questions == ["why < 30 days?"]
    assert "It moved.\n&lt;!channel&gt; said so." in str(answer["blocks"][0]["text"]["text"])
    assert "Renewal 2026" in str(answer["blocks"][1])


async def test_a_question_whose_acknowledgement_is_lost_is_answered_once(scene: Scene) -> None:
    root = scene.slack.dm(ANNA)[0]["ts"]
    scene.desk.may_keep.clear()
    scene.slack.faults.lose_ack(kind="events_api")
    await scene.slack.message(ANNA, "why?", thread_ts=root)
    await scene.slack.settled()
    scene.desk.may_keep.set()
    await scene.answer(root)
    assert scene.delivered("events_api") == [(0, False), (1, True)]
    assert scene.desk.questions == ["why?"]


async def test_text_never_approves(scene: Scene) -> None:
    root = scene.slack.dm(ANNA)[0]["ts"]
    await scene.slack.message(ANNA, "Approve!", thread_ts=root)
    assert (await scene.answer(root))["text"].startswith("A reply can't approve or reject")
    assert scene.desk.approvals == []
    assert scene.desk.questions == []


async def test_a_question_outside_any_brief_is_answered_in_a_thread_of_its_own(scene: Scene) -> None:
    sent = await scene.slack.message(ANNA, "why not Acme?")
    assert "It moved." in (await scene.answer(sent["ts"]))["text"]


async def test_a_stranger_asking_is_answered_and_told_nothing(scene: Scene) -> None:
    await scene.slack.message(EVE, "why?")
    await scene.slack.until(lambda: "This belongs to Anna Berg." in scene.slack.dm(EVE)[-1]["text"])


async def test_messages_of_the_bot_itself_are_not_answered(scene: Scene) -> None:
    posted = await scene.desk.client.chat_postMessage(channel=scene.slack.channel(ANNA), text="hello")
    sent = await scene.slack.message(ANNA, "hello")
    await scene.answer(sent["ts"])
    await scene.slack.settled()
    assert [each["ts"] for each in scene.slack.dm(ANNA) if each.get("thread_ts") == posted["ts"]] == []


async def test_the_home_shows_what_waits(scene: Scene) -> None:
    await scene.slack.home(ANNA)
    await scene.slack.until(lambda: scene.slack.home_view(ANNA) is not None)
    shown = str(scene.slack.home_view(ANNA))
    assert "Next brief: Fri 20 Nov 08:00." in shown
    assert shown.count("'approve_proposal'") == 2


async def test_the_messages_tab_publishes_no_home(scene: Scene) -> None:
    await scene.slack.home(ANNA, tab="messages")
    await scene.slack.settled()
    assert scene.slack.home_view(ANNA) is None


async def test_a_button_nobody_knows_is_acknowledged_and_answered(scene: Scene) -> None:
    button = {"type": "button", "action_id": "of_last_year", "value": "x", "text": {"type": "plain_text", "text": "x"}}
    await scene.desk.client.chat_postMessage(
        channel=scene.slack.channel(ANNA), text="x", blocks=[{"type": "actions", "elements": [button]}]
    )
    receipt = await scene.slack.click(ANNA, "of_last_year")
    assert receipt.acknowledged
    assert (await scene.whisper(ANNA)).startswith("I no longer know this button.")


async def test_a_command_nobody_knows_is_acknowledged_and_answered(scene: Scene) -> None:
    receipt = await scene.slack.command(ANNA, "/other", "x")
    assert receipt.acknowledged
    assert (await scene.whisper(ANNA)).startswith("I don't know this command.")


async def test_a_modal_nobody_knows_is_closed(scene: Scene) -> None:
    await scene.slack.click(ANNA, "reject_proposal")
    await scene.slack.until(lambda: scene.slack.modal(ANNA) is not None)
    view = scene.slack.modal(ANNA)
    assert view is not None
    view["callback_id"] = "of_last_year"
    assert (await scene.slack.submit(ANNA, {"reason": {"reason": "done"}})).ok
    assert scene.slack.modal(ANNA) is None
    assert scene.desk.reasons == []


async def test_a_question_with_a_file_is_answered_and_says_that_the_file_was_not_read(scene: Scene) -> None:
    root = scene.slack.dm(ANNA)[0]["ts"]
    await scene.slack.message(ANNA, "why?", thread_ts=root, files=["screen.png"])
    answer = await scene.answer(root)
    assert scene.desk.questions == ["why?"]
    assert "I didn't open the file." in str(answer["blocks"])


async def test_a_file_without_a_word_is_answered_with_what_would_help(scene: Scene) -> None:
    root = scene.slack.dm(ANNA)[0]["ts"]
    await scene.slack.message(ANNA, "", thread_ts=root, files=["screen.png"])
    answer = await scene.answer(root)
    assert answer["text"] == "I can't open files. Please tell me in words what you would like to know."
    assert scene.desk.questions == []


async def test_a_question_that_was_also_sent_to_the_conversation_is_answered(scene: Scene) -> None:
    root = scene.slack.dm(ANNA)[0]["ts"]
    await scene.slack.message(ANNA, "why?", thread_ts=root, broadcast=True)
    await scene.answer(root)
    assert scene.desk.questions == ["why?"]


async def test_a_message_under_several_event_ids_is_answered_once(scene: Scene) -> None:
    root = scene.slack.dm(ANNA)[0]["ts"]
    await scene.slack.message(ANNA, "why?", thread_ts=root, events=3)
    await scene.answer(root)
    await scene.slack.settled()
    assert scene.desk.questions == ["why?"]
    asked = [parcel.payload for parcel, _ in scene.slack.deliveries if "why?" in str(parcel.payload)]
    assert len({payload["event_id"] for payload in asked}) == 3


async def test_links_and_emoji_reach_the_conversation_as_they_were_typed(scene: Scene) -> None:
    root = scene.slack.dm(ANNA)[0]["ts"]
    typed = "is sam@booking.com of Booking.com 👍?"
    sent = await scene.slack.message(ANNA, typed, thread_ts=root)
    assert "<mailto:sam@booking.com|sam@booking.com>" in sent["text"]
    await scene.answer(root)
    assert scene.desk.questions == [typed]
