"""Block Kit in a few small functions, so that all our blocks look alike.

Limits: https://docs.slack.dev/reference/block-kit/blocks. Texts are `verbatim`, so that Slack doesn't turn addresses
in CRM text into links.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Block = dict[str, Any]
View = dict[str, Any]

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MENU_OPTIONS = 100
CONTAINER_BLOCKS = 10
TABLE_PAGE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One Slack message. `name` stays the same over renderings; `text` is the fallback; parts `in_thread` follow the first."""

    name: str
    text: str
    blocks: list[Block]
    in_thread: bool = False


def header(text: str) -> Block:
    return {"type": "header", "text": plain_text(text)}


def section(text: str, *, block_id: str | None = None, expand: bool = False) -> Block:
    """A text; Slack folds a long one behind "See more" unless `expand`."""
    made: Block = {"type": "section", "text": mrkdwn_text(text)}
    if block_id:
        made["block_id"] = block_id
    return made | {"expand": True} if expand else made


def section_with(text: str, block_id: str, accessory: Block, *, expand: bool = False) -> Block:
    """A section with an element beside its text."""
    return {**section(text, block_id=block_id, expand=expand), "accessory": accessory}


def container(
    block_id: str, title: str, *children: Block, subtitle: str | None = None, collapsed: bool | None = None
) -> Block:
    """One to ten blocks under a plain title of at most 150 characters. With `collapsed` the reader can open and close it,
    and it starts closed or open. For messages and modals.

    Use sections, actions, context, dividers and headers only: Slack's reference also lists rich_text and input, but its
    servers were seen refusing them (docs of the Rust crate slack-morphism, `SlackContainerBlock`).
    """
    made: Block = {
        "type": "container",
        "block_id": block_id,
        "title": plain_text(title),
        "child_blocks": list(children),
    }
    if subtitle:
        made["subtitle"] = plain_text(subtitle)
    return made if collapsed is None else made | {"is_collapsible": True, "default_collapsed": collapsed}


def alert(text: str, *, level: Literal["info", "warning", "error", "success"]) -> Block:
    """A coloured notice of at most 200 characters. For modals only."""
    return {"type": "alert", "level": level, "text": mrkdwn_text(text)}


def context(*texts: str) -> Block:
    return {"type": "context", "elements": [mrkdwn_text(text) for text in texts]}


def divider() -> Block:
    return {"type": "divider"}


def actions(block_id: str, *elements: Block) -> Block:
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def button(label: str, *, action_id: str, value: str, style: Literal["primary", "danger"] | None = None) -> Block:
    """`label` at most 75 characters, `value` at most 2,000: an id and a version, never data."""
    made: Block = {"type": "button", "action_id": action_id, "text": plain_text(label), "value": value}
    return made | {"style": style} if style else made


def select(
    options: Iterable[tuple[str, str]], *, action_id: str, chosen: str | None = None, placeholder: str | None = None
) -> Block:
    """A menu of (value, label) pairs. Slack shows 100 options, or 100 groups of 100; any beyond that are left out.

    https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element#static_select
    """
    made = [option(value, label) for value, label in options][: MENU_OPTIONS * MENU_OPTIONS]
    element: Block = {"type": "static_select", "action_id": action_id}
    if len(made) <= MENU_OPTIONS:
        element["options"] = made
    else:
        chunks = [made[start : start + MENU_OPTIONS] for start in range(0, len(made), MENU_OPTIONS)]
        element["option_groups"] = [{"label": plain_text(_span(chunk)), "options": chunk} for chunk in chunks]
    if placeholder:
        element["placeholder"] = plain_text(placeholder)
    initial = next((item for item in made if item["value"] == chosen), None)
    return element | {"initial_option": initial} if initial else element


def _span(chunk: Sequence[Block]) -> str:
    first, last = (each["text"]["text"][:30] for each in (chunk[0], chunk[-1]))
    return f"{first} – {last}"


def data_table(block_id: str, caption: str, heads: Sequence[str], rows: Sequence[Sequence[Block]]) -> Block:
    """Rows of cells that the reader can sort, ten on a page.

    https://docs.slack.dev/reference/block-kit/blocks/data-table-block
    """
    return {
        "type": "data_table",
        "block_id": block_id,
        "caption": caption,
        "page_size": TABLE_PAGE,
        "rows": [[cell(head) for head in heads], *(list(row) for row in rows)],
    }


def cell(text: str, value: float | None = None) -> Block:
    """A cell of a table; with a `value`, its column is sorted by that."""
    return {"type": "raw_text", "text": text} if value is None else {"type": "raw_number", "value": value, "text": text}


def option(value: str, label: str, description: str = "") -> Block:
    """`label` and `description` at most 75 characters, `value` at most 150."""
    made: Block = {"text": plain_text(label), "value": value}
    return made | ({"description": plain_text(description)} if description else {})


def input_block(block_id: str, label: str, element: Block, *, hint: str | None = None, optional: bool = False) -> Block:
    made: Block = {
        "type": "input",
        "block_id": block_id,
        "label": plain_text(label),
        "element": element,
        "optional": optional,
    }
    return made | {"hint": plain_text(hint)} if hint else made


def text_input(action_id: str, *, initial: str = "", limit: int, multiline: bool = False) -> Block:
    element: Block = {"type": "plain_text_input", "action_id": action_id, "max_length": limit, "multiline": multiline}
    return element | {"initial_value": initial} if initial else element


def modal(
    title: str, blocks: Sequence[Block], *, callback_id: str, private_metadata: str = "", submit: str | None = None
) -> View:
    """A modal; without `submit` it can only be closed. `title` and `submit` are at most 24 characters."""
    view: View = {
        "type": "modal",
        "callback_id": callback_id,
        "private_metadata": private_metadata,
        "title": plain_text(title),
        "close": plain_text("Cancel" if submit else "Close"),
        "blocks": list(blocks),
    }
    return view | {"submit": plain_text(submit)} if submit else view


def plain_text(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}


def mrkdwn_text(text: str) -> Block:
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def submitted(values: Mapping[str, Any], block_id: str) -> str | None:
    """The value of a block's only input in a submitted view; None if the block is missing or empty."""
    for element in values.get(block_id, {}).values():
        picked = element.get("selected_option")
        chosen = element.get("selected_date") or element.get("selected_time")
        found = picked.get("value") if picked else chosen or element.get("value")
        return str(found) if found else None
    return None
