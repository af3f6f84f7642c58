"""Messages from people, in a brief's thread or outside one, each answered in its thread. Text decides nothing."""

from __future__ import annotations

from typing import Protocol

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from agents.flows.access.identity import Caller
from agents.flows.conversation.growing_answer import LiveThread
from agents.flows.conversation.said import Said
from agents.flows.conversation.thread import Where
from bot.delivery.slack_errors import SLACK_ERRORS
from bot.inbound.admission import TAKEN_AGAIN
from bot.inbound.answer import reply_in_thread
from bot.inbound.asker import Asker, asker_of
from bot.inbound.envelope import Body, is_from_a_person, words_of
from bot.inbound.live_answer import LiveAnswer
from bot.inbound.meant import choice_in, question_before, settle
from bot.views.answer import (
    MEANT,
    RATE_ANSWER,
    USEFUL,
    above_figures,
    asked_which,
    choice_buttons,
    feedback,
    figure_blocks,
)
from bot.views.blocks import Block, section
from bot.views.blocks import context as small
from bot.views.replies import FILE_NOT_READ, ONLY_BUTTONS, ONLY_WORDS, answer_text, below_answer, looks_like_decision
from bot.views.text import link, mrkdwn
from store.domain.conversation.choices import Choice
from store.domain.errors import BadInput, SergasError
from store.domain.text.redaction import visible

log = structlog.get_logger()
QUESTION_LIMIT = 4_000


class Conversation(Protocol):
    async def __call__(
        self, caller: Caller, text: str, where: Where, thread: LiveThread, chosen: Choice | None = None, /
    ) -> Said:
        """Answer a person's message; `chosen` is the meaning that they picked. Raises: Refused for someone unknown."""
        ...


class ShowAgain(Protocol):
    async def __call__(self, brief_id: str, proposal_id: str, /) -> tuple[str, str]:
        """Show a proposal again in a brief's thread; returns its channel and ts. Raises: NotFound, Refused, SlackUnavailable."""
        ...


class Ratings(Protocol):
    async def __call__(self, caller: Caller, answer_id: str, /, *, useful: bool) -> None:
        """Keep what a person says of an answer that they got. Raises: Refused for someone else's answer, or someone unknown."""
        ...


def register(app: AsyncApp, conversation: Conversation, show_again: ShowAgain, rate: Ratings) -> None:
    async def answer(
        event: Body, text: str, who: Asker, client: AsyncWebClient, *, again: bool, chosen: Choice | None = None
    ) -> None:
        live = LiveAnswer(client, event, again=again)
        try:
            where = Where(event["channel"], event.get("thread_ts") or "")
            reader = await who.reader()  # before anything is changed: the answer must come after it
            said = await conversation(await who.caller(), text, where, live, chosen)
            note = f"{said.note} {FILE_NOT_READ if event.get('files') else ''}".strip()
            shown, below = answer_text(said.text), below_answer(said.sources, reader, note=note)
            figures = figure_blocks(said.figures)
            below = [*figures, *choice_buttons(said.choices), *below, *feedback(said.by_model)]
            top = above_figures(said.text) if figures else asked_which(said.text) if said.choices else said.text
            if said.elsewhere:
                below = [*below, *await way_to_card(client, said, show_again)]
            blocks = [section(answer_text(top), expand=True), *below]
            await live.end(shown, plain=said.text, blocks=blocks, below=below)
        finally:
            await live.drop()
        if said.again and not said.elsewhere and said.brief_id and said.proposal:
            await show_again(said.brief_id, said.proposal.id)

    @app.event("message")
    async def message(event: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        if not is_from_a_person(event):
            return
        if not words_of(event):
            await reply_in_thread(event, ONLY_WORDS)
            return
        who = asker_of(context)
        text = visible(await who.words(event["text"]), limit=QUESTION_LIMIT)
        if looks_like_decision(text):
            await reply_in_thread(event, ONLY_BUTTONS)
            return
        await answer(event, text, who, client, again=_again(context))

    async def meant(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """One of the candidates was pressed: the question that they were offered for goes on with it."""
        await ack()
        who, pressed = asker_of(context), body["actions"][0]
        chosen = choice_in(str(pressed.get("value") or ""), str((pressed.get("text") or {}).get("text") or ""))
        asked = await question_before(client, body)
        if chosen is None or asked is None:
            raise BadInput("I can't find the question any more. Please ask it again.")
        message = body["message"]
        await settle(client, body, f"{asked_which(str(message.get('text') or ''))} *{mrkdwn(chosen.name, limit=100)}*")
        await answer({**asked, "user": who.user_id}, asked["text"], who, client, again=_again(context), chosen=chosen)

    for action_id in MEANT:
        app.action(action_id)(meant)

    @app.action(RATE_ANSWER)
    async def rate_answer(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        verdict, _, answer_id = str(body["actions"][0].get("value") or "").partition(":")
        await rate(await asker_of(context).caller(), answer_id, useful=verdict == USEFUL)


async def way_to_card(client: AsyncWebClient, said: Said, show_again: ShowAgain) -> list[Block]:
    """Show the card in its own thread, and link to it. Without Slack, the card comes later, and the answer names its place."""
    if not (said.again and said.brief_id and said.proposal):
        return []
    try:
        channel, ts = await show_again(said.brief_id, said.proposal.id)
        address = (await client.chat_getPermalink(channel=channel, message_ts=ts))["permalink"] if ts else ""
    except (SergasError, *SLACK_ERRORS) as problem:
        log.warning("card.not_linked", problem=type(problem).__name__)
        return []
    return [small(link(str(address), "Go to its card"))] if address else []


def _again(context: AsyncBoltContext) -> bool:
    return bool(context.get(TAKEN_AGAIN))
