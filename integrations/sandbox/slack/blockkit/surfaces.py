"""Messages, modals and the Home tab: find the problems in all their contents."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from integrations.sandbox.slack.blockkit.blocks import EVERYWHERE, IN_MESSAGES, MARKDOWN_LIMIT
from integrations.sandbox.slack.blockkit.objects import plain
from integrations.sandbox.slack.blockkit.rules import anything, boolean, by_type, items, problem, shape, string

Surface = Literal["message", "modal", "home"]

MESSAGE_TEXT_LIMIT = 40_000
BLOCKS_TEXT_LIMIT = 13_200  # undocumented; beyond it Slack answers msg_blocks_too_long
VIEW_BYTES_LIMIT = 250_000
TOO_LONG = "msg_blocks_too_long"

_BLOCKS = {
    "message": items(by_type(IN_MESSAGES), at_most=50, at_least=0),
    "modal": items(by_type(EVERYWHERE), at_most=100, at_least=0),
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
    if (
        surface == "modal"
        and "submit" not in view
        and any(b.get("type") == "input" for b in _dicts(view.get("blocks")))
    ):
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
        markdown = sum(
            len(b["text"]) for b in _dicts(blocks) if b.get("type") == "markdown" and isinstance(b.get("text"), str)
        )
        if markdown > MARKDOWN_LIMIT:
            yield problem(f"markdown blocks must be less than {MARKDOWN_LIMIT + 1} characters in all", at)
        if text_length(blocks) > BLOCKS_TEXT_LIMIT:
            yield problem(f"{TOO_LONG}: must be less than {BLOCKS_TEXT_LIMIT + 1} characters in all", at)
    else:
        yield from _several_focused(blocks, at)


def _repeated_block_ids(blocks: Any, at: str) -> Iterator[str]:
    seen: set[str] = set()
    for index, block in enumerate(blocks if isinstance(blocks, list) else []):
        name = block.get("block_id") if isinstance(block, dict) else None
        if isinstance(name, str) and name in seen:
            yield problem(f"`block_id` {name} already exists", f"{at}/{index}/block_id")
        elif isinstance(name, str):
            seen.add(name)


def _several_focused(blocks: Any, at: str) -> Iterator[str]:
    focused = [b for b in _dicts(blocks) for e in _elements(b) if e.get("focus_on_load") is True]
    if len(focused) > 1:
        yield problem("only one element may have focus_on_load", at)


def _elements(block: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return _dicts([block.get("element"), block.get("accessory")]) + _dicts(block.get("elements"))


def _dicts(value: Any) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
