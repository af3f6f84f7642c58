"""All data held about one account, in every table: to export or to erase.

One list of conditions serves both, so an export shows everything that erasing removes. The audit trail is not part of it:
it holds only ids and words of ours, and permanently records that something happened.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Table, and_, delete, func, or_, select, text, true, tuple_, update

from store.codec import decode_brief, encode_brief
from store.domain.brief.brief import Brief
from store.domain.brief.handover import Handover
from store.domain.brief.team import Team
from store.domain.crm.accounts import Kind
from store.domain.gate.proposals import IN_FLIGHT
from store.domain.memory.passage import OF_RECORDS
from store.domain.running.messages import MessageState
from store.repositories.attention import Attention
from store.repositories.base import Repository
from store.repositories.forgotten import FORGETTING
from store.repositories.sealed import perhaps
from store.tables.core import (
    BriefRow,
    ChangeRow,
    DepartedRow,
    InboxRow,
    MessageRow,
    ProposalRow,
    QuarantineRow,
    SnapshotRow,
    table_of,
)
from store.tables.memory import OutcomeRow, PassageRow
from store.tables.models import ModelAnswerRow, ModelCallRow, ToolCallRow

snapshots, departed, changes = table_of(SnapshotRow), table_of(DepartedRow), table_of(ChangeRow)
quarantine = table_of(QuarantineRow)
proposals, briefs, messages = table_of(ProposalRow), table_of(BriefRow), table_of(MessageRow)
inbox, passages, outcomes = table_of(InboxRow), table_of(PassageRow), table_of(OutcomeRow)
answers, model_calls, tool_calls = table_of(ModelAnswerRow), table_of(ModelCallRow), table_of(ToolCallRow)

_JSON = frozenset({"body", "recommendation", "write", "basis", "drifted", "evidence"})
# The lists of a brief, each of whose items is about one account.
_LISTS = ("cards", "news", "came_of_it", "listed", "waiting", "fell_away", "for_you", "unread")
# Answers that were not posted yet.
_WAITING = and_(messages.c.brief_id.is_(None), messages.c.body.is_not(None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """How many rows went from each table, and the ids of the briefs that mentioned the account."""

    rows: Mapping[str, int]
    brief_ids: tuple[str, ...]
    deal_ids: tuple[str, ...]


class Holdings(Repository):
    async def alone(self) -> None:
        """On PostgreSQL, wait until no one reads records in, and let no one begin until this transaction ends."""
        if self._is_postgres:
            await self._connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": FORGETTING})

    async def writes_under_way(self, account_id: str) -> int:
        """Count unfinished approved writes to the account."""
        found = await self._connection.execute(
            select(func.count())
            .select_from(proposals)
            .where(proposals.c.account_id == account_id, proposals.c.state.in_(IN_FLIGHT))
        )
        return found.scalar_one()

    async def requests_under_way(self, account_id: str, name: str) -> int:
        """Count unfinished Slack requests that mention the account."""
        return len(await self._mentioning(inbox, inbox.c.body.is_not(None), account_id, name))

    async def export(self, account_id: str) -> dict[str, list[dict[str, Any]]]:
        """Return every row by table, plain enough for JSON; from briefs only the parts about this account, from messages
        only waiting ones."""
        found: dict[str, list[dict[str, Any]]] = {}
        for table, condition in (*_conditions(account_id), (passages, _live(account_id))):
            rows = await self._connection.execute(select(table).where(condition).order_by(*table.primary_key))
            found[table.name] = [_plain(row) for row in rows.mappings()]
        name = await self._name_of(account_id)
        waiting = messages.c.id.in_(await self._mentioning(messages, _WAITING, account_id, name))
        rows = await self._connection.execute(select(messages).where(waiting).order_by(messages.c.seq))
        found["message"] = [_plain(row) for row in rows.mappings()]
        for table, theirs in await self._of_models(account_id, name):
            rows = await self._connection.execute(select(table).where(theirs).order_by(*table.primary_key))
            found[table.name] = [_plain(row) for row in rows.mappings()]
        found["attention"] = await Attention(self._connection, self._clock).about(account_id)
        found["brief"] = [_said_of(brief, account_id, name) for brief in await self._briefs(account_id, name)]
        return found

    async def erase(self, account_id: str) -> Erased:
        """Remove the account from every table except the audit trail. Passages leave a mark without words."""
        name = await self._name_of(account_id)
        deals = await self._connection.execute(
            select(snapshots.c.id).where(snapshots.c.kind == Kind.DEAL, snapshots.c.account_id == account_id)
        )
        deal_ids, rows = tuple(deals.scalars()), {}
        cleared = await self._clear_briefs(account_id, name)
        rows["brief"] = len(cleared)
        unsaid = {"body": None, "state": MessageState.FAILED}
        waiting = messages.c.id.in_(await self._mentioning(messages, _WAITING, account_id, name))
        emptied = await self._connection.execute(update(messages).where(waiting).values(**unsaid))
        rows["message"] = emptied.rowcount
        rows["attention"] = await Attention(self._connection, self._clock).forget(account_id)
        rows |= await self._erase_of_models(account_id, name)
        for table, condition in _conditions(account_id):
            rows[table.name] = (await self._connection.execute(delete(table).where(condition))).rowcount
        return Erased(rows=rows, brief_ids=cleared, deal_ids=deal_ids)

    async def _erase_of_models(self, account_id: str, name: str) -> dict[str, int]:
        """Erase answers, including those that belong to no single account and may mention any; keep the calls' costs for
        the sums, but not the account or the question."""
        await self._connection.execute(delete(answers).where(answers.c.account_id == ""))
        blank = {answers: None, model_calls: {"question": ""}, tool_calls: {"inputs": ""}}
        rows: dict[str, int] = {}
        for table, theirs in await self._of_models(account_id, name):
            unnamed = blank[table]
            statement = (
                delete(table).where(theirs)
                if unnamed is None
                else update(table).where(theirs).values(account_id="", **unnamed)
            )
            rows[table.name] = (await self._connection.execute(statement)).rowcount
        return rows

    async def _clear_briefs(self, account_id: str, name: str) -> tuple[str, ...]:
        cleared = []
        for brief in await self._briefs(account_id, name):
            without = _without(brief, account_id, name)
            if without != brief:
                body = encode_brief(without)
                await self._connection.execute(update(briefs).where(briefs.c.id == brief.id).values(body=body))
                cleared.append(brief.id)
        return tuple(cleared)

    async def _briefs(self, account_id: str, name: str) -> list[Brief]:
        ids = await self._mentioning(briefs, briefs.c.body.is_not(None), account_id, name)
        found = await self._connection.execute(select(briefs.c.body).where(briefs.c.id.in_(ids)).order_by(briefs.c.id))
        return [decode_brief(body) for body in found.scalars() if body is not None]

    async def _of_models(self, account_id: str, name: str) -> tuple[tuple[Table, ColumnElement[bool]], ...]:
        """Select the models' statements about the account, in any conversation, and the calls made for it."""
        said = await self._mentioning(answers, true(), account_id, name)
        return (
            (answers, or_(answers.c.account_id == account_id, answers.c.call_id.in_(said))),
            (model_calls, model_calls.c.account_id == account_id),
            (tool_calls, tool_calls.c.account_id == account_id),
        )

    async def _mentioning(self, table: Table, among: ColumnElement[bool], account_id: str, name: str) -> list[str]:
        """Return the rows, by the first column of their key, whose body names the account."""
        forms = _forms(account_id, name)
        (key,) = (table.c.id,) if "id" in table.c else table.primary_key
        naming = perhaps(
            table.c.body, lambda body: or_(*(body.contains(form, autoescape=True) for form in sorted(forms)))
        )
        rows = await self._connection.execute(select(key, table.c.body).where(among, naming))
        return [id for id, body in rows if any(form in body for form in forms)]

    async def _name_of(self, account_id: str) -> str:
        found = await self._connection.execute(
            select(snapshots.c.body).where(snapshots.c.kind == Kind.ACCOUNT, snapshots.c.id == account_id)
        )
        body = found.scalar_one_or_none()
        if body is not None:
            return str(json.loads(body)["name"])
        called = await self._connection.execute(
            select(proposals.c.account_name)
            .where(proposals.c.account_id == account_id)
            .order_by(proposals.c.seq.desc())
        )
        return str(called.scalars().first() or "")


