"""Modals between a person in the sandbox and a real Bolt app over Socket Mode."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from integrations.sandbox.slack import SlackSandbox
from store.domain.errors import BadInput
from tests.integrations.sandbox_slack.conftest import FrozenClock
from tests.integrations.sandbox_slack.people import ANNA, card, form, option, plain

Body = dict[str, Any]
FILLED = {"subject": {"v": "Call Ivy"}, "due": {"v": "2026-11-24"}}


@pytest.fixture
def opening(app: AsyncApp) -> AsyncApp:
    """The app opens the form when somebody presses Approve."""

    @app.action("approve")
    async def open_form(ack: Any, body: Body, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=form())

    return app


async def show_form(slack: SlackSandbox, client: AsyncWebClient) -> Body:
    await client.chat_postMessage(channel=ANNA, text="Brief", blocks=card())
    await slack.click(ANNA, "approve")
    await slack.until(lambda: slack.modal(ANNA) is not None)
    return slack.modal(ANNA) or {}


async def test_a_submission_carries_what_was_entered_and_what_stood_there(
    slack: SlackSandbox, client: AsyncWebClient, opening: AsyncApp
) -> None:
    heard: list[Body] = []

    @opening.view("adjust")
    async def adjust(ack: Any, view: Body) -> None:
        heard.append(view)
        await ack()

    await show_form(slack, client)
    ended = await slack.submit(ANNA, {"due": {"v": "2026-11-24"}, "priority": {"v": "low"}})

    assert ended.ok
    assert slack.modal(ANNA) is None
    values = heard[0]["state"]["values"]
    assert values["subject"]["v"] == {"type": "plain_text_input", "value": "Call"}
    assert values["due"]["v"] == {"type": "datepicker", "selected_date": "2026-11-24"}
    assert values["priority"]["v"]["selected_option"]["value"] == "low"


async def test_slack_itself_asks_for_required_fields_before_the_app_hears_of_it(
    slack: SlackSandbox, client: AsyncWebClient, opening: AsyncApp
) -> None:
    await show_form(slack, client)
    before = len(slack.deliveries)
    ended = await slack.submit(ANNA, {"subject": {"v": "no"}})

    assert ended.errors == {
        "subject": "Please enter at least 3 characters.",
        "due": "Please complete this required field.",
    }
    assert len(slack.deliveries) == before
    assert slack.modal(ANNA) is not None


async def test_the_apps_errors_stand_beside_their_fields_and_the_modal_stays(
    slack: SlackSandbox, client: AsyncWebClient, opening: AsyncApp
) -> None:
    @opening.view("adjust")
    async def adjust(ack: Any) -> None:
        await ack(response_action="errors", errors={"due": "That day has passed."})

    await show_form(slack, client)
    ended = await slack.submit(ANNA, FILLED)

    assert (ended.ok, ended.errors) == (False, {"due": "That day has passed."})
    assert slack.modal(ANNA) is not None


async def test_errors_for_blocks_that_are_no_inputs_are_trouble(
    slack: SlackSandbox, client: AsyncWebClient, opening: AsyncApp
) -> None:
    @opening.view("adjust")
    async def adjust(ack: Any) -> None:
        await ack(response_action="errors", errors={"nowhere": "?"})

    await show_form(slack, client)
    ended = await slack.submit(ANNA, FILLED)
    assert not ended.ok
    assert "trouble" in (ended.trouble or "")


async def test_an_answer_may_update_push_and_clear_modals(
    slack: SlackSandbox, client: AsyncWebClient, opening: AsyncApp
) -> None:
    answers: Iterator[Body] = iter(
        [
            {"response_action": "update", "view": form(title=plain("Second"))},
            {"response_action": "push", "view": form(title=plain("Third"))},
            {"response_action": "clear"},
        ]
    )

    @opening.view("adjust")
    async def adjust(ack: Any) -> None:
        await ack(**next(answers))

    first = dict(await show_form(slack, client))
    await slack.submit(ANNA, FILLED)
    second = dict(slack.modal(ANNA) or {})
    await slack.submit(ANNA, FILLED)
    third = dict(slack.modal(ANNA) or {})
    await slack.submit(ANNA, FILLED)

    assert (second["id"], second["title"]["text"]) == (first["id"], "Second")
    assert second["hash"] != first["hash"]
    assert (third["previous_view_id"], third["root_view_id"]) == (first["id"], first["id"])
    assert slack.modal(ANNA) is None


async def test_a_submission_nobody_acknowledges_is_trouble_and_the_modal_stays(
    slack: SlackSandbox, client: AsyncWebClient, opening: AsyncApp
) -> None:
    await show_form(slack, client)
    ended = await slack.submit(ANNA, FILLED)
    assert (ended.ok, ended.trouble) == (False, "We had some trouble connecting. Try again?")
    assert slack.modal(ANNA) is not None


@pytest.mark.parametrize("wanted", [True, False])
async def test_the_app_hears_of_a_closed_modal_where_it_asked_to(
    slack: SlackSandbox, client: AsyncWebClient, app: AsyncApp, wanted: bool
) -> None:
    heard: list[Body] = []

    @app.action("approve")
    async def open_form(ack: Any, body: Body, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=form(notify_on_close=wanted))

    @app.view_closed("adjust")
    async def closed(ack: Any, body: Body) -> None:
        heard.append(body)
        await ack()

    await show_form(slack, client)
    await slack.close(ANNA)

    assert slack.modal(ANNA) is None
    assert [body["is_cleared"] for body in heard] == ([False] if wanted else [])
    with pytest.raises(BadInput, match="no longer open"):
        await slack.close(ANNA)


async def test_a_trigger_opens_one_modal_within_three_seconds(
    slack: SlackSandbox, client: AsyncWebClient, app: AsyncApp, clock: FrozenClock
) -> None:
    triggers: list[str] = []

    @app.action("approve")
    async def approve(ack: Any, body: Body) -> None:
        triggers.append(body["trigger_id"])
        await ack()

    await client.chat_postMessage(channel=ANNA, text="Brief", blocks=card())
    await slack.click(ANNA, "approve")
    await slack.click(ANNA, "approve")
    clock.advance(seconds=3)
    await client.views_open(trigger_id=triggers[0], view=form())

    async def refusal(trigger: str) -> str:
        with pytest.raises(SlackApiError) as refused:
            await client.views_open(trigger_id=trigger, view=form())
        return str(refused.value.response["error"])

    clock.advance(seconds=0.001)
    assert await refusal(triggers[0]) == "exchanged_trigger_id"
    assert await refusal(triggers[1]) == "expired_trigger_id"
    assert await refusal("made.up") == "invalid_trigger_id"


async def test_what_is_chosen_in_a_modal_arrives_with_what_stands_in_its_other_fields(
    slack: SlackSandbox, client: AsyncWebClient, app: AsyncApp
) -> None:
    heard: list[Body] = []
    kind = {"type": "static_select", "action_id": "kind", "options": [option("task"), option("note")]}

    @app.action("approve")
    async def open_form(ack: Any, body: Body, client: AsyncWebClient) -> None:
        view = form()
        view["blocks"].append({"type": "actions", "block_id": "kind", "elements": [kind]})
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    @app.action("kind")
    async def chosen(ack: Any, body: Body) -> None:
        heard.append(body)
        await ack()

    await show_form(slack, client)
    await slack.click_in_view(ANNA, "kind", value="note", values={"subject": {"v": "Typed"}})

    values = heard[0]["view"]["state"]["values"]
    assert values["subject"]["v"]["value"] == "Typed"
    assert values["kind"]["kind"]["selected_option"]["value"] == "note"
