"""The App Home: the next brief's time, absences, the reader's own open decisions, their team, others' decisions, recent ones."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.views.absences import AWAY, BACK, away_until
from bot.views.at_risk import at_risk_blocks
from bot.views.blocks import VIEW_BLOCKS, Block, View, actions, button, context, header, section
from bot.views.card import open_worth, proposal_blocks
from bot.views.learn_from_answers import answers_blocks
from bot.views.my_settings import PAUSE, RESUME, SETTINGS
from bot.views.open_report import Choice, open_block
from bot.views.reader import Reader
from bot.views.set_aside import set_aside_blocks
from bot.views.space import pages
from bot.views.status import status_line
from bot.views.text import mrkdwn
from store.domain.attention.answers import Lesson
from store.domain.attention.ledger import Entry
from store.domain.crm.personal_settings import Pause
from store.domain.gate.absences import Absence
from store.domain.gate.proposals import Proposal
from store.domain.text.wording import some_of

# Two blocks per item leave room for every section within a view's hundred blocks.
PENDING_SHOWN = 16
PENDING_NAMED = 40
ABOVE_TEAM = 5  # of a manager's own decisions; the others follow their team, under a header that takes the room of one
OFFERED_SHOWN = 5
TEAM_LINES = 60  # people with a line; others by name, and all of them in the menu
TEAM_PAGES = 4
RECENT_SHOWN = 8
SECTIONS_ROOM = 45  # blocks: decisions keep more than half of the view
_PROMISE = "Prepared automatically from CRM data. Nothing is written to Zoho unless you press Approve."


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One of the reader's reports: the number of open decisions, when the first of them expires, and the current absence."""

    person_id: str
    count: int = 0
    expires_at: datetime | None = None
    absence: Absence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """The sections beside the reader's own decisions. `offered` are other owners' proposals that the reader may decide. `team`
    has all reports, those with open decisions first. `absence` is the reader's own, `standing_in` those they
    cover for, `put_off` the reader's snoozed proposals, `rejected` those that can be brought back.
    `at_risk` are accounts that ask for no decision, of which the reader may have those in `reviewable` reviewed; `lessons` is
    what their answers changed. `statements` are the facts behind the reader's own open proposals, by proposal id.
    `team_morning_at` is when the next message about the team comes; None if no one reports to the reader. `pause` is that of
    their brief; `own_settings` is a line on the settings of their own."""

    offered: Sequence[Proposal] = ()
    team: Sequence[Report] = ()
    absence: Absence | None = None
    standing_in: Sequence[Absence] = ()
    put_off: Sequence[Proposal] = ()
    rejected: Sequence[Proposal] = ()
    at_risk: Sequence[Entry] = ()
    reviewable: Collection[str] = ()
    lessons: Sequence[Lesson] = ()
    statements: Mapping[str, str] = field(default_factory=dict)
    other_currencies: Collection[str] = ()
    team_morning_at: datetime | None = None
    pause: Pause | None = None
    own_settings: str = ""


def home_view(
    *,
    pending: Sequence[Proposal],
    recent: Sequence[Proposal],
    next_brief_at: datetime | None,
    reader: Reader,
    beside: Beside | None = None,
    sections: Sequence[Block] = (),
) -> View:
    """`pending` in the order to decide; `recent` newest first. `sections` come last; if the view is full, the rest is cut
    from its end: first the recent decisions."""
    beside = beside or Beside()
    above = ABOVE_TEAM if beside.team else PENDING_SHOWN
    own = [
        header("Sergas"),
        section(_next_brief(next_brief_at, reader, beside)),
        *_away(beside, reader, briefed=bool(next_brief_at or beside.team_morning_at or beside.pause)),
        *_pending(pending[:above], beside, reader),
        *_team(beside.team, reader),
        *_more(pending[above:], beside, reader, shown=max(0, PENDING_SHOWN - above - 1)),
        *_offered(beside, reader),
        *at_risk_blocks(beside.at_risk, beside.reviewable, reader),
        *set_aside_blocks(beside.put_off, beside.rejected, reader),
        *answers_blocks(beside.lessons),
        *_recent(recent, reader),
    ]
    room = VIEW_BLOCKS - 1 - min(len(sections), SECTIONS_ROOM)
    blocks = [*own[:room], *sections][: VIEW_BLOCKS - 1]
    return {"type": "home", "blocks": [*blocks, context(_PROMISE)]}


def stranger_home(sentence: str) -> View:
    """The Home of a person who may see nothing; `sentence` is plain text."""
    return {"type": "home", "blocks": [header("Sergas"), section(mrkdwn(sentence, limit=2_000))]}


def _next_brief(at: datetime | None, reader: Reader, beside: Beside) -> str:
    """The times of the next brief and of the next message about the team; for a person who gets neither, the reason."""
    paused, team_at = "⏸ Your brief is paused. " if beside.pause else "", beside.team_morning_at
    if at and at == team_at:
        return f"{paused}Next brief, and message about your team: {reader.moment(at)}."
    team = [f"Next message about your team: {reader.moment(team_at)}."] if team_at else []
    if at:
        return "\n".join([f"{paused}Next brief: {reader.moment(at)}.", *team])
    if paused:
        return "\n".join([f"{paused}It comes again once you resume it.", *team])
    if team:
        return paused + "\n".join([*team, "You own no accounts, so you get no brief of your own."])
    return "You own no accounts in the CRM, so you get no morning brief. Decisions that someone hands over to you appear here."


