"""Whether the messages that stand in Slack tell how every proposal stands now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from bot.views.decided import named_in_short
from bot.views.reader import Reader, ZohoLinks
from bot.views.status import status
from integrations.sandbox.slack.blockkit import every_block
from store.domain.crm.accounts import Person
from store.domain.gate.proposals import Proposal, State
from tests.crash.world import World
from tests.flows.stage import PEOPLE


def stale_cards(world: World, newest: Mapping[str, Proposal], people: Sequence[Person]) -> Iterator[str]:
    """A card with buttons asks for what can be decided; one without says what was decided, on the owner's side."""
    shown = [
        each for each in newest.values() if each.undoes is None
    ]  # what takes another back shows on that one's card
    asking = {f"decide:{each.id}:{each.version}" for each in shown if _is_open(each, world)}
    blocks = [
        block for user in PEOPLE for message in world.slack.dm(user.id) for block in every_block(message.get("blocks"))
    ]
    asked = {block["block_id"] for block in blocks if str(block.get("block_id")).startswith("decide:")}
    yield from (f"a card still asks for {each}" for each in sorted(asked - asking))
    yield from (f"no card asks for {each}" for each in sorted(asking - asked))
    text = "\n".join(_texts(blocks))
    for line, count in _expected(world, shown, newest, people).items():
        if text.count(line) < count:
            yield f"no card says “{line}”"


def _expected(
    world: World, shown: Sequence[Proposal], newest: Mapping[str, Proposal], people: Sequence[Person]
) -> Counter[str]:
    """What the cards of the owners say of what is not open any more."""
    names = {person.id: person.name for person in people}
    zones = {person.id: ZoneInfo(person.timezone) for person in people}
    links = ZohoLinks(str(world.settings["zoho_ui_url"]))
    lines: Counter[str] = Counter()
    for proposal in shown:
        if not _is_open(proposal, world) and proposal.state is not State.SUPERSEDED:
            reader = Reader(
                links=links, names=names, tz=zones[proposal.owner_id], now=world.clock.now(), me=proposal.owner_id
            )
            _, clause = status(
                proposal, reader, newest.get(proposal.undo_id or ""), name=named_in_short(proposal, reader)
            )
            lines[f": {clause}"] += 1
    return lines


def _is_open(proposal: Proposal, world: World) -> bool:
    return proposal.state is State.PENDING and world.clock.now() < proposal.expires_at


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, dict):
        if isinstance(value.get("text"), str):
            yield value["text"]
        for each in value.values():
            yield from _texts(each)
