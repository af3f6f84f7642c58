"""How a month looks to each kind of person, in numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from tests.bench.quality.words import count, text_of
from tests.month.company import Habit
from tests.month.hours import at_work
from tests.month.judge import answers_own_task, is_open, pointless_cards
from tests.month.seen import Shown, Truth

TIME_TO_DO = timedelta(days=5)  # two days and a weekend


def by_habit(everything: Sequence[Shown]) -> dict[str, dict[str, object]]:
    """For each kind of person: posts and words in all; cards in the main messages, and the share of those that were there
    before in the same words; cards without a point; decisions that waited at a brief on average; messages at odd hours."""
    shown: dict[Habit, list[Shown]] = defaultdict(list)
    for each in everything:
        shown[each.habit].append(each)
    return {
        str(habit): _figures(of) for habit, of in sorted(shown.items(), key=lambda item: list(Habit).index(item[0]))
    }


def totals(truth: Truth, *, completing: Collection[str], now: datetime) -> dict[str, object]:
    """The writes, the share of them that answer the bot's own tasks, and the share of its tasks that are open: of those whose
    owners are `completing` theirs, and had the time."""
    tasks, written = truth.tasks, truth.written
    own = sum(answers_own_task(proposal, tasks) for proposal in written)
    old = [each for each in tasks.values() if each.owner_id in completing and each.made_at < now - TIME_TO_DO]
    left = sum(is_open(truth.record("Tasks", each.id)) for each in old)
    return {
        "writes": len(written),
        "writes_on_own_tasks_share": _share(own, len(written)),
        "bot_tasks": len(tasks),
        "bot_tasks_open_share": _share(left, len(old)),
    }


def _figures(of: Sequence[Shown]) -> dict[str, object]:
    posts = [each for each in of if not each.update and each.sort != "home"]
    mornings = [each for each in posts if each.sort == "morning" and not each.in_thread]
    before: set[str] = set()
    cards = repeated = 0
    for morning in mornings:
        texts = [f"{morning.reader.id} {text}" for text in _card_texts(morning.blocks)]
        cards += len(texts)
        repeated += sum(text in before for text in texts)
        before |= set(texts)
    odd = [each for each in posts if each.sort in ("reminder", "offer")]
    return {
        "posts": len(posts),
        "words": sum(count(each.blocks) for each in posts),
        "cards": cards,
        "repeated_share": _share(repeated, cards),
        "cards_without_a_point": sum(len(list(pointless_cards(each.blocks))) for each in mornings),
        "backlog": round(sum(len(each.pending) for each in mornings) / len(mornings), 1) if mornings else 0.0,
        "reminders": len(odd),
        "reminders_at_odd_hours": sum(not at_work(each.at, each.reader.time_zone) for each in odd),
    }


def _card_texts(blocks: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The cards in full: not the lines in collapsed groups."""
    for block in blocks:
        if str(block.get("block_id", "")).startswith(("card:", "question:")):
            yield text_of([dict(block)], controls=False)


def _share(part: int, whole: int) -> float:
    return round(part / whole, 3) if whole else 0.0
