"""The Home's section on learning: at most three lines, in the person's words, each with a way back."""

from __future__ import annotations

from bot.views.blocks import Block
from bot.views.home import Beside, home_view
from bot.views.learn_from_answers import answers_blocks
from integrations.sandbox.slack.blockkit import view_problems
from store.domain.attention.answers import Choice, Count, Lesson, factor_of, worth_a_word
from store.domain.attention.topics import WORDS
from tests.bot import samples


def lesson(topic: str, taken: int, dismissed: int, choice: Choice | None = None, lapsed: int = 0) -> Lesson:
    count = Count(taken=taken, dismissed=dismissed, lapsed=lapsed)
    return Lesson(topic=topic, count=count, learned=factor_of(count.weighed, (0, 0)), choice=choice)


def shown(*lessons: Lesson) -> list[tuple[str, list[str]]]:
    """Each line with the labels of its buttons."""
    lines: list[tuple[str, list[str]]] = []
    for block in answers_blocks(worth_a_word(lessons)):
        if block["type"] == "section":
            lines.append((block["text"]["text"], [_label(block["accessory"])] if "accessory" in block else []))
        elif block["type"] == "actions":
            lines[-1][1].extend(_label(each) for each in block["elements"])
    return lines


def _label(element: Block) -> str:
    return str((element.get("text") or element["placeholder"])["text"])


def test_nothing_is_said_while_answers_changed_nothing() -> None:
    assert shown(lesson("no_next_step", 1, 1), lesson("no_activity", 1, 0)) == []


def test_a_strong_pattern_is_asked_about() -> None:
    assert shown(lesson("no_next_step", 1, 9)) == [
        ("You dismissed 9 of 10 about next steps. Show fewer?", ["Show fewer", "Leave it"])
    ]


def test_a_weaker_pattern_is_told_with_a_way_back() -> None:
    assert shown(lesson("task_overdue", 1, 5)) == [
        ("You dismissed 5 of 6 about overdue tasks, so they come after other advice.", ["Show as before"])
    ]
    assert shown(lesson("amount_dropped", 9, 0)) == [
        ("You approved 9 of 9 about smaller amounts, so they come earlier.", ["Show as before"])
    ]


def test_a_choice_is_told_with_its_opposite() -> None:
    assert shown(lesson("no_next_step", 1, 9, Choice.FEWER)) == [
        ("You chose to see fewer about next steps, so they come last.", ["Show as before"])
    ]
    assert shown(lesson("no_next_step", 1, 9, Choice.AS_BEFORE)) == [
        ("You dismissed 9 of 10 about next steps. They come as before, as you chose.", ["Show fewer"])
    ]


def test_what_lapsed_is_told_apart_from_what_was_dismissed() -> None:
    (line, _), *_ = shown(lesson("no_next_step", 0, 2, lapsed=12))
    assert line.startswith("You dismissed 2 of 2 about next steps and left 12 unanswered, so")
    (line, _), *_ = shown(lesson("no_next_step", 0, 0, lapsed=16))
    assert line.startswith("You left 16 unanswered about next steps, so")


def test_three_lines_at_most_and_every_other_topic_can_be_shown_as_before_from_a_menu() -> None:
    topics = list(WORDS)
    lines = shown(*(lesson(topic, 0, 9, Choice.FEWER) for topic in topics))
    assert len(lines) == 3
    assert lines[-1][1] == ["Show as before", "Show others as before"]
    blocks = answers_blocks(worth_a_word([lesson(topic, 0, 9, Choice.FEWER) for topic in topics]))
    assert len(str(blocks).split("'value': ")) - 1 == len(topics)


def test_questions_come_first() -> None:
    lines = shown(lesson("task_overdue", 0, 7), lesson("deal_won", 0, 99, Choice.FEWER), lesson("no_next_step", 1, 9))
    assert [buttons for _, buttons in lines] == [["Show fewer", "Leave it"], ["Show as before"], ["Show as before"]]


def test_slack_takes_the_home_with_every_line_there_can_be() -> None:
    choices = (None, Choice.FEWER, Choice.AS_BEFORE)
    lessons = [
        lesson(topic, 999, number * 999, choices[number % 3], lapsed=9_999) for number, topic in enumerate(WORDS)
    ]
    view = home_view(
        pending=(), recent=(), next_brief_at=None, reader=samples.READER, beside=Beside(lessons=worth_a_word(lessons))
    )
    assert not view_problems(view)
