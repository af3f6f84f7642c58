"""One owner's morning, as it was in Slack when the brief had just arrived, beside what the store says about it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import chain
from typing import Any

from bot.views.blocks import Block
from bot.views.text import mrkdwn
from store.domain.attention.ledger import Entry
from store.domain.brief.brief import Brief, Card
from store.domain.gate.proposals import Proposal
from tests.bench.quality.message import Ask, asks_in
from tests.bench.quality.words import drawn, spoken, text_of

_NAME = 40  # a name may be shortened to so many characters


@dataclass(frozen=True, kw_only=True)
class Seen:
    """`blocks` are those of the main message, which is at `ts` in the conversation with `user_id`; `thread` are those of all
    messages under it. `entries` are the brief's ledger by account, `proposals` those of its cards by id."""

    day: date
    owner_id: str
    brief: Brief
    entries: Mapping[str, Entry]
    proposals: Mapping[str, Proposal]
    blocks: tuple[Block, ...]
    thread: tuple[Block, ...] = ()
    user_id: str = ""
    ts: str = ""

    @cached_property
    def asks(self) -> list[Ask]:
        """The decisions that the message asks for, and those in its thread."""
        account_of = {each.id: each.account_id for each in self.proposals.values()}
        return [*asks_in(self.blocks, account_of), *asks_in(self.thread, account_of)]

    @cached_property
    def approvable(self) -> list[Ask]:
        """All cards with buttons, also the lines in containers."""
        account_of = {each.id: each.account_id for each in self.proposals.values()}
        lines = [asks_in(block["child_blocks"], account_of) for block in self.blocks if block["type"] == "container"]
        return [ask for ask in chain(self.asks, *lines) if ask.kind == "card"]

    @cached_property
    def full_cards(self) -> list[Ask]:
        return [ask for ask in self.asks if ask.kind == "card"]

    def card_of(self, ask: Ask) -> Card | None:
        """The stored card behind an ask."""
        return next((card for card in self.brief.cards if card.account_id == ask.account_id), None)

    def names(self, account_id: str, name: str) -> bool:
        """Whether the message shows this account: a link to its record, or its name."""
        return account_id in self._links or _is_in(name, self._text)

    @cached_property
    def _text(self) -> str:
        return text_of(self.blocks)

    @cached_property
    def _links(self) -> frozenset[str]:
        return frozenset(re.findall(r"\d{12,}", " ".join(_addresses(list(self.blocks)))))


def _is_in(name: str, text: str) -> bool:
    known = spoken(drawn(mrkdwn(name, limit=10_000)))[:_NAME].strip()
    return (
        bool(known)
        and re.search(rf"(?<!\w){re.escape(known)}(?!\w)" if len(known) < _NAME else re.escape(known), text) is not None
    )


def _addresses(node: Any) -> list[str]:
    """The addresses of all links in mrkdwn."""
    if isinstance(node, list):
        return [found for each in node for found in _addresses(each)]
    if not isinstance(node, Mapping):
        return []
    if node.get("type") == "mrkdwn":
        return re.findall(r"<(https?://[^|>]+)", str(node.get("text", "")))
    return [found for value in node.values() for found in _addresses(value)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A brief as it opens on a phone. `screens` is its height as a multiple of the part of the conversation in sight at once;
    `approve_in_sight` is whether the first Approve is (None: there is none)."""

    screens: float
    approve_in_sight: bool | None
