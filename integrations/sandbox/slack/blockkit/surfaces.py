"""Messages, modals and the Home tab: find the problems in all their contents."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from integrations.sandbox.slack.blockkit.blocks import EVERYWHERE, MARKDOWN, MARKDOWN_LIMIT
from integrations.sandbox.slack.blockkit.charts import DATA_VISUALIZATION
from integrations.sandbox.slack.blockkit.grouped import ALERT, CARD, CAROUSEL, CONTAINER, CONTEXT_ACTIONS
from integrations.sandbox.slack.blockkit.nesting import elements_of, every_block, placed
from integrations.sandbox.slack.blockkit.objects import plain
from integrations.sandbox.slack.blockkit.rules import (
    Rule,
    anything,
    boolean,
    by_type,
    items,
    problem,
    shape,
    string,
)
from integrations.sandbox.slack.blockkit.tables import DATA_TABLE, TABLE
from integrations.sandbox.slack.blockkit.work import PLAN, TASK_CARD

Surface = Literal["message", "modal", "home"]

MESSAGE_TEXT_LIMIT = 40_000
BLOCKS_TEXT_LIMIT = 13_200  # undocumented; beyond it Slack answers msg_blocks_too_long
VIEW_BYTES_LIMIT = 250_000
TOO_LONG = "msg_blocks_too_long"

_IN_MESSAGES: Mapping[str, Rule] = {
    **EVERYWHERE,
    "markdown": MARKDOWN,
    "container": CONTAINER,
    "card": CARD,
    "carousel": CAROUSEL,
    "context_actions": CONTEXT_ACTIONS,
    "table": TABLE,
    "data_table": DATA_TABLE,
    "data_visualization": DATA_VISUALIZATION,
    "task_card": TASK_CARD,
    "plan": PLAN,
}
_IN_MODALS: Mapping[str, Rule] = {**EVERYWHERE, "container": CONTAINER, "alert": ALERT}
_BLOCKS = {
    "message": items(by_type(_IN_MESSAGES), at_most=50, at_least=0),
    "modal": items(by_type(_IN_MODALS), at_most=100, at_least=0),
    "home": items(by_type(EVERYWHERE), at_most=100, at_least=0),
}
_SHARED = {
    "private_metadata": string(at_most=3000, at_least=0),
    "callback_id": string(at_most=255, at_least=0),
    "external_id": string(at_most=255, at_least=0),
}
_VIEW = by_type(
    {
        "modal": shape(
            {"type": anything, "title": plain(24), "blocks": anything},
            {
                **_SHARED,
                "close": plain(24),
                "submit": plain(24),
                "clear_on_close": boolean,
                "notify_on_close": boolean,
                "submit_disabled": boolean,
            },
        ),
        "home": shape({"type": anything, "blocks": anything}, _SHARED),
    }
)


def problems(blocks: Any, *, surface: Surface, at: str = "/blocks") -> list[str]:
    """Return everything that Slack would refuse in these blocks, in its words; empty if they are fine."""
    return list(_block_problems(blocks, surface, at))


def view_problems(view: Any, *, at: str = "/view") -> list[str]:
    """Return everything that Slack would refuse in a modal or a Home view."""
    found = list(_VIEW(view, at))
    if not isinstance(view, Mapping) or view.get("type") not in ("modal", "home"):
        return found
    surface: Surface = "home" if view["type"] == "home" else "modal"
    if "blocks" in view:
        found += _block_problems(view["blocks"], surface, f"{at}/blocks")
    inputs = [block for block in every_block(view.get("blocks")) if block.get("type") == "input"]
    if surface == "modal" and "submit" not in view and inputs:
        found.append(problem("missing required field: submit", at))
    if len(json.dumps(view, ensure_ascii=False).encode()) > VIEW_BYTES_LIMIT:
        found.append(problem(f"view must be less than {VIEW_BYTES_LIMIT // 1000} kB", at))
    return found


def message_problems(payload: Mapping[str, Any]) -> list[str]:
    """Return everything that Slack would refuse in the text and blocks of chat.postMessage."""
    text, blocks = payload.get("text"), payload.get("blocks")
    found = list(string(at_most=MESSAGE_TEXT_LIMIT, at_least=0)(text, "/text")) if text is not None else []
    if not text and not blocks:
        found.append(problem("no_text: a message needs text or blocks", "/text"))
    if blocks is not None:
        found += problems(blocks, surface="message")
    return found


def text_length(value: Any) -> int:
    """Count the characters of all texts in some blocks, as `msg_blocks_too_long` does."""
    if isinstance(value, list):
        return sum(text_length(each) for each in value)
    if isinstance(value, Mapping):
        return sum(
            len(each) if key == "text" and isinstance(each, str) else text_length(each) for key, each in value.items()
        )
    return 0


def _block_problems(blocks: Any, surface: Surface, at: str) -> Iterator[str]:
    yield from _BLOCKS[surface](blocks, at)
    yield from _repeated_block_ids(blocks, at)
    if surface == "message":
        yield from _too_much(blocks, at)
    else:
        yield from _several_focused(blocks, at)


def _too_much(blocks: Any, at: str) -> Iterator[str]:
    """A message takes one table, two charts, and so many characters in all."""
    kinds = [block.get("type") for block in every_block(blocks)]
    if kinds.count("table") > 1:
        yield problem("only one table block is allowed in a message", at)
    for kind, most in (("data_table", 1), ("data_visualization", 2)):
        if kinds.count(kind) > most:
            yield problem(f"no more than {most} {kind} blocks are allowed in a message", at)
    markdown = sum(
        len(block["text"])
        for block in every_block(blocks)
        if block.get("type") == "markdown" and isinstance(block.get("text"), str)
    )
    if markdown > MARKDOWN_LIMIT:
        yield problem(f"markdown blocks must be less than {MARKDOWN_LIMIT + 1} characters in all", at)
    if text_length(blocks) > BLOCKS_TEXT_LIMIT:
        yield problem(f"{TOO_LONG}: must be less than {BLOCKS_TEXT_LIMIT + 1} characters in all", at)


def _repeated_block_ids(blocks: Any, at: str) -> Iterator[str]:
    """A block_id is unique in its surface, whether the block is in a container or not."""
    seen: set[str] = set()
    for where, block in placed(blocks, at):
        name = block.get("block_id")
        if isinstance(name, str) and name in seen:
            yield problem(f"`block_id` {name} already exists", f"{where}/block_id")
        elif isinstance(name, str):
            seen.add(name)


def _several_focused(blocks: Any, at: str) -> Iterator[str]:
    elements = [element for block in every_block(blocks) for element in elements_of(block)]
    if sum(element.get("focus_on_load") is True for element in elements) > 1:
        yield problem("only one element may have focus_on_load", at)
