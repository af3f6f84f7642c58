"""What else happens in the CRM while a month is lived: a deal is won while its closing date is asked about, a won one opens
again, a colleague moves a task, an account goes back to who gave it, calls and meetings are planned, held, moved or missed.

Everything follows from the seed and the day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from integrations.sandbox.history import CrmEvent, Json
from integrations.sandbox.world.rhythm import iso
from store.domain.gate.proposals import Proposal, State
from store.domain.signals.kinds import SignalKind
from tests.month.company import Cast
from tests.month.stage import Stage

Note = Callable[[str, datetime, Mapping[str, Any]], None]  # hears of what a person changes in the CRM's own pages

_AT_NOON = 12  # UTC
_OF_CLOSING = frozenset({SignalKind.CLOSE_DATE_PASSED, SignalKind.CLOSE_DATE_SLIPPED})
_LATELY = timedelta(days=14)
_HANDED_BACK_AFTER = timedelta(days=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened:
    """A deal that was won or lost and that its owner opened again."""

    at: datetime
    deal: str
    account_id: str
    owner_id: str


@dataclass(slots=True)
class Fate:
    stage: Stage
    cast: Cast
    note: Note
    seed: int
    reopened: list[Reopened] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    _done: set[date] = field(default_factory=set)
    _made: int = 0
    _planned: dict[str, datetime] = field(default_factory=dict)
    _handed_back: bool = False

    def strike(self, now: datetime, asked: Sequence[Proposal]) -> None:
        """What happens at noon of a working day; `asked` are all proposals so far."""
        if now.date() in self._done or now.date() not in self.cast.days or now.hour < _AT_NOON:
            return
        self._done.add(now.date())
        dice = Random(f"{self.seed}:fate:{now.date()}")
        pending = [each for each in asked if each.state is State.PENDING and each.recommendation.signals]
        turn = self.cast.days.index(now.date())
        self._held(now, dice)
        self._plan(now, dice)
        if turn % 3 == 1:
            self._win(now, dice, pending)
        if turn % 4 == 2:
            self._reopen(now, dice)
        if turn % 3 == 0:
            self._move_task(now, dice)
        self._hand_back(now, pending)

    def _win(self, now: datetime, dice: Random, pending: Sequence[Proposal]) -> None:
        """A deal is won while advice about it waits, most likely about its closing date."""
        found = [each for each in pending if _OF_CLOSING & set(each.recommendation.signals)] or pending
        deals = [deal for each in found if (deal := self._deal_of(each))]
        if deals:
            deal = dice.choice(deals)
            won: dict[str, Json] = {"Stage": "Closed Won", "Probability": 100, "Closing_Date": now.date().isoformat()}
            self._update("won while asked", "Deals", deal["id"], now, deal["Owner"]["id"], won)

    def _reopen(self, now: datetime, dice: Random) -> None:
        """A deal that was closed lately is open again, every other one to close later than it seemed."""
        closed = [
            deal
            for deal in self._records("Deals")
            if str(deal["Stage"]).startswith("Closed") and _changed(deal) > now - _LATELY and _changed(deal) < now
        ]
        closed = [deal for deal in closed if deal["Owner"]["id"] in self.cast.habits and not self._has_left(deal, now)]
        if not closed:
            return
        deal = dice.choice(closed)
        opened: dict[str, Json] = {"Stage": "Negotiation/Review", "Probability": 90}
        if dice.random() < 0.7:
            opened["Closing_Date"] = (now.date() + timedelta(days=dice.randint(20, 60))).isoformat()
        self._update("reopened", "Deals", deal["id"], now, deal["Owner"]["id"], opened)
        account = deal["Account_Name"]["id"]
        self.reopened.append(Reopened(at=now, deal=deal["Deal_Name"], account_id=account, owner_id=deal["Owner"]["id"]))

    def _move_task(self, now: datetime, dice: Random) -> None:
        """The owner's manager moves an open task, in the CRM's own pages."""
        tasks = [each for each in self._records("Tasks") if each["Status"] == "Not Started" and each.get("Due_Date")]
        managers = {user.id: user.manager_id for user in self.cast.company.users if user.manager_id}
        tasks = [each for each in tasks if each["Owner"]["id"] in managers]
        if tasks:
            task = dice.choice(tasks)
            due = {"Due_Date": (now.date() + timedelta(days=dice.randint(2, 9))).isoformat()}
            self._update("task moved", "Tasks", task["id"], now, str(managers[task["Owner"]["id"]]), due)

    def _hand_back(self, now: datetime, pending: Sequence[Proposal]) -> None:
        """One of the accounts that changed hands goes back, if possible one with a decision that waits."""
        given = self.cast.handover
        if given is None or self._handed_back or now < given.at + _HANDED_BACK_AFTER:
            return
        self._handed_back = True
        asked = [each.account_id for each in pending if each.account_id in given.accounts]
        account = next(iter([*asked, *given.accounts]))
        back = {"Owner": {"id": given.giver}}
        self._update("handed back", "Accounts", account, now, given.taker, back)
        for deal in self.stage.zoho.related("Deals", "Account_Name", account):
            self._update("handed back", "Deals", deal["id"], now, given.taker, back)

    def _plan(self, now: datetime, dice: Random) -> None:
        """A call or a meeting is put into the calendar."""
        accounts = [each for each in self._records("Accounts") if each["Owner"]["id"] in self.cast.habits]
        account, module = dice.choice(accounts), dice.choice(("Calls", "Events"))
        start = now + timedelta(days=dice.randint(1, 3), hours=dice.randint(0, 3))
        owner = str(account["Owner"]["id"])
        fields: dict[str, Json] = {
            "What_Id": {"id": account["id"]},
            "$se_module": "Accounts",
            "Owner": {"id": owner},
        }
        if module == "Calls":
            fields |= {"Subject": "Planned call", "Call_Type": "Outbound"}
            fields |= {"Call_Start_Time": iso(start), "Outgoing_Call_Status": "Scheduled"}
        else:
            fields |= {"Event_Title": "Planned meeting", "Start_DateTime": iso(start)}
            fields |= {"End_DateTime": iso(start + timedelta(hours=1))}
        self._made += 1
        record_id = f"4150777{self._made:012d}"
        self._planned[record_id] = start
        self._happens("planned", now, "create", module, record_id, owner, fields)

    def _held(self, now: datetime, dice: Random) -> None:
        """Of the planned ones, some are moved the day before, some are marked as held, and the others are simply past."""
        for record_id, start in list(self._planned.items()):
            module = "Calls" if self.stage.zoho.record("Calls", record_id) else "Events"
            record = self.stage.zoho.record(module, record_id)
            if record is None:
                del self._planned[record_id]
            elif start > now and start - now < timedelta(days=1) and dice.random() < 0.25:
                later = start + timedelta(days=3)
                self._planned[record_id] = later
                moved: dict[str, Json] = {"Call_Start_Time": iso(later)}
                if module == "Events":
                    moved = {"Start_DateTime": iso(later), "End_DateTime": iso(later + timedelta(hours=1))}
                self._update("postponed", module, record_id, now, record["Owner"]["id"], moved)
            elif start < now - timedelta(hours=2):
                del self._planned[record_id]
                if module == "Calls" and dice.random() < 0.6:
                    held: dict[str, Json] = {"Outgoing_Call_Status": "Completed", "Call_Duration": "20:00"}
                    self._update("held", module, record_id, now, record["Owner"]["id"], held)

    def _deal_of(self, proposal: Proposal) -> Mapping[str, Any] | None:
        """The open deal that a proposal is about, if any."""
        for each in proposal.recommendation.evidence:
            deal = self.stage.zoho.record("Deals", each.record_id) if each.kind == "deal" else None
            if deal is not None and not str(deal["Stage"]).startswith("Closed"):
                return deal
        return None

    def _records(self, module: str) -> Iterator[Mapping[str, Any]]:
        ids = [each.id for each in self.cast.company.events if each.module == module and each.op == "create"]
        ids += [each.id for each in self.stage.zoho.ledger if each.module == module and each.op == "create"]
        found = (self.stage.zoho.record(module, each) for each in ids)
        return (each for each in found if each is not None)

    def _has_left(self, record: Mapping[str, Any], now: datetime) -> bool:
        leaver = self.cast.left(now)
        return leaver is not None and record["Owner"]["id"] == leaver.id

    def _update(
        self, what: str, module: str, record_id: str, now: datetime, user_id: str, fields: Mapping[str, Json]
    ) -> None:
        self._happens(what, now, "update", module, record_id, user_id, fields)

    def _happens(
        self, what: str, now: datetime, op: Any, module: str, record_id: str, user_id: str, fields: Mapping[str, Json]
    ) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1
        self.stage.happens(CrmEvent(at=now, op=op, module=module, id=record_id, user_id=user_id, fields=fields))
        self.note(record_id, now, fields)


def _changed(record: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(str(record["Modified_Time"]))
