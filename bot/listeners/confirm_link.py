"""“Yes, that is me” and “Not me”: under the question, which comes before everything else, and in its modal."""

from __future__ import annotations

from typing import Protocol

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from agents.flows.access.identity import Caller
from bot.inbound.answer import answer_press
from bot.inbound.asker import asker_of
from bot.inbound.envelope import Body, place_of
from bot.listeners.home import Homes, publish_home_after
from bot.views.confirm_link import CONFIRM_LINK, CONFIRM_MODAL, REFUSE_LINK, THANKS, refused_sentence
from bot.views.home import stranger_home
from bot.views.replies import sentence_modal
from store.domain.crm.accounts import Person


class Links(Protocol):
    """`caller` is the identity that Slack vouches for: the question is whether it belongs to the matched CRM user."""

    async def confirm(self, caller: Caller, person_id: str, /) -> Person:
        """Record that they are this CRM user. Raises: Refused if they were matched with someone else."""
        ...

    async def refuse(self, caller: Caller, person_id: str, /) -> Person:
        """Record that they are not this CRM user. Raises: Refused."""
        ...

    async def show(self, person_id: str, /) -> None:
        """Post what waited for a CRM user, and render their messages again. Called once the press is acknowledged."""
        ...


def register(app: AsyncApp, links: Links, home: Homes) -> None:
    @app.action(CONFIRM_LINK)
    async def confirm(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        who, person_id = asker_of(context), _person(body)
        await links.confirm(await who.at_home(), person_id)
        await ack()
        if not place_of(body).channel:
            await publish_home_after(client, home, who)
        await links.show(person_id)

    @app.action(REFUSE_LINK)
    async def refuse(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        who, person_id = asker_of(context), _person(body)
        await links.refuse(await who.at_home(), person_id)
        await ack()
        sentence = refused_sentence()
        await answer_press(client, body, who.user_id, sentence, to_anyone=True)
        await client.views_publish(user_id=who.user_id, view=stranger_home(sentence))
        await links.show(person_id)

    @app.view(CONFIRM_MODAL)
    async def confirm_in_modal(ack: AsyncAck, view: Body, context: AsyncBoltContext) -> None:
        person_id = view["private_metadata"]
        await links.confirm(await asker_of(context).at_home(), person_id)
        await ack(response_action="update", view=sentence_modal(THANKS))
        await links.show(person_id)


def _person(body: Body) -> str:
    return str(body["actions"][0].get("value", ""))
