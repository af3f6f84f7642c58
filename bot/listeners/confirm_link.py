"""“Yes, that is me” and “Not me”: under the first messages, and in the modal over a press that came before the answer."""

from __future__ import annotations

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.inbound.answer import answer_press
from bot.inbound.envelope import Body, caller, place_of
from bot.inbound.port import Flows
from bot.listeners.home import publish_home
from bot.views.confirm_link import CONFIRM_LINK, CONFIRM_MODAL, REFUSE_LINK, THANKS, refused_sentence
from bot.views.home import stranger_home
from bot.views.replies import sentence_modal


def register(app: AsyncApp, flows: Flows) -> None:
    @app.action(CONFIRM_LINK)
    async def confirm(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        who, person_id = caller(context, body), _person(body)
        await flows.confirm_link(who, person_id)
        await ack()
        if not place_of(body).channel:
            await publish_home(client, flows, who)
        await flows.show_messages(person_id)

    @app.action(REFUSE_LINK)
    async def refuse(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        who, person_id = caller(context, body), _person(body)
        name = await flows.refuse_link(who, person_id)
        await ack()
        sentence = refused_sentence(name)
        view = body.get("view") or {}
        if view.get("type") == "modal":
            await client.views_update(view_id=view["id"], view=sentence_modal(sentence))
        else:
            await answer_press(client, body, who.user_id, sentence)
        await client.views_publish(user_id=who.user_id, view=stranger_home(sentence))
        await flows.show_messages(person_id)

    @app.view(CONFIRM_MODAL)
    async def confirm_in_modal(ack: AsyncAck, body: Body, view: Body, context: AsyncBoltContext) -> None:
        person_id = view["private_metadata"]
        await flows.confirm_link(caller(context, body), person_id)
        await ack(response_action="update", view=sentence_modal(THANKS))
        await flows.show_messages(person_id)


def _person(body: Body) -> str:
    return str(body["actions"][0].get("value", ""))
