"""A competent Memory Analyst: searches the memory first, then sums up the results, citing the passages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from integrations.sandbox.claude.answers import Call, Said
from integrations.sandbox.claude.characters.words import (
    clip,
    closed,
    ids,
    is_promise,
    key_words,
    listed,
    sentences,
    text_of,
)
from integrations.sandbox.claude.prompt import Prompt, items_of

EVENTS, PROMISES, LENGTH = 3, 2, 200
HISTORY, SEARCH, INSIGHTS = "cognee_retrieve_history", "cognee_search_memory", "cognee_aggregate_insights"
_UNTOLD = re.compile(r"too few\b", re.IGNORECASE)  # words to read a trend from
_WHOSE = re.compile(r"It is [^.]{1,80}’s\.$")  # says nothing about events
_STANDING = frozenset({"open", "overdue", "unknown"})
_NOT_EVENTS = frozenset({"recommendation", "decision"})


def remember(prompt: Prompt, dice: Random) -> Said:
    account = text_of(prompt.object("account"), "id")
    asked: dict[str, dict[str, Any]] = {
        HISTORY: {"account_id": account, "days": 180, "limit": 50},
        SEARCH: {"query": "promised, agreed, will send", "account_id": account, "limit": 10},
        INSIGHTS: {"account_id": account},
    }
    calls = [
        Call(name, arguments) for name, arguments in asked.items() if name in prompt.tools and not prompt.gave(name)
    ]
    if calls and prompt.rounds == 0:
        return Said(text="I ask the memory about this account first.", calls=calls)
    passages = [each for result in prompt.gave(HISTORY) for each in items_of(result.value)]
    found = [each for result in prompt.gave(SEARCH) for each in items_of(result.value)]
    insight = _insight(prompt)
    promises = _promises(insight, [*found, *passages])
    return Said(value={"events": _events(passages or found), "mood": _mood(insight), "promises": promises})


def _insight(prompt: Prompt) -> Mapping[str, Any]:
    for result in prompt.gave(INSIGHTS):
        if isinstance(result.value, Mapping) and isinstance(result.value.get("account"), Mapping):
            account: Mapping[str, Any] = result.value["account"]
            return account
    return {}


def _events(passages: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the newest events, each once."""
    newest = sorted(passages, key=lambda each: text_of(each, "at"), reverse=True)
    events: list[dict[str, Any]] = []
    seen: list[set[str]] = []
    for each in newest:
        said = _told(each)
        words = key_words(said)
        if not said or text_of(each, "kind") in _NOT_EVENTS or any(words and words == known for known in seen):
            continue
        seen.append(words)
        events.append({"text": said, "cites": [text_of(each, "id")]})
    return events[:EVENTS]


def _told(passage: Mapping[str, Any]) -> str:
    """Sum up a passage in a sentence or two."""
    text, title = text_of(passage, "text"), text_of(passage, "title")
    first = " ".join([each for each in sentences(text) if not _WHOSE.match(each)][:2])
    if not first:
        return clip(closed(title), LENGTH)
    told = first if title.casefold() in first.casefold() else f"{title}: {first}"
    return clip(closed(told), LENGTH)


def _mood(insight: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the memory's mood trend, citing the passages of the latest period that had a mood."""
    periods = [each for each in listed(insight, "moods") if ids(each, "passage_ids")]
    trend = text_of(insight, "trend")
    if not periods or not trend or _UNTOLD.match(trend):
        return None
    return {"text": clip(closed(trend), LENGTH), "cites": ids(periods[-1], "passage_ids")[:3]}


def _promises(insight: Mapping[str, Any], passages: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return promises without evidence of being kept; if the memory has none itself, sentences that sound like one."""
    known = [
        {
            "text": clip(closed(text_of(each, "said") or text_of(each, "what")), LENGTH),
            "cites": ids(each, "passage_ids")[:2],
        }
        for each in listed(insight, "commitments")
        if text_of(each, "standing") in _STANDING and ids(each, "passage_ids")
    ]
    if known:
        return known[:PROMISES]
    heard: dict[str, str] = {}
    for passage in passages:
        for sentence in sentences(text_of(passage, "text")):
            if is_promise(sentence) and text_of(passage, "kind") not in _NOT_EVENTS:
                heard.setdefault(clip(closed(sentence), LENGTH), text_of(passage, "id"))
    return [{"text": text, "cites": [passage]} for text, passage in heard.items()][:PROMISES]
