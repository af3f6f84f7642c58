"""Two questions about the brief in one message; each answer is a press, and a second one changes it."""

from __future__ import annotations

from bot.views.action_ids import SURVEY
from bot.views.blocks import Block, Part, actions, button, context, section
from store.domain.errors import BadInput
from store.domain.pilot.survey import ASKS, CHOICES, Decline, Question, Survey

_INTRODUCTION = "*Two questions about your brief.* Answers are shown as counts alone, of three people or more."
_NOT_NOW = "Not this time, then. I ask again in a month at the earliest."
_NEVER = "I won't ask again."
ACTION_IDS = (
    *(f"{SURVEY}{question}:{answer}" for question, answers in CHOICES.items() for answer in answers),
    *(f"{SURVEY}{way}" for way in ("not_now", "never", "again")),
)
_WAYS = {"not_now": Decline.THIS_TIME, "never": Decline.FOR_GOOD, "again": None}


def survey_message(survey: Survey, *, replaced: tuple[Question, str] | None = None) -> Part:
    """The message as it is now. `replaced` is an answer that was just changed."""
    if survey.declined is Decline.THIS_TIME:
        return _declined(survey, _NOT_NOW, ("again", "Answer now"), ("never", "Don't ask again"))
    if survey.declined is Decline.FOR_GOOD:
        return _declined(survey, _NEVER, ("again", "Ask me again"))
    blocks = [section(_INTRODUCTION, expand=True)]
    for question in Question:
        blocks += [section(ASKS[question], expand=True), _choices(survey, question)]
    done = all(survey.said(each) for each in Question)
    said = _changed(survey, replaced) if replaced else "Thank you." if done else ""
    if said:
        blocks.append(context(said))
    if not done:
        later = () if survey.answered_at else (("not_now", "Not now"),)
        blocks.append(_ways(survey, *later, ("never", "Don't ask again")))
    return Part(name="survey", text=said or "Two questions about your brief", blocks=blocks)


def answer_in(action_id: str) -> tuple[Question, str] | Decline | None:
    """What a press says: an answer, that the person declines, or (None) that they don't decline any more. Raises: BadInput."""
    named = action_id.removeprefix(SURVEY)
    question, _, answer = named.partition(":")
    if question in set(Question):
        return Question(question), answer
    if named not in _WAYS:
        raise BadInput("I can't tell which answer this is.")
    return _WAYS[named]


def _choices(survey: Survey, question: Question) -> Block:
    said = survey.said(question)
    buttons = [
        button(
            f"✓ {label}" if value == said else label,
            action_id=f"{SURVEY}{question}:{value}",
            value=str(survey.number),
            style="primary" if value == said else None,
        )
        for value, label in CHOICES[question].items()
    ]
    return actions(f"{SURVEY}{question}", *buttons)


def _ways(survey: Survey, *ways: tuple[str, str]) -> Block:
    return actions(
        f"{SURVEY}ways",
        *(button(label, action_id=f"{SURVEY}{way}", value=str(survey.number)) for way, label in ways),
    )


def _declined(survey: Survey, text: str, *ways: tuple[str, str]) -> Part:
    return Part(name="survey", text=text, blocks=[section(text), _ways(survey, *ways)])


def _changed(survey: Survey, replaced: tuple[Question, str]) -> str:
    question, before = replaced
    labels = CHOICES[question]
    return f"Changed from “{labels[before]}” to “{labels[survey.said(question) or before]}”."
