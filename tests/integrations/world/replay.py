"""Replaying a world without a wire: events folded into snapshots, nightly looks taken as the product takes them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from integrations.sandbox.history import Company, CrmEvent
from store.domain.crm.accounts import (
    Account,
    AccountFacts,
    Activity,
    ActivityType,
    Contact,
    Deal,
    Entity,
    Note,
    Pipeline,
    Stage,
    StageOutcome,
)
from store.domain.crm.changes import Change, diff
from store.domain.signals.context import SignalContext
from store.domain.signals.detectors import look_at
from store.domain.signals.kinds import SignalKind

Found = tuple[SignalKind, str, str]
_OUTCOMES = {"Open": StageOutcome.OPEN, "Closed Won": StageOutcome.WON, "Closed Lost": StageOutcome.LOST}


def mornings(company: Company, *, first: date) -> Iterator[tuple[date, set[Found]]]:
    """The signals found on every morning from `first` to the company's last, the first look being the baseline."""
    replay, day = Replay(company), first
    while day <= company.as_of:
        now = datetime.combine(day, time(6), UTC)
        replay.read(now)
        yield (
            day,
            {
                (signal.kind, signal.account_id, signal.record_id)
                for facts, context in replay.accounts(now)
                for finding in look_at(facts, context)
                for signal in finding.signals
            },
        )
        replay.tell(now)
        day += timedelta(days=1)


@dataclass(slots=True)
class _Record:
    fields: dict[str, Any]
    created: datetime
    modified: datetime


@dataclass(slots=True)
class Replay:
    """What the bot knows of a company after each `read`. `news_since` lags behind each look by the time that a brief takes to be
    sent; `tell` says that one was."""

    company: Company
    news_since: datetime | None = None
    _has_read: bool = False
    _played: int = 0
    _records: dict[tuple[str, str], _Record] = field(default_factory=dict)
    _entities: dict[tuple[str, str], Entity] = field(default_factory=dict)
    _changes: list[Change] = field(default_factory=list)
    _stage_since: dict[str, datetime] = field(default_factory=dict)
    _departed: list[Contact] = field(default_factory=list)

    def tell(self, now: datetime) -> None:
        self.news_since = now + timedelta(minutes=1)

    def accounts(self, now: datetime) -> Iterator[tuple[AccountFacts, SignalContext]]:
        """Every account as it was read last, with what a look at `now` takes into account."""
        news_since = self.news_since or now + timedelta(minutes=1)
        by_account: dict[str | None, list[Change]] = defaultdict(list)
        for change in self._changes:
            by_account[change.account_id].append(change)
        for facts in self._book():
            yield facts, self._context(facts, now, news_since, by_account[facts.id])

    def _context(
        self, facts: AccountFacts, now: datetime, news_since: datetime, changes: list[Change]
    ) -> SignalContext:
        """As the account's owner sees it, on their own calendar."""
        assert facts.account is not None
        zone = next(user.time_zone for user in self.company.users if user.id == facts.account.owner_id)
        return SignalContext(
            now=now,
            today=now.astimezone(ZoneInfo(zone)).date(),
            timezone=zone,
            pipeline=pipeline_of(self.company),
            news_since=news_since,
            changes=tuple(changes),
            stage_since=self._stage_since,
            departed=tuple(contact for contact in self._departed if contact.account_id == facts.id),
        )

    def read(self, now: datetime) -> None:
        """Read what happened in the CRM until `now`. The first read sees no changes."""
        baseline, self._has_read = not self._has_read, True
        self._changes = [change for change in self._changes if change.seen_at > now - timedelta(days=9)]
        for key in dict.fromkeys(self._play(now)):
            before, record = self._entities.pop(key, None), self._records.get(key)
            after = _READ[key[0]](key[1], record, now) if record else None
            if after is not None:
                self._entities[key] = after
            if isinstance(before, Contact) and (after is None or after.account_id != before.account_id):
                self._departed.append(before)
            if isinstance(after, Deal):
                self._note_stage(before, after, baseline=baseline)
            if not baseline:
                self._changes.extend(diff(before, after, seen_at=now))

    def _play(self, now: datetime) -> Iterator[tuple[str, str]]:
        events = self.company.events
        while self._played < len(events) and events[self._played].at < now:
            event = events[self._played]
            self._apply(event)
            self._played += 1
            yield event.module, event.id

    def _apply(self, event: CrmEvent) -> None:
        key = (event.module, event.id)
        if event.op == "create":
            self._records[key] = _Record(dict(event.fields), event.at, event.at)
        elif event.op == "update":
            self._records[key].fields.update(event.fields)
            self._records[key].modified = event.at
        else:
            del self._records[key]

    def _note_stage(self, before: Entity | None, after: Deal, *, baseline: bool) -> None:
        """As the store keeps it: on the first look the time at which the deal provably had its stage."""
        if before is None:
            self._stage_since[after.id] = after.modified_at if baseline else after.created_at
        elif isinstance(before, Deal) and before.stage != after.stage:
            self._stage_since[after.id] = after.modified_at

    def _book(self) -> Iterator[AccountFacts]:
        """Every account with everything on it; what hangs on a deal counts to the deal's account."""
        home = {entity.id: entity.account_id for entity in self._entities.values() if isinstance(entity, Deal)}
        grouped: dict[str | None, list[Entity]] = defaultdict(list)
        for entity in self._entities.values():
            deal_id = getattr(entity, "deal_id", None)
            grouped[entity.account_id or home.get(deal_id or "")].append(entity)
        for group in grouped.values():
            accounts = [entity for entity in group if isinstance(entity, Account)]
            if accounts:
                yield AccountFacts(
                    account=accounts[0],
                    deals=tuple(entity for entity in group if isinstance(entity, Deal)),
                    contacts=tuple(entity for entity in group if isinstance(entity, Contact)),
                    activities=tuple(entity for entity in group if isinstance(entity, Activity)),
                    notes=tuple(entity for entity in group if isinstance(entity, Note)),
                )


