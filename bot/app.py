"""The Bolt app: the gate before everything, the listeners, and the one error handler."""

from __future__ import annotations

from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.inbound import catch_all
from bot.inbound.admission import Handled, admission
from bot.inbound.on_error import on_error
from bot.inbound.port import Flows
from bot.listeners import (
    absences,
    approve_batch,
    confirm_link,
    converse,
    decide_proposal,
    home,
    operate_writes,
    review_account,
    undo_write,
)


def build_app(flows: Flows, *, client: AsyncWebClient, signing_secret: str, app_id: str | None = None) -> AsyncApp:
    """An app for one workspace, that of the client's token, over Socket Mode or behind `http_gateway`.

    `app_id` is our own id; where it is known, requests meant for another app are dropped.
    """
    app = AsyncApp(name="sergas", client=client, signing_secret=signing_secret)
    app.use(admission(flows, app_id=app_id))
    app.error(on_error)
    app.listener_runner.listener_completion_handler = Handled(flows)
    for part in (
        decide_proposal,
        undo_write,
        approve_batch,
        review_account,
        converse,
        home,
        absences,
        confirm_link,
        operate_writes,
    ):
        part.register(app, flows)
    catch_all.register(app)
    return app
