"""Ask an administrator about signals that say nothing in this CRM: the figures, and two buttons for each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from bot.views.action_ids import KEEP_SILENT, SWITCH_OFF
from bot.views.blocks import Block, Part, actions, button, section
from bot.views.text import mrkdwn
from store.domain.signals.kinds import SignalKind
from store.domain.signals.question import Answer, SignalQuestion
from store.domain.signals.use import meaning_of, starts_once
from store.domain.text.wording import on_day

_BLOCK = "signal:"
INTRODUCTION = (
    "Your team hardly uses some parts of the CRM, so these signals are silent for everyone. Should they stay off?\n"
    "*Off:* never again, unless you switch it on. *Wait:* it starts by itself once the part is used."
)


def question_message(questions: Sequence[tuple[SignalQuestion, str]], *, today: date, unused_share: float) -> Part:
    """One message about these signals; each comes with the name of the person who answered, if someone did."""
    blocks = [section(INTRODUCTION, expand=True)]
    lines = [INTRODUCTION]
    for question, by in questions:
        wait = f"Wait: it starts by itself once {starts_once(question.kind, unused_share)}."
        line = (
            f"{_said(question.kind, question.figures)}\n{_answered(question, by, today) if question.answer else wait}"
        )
        blocks += [section(line, expand=True), _buttons(question.kind, question.answer)]
        lines.append(line)
    return Part(name="signals", text="\n".join(lines), blocks=blocks)


def question_blocks(kind: SignalKind, figures: str) -> list[Block]:
    """The open question about one signal, for the Home."""
    return [section(_said(kind, figures), expand=True), _buttons(kind, None)]


def kinds_in(blocks: Iterable[Mapping[str, Any]]) -> frozenset[SignalKind]:
    """The signals that a message asks about."""
    named = {str(block.get("block_id", "")).removeprefix(_BLOCK) for block in blocks}
    return frozenset(kind for kind in SignalKind if kind in named)


def _said(kind: SignalKind, figures: str) -> str:
    return f"*{kind.label}* would say that {meaning_of(kind)}. {mrkdwn(figures, limit=300)}."


def _answered(question: SignalQuestion, by: str, today: date) -> str:
    what = "🔕 Off for everyone" if question.is_off else "⏳ Waiting until you use it"
    who = mrkdwn(by, limit=60, empty="a former administrator")
    day = f", {on_day(question.answered_at.date(), today=today)}" if question.answered_at else ""
    return f"{what} ({who}{day})"


def _buttons(kind: SignalKind, answer: Answer | None) -> Block:
    off = button("Off", action_id=SWITCH_OFF, value=kind)
    keep = button("Wait", action_id=KEEP_SILENT, value=kind)
    if answer is Answer.OFF:
        keep = button("Switch on again", action_id=KEEP_SILENT, value=kind)
    offered = {None: (off, keep), Answer.OFF: (keep,), Answer.KEEP: (off,)}[answer]
    return actions(f"{_BLOCK}{kind}", *offered)
