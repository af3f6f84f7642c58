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
from store.domain.pilot.survey import LEAST

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
    told = report.total
    minutes = int(REVIEW.total_seconds() // 60)
    yield f"*Weekly use* {_of(told.use)} weeks with a brief · target {USED:.0%}"
    yield f"*Accepted* {_of(told.acceptance)} decisions · target {ACCEPTED:.0%}"
    yield f"*Review* {in_minutes(told.review_seconds)} min in the middle of {len(told.seconds)} briefs · target under {minutes}"
    if report.scope is not Scope.OWN:
        opinion = report.opinion
        said = f"{_of(opinion.valuable)} people" if opinion else f"{TOO_FEW} (from {LEAST})"
        yield f"*Worth its minutes* {said} · target {VALUABLE:.0%}"
        if opinion and opinion.showed.of:
            yield f"*Would have missed something* {_of(opinion.showed)} people"
    yield f"Briefs opened {_of(Share(told.opened_briefs, told.briefs))}. {_funnel(told)}"


def _funnel(told: Measured) -> str:
    return (
        f"Recommendations: {told.shown} shown, {told.opened} opened, {told.decided} decided, {told.accepted} accepted, "
        f"{told.executed} executed; {told.improved} of {told.measured} measured improved."
    )


def _part(title: str, lines: Iterable[tuple[str, Measured]]) -> list[Block]:
    told = [f"*{name}*: {_line(each)}" for name, each in lines]
    sections = [section("\n".join(told[at : at + _LINES]), expand=True) for at in range(0, len(told), _LINES)]
    return [header(title), *sections] if sections else []


def _line(told: Measured) -> str:
    opened = f"{told.opened} opened, " if not told.briefs else f"{told.opened_briefs} of {told.briefs} briefs opened, "
    review = f", review {in_minutes(told.review_seconds)}" if told.seconds else ""
    return (
        f"{opened}{told.shown} shown, {told.decided} decided, {told.accepted} accepted, {told.executed} executed, "
        f"{told.improved} of {told.measured} improved{review}"
    )


def _of(share: Share) -> str:
    return f"{in_percent(share)} · {share.part:,} of {share.of:,}" if share.of else "–: none of 0"


def _day(day: date) -> str:
    return f"{day.day} {day:%b}"
