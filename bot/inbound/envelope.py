"""The common parts of inbound payloads: the sender, the unique key, and the place for an answer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from store.domain.errors import BadInput
from store.domain.gate.proposals import Proposal
from store.domain.gate.snooze import Until

Body = Mapping[str, Any]
# The context key for the inbox key of a request.
INBOX_KEY = "inbox_key"
_VALUE = re.compile(r"([0-9a-f]{32}):([1-9][0-9]{0,5})")
_SNOOZE = re.compile(r"(.+):([1-9][0-9]{0,2}|monday|date|change)")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_BRIEF = re.compile(r"[0-9a-f]{16}")
_SHOWN = re.compile(r"([0-9A-Za-z_-]{1,60}):([0-9a-f]{12})")
_REPORT = "report:"
_READING = re.compile(r"([0-9a-f]{32}:[1-9][0-9]{0,5})(?::([0-9a-f]{16}))?")
# The subtypes of messages that a person wrote: with a file, and a reply that was also sent to the conversation.
_WRITTEN = (None, "file_share", "thread_broadcast", "me_message")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The place of a press: a channel, perhaps with a thread; no channel in the App Home. A press in a modal has the place from
    which the modal was opened. `report` is the person whose decisions a modal shows if the press was in that modal, or in one
    over it, `view_id` that modal, and `shown` the decisions that keep their places in it."""

    channel: str = ""
    thread_ts: str = ""
    report: str = ""
    view_id: str = ""
    shown: tuple[str, ...] = ()


def inbox_key(body: Body) -> str | None:
    """A key that is the same for each delivery of one request and for no other; None if Slack provides nothing to build one.

    Slack may deliver one message under several event ids, so a person's message is known by its place and time; other events
    carry an id. A press has its own time, a submission and a command a trigger that is used once.
    """
    event = body.get("event") or {}
    if event.get("type") == "message" and is_from_a_person(event):
        return f"message:{event['channel']}:{event['ts']}"
    if body.get("event_id"):
        return f"event:{body['event_id']}"
    user = body.get("user_id") or (body.get("user") or {}).get("id", "")
    if body.get("type") == "block_actions" and body.get("actions"):
        action = body["actions"][0]
        return f"press:{user}:{action.get('action_ts')}:{action.get('action_id')}:{action.get('block_id')}"
    trigger = body.get("trigger_id")
    return f"{body.get('type') or body.get('command')}:{user}:{trigger}" if trigger else None


def is_from_a_person(event: Body) -> bool:
    """Whether a person wrote to the bot; false for the bot's own messages, other bots', edits, deletions and the like."""
    written = event.get("user") and not event.get("bot_id") and event.get("subtype") in _WRITTEN
    said = words_of(event) or event.get("files") or event.get("attachments")  # the last is a message passed on
    return event.get("channel_type") == "im" and bool(written) and bool(said)


def words_of(event: Body) -> str:
    """What a message says; "" for one that is only a file, or someone else's passed on."""
    return str(event.get("text") or "").strip()


def pressed_proposal(value: object) -> tuple[str, int]:
    """The id and version in a button or modal. Raises: BadInput."""
    match = _VALUE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise BadInput("I can't tell which proposal this belongs to. Please open the card again.")
    return match[1], int(match[2])


def pressed_snooze(value: object) -> tuple[str, int, Until | None]:
    """The id and version in a choice of the Snooze menu, and until when; None for a day yet to be chosen. Raises: BadInput."""
    match = _SNOOZE.fullmatch(value) if isinstance(value, str) else None
    return *pressed_proposal(match and match[1]), _until(match[2] if match else "date")


def _until(word: str) -> Until | None:
    match word:
        case "date":
            return None
        case "monday":
            return Until(weekday=0)
        case "change":
            return Until(change=True)
        case _:
            return Until(days=int(word))


def pressed_reading(value: object) -> tuple[str, int, str]:
    """The id and version in a button that opens a decision, and the brief it stands in, "" if none. Raises: BadInput."""
    match = _READING.fullmatch(value) if isinstance(value, str) else None
    return *pressed_proposal(match and match[1]), (match[2] or "" if match else "")


