"""Find the decisions that a brief's message asks for.

A card is a section `card:<account>`, up to its buttons `decide:<proposal>:<version>`; a question is a section
`question:<account>`, up to its buttons. In the messages of older releases, whose sections have no ids, a card lies
between two dividers. What containers hold is one press away, and asks for nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.views.blocks import Block
from tests.bench.quality.words import text_of

_BOUNDARIES = frozenset({"divider", "header", "container"})
APPROVE, WHY = "approve_proposal", "why_proposal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A card or question whose buttons decide. `proposal_id` is "" if no block names it."""

    kind: Literal["card", "question"]
    account_id: str
    proposal_id: str
    blocks: tuple[Block, ...]

    @property
    def text(self) -> str:
        """Its words, without those on buttons."""
        return text_of(self.blocks, controls=False)

    def has(self, action_id: str) -> bool:
        elements = (
            each for block in self.blocks for each in (*block.get("elements", ()), block.get("accessory") or {})
        )
        return any(each.get("action_id") == action_id for each in elements)


def asks_in(blocks: Sequence[Block], account_of: Mapping[str, str]) -> list[Ask]:
    """Return the decisions in order. `account_of` maps ids of proposals to accounts, for sections without ids."""
    return [ask for group in _groups(blocks) if (ask := _ask(group, account_of))]


def _groups(blocks: Sequence[Block]) -> list[list[Block]]:
    groups: list[list[Block]] = [[]]
    for block in blocks:
        prefix = _split(block)[0]
        if block["type"] in _BOUNDARIES or prefix in ("card", "question"):
            groups.append([])
        groups[-1].append(block)
    return groups


def _ask(group: Sequence[Block], account_of: Mapping[str, str]) -> Ask | None:
    """The group up to its last buttons, if these decide."""
    opening = next((_split(block) for block in group if _split(block)[0] in ("card", "question")), ("", ""))
    kind: Literal["card", "question"] = "question" if opening[0] == "question" else "card"
    deciding = [at for at, block in enumerate(group) if block["type"] == "actions" and _decides(block, kind)]
    if not deciding:
        return None
    proposal_id = next((_split(group[at])[1].split(":")[0] for at in deciding if _split(group[at])[0] == "decide"), "")
    body = [block for block in group[: deciding[-1] + 1] if block["type"] not in _BOUNDARIES]
    return Ask(
        kind=kind,
        account_id=_account(opening[1]) or account_of.get(proposal_id, ""),
        proposal_id=proposal_id,
        blocks=tuple(body),
    )


def _account(rest: str) -> str:
    """A second card of an account has a number behind its id; deals without an account have none."""
    account_id = rest.split(":")[0]
    return "" if account_id == "none" else account_id


def _decides(block: Block, kind: str) -> bool:
    return kind == "question" or _split(block)[0] == "decide"


def _split(block: Block) -> tuple[str, str]:
    prefix, _, rest = str(block.get("block_id", "")).partition(":")
    return prefix, rest
