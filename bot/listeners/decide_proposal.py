"""Approve, Adjust and Reject. The decision is stored first, then acknowledged; its consequences come afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.inbound.acknowledge import in_time
from bot.inbound.answer import answer_press, open_modal, whisper
from bot.inbound.asker import Asker, asker_of
from bot.inbound.envelope import (
    Body,
    Place,
    carried,
    carry,
    carry_place,
    carry_shown,
    modal_of,
    place_of,
    pressed_proposal,
)
from bot.listeners.home import Homes, publish_home_after, show_report_again
from bot.views.action_ids import ADJUST, APPROVE, REJECT
from bot.views.adjust_proposal import ADJUST_MODAL, adjust_modal, write_from_submission
from bot.views.blocks import View
from bot.views.read_proposal import log_modal
from bot.views.reject_proposal import REJECT_MODAL, reason_from_submission, reject_modal
from store.domain.errors import SergasError
from store.domain.gate.adjust_proposal import FieldProblems
from store.domain.gate.proposals import Proposal
from store.domain.gate.write import Write

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`note` is plain text for the person who decided, if their card does not say it all; `offer_id` is the message that asks
    a second approver. `instead` is the id and version of the proposal that asks again after a change in the CRM, or that would
    log work already done."""

    note: str | None = None
    offer_id: str | None = None
    instead: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustForm:
    """`people` are the (id, name) pairs a task may go to; `choices` the values a picklist field may take, if known."""

    proposal: Proposal
    people: Sequence[tuple[str, str]] = ()
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)


class Decisions(Protocol):
    async def approve(self, who: Asker, proposal_id: str, version: int, *, digest: str | None = None) -> Outcome:
        """Store the approval and return; the write comes afterwards. `digest` is that of the write shown, if the surface
        carries it."""
        ...

    async def reject(self, who: Asker, proposal_id: str, version: int, reason: str) -> Outcome: ...

    async def form(self, who: Asker, proposal_id: str, version: int) -> AdjustForm:
        """The proposal a modal is about to show, from the local store alone: Slack allows three seconds.

        Raises: Refused, GateClosed if this person cannot decide it now.
        """
        ...

    async def adjust(self, who: Asker, proposal_id: str, version: int, write: Write) -> None:
        """Replace this version with a new one to decide. Raises: FieldProblems, shown beside the fields."""
        ...

    async def ask_second(self, offer_id: str) -> None:
        """Ask the second approver. Raises: NotFound if they cannot be reached."""
        ...


def register(app: AsyncApp, decisions: Decisions, home: Homes) -> None:
    @app.action(APPROVE)
    async def approve(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        who = asker_of(context)
        outcome = await in_time(ack, decisions.approve(who, *pressed(body)))
        if outcome.offer_id:
            await decisions.ask_second(outcome.offer_id)
        await after_press(client, body, who, outcome, home)

    @app.action(ADJUST)
    async def open_adjust(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        form = await decisions.form(asker_of(context), *pressed(body))
        await ack()
        view = adjust_modal(form.proposal, people=form.people, choices=form.choices, private_metadata=carry(body))
        await open_modal(client, context, body, view)

    @app.action(REJECT)
    async def open_reject(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        form = await decisions.form(asker_of(context), *pressed(body))
        await ack()
        view = reject_modal(form.proposal, private_metadata=carry(body))
        await open_modal(client, context, body, view)

    @app.view(ADJUST_MODAL)
    async def adjust(ack: AsyncAck, view: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        who = asker_of(context)
        proposal_id, version, place = carried(view["private_metadata"])
        values = view["state"]["values"]
        form = await decisions.form(who, proposal_id, version)
        try:
            write = write_from_submission(form.proposal, values, people=form.people)
            await decisions.adjust(who, proposal_id, version, write)
        except FieldProblems as problems:
            await ack(response_action="errors", errors=beside_fields(problems, values))
            return
        await closed(ack, view, place)
        await after_modal(client, who, place, None, home)

    @app.view(REJECT_MODAL)
    async def reject(ack: AsyncAck, view: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        who = asker_of(context)
        proposal_id, version, place = carried(view["private_metadata"])
        outcome = await decisions.reject(who, proposal_id, version, reason_from_submission(view["state"]["values"]))
        again = await _to_log(decisions, who, outcome, place)
        await (ack(response_action="update", view=again) if again else closed(ack, view, place))
        await after_modal(client, who, place, outcome.note, home)


async def _to_log(decisions: Decisions, who: Asker, outcome: Outcome, place: Place) -> View | None:
    """After a rejection, the modal that would log work already done; None without one, or if it can't be shown any more, since the
    rejection is stored all the same."""
    if outcome.instead is None:
        return None
    try:
        to_log = (await decisions.form(who, *outcome.instead)).proposal
        return log_modal(to_log, await who.reader(), private_metadata=metadata(to_log, place))
    except SergasError as problem:
        log.warning("log.not_offered", error=type(problem).__name__)
        return None


def pressed(body: Body) -> tuple[str, int]:
    """The id and version in a button of a card. Raises: BadInput."""
    return pressed_proposal(body["actions"][0].get("value"))


async def after_press(
    client: AsyncWebClient, body: Body, who: Asker, outcome: Outcome, home: Homes, *, done: str = ""
) -> None:
    """Finish a decision made by a button, once it is acknowledged. In a modal, which Slack doesn't close for it, `done` says so;
    the modal with someone's decisions shows it."""
    place, modal = place_of(body), modal_of(body)
    is_report = bool(place.report) and modal is not None and modal["id"] == place.view_id
    if not is_report and (said := outcome.note or (done if modal else "")):
        await answer_press(client, body, who.user_id, said)
    await _show_again(client, who, place, home, note=outcome.note if is_report else None)


async def after_modal(client: AsyncWebClient, who: Asker, place: Place, note: str | None, home: Homes) -> None:
    """Finish a decision made in a modal, once it is acknowledged."""
    if note and not place.report:
        await whisper(client, who.user_id, place, note)
    await _show_again(client, who, place, home, note=note)


async def closed(ack: AsyncAck, view: Body, place: Place) -> None:
    """Close a modal with the one from which it was opened, except the one with someone's decisions."""
    if place.report and view.get("previous_view_id") == place.view_id:
        await ack()
    else:
        await ack(response_action="clear")


def metadata(proposal: Proposal, place: Place) -> str:
    """What a modal carries that asks for the approval of exactly this."""
    return carry_shown(carry_place(f"{proposal.id}:{proposal.version}", place), proposal.digest)


def beside_fields(problems: FieldProblems, values: dict[str, Any]) -> dict[str, str]:
    """Block id → sentence. Slack accepts only ids of blocks in the modal, so problems with other fields show beside the first."""
    shown: dict[str, str] = {}
    for name, sentence in problems.problems:
        block_id = name if name in values else next(iter(values), name)
        shown[block_id] = f"{shown[block_id]} {sentence}" if block_id in shown else sentence
    return shown


async def _show_again(client: AsyncWebClient, who: Asker, place: Place, home: Homes, *, note: str | None) -> None:
    """Show where the press came from as it is now: the modal with someone's decisions, with a `note`, or the App Home (it has no
    channel). Messages update on their own."""
    if place.report:
        await show_report_again(client, home, who, place, note or "")
    elif not place.channel:
        await publish_home_after(client, home, who)
