"""The words that a person sees in Slack blocks. A word has a letter or a digit; marks, emoji and addresses are none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from typing import Any

from bot.views.blocks import Block

_LINK = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_EMOJI = re.compile(r"(?<!\w):[a-z0-9_+'-]+:(?!\w)")
_FORMATTING = re.compile(r"[*`~]|(?<!\w)_|_(?!\w)")
_TEXTS = frozenset({"mrkdwn", "plain_text", "text", "markdown", "raw_text"})
_MENUS = frozenset(
    {"static_select", "external_select", "users_select", "multi_static_select", "overflow", "datepicker"}
)
_CONTROLS = _MENUS | {"button", "feedback_buttons", "icon_button", "workflow_button"}
# What Slack doesn't draw: dialogs that open later, texts for screen readers, ids, and the options of a closed menu.
_UNDRAWN = frozenset({"confirm", "alt_text", "block_id", "action_id", "value", "url", "options", "option_groups"})


def count(blocks: Iterable[Block], *, controls: bool = True, folded: bool = True) -> int:
    """Return the number of words; `controls` counts the labels of buttons and menus, `folded` the texts in collapsed
    containers, beyond their titles."""
    return len(text_of(blocks, controls=controls, folded=folded).split())


def text_of(blocks: Iterable[Block], *, controls: bool = True, folded: bool = True) -> str:
    """Return the words as one text."""
    pieces = (piece for block in blocks for piece in _pieces(block, controls, folded))
    return spoken(" ".join(pieces))


def spoken(text: str) -> str:
    """Return the words of a text, one space between each two."""
    return " ".join(word for word in text.split() if any(map(str.isalnum, word)))


def drawn(mrkdwn: str) -> str:
    """Return mrkdwn text as Slack draws it: labels for links, no formatting marks, one space between words."""
    labelled = _LINK.sub(lambda found: found[2] or found[1], mrkdwn)
    return " ".join(unescape(_FORMATTING.sub("", _EMOJI.sub("", labelled))).split())


def is_collapsed(block: Block) -> bool:
    return bool(block.get("type") == "container" and block.get("is_collapsible") and block.get("default_collapsed"))


def _pieces(node: Any, controls: bool, folded: bool) -> Iterator[str]:
    if isinstance(node, list):
        for each in node:
            yield from _pieces(each, controls, folded)
    if not isinstance(node, Mapping):
        return
    kind = node.get("type")
    if kind in _CONTROLS and not controls:
        return
    if kind in _TEXTS and isinstance(node.get("text"), str):
        yield drawn(node["text"]) if kind in ("mrkdwn", "markdown") else _EMOJI.sub("", node["text"])
        return
    if kind == "raw_number":
        yield str(node.get("text") or node.get("value", ""))
        return
    if kind == "link":
        yield str(node.get("text") or node.get("url", ""))
        return
    for name, value in node.items():
        if name not in _UNDRAWN and not (name == "child_blocks" and is_collapsed(dict(node)) and not folded):
            yield from _pieces(value, controls, folded)
