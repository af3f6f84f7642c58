"""The blocks that show work in progress: task_card, and plan, which groups them.

Sources: https://docs.slack.dev/reference/block-kit/blocks (task-card-block, plan-block).
"""

from __future__ import annotations

from integrations.sandbox.slack.blockkit.objects import NAME, URL
from integrations.sandbox.slack.blockkit.rich_text import RICH_TEXT
from integrations.sandbox.slack.blockkit.rules import anything, by_type, items, one_of, shape, string

STATUSES = ("pending", "in_progress", "complete", "error")
_TEXT = by_type({"rich_text": RICH_TEXT})
_SOURCE = by_type({"url": shape({"type": anything, "url": URL, "text": string(at_most=150)})})
TASK_CARD = shape(
    {"type": anything, "task_id": string(at_most=255), "title": string(at_most=255), "status": one_of(*STATUSES)},
    {"block_id": NAME, "details": _TEXT, "output": _TEXT, "sources": items(_SOURCE, at_most=10)},
)
PLAN = shape(
    {"type": anything, "title": string(at_most=255)},
    {"block_id": NAME, "tasks": items(by_type({"task_card": TASK_CARD}), at_most=50)},
)
