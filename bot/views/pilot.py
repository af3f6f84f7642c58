"""The pilot's figures: a section of the Home, and a modal with them by person, kind and week."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from bot.views.action_ids import FIGURES
from bot.views.blocks import Block, View, actions, button, context, header, modal, section
from bot.views.text import named
from store.domain.pilot.measures import (
    ACCEPTED,
    REVIEW,
    USED,
    VALUABLE,
    Measured,
    Share,
    by_kind,
    by_person,
    by_week,
    label_of,
)
from store.domain.pilot.report import Report, Scope
from store.domain.text.wording import plural

FIGURES_MODAL = "pilot_figures"
TOO_FEW = "too few answers to show"
_TITLES = {
    Scope.OWN: "Your last four weeks",
    Scope.TEAM: "Your team's last four weeks",
    Scope.EVERYONE: "Everyone's last four weeks",
}
_SEEN = "“Opened” is what we can see: the Home, a press, Why? or a message after the brief. Slack tells no one what is read."
_LINES = 12  # of a section, within its 3,000 characters
_NAMED = 300


def pilot_blocks(reports: Sequence[Report]) -> list[Block]:
    """Empty for someone without briefs, now or in their team."""
    blocks: list[Block] = []
    for report in reports:
        details = button("Details", action_id=FIGURES, value=report.scope)
        blocks += [
            header(_TITLES[report.scope]),
            section("\n".join(_summary(report)), expand=True),
            actions(f"figures:{report.scope}", details),
        ]
    return [*blocks, context(_SEEN)] if blocks else []


def figures_modal(report: Report, names: Mapping[str, str]) -> View:
    """The same figures in parts."""
    blocks = [section("\n".join(_summary(report)), expand=True)]
    if report.scope is not Scope.OWN:
        people = by_person(report.cells, report.sittings)
        lines = sorted((named(names.get(each, "someone"), limit=60), found) for each, found in people.items())
        blocks += _part("By person", ((name, found) for name, found in lines[:_NAMED]))
        if len(lines) > _NAMED:
            blocks.append(context(f"{len(lines) - _NAMED} more: `sergas report`."))
    blocks += _part("By week", ((_day(week), each) for week, each in by_week(report.cells, report.sittings).items()))
    blocks += _part("By kind", ((label_of(kind), each) for kind, each in by_kind(report.cells).items()))
    return modal("Figures", [*blocks, context(_SEEN)], callback_id=FIGURES_MODAL)


def figures_loading() -> View:
    return modal("Figures", [section("⏳ Counting…")], callback_id=FIGURES_MODAL)


def in_minutes(seconds: float | None) -> str:
    """`2:10`; “–” without a time."""
    if seconds is None:
        return "–"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"


def in_percent(share: Share) -> str:
    return f"{share.value:.0%}" if share.value is not None else "–"


def _summary(report: Report) -> Iterable[str]:
    """One line a target, then how far the recommendations came."""
    told, under = report.total, in_minutes(REVIEW.total_seconds())
    yield f"*Weekly use* {_of(told.use, 'weeks')}, target {USED:.0%}"
    yield f"*Accepted* {_of(told.acceptance, 'decisions')}, target {ACCEPTED:.0%}"
    review = f"{in_minutes(told.review_seconds)} min, the median of {plural(len(told.seconds), 'brief')}"
    yield f"*Review* {review if told.seconds else 'not measured yet'}, target under {under}"
    if report.scope is not Scope.OWN:
        opinion = report.opinion
        yield f"*Worth its minutes* {_of(opinion.valuable, 'people') if opinion else TOO_FEW}, target {VALUABLE:.0%}"
        if opinion and opinion.showed.of:
            yield f"*Saw what they would have missed* {_of(opinion.showed, 'people')}"
    yield f"*Opened* {_of(Share(told.opened_briefs, told.briefs), 'briefs')}"
    yield f"*Recommendations* {_steps(told)}"


def _steps(told: Measured) -> str:
    """`12 shown, 10 opened, 8 decided, 5 accepted, 5 executed, 2 of 3 improved`, as far as they came."""
    steps = [f"{told.shown} shown", *([f"{told.opened} opened"] if told.opened else [])]
    if not told.decided:
        return ", ".join([*steps, "none decided"])
    steps += [f"{told.decided} decided", f"{told.accepted} accepted"]
    if told.undone:
        steps.append(f"{told.undone} undone")
    if told.executed:
        steps.append(f"{told.executed} executed")
    if told.measured:
        steps.append(f"{told.improved} of {told.measured} improved")
    return ", ".join(steps)


def _part(title: str, lines: Iterable[tuple[str, Measured]]) -> list[Block]:
    told = [f"*{name}*: {_line(each)}" for name, each in lines]
    sections = [section("\n".join(told[at : at + _LINES]), expand=True) for at in range(0, len(told), _LINES)]
    return [header(title), *sections] if sections else []


def _line(told: Measured) -> str:
    briefs = f"{told.opened_briefs} of {plural(told.briefs, 'brief')} opened; " if told.briefs else ""
    review = f"; review {in_minutes(told.review_seconds)} min" if told.seconds else ""
    return f"{briefs}{_steps(told)}{review}"


def _of(share: Share, what: str) -> str:
    """`65% (52 of 80 decisions)`."""
    return f"{in_percent(share)} ({share.part:,} of {share.of:,} {what})" if share.of else f"no {what} yet"


def _day(day: date) -> str:
    return f"{day.day} {day:%b}"
