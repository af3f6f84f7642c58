"""Below an answer in a conversation: figures as a table and a chart, a button for each candidate, and whether it was useful.

The message's text says the same in words, for clients that don't draw these blocks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from bot.views.blocks import Block, actions, button, cell, data_table, section
from bot.views.text import named_plain, plain
from store.domain.conversation.choices import Choice
from store.domain.conversation.figures import Figures

# A choice's value is `kind:id`; there are never more than these.
MEANT = ("meant_1", "meant_2", "meant_3", "meant_4", "meant_5")
RATE_ANSWER = "rate_answer"  # its value is `useful:id` or `not_useful:id`, of the answer
USEFUL, NOT_USEFUL = "useful", "not_useful"

_NAMED = re.compile(r": [^\n]*\?")
_NEW = frozenset({"data_table", "data_visualization", "context_actions"})
_ROWS, _COLUMNS = 100, 20
_BARS, _LABEL = 20, 20  # https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block
_TITLE = 50


def choice_buttons(choices: Sequence[Choice]) -> list[Block]:
    """One button for each; nothing without choices. Pressing one continues the question."""
    made = [
        button(named_plain(each.name, limit=70), action_id=action_id, value=f"{each.kind}:{each.id}")
        for action_id, each in zip(MEANT, choices, strict=False)
    ]
    return [actions("meant", *made)] if made else []


def figure_blocks(figures: Figures | None) -> list[Block]:
    """The table, which its reader can sort, and the chart if there is something to compare."""
    if figures is None:
        return []
    heads = [plain(each, limit=200) for each in figures.head[:_COLUMNS]]
    rows = [[cell(plain(each.shown, limit=200), each.value) for each in row[:_COLUMNS]] for row in figures.rows[:_ROWS]]
    return [data_table("figures", plain(figures.caption, limit=200), heads, rows), *_chart(figures)]


def _chart(figures: Figures) -> list[Block]:
    """Bars; none for a single one. Slack wants short names, each once."""
    names = _short(tuple(name for name, _ in figures.bars))
    if not figures.charted or not 2 <= len(names) <= _BARS:
        return []
    data: list[dict[str, Any]] = [
        {"label": name, "value": round(value, 2)} for name, (_, value) in zip(names, figures.bars, strict=True)
    ]
    chart = {
        "type": "bar",
        "series": [{"name": "Amount", "data": data}],
        "axis_config": {"categories": names},
    }
    return [{"type": "data_visualization", "block_id": "chart", "title": figures.charted[:_TITLE], "chart": chart}]


def _short(names: Sequence[str]) -> list[str]:
    """At most 20 characters each, and no two alike."""
    made: list[str] = []
    for name in names:
        short = name if len(name) <= _LABEL else f"{name[: _LABEL - 1]}…"
        number = 2
        while short in made:
            short = f"{name[: _LABEL - 3]} {number}"
            number += 1
        made.append(short)
    return made


def without_figures(text: str, blocks: Sequence[Block] | None) -> list[Block] | None:
    """The same in blocks that every Slack draws: the whole text and the buttons. None if `blocks` has no others."""
    if not any(block["type"] in _NEW for block in blocks or ()):
        return None
    kept = [block for block in (blocks or ())[1:] if block["type"] not in _NEW]
    return [section(text, expand=True), *kept]


def asked_which(text: str) -> str:
    """The question alone: the buttons below it name the choices."""
    return _NAMED.sub("?", text, count=1)


def above_figures(text: str) -> str:
    """The lines that no table repeats: what the figures are of, and remarks."""
    return "\n".join(line for line in text.splitlines() if not line.startswith("• "))


def feedback(answer_id: str) -> list[Block]:
    """Useful or not, below an answer of a model; nothing without its id."""
    if not answer_id:
        return []
    element: Block = {
        "type": "feedback_buttons",
        "action_id": RATE_ANSWER,
        "positive_button": {
            "text": {"type": "plain_text", "text": "Useful"},
            "value": f"{USEFUL}:{answer_id}",
            "accessibility_label": "This answer was useful",
        },
        "negative_button": {
            "text": {"type": "plain_text", "text": "Not useful"},
            "value": f"{NOT_USEFUL}:{answer_id}",
            "accessibility_label": "This answer was not useful",
        },
    }
    return [{"type": "context_actions", "block_id": "rate", "elements": [element]}]