def _conditions(account_id: str) -> tuple[tuple[Table, ColumnElement[bool]], ...]:
    """Return tables and the account's rows in them; rows that others are found by come last."""
    deals = select(snapshots.c.id).where(snapshots.c.kind == Kind.DEAL, snapshots.c.account_id == account_id)
    hanging = and_(snapshots.c.kind.in_((Kind.ACTIVITY, Kind.NOTE)), snapshots.c.deal_id.in_(deals))
    records = or_(snapshots.c.account_id == account_id, hanging)
    # For records deleted from the CRM, only their passages still name the account.
    remembered = select(passages.c.record_id).where(
        passages.c.account_id == account_id, passages.c.kind.in_(OF_RECORDS)
    )
    moved = or_(
        changes.c.account_id == account_id,
        changes.c.record_id.in_(select(snapshots.c.id).where(records, snapshots.c.kind != Kind.CONTACT)),
        changes.c.record_id.in_(remembered),
    )
    odd = or_(
        quarantine.c.account_id == account_id,
        tuple_(quarantine.c.kind, quarantine.c.record_id).in_(select(snapshots.c.kind, snapshots.c.id).where(records)),
    )
    return (
        (changes, moved),
        (outcomes, outcomes.c.account_id == account_id),
        (proposals, proposals.c.account_id == account_id),
        (departed, departed.c.account_id == account_id),
        (quarantine, odd),
        (snapshots, records),
    )


