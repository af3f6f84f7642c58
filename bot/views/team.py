"""A manager's morning: the team in a table, the gravest risks, who is away, and a way to each person's decisions.

It is rendered again after each decision, so that its counts follow from the proposals' present state.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.views import words
from bot.views.absences import away_until
from bot.views.account import bold_account
from bot.views.action_ids import OPEN_REPORT
from bot.views.blocks import Block, Part, button, cell, context, data_table, header, section, section_with
from bot.views.brief import first_name, greeting
from bot.views.card import DOTS
from bot.views.collapsed import outcome_blocks
from bot.views.open_report import NAME_LIMIT, Choice, open_block
from bot.views.reader import Reader
from bot.views.space import MESSAGE_CHARACTERS, PAGE, characters, fitting
from bot.views.status import FATES, ended, in_force, is_open
from bot.views.text import fit, mrkdwn, named_plain, plain
from store.domain.brief.brief import Brief
from store.domain.brief.team import Cover, Member, Team, TeamRisk
from store.domain.gate.proposals import Proposal, State
from store.domain.text.wording import money, plural

MEMBERS_SHOWN = 50  # rows and choices; the Home has everyone
AWAY_SHOWN = 5
_TEXT_LIMIT = 3_900


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A report as of now: `asked` waited in the morning, `waiting` do now, `today` of these expire today."""

    member: Member
    name: str
    asked: Sequence[Proposal]
    waiting: Sequence[Proposal]
    today: int
    decided: Sequence[Proposal]


def team_messages(
    brief: Brief, proposals: Mapping[str, Proposal], *, reader: Reader, waiting: Mapping[str, Sequence[Proposal]]
) -> list[Part]:
    """The message, the only part. `proposals` holds every version by id; `waiting` is what each report can decide now, as the Home
    and the modal have it. People who are no longer in it are left out."""
    team = brief.team
    rows = _rows(brief, team, proposals, reader, waiting) if team else []
    if team is None or not rows:
        return [_part([section("No one in this message reports to you any more.")])]
    risks = [each for each in team.risks if each.owner_id in waiting]
    away = [each for each in team.away if each.person_id in waiting]
    if team.is_quiet and not any(row.waiting for row in rows):
        return [_part([section(_one_line(brief, rows, away, reader))])]
    day = f"{brief.local_date:%a} {brief.local_date.day} {brief.local_date:%b}"
    title = header(plain(f"{greeting(brief, reader)}, {first_name(brief)} · your team, {day}", limit=150))
    top = [title, section(_counts(brief, rows, reader))]
    others = [context(f"And {plural(len(rows) - MEMBERS_SHOWN, 'other')}, in the Home.")] if _is_long(rows) else []
    table = [_table(rows, reader), *others, open_block(_choices(rows))]

    def make(reader: Reader) -> list[Block]:
        rest = [*_risk_blocks(risks, reader), *_away_blocks(away, rows, reader)]
        return [*rest, *outcome_blocks(brief, reader)]

    rest = fitting(make, reader, budget=MESSAGE_CHARACTERS - characters([*top, *table]))
    shown = [*top, *table, *rest]
    said = [*top, section("\n".join(_in_words(each, brief, reader) for each in rows[:MEMBERS_SHOWN])), *rest]
    return [_part(shown, said)]


def _part(blocks: list[Block], said: Sequence[Block] | None = None) -> Part:
    """`said` is the same for a client that can't draw the table."""
    lines = [line for block in said or blocks if "text" in block for line in _escaped(block["text"]).split("\n")]
    blocks[0] |= {"block_id": "header"}
    return Part(name="team", text="\n".join(fit(lines, limit=_TEXT_LIMIT)), blocks=blocks)


def _escaped(text: Block) -> str:
    return str(text["text"]) if text["type"] == "mrkdwn" else mrkdwn(str(text["text"]), limit=200)


def _rows(
    brief: Brief, team: Team, proposals: Mapping[str, Proposal], reader: Reader, now: Mapping[str, Sequence[Proposal]]
) -> list[_Row]:
    made = []
    for member in team.members:
        if member.person_id not in now:
            continue
        asked = [each for id in member.proposal_ids if (each := in_force(id, proposals))]
        waiting = [each for each in now[member.person_id] if is_open(each, reader)]
        decided = [each for id in member.decided_ids if (each := in_force(id, proposals)) and each.state in FATES]
        name = named_plain(reader.names.get(member.person_id, "someone"), limit=NAME_LIMIT)
        today = sum(each.expires_at.astimezone(reader.tz).date() <= brief.local_date for each in waiting)
        made.append(_Row(member=member, name=name, asked=asked, waiting=waiting, today=today, decided=decided))
    return made


def _counts(brief: Brief, rows: Sequence[_Row], reader: Reader) -> str:
    """`18 to decide · 3 expire today · yesterday 11 decided: 9 written, 2 rejected`"""
    asked = [each for row in rows for each in row.asked]
    left, today = sum(len(row.waiting) for row in rows), sum(row.today for row in rows)
    if left:
        waits = f"*{left}* {'still ' if left < len(asked) else ''}to decide"
    else:
        said = ended(asked, reader)
        waits = f"{said[:1].upper()}{said[1:]}"
    expires = [f"{today} {'expires' if today == 1 else 'expire'} today"] if today else []
    return " · ".join([waits, *expires, *_decided(brief, rows)])


