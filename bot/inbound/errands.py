"""What a person's request costs the bot: a press goes ahead of everything, an errand has to be admitted (`fair_use`).

An errand that has to wait is answered by one sentence, at most once a minute, where it was asked.
"""

from __future__ import annotations

from slack_sdk.web.async_client import AsyncWebClient

from bot.inbound.answer import answer_press, reply_in_thread
from bot.inbound.envelope import Body, is_from_a_person
from bot.views.action_ids import REVIEW
from bot.views.answer import MEANT
from bot.views.text import mrkdwn
from bot.views.which_account import CHOOSE_ACCOUNT
from store.domain.running.fair_use import Errand, Wait
from store.lanes import Rank

REVIEW_COMMAND = "/review-account"
_RUNNING = {
    Errand.MESSAGE: "One moment, your last question is still running. Please ask again once it is answered.",
    Errand.REVIEW: "One moment, your last review is still running. Please ask again once it is here.",
}
_MANY = "One moment, that was a lot within a minute. Please ask again in the next one."


def errand_of(body: Body) -> Errand | None:
    """The errand that fair use counts; None for presses and everything that the bot only notes."""
    event = body.get("event")
    if event is not None:
        return Errand.MESSAGE if event.get("type") == "message" and is_from_a_person(event) else None
    if body.get("command") is not None:
        asks = body["command"] == REVIEW_COMMAND and str(body.get("text") or "").strip()
        return Errand.REVIEW if asks else Errand.COMMAND
    pressed = [action.get("action_id") for action in (body.get("actions") or ())[:1]]
    if pressed and pressed[0] in MEANT:  # it continues a question
        return Errand.MESSAGE
    return Errand.REVIEW if pressed and pressed[0] in (REVIEW, CHOOSE_ACCOUNT) else None


def rank_for(body: Body, errand: Errand | None) -> Rank:
    """Presses, and dialogs and what is done in them, go ahead."""
    return Rank.QUESTION if errand is not None or body.get("event") is not None else Rank.PRESS


def sentence_to_wait(errand: Errand, wait: Wait) -> str:
    """Plain text."""
    return _RUNNING.get(errand, _MANY) if wait is Wait.RUNNING else _MANY


async def ask_to_wait(client: AsyncWebClient, body: Body, user_id: str, sentence: str) -> None:
    """Say so where a message or a press came from."""
    event = body.get("event")
    if event is not None:
        await reply_in_thread(event, mrkdwn(sentence, limit=300), to_anyone=True)
    else:
        await answer_press(client, body, user_id, sentence, to_anyone=True)
