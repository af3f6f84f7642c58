"""A section of the App Home: what the person's own answers changed, and the buttons to change it back."""

from __future__ import annotations

from collections.abc import Sequence

from bot.views.action_ids import SHOW_AS_BEFORE, SHOW_FEWER
from bot.views.blocks import Block, actions, button, context, header, section, section_with, select
from bot.views.text import mrkdwn, plain
from store.domain.attention.answers import Choice, Lesson
from store.domain.attention.topics import words_of
from store.domain.attention.words import answers_on, lesson_sentence

SHOWN = 3
_PROMISE = "From your answers of the last 90 days. They never hide a high risk."


def answers_blocks(lessons: Sequence[Lesson]) -> list[Block]:
    """Empty if nothing changed. `lessons` come with the most important first; those without a line are in a menu."""
    if not lessons:
        return []
    blocks = [header("What your answers changed")]
    for lesson in lessons[:SHOWN]:
        blocks.extend(_line(lesson))
    rest = [each for each in lessons[SHOWN:] if each.choice is not Choice.AS_BEFORE]
    if rest:
        options = [(each.topic, plain(f"About {words_of(each.topic)}", limit=70)) for each in rest]
        menu = select(options, action_id=SHOW_AS_BEFORE, placeholder="Show others as before")
        blocks.append(actions("answers:others", menu))
    return [*blocks, context(_PROMISE)]


def _line(lesson: Lesson) -> list[Block]:
    block_id = f"answers:{lesson.topic}"
    fewer = button("Show fewer", action_id=SHOW_FEWER, value=lesson.topic)
    if lesson.is_question:
        leave = button("Leave it", action_id=SHOW_AS_BEFORE, value=lesson.topic)
        asked = mrkdwn(f"{answers_on(lesson)}. Show fewer?", limit=300)
        return [section(asked), actions(block_id, fewer, leave)]
    before = button("Show as before", action_id=SHOW_AS_BEFORE, value=lesson.topic)
    offered = fewer if lesson.choice is Choice.AS_BEFORE else before
    return [section_with(mrkdwn(lesson_sentence(lesson), limit=300), block_id, offered)]
