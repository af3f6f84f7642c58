"""The Bolt app: the gate before everything, the listeners, and the one error handler."""

from __future__ import annotations

from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import on_error
from bot.listeners import app_home, catch_all, decide_proposal, review_account, thread_reply
from bot.listeners.admission import admission
from bot.listeners.flows import Flows


def build_app(flows: Flows, *, client: AsyncWebClient, signing_secret: str, app_id: str | None = None) -> AsyncApp:
    """An app for one workspace, that of the client's token, over Socket Mode or behind `http_gateway`.

    `app_id` is our own id; where it is known, requests meant for another app are dropped.
    """
    app = AsyncApp(name="sergas", client=client, signing_secret=signing_secret)
    app.use(admission(flows, app_id=app_id))
    app.error(on_error)
    for part in (decide_proposal, review_account, thread_reply, app_home):
        part.register(app, flows)
    catch_all.register(app)
    return app