def pressed_card(value: object) -> tuple[str, str]:
    """The ids of the brief and the account in a card's button. Raises: BadInput."""
    brief_id, _, account_id = value.partition(":") if isinstance(value, str) else ("", "", "")
    return pressed_brief(brief_id), account_id


def pressed_brief(value: object) -> str:
    """The brief's id in a button or modal. Raises: BadInput."""
    if not isinstance(value, str) or not _BRIEF.fullmatch(value):
        raise BadInput("I can't tell which brief this belongs to. Please use the newest one.")
    return value


def chosen_accounts(values: Body, block_id: str) -> list[str]:
    """The ids that a menu of accounts in a submitted modal has chosen."""
    picked = values.get(block_id, {}).get(block_id, {}).get("selected_options") or []
    return [str(each["value"]) for each in picked]


def shown_as(named: str, proposals: Sequence[Proposal]) -> str:
    """What a modal remembers of the proposals that it shows: the beginning of each digest, by account. Forty have room."""
    return ",".join((named, *(f"{each.account_id}:{each.digest[:12]}" for each in proposals)))


def shown_accounts(remembered: str) -> tuple[str, dict[str, str]]:
    """What `shown_as` made: `named`, and the digests by account. Raises: BadInput."""
    named, *pairs = remembered.split(",")
    found = [_SHOWN.fullmatch(each) for each in pairs]
    shown = {match[1]: match[2] for match in found if match}
    if len(shown) != len(pairs):
        raise BadInput("I can't tell which accounts this belongs to. Please press the button again.")
    return named, shown


def place_of(body: Body) -> Place:
    """The place of a press or command."""
    if (modal := modal_of(body)) is not None:
        placed = _placed(str(modal.get("private_metadata", "")))
        return replace(placed, view_id=str(modal.get("root_view_id") or modal.get("id"))) if placed.report else placed
    message = body.get("message") or {}
    channel = (body.get("channel") or {}).get("id") or body.get("channel_id") or ""
    thread_ts = message.get("thread_ts", "")
    return Place(channel=channel, thread_ts="" if thread_ts == message.get("ts") else thread_ts)


def carry(body: Body, value: str | None = None) -> str:
    """A modal's metadata: the pressed proposal (or the one in `value`), and the place."""
    return carry_place(value or body["actions"][0].get("value", ""), place_of(body))


def carry_place(value: str, place: Place) -> str:
    """The same for a place that is known."""
    report = f"{_REPORT}{place.report}:{place.view_id}:{','.join(place.shown)}"
    return "|".join((value, place.channel, report if place.report else place.thread_ts))


def carried(private_metadata: str) -> tuple[str, int, Place]:
    """The reverse of `carry`. Raises: BadInput."""
    return *pressed_proposal(private_metadata.split("|")[0]), _placed(private_metadata)


def modal_of(body: Body) -> Mapping[str, Any] | None:
    """The modal in which an element was pressed; None for a press elsewhere."""
    view = body.get("view") or {}
    return view if view.get("type") == "modal" else None


def _placed(private_metadata: str) -> Place:
    _, channel, thread_ts = [*private_metadata.split("|"), "", ""][:3]
    if thread_ts.startswith(_REPORT):
        report, view_id, shown = [*thread_ts.removeprefix(_REPORT).split(":"), "", ""][:3]
        return Place(report=report, view_id=view_id, shown=tuple(filter(None, shown.split(","))))
    return Place(channel=channel, thread_ts=thread_ts)


def carry_shown(remembered: str, digest: str) -> str:
    """A modal's metadata with the digest of the write that it shows, to be approved by its submission."""
    return f"{remembered}|{digest}"


def carried_digest(private_metadata: str) -> str:
    """The digest of the write that a modal showed. Raises: BadInput."""
    *_, digest = private_metadata.split("|")
    if not _DIGEST.fullmatch(digest):
        raise BadInput("I can't tell what this showed. Please open it again.")
    return digest
