"""The `anthropic-beta` header, and the fields of a request that need it.

Any well-formed name is accepted, so that a new SDK with new betas works. A field of a beta that the header does not name is
refused like any unknown field, as in the real service.

Source: https://platform.claude.com/docs/en/api/beta-headers
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from integrations.sandbox.claude.errors import invalid

_NAME = re.compile(r"[a-z0-9-]{1,80}-20\d\d-?[01]\d-?[0-3]\d")
_TOOL_CHANGES = ("mid-conversation-tool-changes-", "inline-tools-", "compact-2026-09-04")
# A field, and the beginnings of the betas of which one must be named.
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "thread": ("message-threads-",),
    "context_management": ("context-management-", "compact-2026-01-12"),
    "compaction": ("compact-2026-09-04",),
    "fallbacks": ("server-side-fallback-",),
    "billing_policy": ("user-profiles-billing-",),
    "output_format": ("structured-outputs-",),
}
_BLOCKS: Mapping[str, tuple[str, ...]] = {
    "tool_addition": _TOOL_CHANGES,
    "tool_removal": _TOOL_CHANGES,
    "compaction": ("compact-",),
}


def read_betas(headers: Iterable[str]) -> frozenset[str]:
    """Return the names in all headers of a request. Raises: Refusal for a name that no beta can have."""
    named = [each.strip() for header in headers for each in header.split(",") if each.strip()]
    odd = [each for each in named if not _NAME.fullmatch(each)]
    if odd:
        raise invalid(
            f"Unexpected value(s) {', '.join(f'`{each[:100]}`' for each in odd)} for the `anthropic-beta` header. "
            "Please consult our documentation at platform.claude.com/docs or try again without the header."
        )
    return frozenset(named)


def check_betas(body: object, betas: frozenset[str]) -> None:
    """Raises: Refusal for a field or a block of a beta that the request does not name."""
    if not isinstance(body, Mapping):
        return
    for field, beginnings in _FIELDS.items():
        if body.get(field) is not None and not _named(beginnings, betas):
            raise invalid(f"{field}: Extra inputs are not permitted")
    config = body.get("output_config")
    if isinstance(config, Mapping) and config.get("task_budget") is not None and not _named(("task-budgets-",), betas):
        raise invalid("output_config.task_budget: Extra inputs are not permitted")
    for place, kind in _blocks(body.get("messages")):
        if kind in _BLOCKS and not _named(_BLOCKS[kind], betas):
            raise invalid(f"{place}: Input tag '{kind}' found using 'type' does not match any of the expected tags")


def _named(beginnings: tuple[str, ...], betas: frozenset[str]) -> bool:
    return any(each.startswith(beginnings) for each in betas)


def _blocks(messages: Any) -> Iterator[tuple[str, Any]]:
    """Yield where each block of the messages is, and its type."""
    for number, message in enumerate(messages if isinstance(messages, list) else ()):
        content = message.get("content") if isinstance(message, Mapping) else None
        for place, block in enumerate(content if isinstance(content, list) else ()):
            if isinstance(block, Mapping):
                yield f"messages.{number}.content.{place}", block.get("type")