def _live(account_id: str) -> ColumnElement[bool]:
    return and_(passages.c.account_id == account_id, ~passages.c.gone)


def _forms(account_id: str, name: str) -> set[str]:
    """The id and the name, in any JSON encoding of its letters."""
    return {account_id, name, json.dumps(name)[1:-1], json.dumps(name, ensure_ascii=False)[1:-1]} - {""}


def _without(brief: Brief, account_id: str, name: str) -> Brief:
    """Return the brief without any mention of the account; a review of it becomes empty."""
    if brief.kind == "review" and _is_review_of(brief, account_id, name):
        nothing: dict[str, Any] = dict.fromkeys(_LISTS, ())
        return replace(brief, overview=(), decided=(), problems=(), account_name="", **nothing)
    others: dict[str, Any] = {
        each_list: tuple(each for each in getattr(brief, each_list) if each.account_id != account_id)
        for each_list in _LISTS
    }
    handover, team = _handover_without(brief.handover, account_id), _team_without(brief.team, account_id)
    return replace(brief, handover=handover, team=team, **others)


def _team_without(team: Team | None, account_id: str) -> Team | None:
    if team is None:
        return None
    return replace(team, risks=tuple(each for each in team.risks if each.account_id != account_id))


def _team_of(team: Team | None, account_id: str) -> Team | None:
    of_account = tuple(each for each in team.risks if each.account_id == account_id) if team else ()
    return replace(team, members=(), away=(), risks=of_account) if team and of_account else None


def _handover_without(handover: Handover | None, account_id: str) -> Handover | None:
    if handover is None:
        return None
    return replace(handover, accounts=tuple(each for each in handover.accounts if each.account_id != account_id))


def _handover_of(handover: Handover | None, account_id: str) -> Handover | None:
    of_account = tuple(each for each in handover.accounts if each.account_id == account_id) if handover else ()
    return replace(handover, accounts=of_account) if handover and of_account else None


def _is_review_of(brief: Brief, account_id: str, name: str) -> bool:
    spoken_of = {card.account_id for card in brief.cards} | {news.account_id for news in brief.news}
    return account_id in spoken_of or (not spoken_of and brief.account_name == name)


def _said_of(brief: Brief, account_id: str, name: str) -> dict[str, Any]:
    rest = _without(brief, account_id, name)
    gone: dict[str, Any] = {
        each_list: tuple(each for each in getattr(brief, each_list) if each not in getattr(rest, each_list))
        for each_list in _LISTS
    }
    handover, team = _handover_of(brief.handover, account_id), _team_of(brief.team, account_id)
    said = replace(brief, handover=handover, team=team, **gone)
    found: dict[str, Any] = json.loads(encode_brief(said))
    return found


def _plain(row: RowMapping) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    for name, value in row.items():
        if name in _JSON and isinstance(value, str):
            plain[name] = json.loads(value)
        else:
            plain[name] = value.isoformat() if isinstance(value, datetime) else value
    return plain