def _away(beside: Beside, reader: Reader, *, briefed: bool) -> list[Block]:
    lines = [
        f"You decide for {reader.name(each.person_id)} until {reader.moment(each.ends)}." for each in beside.standing_in
    ]
    absence = beside.absence
    if absence is None:
        buttons = [button("I'm away", action_id=AWAY, value="away")]
    else:
        begins = "are" if absence.covers(reader.now) else f"will be, from {reader.moment(absence.starts)},"
        until = f"until {reader.moment(absence.ends)}"
        lines.insert(0, f"🌴 You {begins} away {until}. *{reader.name(absence.delegate_id)}* decides for you.")
        buttons = [
            button("I'm back", action_id=BACK, value="back"),
            button("Change", action_id=AWAY, value="away"),
        ]
    if briefed:
        resume = button("Resume brief", action_id=RESUME, value="resume")
        buttons.append(resume if beside.pause else button("Pause brief", action_id=PAUSE, value="pause"))
    buttons.append(button("My settings", action_id=SETTINGS, value="settings"))
    said = [section("\n".join(lines[:10]))] if lines else []
    own = [context(beside.own_settings)] if beside.own_settings else []
    return [*said, actions("away", *buttons), *own]


def _pending(pending: Sequence[Proposal], beside: Beside, reader: Reader) -> list[Block]:
    asked = _asked(pending, beside, reader) if pending else [section("Nothing to decide.")]
    return [header("To decide"), *asked]


def _more(rest: Sequence[Proposal], beside: Beside, reader: Reader, *, shown: int) -> list[Block]:
    """What has no room above: so many in full, the others by name."""
    title = [header("More to decide")] if rest and shown else []
    named = rest[shown:]
    if not named:
        return [*title, *_asked(rest, beside, reader)]
    names = [reader.named(each.account_name, limit=60) for each in named[:PENDING_NAMED]]
    told = section(f"{len(named)} more, in your briefs: {some_of(names, len(named))}")
    return [*title, *_asked(rest[:shown], beside, reader), told]


def _asked(pending: Sequence[Proposal], beside: Beside, reader: Reader) -> list[Block]:
    return [
        block
        for each in pending
        for block in proposal_blocks(
            each, reader, whose=_whose(each, beside, reader), statement=beside.statements.get(each.id, "")
        )
    ]


def _offered(beside: Beside, reader: Reader) -> list[Block]:
    offered = beside.offered
    if not offered:
        return []
    blocks = [header("You can also decide for others"), *_offers(offered[:OFFERED_SHOWN], beside, reader)]
    if len(offered) > OFFERED_SHOWN:
        blocks.append(context(f"And {len(offered) - OFFERED_SHOWN} more, in your direct messages."))
    return blocks


def _offers(offered: Sequence[Proposal], beside: Beside, reader: Reader) -> list[Block]:
    return [
        block
        for each in offered
        for block in proposal_blocks(each, reader, whose=_whose(each, beside, reader, owned=True))
    ]


def _whose(proposal: Proposal, beside: Beside, reader: Reader, *, owned: bool = False) -> str:
    """The text after the account's name: its money, its owner if that is someone else, and since when it is open."""
    asked = proposal.first_asked.astimezone(reader.tz).date()
    money = open_worth(proposal, beside.other_currencies, reader)
    owner = reader.name(proposal.owner_id) if owned else ""
    since = f"since {reader.since(asked)}" if asked < reader.now.astimezone(reader.tz).date() else ""
    return "".join(f" · {each}" for each in (money, owner, since) if each)


def _team(team: Sequence[Report], reader: Reader) -> list[Block]:
    """Everyone: a line for each person with open decisions or an absence, the others by name; and a menu that opens anyone's."""
    if not team:
        return []
    busy = [each for each in team if each.count or each.absence]
    lines = [_report_line(each, reader) for each in busy[:TEAM_LINES]]
    more = [f"{reader.name(each.person_id)} ({each.count})" for each in busy[TEAM_LINES:]]
    idle = [reader.name(each.person_id) for each in team if not each.count and not each.absence]
    lines += [f"{said}: {', '.join(names)}" for said, names in (("Also", more), ("Nothing to decide", idle)) if names]
    shown = pages(lines)
    cut = [context("The menu has the others.")] if len(shown) > TEAM_PAGES else []
    names = [
        Choice(person_id=each.person_id, name=reader.names.get(each.person_id, "someone"), waiting=each.count)
        for each in team
    ]
    return [header("Your team"), *(section(each) for each in shown[:TEAM_PAGES]), *cut, open_block(names)]


def _report_line(report: Report, reader: Reader) -> str:
    """`• Noor Ali: 3 to decide, the first expires Thu 26 Mar 08:30 · away until Fri 27 Mar, Bo Chan decides`"""
    waits = f"{report.count} to decide" if report.count else "nothing to decide"
    first = f", the first expires {reader.moment(report.expires_at)}" if report.expires_at else ""
    return f"• {reader.name(report.person_id)}: {waits}{first}{_covered(report.absence, reader)}"


def _covered(absence: Absence | None, reader: Reader) -> str:
    if absence is None:
        return ""
    until, who = away_until(absence.ends, absence.delegate_id, reader)
    return f" · away until {until}, {who}"


def _recent(recent: Sequence[Proposal], reader: Reader) -> list[Block]:
    if not recent:
        return []
    lines = [
        f"• {mrkdwn(each.account_name, limit=60)}{_for(each, reader)}: {mrkdwn(each.name, limit=100)}\n{status_line(each, reader)}"
        for each in recent[:RECENT_SHOWN]
    ]
    half = RECENT_SHOWN // 2  # a section has room for four long ones
    return [header("Recently decided"), *(section("\n".join(part)) for part in (lines[:half], lines[half:]) if part)]


def _for(proposal: Proposal, reader: Reader) -> str:
    """For whom the reader decided, if it was for someone else."""
    return f" · for {reader.name(proposal.owner_id)}" if reader.me not in (None, proposal.owner_id) else ""
