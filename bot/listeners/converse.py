"""Messages from people, in a brief's thread or outside one, each answered in its thread. Text decides nothing."""

from __future__ import annotations

from typing import Protocol

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from agents.flows.access.identity import Caller
from agents.flows.conversation.converse import LiveThread, Said
from agents.flows.conversation.thread import Where
from bot.inbound.admission import TAKEN_AGAIN
from bot.inbound.answer import reply_in_thread
from bot.inbound.asker import asker_of
from bot.inbound.envelope import Body, is_from_a_person, words_of
from bot.inbound.live_answer import LiveAnswer
from bot.views.blocks import section
from bot.views.replies import FILE_NOT_READ, ONLY_BUTTONS, ONLY_WORDS, answer_text, below_answer, looks_like_decision
from bot.views.which_account import choice_menu
from store.domain.text.redaction import visible

QUESTION_LIMIT = 4_000


class Conversation(Protocol):
    async def __call__(self, caller: Caller, text: str, where: Where, thread: LiveThread, /) -> Said:
        """Answer a person's message. Raises: Refused for someone unknown."""
        ...


class ShowAgain(Protocol):
    async def __call__(self, brief_id: str, proposal_id: str, /) -> None:
        """Show a proposal again in the thread of a brief. Raises: NotFound, Refused, SlackUnavailable."""
        ...


def register(app: AsyncApp, conversation: Conversation, show_again: ShowAgain) -> None:
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
        live = LiveAnswer(client, event, again=bool(context.get(TAKEN_AGAIN)))
        try:
            where = Where(event["channel"], event.get("thread_ts") or "")
            reader = await who.reader()  # before anything is changed: the answer must come after it
            said = await conversation(await who.caller(), text, where, live)
            note = f"{said.note} {FILE_NOT_READ if event.get('files') else ''}".strip()
            shown, below = answer_text(said.text), below_answer(said.sources, reader, note=note)
            below = [*choice_menu(said.choices), *below]
            await live.end(shown, plain=said.text, blocks=[section(shown, expand=True), *below], below=below)
        finally:
            await live.drop()
        if said.again and said.brief_id and said.proposal:
            await show_again(said.brief_id, said.proposal.id)
