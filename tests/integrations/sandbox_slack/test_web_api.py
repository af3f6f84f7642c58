"""The Web API: tokens, argument forms, messages, people, and Slack's error codes."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from integrations.sandbox.slack import SlackSandbox
from tests.integrations.sandbox_slack.conftest import FrozenClock
from tests.integrations.sandbox_slack.people import ANNA, BEN, button, card, form, mrkdwn


async def refusal(call: Any) -> Any:
    """The answer to a call that Slack refuses."""
    with pytest.raises(SlackApiError) as refused:
        await call
    return refused.value.response


async def test_each_method_wants_its_own_token(slack: SlackSandbox) -> None:
    async def answer(token: str | None, method: str) -> Any:
        client = AsyncWebClient(token=token, base_url=slack.api_url, retry_handlers=[])
        try:
            return (await client.api_call(method)).get("error", "ok")
        except SlackApiError as exc:
            return exc.response["error"]

    assert await answer(None, "auth.test") == "not_authed"
    assert await answer("xoxb-other", "auth.test") == "invalid_auth"
    assert await answer(slack.app_token, "auth.test") == "not_allowed_token_type"
    assert await answer(slack.bot_token, "apps.connections.open") == "not_allowed_token_type"
    assert await answer(slack.bot_token, "auth.test") == "ok"
    assert await answer(slack.bot_token, "chat.postMessages") == "unknown_method"


async def test_auth_test_tells_who_the_app_is(client: AsyncWebClient) -> None:
    answer = await client.auth_test()
    assert (answer["team_id"], answer["user_id"], answer["bot_id"]) == ("T0SERGAS", "U0SERGASBOT", "B0SERGAS")


@pytest.mark.parametrize("form_of_call", ["query", "form", "json"])
async def test_arguments_come_in_any_form(slack: SlackSandbox, form_of_call: str) -> None:
    blocks = '[{"type": "divider"}]'
    given = {"channel": ANNA, "text": "Hello", "blocks": blocks}
    url, headers = f"{slack.api_url}chat.postMessage", {"Authorization": f"Bearer {slack.bot_token}"}
    async with httpx.AsyncClient(headers=headers) as http:
        if form_of_call == "query":
            answer = await http.get(url, params=given)
        elif form_of_call == "form":
            answer = await http.post(url, data=given)
        else:
            answer = await http.post(url, json={**given, "blocks": [{"type": "divider"}]})
    assert answer.json()["ok"], answer.text
    [message] = slack.dm(ANNA)
    assert (message["text"], message["blocks"][0]["type"]) == ("Hello", "divider")
    assert "token" not in str(slack.calls).lower()


@pytest.mark.parametrize(
    ("content_type", "body", "error"),
    [
        ("application/json", "{", "invalid_json"),
        ("application/json", "[]", "json_not_object"),
        ("application/x-www-form-urlencoded", f"channel={ANNA}&blocks=%5B", "invalid_blocks_format"),
    ],
)
async def test_malformed_bodies_are_named(slack: SlackSandbox, content_type: str, body: str, error: str) -> None:
    headers = {"Authorization": f"Bearer {slack.bot_token}", "Content-Type": content_type}
    async with httpx.AsyncClient(headers=headers) as http:
        answer = await http.post(f"{slack.api_url}chat.postMessage", content=body)
    assert answer.json() == {"ok": False, "error": error}


async def test_a_message_stands_in_the_conversation_with_ids_filled_in(
    slack: SlackSandbox, client: AsyncWebClient
) -> None:
    opened = await client.conversations_open(users=[ANNA])
    unnamed = button("x")
    del unnamed["action_id"]
    posted = await client.chat_postMessage(
        channel=opened["channel"]["id"], text="Hi", blocks=[{"type": "actions", "elements": [unnamed]}]
    )
    assert posted["channel"] == slack.channel(ANNA)
    [message] = slack.dm(ANNA)
    assert message["bot_id"] == "B0SERGAS"
    assert message["blocks"][0]["block_id"]
    assert message["blocks"][0]["elements"][0]["action_id"]
    assert slack.dm(BEN) == []


async def test_timestamps_follow_the_clock_and_never_repeat(client: AsyncWebClient, clock: FrozenClock) -> None:
    first = await client.chat_postMessage(channel=ANNA, text="1")
    second = await client.chat_postMessage(channel=ANNA, text="2")
    assert first["ts"] == f"{int(clock.now().timestamp())}.000000"
    assert second["ts"] == f"{int(clock.now().timestamp())}.000001"


async def test_refused_messages_are_refused_with_slacks_codes(client: AsyncWebClient) -> None:
    many: Any = [{"type": "divider"}] * 51
    answer = await refusal(client.chat_postMessage(channel=ANNA, text="x", blocks=many))
    assert answer["error"] == "invalid_blocks"
    assert answer["response_metadata"]["messages"] == ["[ERROR] no more than 50 items allowed [json-pointer:/blocks]"]
    long: Any = [{"type": "section", "text": mrkdwn("x" * 2641)}] * 5
    assert (await refusal(client.chat_postMessage(channel=ANNA, text="x", blocks=long)))[
        "error"
    ] == "msg_blocks_too_long"
    assert (await refusal(client.api_call("chat.postMessage", json={"channel": ANNA})))["error"] == "no_text"
    assert (await refusal(client.chat_postMessage(channel=ANNA, text="x" * 40_001)))["error"] == "msg_too_long"
    assert (await refusal(client.chat_postMessage(channel="C1", text="x")))["error"] == "channel_not_found"
    nowhere = client.chat_postMessage(channel=ANNA, text="x", thread_ts="1.0")
    assert (await refusal(nowhere))["error"] == "thread_not_found"
    strange: Any = {"event_type": "x"}
    odd = client.chat_postMessage(channel=ANNA, text="x", metadata=strange)
    assert (await refusal(odd))["error"] == "invalid_metadata_format"


async def test_an_update_replaces_what_is_given_and_is_marked(slack: SlackSandbox, client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel=ANNA, text="Before", blocks=card())
    await client.chat_update(channel=posted["channel"], ts=posted["ts"], text="After")
    [message] = slack.dm(ANNA)
    assert (message["text"], len(message["blocks"]), message["edited"]["user"]) == ("After", 2, "U0SERGASBOT")
    await client.chat_update(channel=posted["channel"], ts=posted["ts"], text="After", blocks=[])
    assert slack.dm(ANNA)[0]["blocks"] == []


async def test_an_update_may_fail_in_slacks_ways(slack: SlackSandbox, client: AsyncWebClient) -> None:
    theirs = await slack.message(ANNA, "mine")
    posted = await client.chat_postMessage(channel=ANNA, text="x")
    channel = posted["channel"]
    assert (await refusal(client.chat_update(channel=channel, ts="1.0", text="x")))["error"] == "message_not_found"
    foreign = client.chat_update(channel=channel, ts=theirs["ts"], text="x")
    assert (await refusal(foreign))["error"] == "cant_update_message"
    long = client.chat_update(channel=channel, ts=posted["ts"], text="x" * 4001)
    assert (await refusal(long))["error"] == "msg_too_long"


async def test_a_deleted_message_is_gone(slack: SlackSandbox, client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel=ANNA, text="x")
    await client.chat_delete(channel=posted["channel"], ts=posted["ts"])
    assert slack.dm(ANNA) == []
    gone = client.chat_delete(channel=posted["channel"], ts=posted["ts"])
    assert (await refusal(gone))["error"] == "message_not_found"


async def test_history_is_newest_first_in_pages_and_shows_metadata_on_request(client: AsyncWebClient) -> None:
    channel = (await client.conversations_open(users=ANNA))["channel"]["id"]
    for number in range(3):
        metadata = {"event_type": "brief", "event_payload": {"key": str(number)}}
        posted = await client.chat_postMessage(channel=channel, text=str(number), metadata=metadata)
    await client.chat_postMessage(channel=channel, text="reply", thread_ts=posted["ts"])

    first = await client.conversations_history(channel=channel, limit=2, include_all_metadata=True)
    cursor = first["response_metadata"]["next_cursor"]
    second = await client.conversations_history(channel=channel, limit=2, cursor=cursor)

    assert [message["text"] for message in first["messages"]] == ["2", "1"]
    assert first["has_more"]
    assert first["messages"][0]["metadata"]["event_payload"] == {"key": "2"}
    assert [message["text"] for message in second["messages"]] == ["0"]
    assert "metadata" not in second["messages"][0]


async def test_history_can_be_cut_by_time(client: AsyncWebClient, clock: FrozenClock) -> None:
    stamps = []
    for number in range(3):
        stamps.append((await client.chat_postMessage(channel=ANNA, text=str(number)))["ts"])
        clock.advance(minutes=1)
    channel = (await client.conversations_open(users=ANNA))["channel"]["id"]
    after = await client.conversations_history(channel=channel, oldest=stamps[1])
    since = await client.conversations_history(channel=channel, oldest=stamps[1], inclusive=True)
    before = await client.conversations_history(channel=channel, latest=stamps[1])
    assert [message["text"] for message in after["messages"]] == ["2"]
    assert [message["text"] for message in since["messages"]] == ["2", "1"]
    assert [message["text"] for message in before["messages"]] == ["0"]


async def test_a_range_or_page_that_makes_no_sense_is_named(client: AsyncWebClient) -> None:
    channel = (await client.conversations_open(users=ANNA))["channel"]["id"]
    nonsense: list[tuple[dict[str, Any], str]] = [
        ({"oldest": "yesterday"}, "invalid_ts_oldest"),
        ({"cursor": "x"}, "invalid_cursor"),
        ({"limit": "some"}, "invalid_limit"),
    ]
    for given, error in nonsense:
        assert (await refusal(client.conversations_history(channel=channel, **given)))["error"] == error


async def test_a_thread_is_read_from_its_first_message_on(client: AsyncWebClient) -> None:
    root = await client.chat_postMessage(channel=ANNA, text="root")
    reply = await client.chat_postMessage(channel=ANNA, text="one", thread_ts=root["ts"])
    await client.chat_postMessage(channel=ANNA, text="two", thread_ts=reply["ts"])
    read = await client.conversations_replies(channel=root["channel"], ts=root["ts"])
    assert [message["text"] for message in read["messages"]] == ["root", "one", "two"]
    assert read["messages"][0]["reply_count"] == 2
    missing = client.conversations_replies(channel=root["channel"], ts="1.0")
    assert (await refusal(missing))["error"] == "thread_not_found"


async def test_an_ephemeral_message_is_seen_by_one_person_and_kept_nowhere(
    slack: SlackSandbox, client: AsyncWebClient
) -> None:
    channel = slack.channel(ANNA)
    await client.chat_postEphemeral(channel=channel, user=ANNA, text="psst")
    assert slack.ephemerals(ANNA)[0]["text"] == "psst"
    assert (await client.conversations_history(channel=channel))["messages"] == []
    foreign = client.chat_postEphemeral(channel=channel, user=BEN, text="x")
    assert (await refusal(foreign))["error"] == "user_not_in_channel"


async def test_people_are_found_by_address_and_id(client: AsyncWebClient) -> None:
    found = (await client.users_lookupByEmail(email="ANNA@example.test"))["user"]
    assert (found["id"], found["tz"], found["tz_offset"], found["team_id"]) == (ANNA, "Europe/Madrid", 3600, "T0SERGAS")
    assert (await client.users_info(user=BEN))["user"]["profile"]["title"] == "Sales Manager"
    members = (await client.users_list())["members"]
    assert [member["is_bot"] for member in members] == [False, False, True]
    assert (await refusal(client.users_lookupByEmail(email="x@example.test")))["error"] == "users_not_found"
    assert (await refusal(client.users_info(user="U9")))["error"] == "user_not_found"


async def test_someone_who_left_is_deleted_and_no_longer_found_by_address(
    slack: SlackSandbox, client: AsyncWebClient
) -> None:
    slack.deactivate(ANNA)
    assert (await client.users_info(user=ANNA))["user"]["deleted"] is True
    assert (await client.users_info(user=BEN))["user"]["deleted"] is False
    assert (await refusal(client.users_lookupByEmail(email="anna@example.test")))["error"] == "users_not_found"


async def test_a_reaction_and_a_permalink(slack: SlackSandbox, client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel=ANNA, text="x")
    where = {"channel": posted["channel"], "timestamp": posted["ts"]}
    await client.reactions_add(name="eyes", **where)
    link = await client.chat_getPermalink(channel=posted["channel"], message_ts=posted["ts"])
    assert slack.dm(ANNA)[0]["reactions"] == [{"name": "eyes", "users": ["U0SERGASBOT"], "count": 1}]
    assert link["permalink"].endswith("/p" + posted["ts"].replace(".", ""))
    assert (await refusal(client.reactions_add(name="eyes", **where)))["error"] == "already_reacted"


async def test_a_view_that_changed_meanwhile_is_not_overwritten(client: AsyncWebClient) -> None:
    home: Any = {"type": "home", "blocks": card()}
    first = (await client.views_publish(user_id=ANNA, view=home))["view"]
    second = (await client.views_publish(user_id=ANNA, view=home, hash=first["hash"]))["view"]
    assert (second["id"], second["hash"] != first["hash"]) == (first["id"], True)
    assert (await refusal(client.views_publish(user_id=ANNA, view=home, hash=first["hash"])))[
        "error"
    ] == "hash_conflict"


async def test_views_are_refused_with_what_is_wrong(client: AsyncWebClient) -> None:
    answer = await refusal(client.views_publish(user_id=ANNA, view=form()))
    assert answer["error"] == "invalid_arguments"
    assert "expected a view of type home" in answer["response_metadata"]["messages"][0]
    assert (await refusal(client.views_update(view_id="V1", view=form())))["error"] == "not_found"
