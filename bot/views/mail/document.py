"""A message's blocks as the parts of a letter: what the collapsed groups hold is open, and every way to decide leads to Slack."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from bot.views.action_ids import APPROVE, KEEP_ASKING, READ
from bot.views.approve_batch import APPROVE_BATCH
from bot.views.blocks import Block
from bot.views.mail.spans import Line, lines_of
from bot.views.text import unlinked

DECIDE, DECIDE_ON, LOOK = "Decide in Slack", "Decide on {account} in Slack", "Open in Slack"
_DECIDES = frozenset({APPROVE, APPROVE_BATCH, READ, KEEP_ASKING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Some lines, the records that show them, and the label of the button below. `small` is an aside, `key` the id of its block."""

    lines: Sequence[Line]
    key: str = ""
    evidence: Sequence[Line] = ()
    button: str = ""
    small: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Paragraphs under a title."""

    title: str
    items: Sequence[Paragraph]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of cells, each with as many as there are `heads`; `button` is the label of the one below."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    button: str = ""


Content = Paragraph | Group | Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """`top` is the greeting; without one, the first paragraph says it all."""

    top: str
    parts: Sequence[Content]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a card with buttons is about: its account's name, and its evidence in mrkdwn."""

    account: str
    evidence: Sequence[str] = ()


NO_DECISIONS: Mapping[str, Decision] = MappingProxyType({})


def letter_of(
    blocks: Iterable[Block], *, links: Collection[str], decisions: Mapping[str, Decision] = NO_DECISIONS
) -> Letter:
    """`links` are the addresses that may be links; `decisions` are known by the ids of their blocks."""
    top, parts = "", list[Content]()
    for block in blocks:
        if block["type"] == "header":
            top = unlinked(str(block["text"]["text"]))
        elif block["type"] == "container":
            items = _paragraphs(block["child_blocks"], links, decisions)
            parts.append(Group(title=unlinked(str(block["title"]["text"])), items=items))
        elif block["type"] == "data_table":
            parts.append(_table(block))
        else:
            _add(parts, block, links, decisions)
    return Letter(top=top, parts=parts)


def _paragraphs(blocks: Iterable[Block], links: Collection[str], decisions: Mapping[str, Decision]) -> list[Paragraph]:
    parts = list[Content]()
    for block in blocks:
        _add(parts, block, links, decisions)
    return [each for each in parts if isinstance(each, Paragraph)]


def _table(block: Block) -> Table:
    heads, *rows = ([unlinked(str(cell.get("text", ""))) for cell in row] for row in block["rows"])
    return Table(heads=heads, rows=rows)


def _add(parts: list[Content], block: Block, links: Collection[str], decisions: Mapping[str, Decision]) -> None:
    """Add a block's paragraph; the buttons of an `actions` block belong to the one before."""
    last = parts[-1] if parts else None
    if block["type"] == "actions" and isinstance(last, Table):
        parts[-1] = replace(last, button=_button(block["elements"]))
    elif block["type"] == "actions" and isinstance(last, Paragraph):
        about = decisions.get(last.key)
        shown = [line for each in (about.evidence if about else ()) for line in lines_of(each, links)]
        label = _button(block["elements"], _account(last.key, decisions))
        parts[-1] = replace(last, button=label, evidence=shown)
    elif block["type"] in ("section", "context"):
        said = [line for text in _texts(block) for line in lines_of(text, links)]
        key = str(block.get("block_id", ""))
        button = _button([block["accessory"]], _account(key, decisions)) if "accessory" in block else ""
        parts.append(Paragraph(lines=said, key=key, button=button, small=block["type"] == "context"))


def _texts(block: Block) -> Iterator[str]:
    """Its texts as mrkdwn."""
    for text in (block["text"],) if "text" in block else block.get("elements", ()):
        if text.get("type") == "mrkdwn":
            yield str(text["text"])
        elif text.get("type") == "plain_text":
            yield str(text["text"]).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _account(key: str, decisions: Mapping[str, Decision]) -> str:
    """The account that a card is about. A second card of the same account has the first one's id and a number."""
    found = decisions.get(key) or decisions.get(key.rpartition(":")[0])
    return unlinked(found.account) if found else ""


def _button(elements: Iterable[Block], account: str = "") -> str:
    """A link in Slack reaches a message, and no card in it. So the label names the account to look for."""
    if not any(each.get("action_id") in _DECIDES for each in elements):
        return LOOK
    return DECIDE_ON.format(account=account) if account else DECIDE
