"""The App Home, rendered whenever its owner opens it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.moves import Watch
from bot.delivery.slack_errors import SLACK_ERRORS
from bot.inbound.answer import update_modal
from bot.inbound.asker import Asker, asker_of
from bot.inbound.envelope import Body, Place, carry_place
from bot.views.blocks import Block, View
from bot.views.home import Beside, home_view
from bot.views.reader import Reader
from bot.views.report import Report, report_modal
from store.domain.errors import SergasError
from store.domain.gate.proposals import Proposal

log = structlog.get_logger()

# How often and how long to wait for the end of a write.
MOST_LOOKS, LOOK_SECONDS = 4, 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """The contents of a person's App Home: `recent` newest first, `sections` last."""

    pending: Sequence[Proposal]
    recent: Sequence[Proposal]
    next_brief_at: datetime | None
    beside: Beside | None = None
    sections: Sequence[Block] = ()


class Homes(Protocol):
    async def __call__(self, who: Asker) -> Home: ...

    async def report(self, who: Asker, person_id: str, *, again: bool = False, shown: Sequence[str] = ()) -> Report:
        """The decisions of someone whom this person manages or stands in for; `again` after a press in them, with those that were
        `shown` before in their places. Raises: Refused."""
        ...

    def watching(self, person_id: str) -> AbstractContextManager[Watch]:
        """Notice from here on when a proposal of this person moves."""
        ...


def register(app: AsyncApp, home: Homes) -> None:
    @app.event("app_home_opened")
    async def home_opened(event: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        if event.get("tab") == "home":
            await publish_home(client, home, asker_of(context))


async def publish_home_after(client: AsyncWebClient, home: Homes, who: Asker) -> None:
    """Show the Home again after an act. What was done is done: a Home that can't be shown, because Slack or the person's access is
    gone meanwhile, must not look like a failure of the act."""
    try:
        await publish_home(client, home, who)
    except (SergasError, *SLACK_ERRORS) as problem:
        log.warning("home.not_shown", error=type(problem).__name__)


async def show_report_again(client: AsyncWebClient, home: Homes, who: Asker, place: Place, note: str = "") -> None:
    """Show someone's decisions again in their modal after a press in it, with a plain `note`, and the Home; then follow the
    writes under way for a few seconds. If it fails, the press counts all the same."""
    try:
        with home.watching(place.report) as watch:
            left = await _show_report(client, home, who, place, note)
            await publish_home_after(client, home, who)
            for _ in range(MOST_LOOKS):
                if not left:
                    break
                await watch.next(seconds=LOOK_SECONDS)
                left = await _show_report(client, home, who, place, note)
    except (SergasError, *SLACK_ERRORS) as problem:
        log.warning("report.not_shown", error=type(problem).__name__)


async def _show_report(client: AsyncWebClient, home: Homes, who: Asker, place: Place, note: str) -> bool:
    """Returns whether something in it is being written."""
    report = await home.report(who, place.report, again=True, shown=place.shown)
    await update_modal(client, place.view_id, _report_view(report, await who.reader(), place, note))
    return report.is_under_way


async def report_view(home: Homes, who: Asker, place: Place) -> View:
    """The modal with the decisions of `place.report`. Raises: Refused."""
    return _report_view(await home.report(who, place.report), await who.reader(), place)


def _report_view(report: Report, reader: Reader, place: Place, note: str = "") -> View:
    placed = replace(place, shown=tuple(each.id for each in report.cards))
    return report_modal(report, reader, private_metadata=carry_place(place.report, placed), note=note)


async def publish_home(client: AsyncWebClient, home: Homes, who: Asker) -> None:
    shown = await home(who)
    view = home_view(
        pending=shown.pending,
        recent=shown.recent,
        next_brief_at=shown.next_brief_at,
        reader=await who.reader(),
        beside=shown.beside,
        sections=shown.sections,
    )
    await client.views_publish(user_id=who.user_id, view=view)
