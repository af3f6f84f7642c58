"""The modal with one person's decisions, for their manager or delegate: each open one with its buttons, then the latest ones."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from bot.views.absences import away_until
from bot.views.blocks import Block, View, context, header, modal, section
from bot.views.card import open_worth, proposal_blocks
from bot.views.collapsed import outcome_line
from bot.views.reader import Reader
from bot.views.space import pages
from bot.views.status import is_open
from bot.views.text import mrkdwn, named_plain
from store.domain.brief.brief import CameOfIt
from store.domain.gate.absences import Absence
from store.domain.gate.proposals import Proposal, State
from store.domain.text.wording import some_of

REPORT_MODAL = "report_modal"
PENDING_SHOWN = 30  # two blocks each
DECIDED_SHOWN = 15
NAMED = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`pending` in the order to decide, `kept` what the modal has shown so far, in its order; `decided` newest first, with what
    undoes them in `undoing`, by id; `came_of_it` of earlier ones. `statements` are the facts behind the pending and kept ones, by
    proposal."""

    person_id: str
    name: str
    pending: Sequence[Proposal]
    kept: Sequence[Proposal] = ()
    decided: Sequence[Proposal] = ()
    undoing: Mapping[str, Proposal] = field(default_factory=dict)
    came_of_it: Sequence[CameOfIt] = ()
    absence: Absence | None = None
    statements: Mapping[str, str] = field(default_factory=dict)
    other_currencies: Collection[str] = ()

    @property
    def cards(self) -> Sequence[Proposal]:
        """The decisions shown as cards: those shown before keep their places, so that none slides under the pointer."""
        return [*self.kept, *self._new][:PENDING_SHOWN]

    @property
    def unseen(self) -> Sequence[Proposal]:
        """Those without room."""
        return [*self.kept, *self._new][PENDING_SHOWN:]

    @property
    def _new(self) -> Sequence[Proposal]:
        kept = {each.lineage for each in self.kept}
        return [each for each in self.pending if each.lineage not in kept]

    @property
    def is_under_way(self) -> bool:
        """Whether something that is shown is about to change without a press."""
        return any(
            each.state in (State.READY, State.SENDING) for each in (*self.kept, *self.decided, *self.undoing.values())
        )


def report_modal(report: Report, reader: Reader, *, private_metadata: str = "", note: str = "") -> View:
    """`note` is plain text about the last press, below the cards, which it must not move."""
    blocks = [
        header(named_plain(report.name, limit=100)),
        *_away(report.absence, reader),
        *_cards(report, reader),
        *([section(mrkdwn(note, limit=1_000))] if note else []),
        *_decided(report, reader),
        *_came_of_it(report.came_of_it, reader),
    ]
    return modal("Decisions", blocks, callback_id=REPORT_MODAL, private_metadata=private_metadata)


def report_loading() -> View:
    """Shown until the decisions are read."""
    return modal("Decisions", [section("Reading…")], callback_id=REPORT_MODAL)


def _away(absence: Absence | None, reader: Reader) -> list[Block]:
    if absence is None or not absence.covers(reader.now):
        return []
    until, who = away_until(absence.ends, absence.delegate_id, reader)
    return [context(f"🌴 Away until {until}; {who} meanwhile.")]


def _cards(report: Report, reader: Reader) -> list[Block]:
    if not report.cards:
        return [section("Nothing to decide.")]
    blocks: list[Block] = []
    asked = {each.id for each in report.pending}
    for each in report.cards:
        said, whose = report.statements.get(each.id, ""), _beside(each, report, reader)
        is_over = each.id not in asked or not is_open(each, reader)
        blocks += proposal_blocks(each, reader, among=report.undoing, whose=whose, statement=said, keeps_place=is_over)
    if rest := report.unseen:
        names = [reader.named(each.account_name, limit=50) for each in rest[:NAMED]]
        blocks.append(section(f"{len(rest)} more: {some_of(names, len(rest))}"))
    return blocks


def _beside(proposal: Proposal, report: Report, reader: Reader) -> str:
    """The money and the end, after the account's name."""
    money = f" · {said}" if (said := open_worth(proposal, report.other_currencies, reader)) else ""
    local, today = proposal.expires_at.astimezone(reader.tz), reader.now.astimezone(reader.tz).date()
    return f"{money} · expires today {local:%H:%M}" if local.date() == today else money


def _decided(report: Report, reader: Reader) -> list[Block]:
    kept = {each.lineage for each in report.kept}
    decided = [each for each in report.decided if each.lineage not in kept]
    if not decided:
        return []
    blocks = [header("Decided lately")]
    for each in decided[:DECIDED_SHOWN]:
        blocks += proposal_blocks(each, reader, among=report.undoing)
    return blocks


def _came_of_it(outcomes: Sequence[CameOfIt], reader: Reader) -> list[Block]:
    lines = [outcome_line(each, reader) for each in outcomes]
    return [header("What came of it"), *(section(page) for page in pages(lines))] if lines else []