def pipeline_of(company: Company) -> Pipeline:
    return Pipeline(
        tuple(
            Stage(name=stage.name, position=position, outcome=_OUTCOMES[stage.forecast_type])
            for position, stage in enumerate(company.stages)
        )
    )


def _account(record_id: str, record: _Record, now: datetime) -> Account:
    return Account(name=record.fields["Account_Name"], **_common(record_id, record))


def _deal(record_id: str, record: _Record, now: datetime) -> Deal:
    values = record.fields
    return Deal(
        name=values["Deal_Name"],
        account_id=_id(values, "Account_Name"),
        stage=values["Stage"],
        amount=float(values["Amount"]),
        closing_date=date.fromisoformat(values["Closing_Date"]),
        next_step=values.get("Next_Step"),
        contact_id=_id(values, "Contact_Name"),
        **_common(record_id, record),
    )


def _contact(record_id: str, record: _Record, now: datetime) -> Contact:
    values = record.fields
    return Contact(
        name=f"{values['First_Name']} {values['Last_Name']}",
        account_id=_id(values, "Account_Name"),
        title=values["Title"],
        buying_role=values["Buying_Role"],
        **_common(record_id, record),
    )


def _task(record_id: str, record: _Record, now: datetime) -> Activity:
    values = record.fields
    closed = values.get("Closed_Time")
    return _activity(
        record_id,
        record,
        ActivityType.TASK,
        subject=values["Subject"],
        at=datetime.combine(date.fromisoformat(values["Due_Date"]), time(), UTC),
        done=values["Status"] == "Completed",
        done_at=datetime.fromisoformat(closed) if closed else None,
    )


def _event(record_id: str, record: _Record, now: datetime) -> Activity:
    values = record.fields
    return _activity(
        record_id,
        record,
        ActivityType.EVENT,
        subject=values["Event_Title"],
        at=datetime.fromisoformat(values["Start_DateTime"]),
        done=datetime.fromisoformat(values["End_DateTime"]) <= now,
    )


def _call(record_id: str, record: _Record, now: datetime) -> Activity:
    values = record.fields
    return _activity(
        record_id,
        record,
        ActivityType.CALL,
        subject=values["Subject"],
        at=datetime.fromisoformat(values["Call_Start_Time"]),
        done=values["Call_Type"] == "Inbound" or values["Outgoing_Call_Status"] == "Completed",
    )


def _activity(record_id: str, record: _Record, kind: ActivityType, **values: Any) -> Activity:
    fields = record.fields
    on_deal = fields["$se_module"] == "Deals"
    return Activity(
        type=kind,
        account_id=None if on_deal else _id(fields, "What_Id"),
        deal_id=_id(fields, "What_Id") if on_deal else None,
        **values,
        **_common(record_id, record),
    )


def _note(record_id: str, record: _Record, now: datetime) -> Note:
    values = record.fields
    on_deal = values["Parent_Id"]["module"]["api_name"] == "Deals"
    parent = _id(values, "Parent_Id")
    return Note(
        title=values["Note_Title"],
        text=values["Note_Content"],
        account_id=None if on_deal else parent,
        deal_id=parent if on_deal else None,
        **_common(record_id, record),
    )


def _common(record_id: str, record: _Record) -> dict[str, Any]:
    return {
        "id": record_id,
        "owner_id": record.fields["Owner"]["id"],
        "created_at": record.created,
        "modified_at": record.modified,
    }


def _id(values: Mapping[str, Any], name: str) -> str | None:
    lookup = values.get(name)
    return lookup["id"] if lookup else None


_READ: Mapping[str, Callable[[str, _Record, datetime], Entity]] = {
    "Accounts": _account,
    "Deals": _deal,
    "Contacts": _contact,
    "Tasks": _task,
    "Events": _event,
    "Calls": _call,
    "Notes": _note,
}
