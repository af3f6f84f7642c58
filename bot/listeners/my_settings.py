"""My settings and the pause of the brief, from the App Home."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Protocol

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.inbound.answer import open_modal, update_modal
from bot.inbound.asker import Asker, asker_of
from bot.inbound.envelope import Body, modal_of
from bot.listeners.decide_proposal import beside_fields
from bot.listeners.home import Homes, publish_home_after
from bot.views.blocks import View
from bot.views.my_settings import (
    COUNTRY,
    PAUSE,
    PAUSE_MODAL,
    RESUME,
    SETTINGS,
    SETTINGS_MODAL,
    TO_DEFAULT,
    UNDO_SETTINGS,
    SettingsForm,
    pause_modal,
    settings_modal,
    with_default,
)
from bot.views.settings_entered import beside, pause_from, settings_from, whose_and_round
from store.domain.crm.personal_settings import PersonalSettings
from store.domain.gate.adjust_proposal import FieldProblems

UNDONE = "Undone: your settings are as they were before the last change."


class MySettings(Protocol):
    async def form(self, who: Asker, *, chosen: PersonalSettings | None = None, round: int = 0) -> SettingsForm:
        """The asker's form, with the values already `chosen` in it, if any. Raises: Refused."""
        ...

    async def save(self, who: Asker, chosen: PersonalSettings, *, whose: str) -> None:
        """Raises: Refused for someone else's; FieldProblems, shown beside the fields."""
        ...

    async def undo(self, who: Asker, *, whose: str) -> None:
        """Raises: Refused for someone else's, or without a change to undo."""
        ...

    async def pause(self, who: Asker, *, until: date | None) -> None:
        """Raises: Refused, FieldProblems."""
        ...

    async def resume(self, who: Asker) -> None:
        """Raises: Refused."""
        ...


def register(app: AsyncApp, settings: MySettings, home: Homes) -> None:
    _register_form(app, settings, home)
    _register_pause(app, settings, home)


def _register_form(app: AsyncApp, settings: MySettings, home: Homes) -> None:
    @app.action(SETTINGS)
    async def show(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        who = asker_of(context)
        form = await settings.form(who)
        await ack()
        await open_modal(client, context, body, settings_modal(form, await who.reader()))

    @app.action(COUNTRY)
    async def show_regions(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        await ack()
        await _again(client, asker_of(context), body, await _entered(settings, asker_of(context), body))

    @app.action(TO_DEFAULT)
    async def fill_in_default(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        await ack()
        form = await _entered(settings, asker_of(context), body)
        name = str((body["actions"][0].get("selected_option") or {}).get("value", ""))
        if form is not None and (name in form.personal or name == "all"):
            form = with_default(form, name)
        await _again(client, asker_of(context), body, form)

    @app.action(UNDO_SETTINGS)
    async def undo(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        who = asker_of(context)
        await settings.undo(who, whose=str(body["actions"][0].get("value", "")))
        await ack()
        _, number = whose_and_round(_metadata(body))
        form = await settings.form(who, round=number + 1)
        await _again(client, who, body, replace(form, done=UNDONE))
        await publish_home_after(client, home, who)

    @app.view(SETTINGS_MODAL)
    async def save(ack: AsyncAck, view: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        who, values = asker_of(context), view["state"]["values"]
        whose, _ = whose_and_round(view["private_metadata"])
        try:
            await settings.save(who, settings_from(values), whose=whose)
        except FieldProblems as problems:
            await ack(response_action="errors", errors=beside(problems, values))
            return
        await ack()
        await publish_home_after(client, home, who)


def _register_pause(app: AsyncApp, settings: MySettings, home: Homes) -> None:
    @app.action(PAUSE)
    async def ask_how_long(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        await ack()
        await open_modal(client, context, body, pause_modal())

    @app.view(PAUSE_MODAL)
    async def pause(ack: AsyncAck, view: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        who, values = asker_of(context), view["state"]["values"]
        try:
            await settings.pause(who, until=pause_from(values))
        except FieldProblems as problems:
            await ack(response_action="errors", errors=beside_fields(problems, values))
            return
        await ack()
        await publish_home_after(client, home, who)

    @app.action(RESUME)
    async def resume(ack: AsyncAck, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        who = asker_of(context)
        await settings.resume(who)
        await ack()
        await publish_home_after(client, home, who)


async def _entered(settings: MySettings, who: Asker, body: Body) -> SettingsForm | None:
    """The form with the values entered so far; None if they can't be read, and then it stays as it is."""
    modal = modal_of(body) or {}
    _, number = whose_and_round(_metadata(body))
    try:
        chosen = settings_from((modal.get("state") or {}).get("values") or {})
    except FieldProblems:
        return None
    return await settings.form(who, chosen=chosen, round=number)


async def _again(client: AsyncWebClient, who: Asker, body: Body, form: SettingsForm | None) -> None:
    modal = modal_of(body)
    if modal is not None and form is not None:
        view: View = settings_modal(form, await who.reader())
        await update_modal(client, str(modal["id"]), view)


def _metadata(body: Body) -> str:
    return str((modal_of(body) or {}).get("private_metadata", ""))
