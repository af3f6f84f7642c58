"""Attention in words: what answers taught, why an account has its place in a brief, and when it comes up next."""

from __future__ import annotations

from store.domain.attention.answers import Choice, Lesson
from store.domain.attention.topics import words_of


def answers_on(lesson: Lesson) -> str:
    """`You dismissed 9 of 10 about next steps`, without the full stop."""
    count, topic = lesson.count, words_of(lesson.topic)
    answered = count.taken + count.dismissed
    lapsed = f"left {count.lapsed} unanswered" if count.lapsed else ""
    if not answered:
        return f"You {lapsed} about {topic}" if lapsed else f"You answered none about {topic}"
    is_mostly_no = count.dismissed >= count.taken
    verb, number = ("dismissed", count.dismissed) if is_mostly_no else ("approved", count.taken)
    return f"You {verb} {number} of {answered} about {topic}{f' and {lapsed}' if lapsed else ''}"


def lesson_sentence(lesson: Lesson) -> str:
    """What the answers on a topic changed, or the choice that replaces them."""
    match lesson.choice:
        case Choice.FEWER:
            return f"You chose to see fewer about {words_of(lesson.topic)}, so they come last."
        case Choice.AS_BEFORE:
            return f"{answers_on(lesson)}. They come as before, as you chose."
    if lesson.learned < 1.0:
        return f"{answers_on(lesson)}, so they come after other advice."
    return f"{answers_on(lesson)}, so they come earlier."