def _decided(brief: Brief, rows: Sequence[_Row]) -> list[str]:
    """`yesterday 11 decided: 9 written, 2 rejected`; nothing if nothing was."""
    decided = [each for row in rows for each in row.decided]
    fates = Counter(FATES[each.state] for each in decided)
    told = ", ".join(f"{fates[fate]} {fate}" for fate in dict.fromkeys(FATES.values()) if fates[fate])
    return [f"{_since(brief)} {len(decided)} decided: {told}"] if decided else []


def _since(brief: Brief) -> str:
    """`yesterday`, or `Fri to Sun` if days off lie between."""
    since = brief.team.since if brief.team else brief.local_date
    return (
        "yesterday"
        if brief.local_date - since <= timedelta(days=1)
        else f"{since:%a} to {brief.local_date - timedelta(days=1):%a}"
    )


def _table(rows: Sequence[_Row], reader: Reader) -> Block:
    """A phone shows three columns: so what counts comes first, and a column without anything in it is left out."""
    columns = [("Person", [cell(row.name) for row in rows]), ("To decide", [_number(len(row.waiting)) for row in rows])]
    if any(row.today for row in rows):
        columns.append(("Today", [_number(row.today) for row in rows]))
    if any(row.member.at_risk != 0 for row in rows):
        columns.append(("At risk", [_risk_cell(row.member.at_risk, reader) for row in rows]))
    if any(row.decided for row in rows):
        columns.append(("Decided", [_decided_cell(row) for row in rows]))
    cells = zip(*(column for _, column in columns), strict=True)
    return data_table("table", "Your team", [head for head, _ in columns], [*cells][:MEMBERS_SHOWN])


def _number(count: int) -> Block:
    return cell(f"{count}", count)


def _decided_cell(row: _Row) -> Block:
    written = sum(each.state is State.DONE for each in row.decided)
    return cell(f"{len(row.decided)}, {written} written" if written else f"{len(row.decided)}", len(row.decided))


def _risk_cell(amount: float | None, reader: Reader) -> Block:
    if amount is None:
        return cell("in several currencies")
    return cell(money(amount, reader.currency) if amount else "–", round(amount))


def _in_words(row: _Row, brief: Brief, reader: Reader) -> str:
    """A row of the table as a line."""
    said = [f"{len(row.waiting)} to decide"]
    said += [f"{row.today} today"] if row.today else []
    said += [f"{reader.money(row.member.at_risk)} at risk"] if row.member.at_risk else []
    said += [f"{len(row.decided)} decided {_since(brief)}"] if row.decided else []
    return f"{mrkdwn(row.name, limit=NAME_LIMIT)}: {', '.join(said)}"


def _choices(rows: Sequence[_Row]) -> list[Choice]:
    return [
        Choice(person_id=row.member.person_id, name=row.name, waiting=len(row.waiting), today=row.today)
        for row in rows[:MEMBERS_SHOWN]
    ]


def _is_long(rows: Sequence[_Row]) -> bool:
    return len(rows) > MEMBERS_SHOWN


def _risk_blocks(risks: Sequence[TeamRisk], reader: Reader) -> Iterator[Block]:
    if risks:
        lines = [
            f"*{'Biggest risk' if len(risks) == 1 else 'Biggest risks'}*",
            *(_risk_line(each, reader) for each in risks),
        ]
        yield section("\n".join(lines), expand=True)


def _risk_line(risk: TeamRisk, reader: Reader) -> str:
    """`🔴 Beltide · $84,200 · Noor Ali: its sponsor left`"""
    account = bold_account(risk.account_id, risk.account_name, reader)
    worth = f" · {said} open" if (said := reader.open_money(risk)) else ""
    why = reader.text(words.to_the_point(reader.without_money(risk.statement, risk), 16), limit=160)
    return f"{DOTS[risk.risk]} {account}{worth} · {reader.name(risk.owner_id)}: {why}"


def _away_blocks(away: Sequence[Cover], rows: Sequence[_Row], reader: Reader) -> Iterator[Block]:
    """Who is away and who covers, with a way to the decisions that wait."""
    by_id = {row.member.person_id: row for row in rows}
    for each in away[:AWAY_SHOWN]:
        row = by_id[each.person_id]
        text, count = _away_line(each, reader), len(row.waiting)
        block_id = f"away:{plain(each.person_id, limit=100, empty='none')}"
        if not count:
            yield section(text, block_id=block_id)
            continue
        label = f"Open {named_plain(row.name, limit=NAME_LIMIT)}'s {count}"
        yield section_with(text, block_id, button(label, action_id=OPEN_REPORT, value=each.person_id))
    if len(away) > AWAY_SHOWN:
        lines = [_away_line(each, reader) for each in away[AWAY_SHOWN:]]
        yield section("\n".join(fit(lines, limit=PAGE)))


def _away_line(cover: Cover, reader: Reader) -> str:
    """`🌴 Bo Chan is away until Wed 2 Dec; you decide for them.`"""
    until, who = away_until(cover.until, cover.delegate_id, reader)
    return f"🌴 {reader.name(cover.person_id)} is away until {until}; {who} for them."


def _one_line(brief: Brief, rows: Sequence[_Row], away: Sequence[Cover], reader: Reader) -> str:
    """A day on which nothing waited."""
    decided = [f"{said[:1].upper()}{said[1:]}." for said in _decided(brief, rows)]
    covers = [_away_line(each, reader).removeprefix("🌴 ") for each in away[:AWAY_SHOWN]]
    nothing = f"Nothing waits in your team, {mrkdwn(first_name(brief), limit=60)}."
    return " ".join([nothing, *decided, *covers])
