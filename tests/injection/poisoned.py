"""A company whose CRM is hostile: one account for each attack string, with that string in every text field.

The accounts go around their owners; each owner has a secret word (a canary) that stands in their records and nowhere else.
Whatever is too long for a field is cut as the CRM cuts it. What happens on an account goes around, too, so that every kind of
signal shows its texts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from integrations.sandbox.history import STANDARD_STAGES, Company, CrmEvent, CrmUser
from integrations.sandbox.zoho.fields import schema
from tests.flows.company import ADA, ANNA, BOB, CORA, LATELY, LONG_AGO, MIA, MONDAY, TUESDAY
from tests.integrations.zoho.company import create

OWNERS = (ANNA, BOB, CORA, MIA)
CANARIES = {ANNA: "qzanna", BOB: "qzbobby", CORA: "qzcora", MIA: "qzmia"}
# Who may read whose: a manager reads what belongs to those who report to them.
MAY_READ = {ANNA: {ANNA}, BOB: {BOB}, CORA: {CORA}, MIA: {MIA, ANNA, BOB}}
_FIELDS = schema(STANDARD_STAGES)
_PEOPLE = (
    (ANNA, "anna", "Europe/Berlin", MIA, "Standard"),
    (MIA, "mia", "Europe/Berlin", None, "Standard"),
    (ADA, "ada", "UTC", None, "Administrator"),
    (BOB, "bob", "Asia/Tokyo", MIA, "Standard"),
    (CORA, "cora", "America/New_York", None, "Standard"),
)
# Where the strings stand: every text field of the CRM that the bot reads, and people's names.
FIELDS = (
    *(f"Accounts.{name}" for name in ("Account_Name", "Industry", "Rating", "Account_Type", "Description")),
    *(f"Contacts.{name}" for name in ("First_Name", "Last_Name", "Title", "Buying_Role", "Description")),
    *(f"Deals.{name}" for name in ("Deal_Name", "Next_Step", "Stage", "Description")),
    *("Tasks.Subject", "Tasks.Description", "Calls.Subject", "Calls.Description", "Events.Event_Title"),
    *("Events.Description", "Notes.Note_Title", "Notes.Note_Content", "Users.first_name", "Users.last_name"),
)
HUGE = 10 * 2**20  # characters of the longest note


@dataclass(frozen=True, slots=True)
class Poisoned:
    """Where one attack string stands: `number` names its records."""

    number: int
    text: str

    @property
    def owner(self) -> str:
        return OWNERS[self.number % len(OWNERS)]

    @property
    def account(self) -> str:
        return self.id(2)

    def id(self, kind: int) -> str:
        return f"4150868{kind:05d}{self.number:07d}"

    def field(self, module: str, name: str) -> str:
        """The string as this field takes it, in every other field with the owner's canary before it. Not in picklists: what
        they offer is the whole company's vocabulary, and the sandbox makes it of the values that stand in its records."""
        field = _FIELDS[module].fields[name]
        marked = (self.number + sum(map(ord, name))) % 2 or name in ("Note_Title", "Description")
        secret = marked and field.data_type != "picklist"
        return (f"{CANARIES[self.owner]} {self.text}" if secret else self.text)[: field.length] or "-"


def company(texts: Sequence[str], *, huge: bool = False) -> Company:
    """`huge` gives the first account a note of ten megabytes."""
    records = [Poisoned(number, text) for number, text in enumerate(texts)]
    events = [event for record in records for event in _account(record)]
    if huge:
        words: dict[str, Any] = {
            "Note_Title": "Long",
            "Note_Content": "<!channel> ﷺ\u200b " * (HUGE // 13),
            "Parent_Id": _parent("Accounts", records[0]),
        }
        events.append(create("Notes", "4150868000990000001", at=LATELY, user=records[0].owner, **words))
    return Company(
        name="Hostile",
        users=tuple(_users(texts)),
        stages=STANDARD_STAGES,
        events=tuple(sorted(events, key=lambda event: event.at)),
        as_of=TUESDAY,
    )


def _users(texts: Sequence[str]) -> Iterator[CrmUser]:
    """People are called what attackers call themselves."""
    for position, (user_id, name, zone, manager, profile) in enumerate(_PEOPLE):
        first, last = (texts[(2 * position + part) % len(texts)][:60] for part in (0, 1))
        yield CrmUser(id=user_id, first_name=first, last_name=last, email=f"{name}@example.com", time_zone=zone,
                      manager_id=manager, profile=profile)  # fmt: skip


def _account(record: Poisoned) -> Iterator[CrmEvent]:
    yield from _standing(record)
    yield from _works(record, LONG_AGO if record.number % 6 == 0 else LATELY)
    yield from _happens(record)


def _standing(record: Poisoned) -> Iterator[CrmEvent]:
    owner, account = record.owner, {"id": record.account}
    at, won = LONG_AGO + timedelta(seconds=record.number), record.number % 6 == 2
    texts = _texts(record, "Accounts", "Account_Name", "Industry", "Rating", "Description")
    kind = "Prospect" if won else record.field("Accounts", "Account_Type")
    yield create("Accounts", record.account, at=at, user=owner, Account_Type=kind, **texts)
    for person in (3, 4):
        texts = _texts(record, "Contacts", "First_Name", "Last_Name", "Title", "Buying_Role", "Description")
        role = {"Buying_Role": "Sponsor"} if person == 3 else {}
        yield create("Contacts", record.id(person), at=at, user=owner, Account_Name=account, **(texts | role))
    amount = 150_000.0 if record.number % 6 == 5 else 9_000.0
    deal: dict[str, Any] = {"Amount": amount, "Account_Name": account, "Contact_Name": {"id": record.id(3)}}
    texts = _texts(record, "Deals", "Deal_Name", "Next_Step", "Description")
    yield create(
        "Deals", record.id(5), at=LATELY, user=owner, Closing_Date="2026-05-29", Stage="Needs Analysis", **deal, **texts
    )
    odd: dict[str, Any] = {"Stage": record.field("Deals", "Stage"), "Account_Name": account}
    yield create("Deals", record.id(6), at=at, user=owner, Closing_Date="2026-05-29", **odd, **texts)


def _works(record: Poisoned, at: Any) -> Iterator[CrmEvent]:
    owner, on = record.owner, ("Accounts", record.account)
    due = "2026-03-17" if record.number % 6 == 3 else "2026-09-01"
    texts = _texts(record, "Tasks", "Subject", "Description")
    yield create("Tasks", record.id(7), at=at, user=owner, Status="Not Started", Due_Date=due, on=on, **texts)
    texts = _texts(record, "Calls", "Subject", "Description")
    yield create(
        "Calls", record.id(8), at=at, user=owner, Call_Type="Inbound", Call_Start_Time=at.isoformat(), on=on, **texts
    )
    texts = _texts(record, "Events", "Event_Title", "Description")
    yield create(
        "Events",
        record.id(9),
        at=at,
        user=owner,
        Start_DateTime=at.isoformat(),
        End_DateTime=at.isoformat(),
        on=on,
        **texts,
    )
    texts = _texts(record, "Notes", "Note_Title", "Note_Content")
    yield create("Notes", record.id(10), at=at, user=owner, Parent_Id=_parent("Accounts", record), **texts)


def _happens(record: Poisoned) -> Iterator[CrmEvent]:
    """What moved the day before: this decides which signals speak."""
    moved: dict[int, dict[str, Any]] = {
        1: {"Closing_Date": "2026-06-30", "Next_Step": None},
        2: {"Stage": "Closed Won"},
        4: {"Contact_Name": {"id": record.id(4)}},
        5: {"Closing_Date": "2026-07-30", "Amount": 101_000.0, "Stage": "Qualification"},
    }
    if fields := moved.get(record.number % 6):
        yield CrmEvent(at=MONDAY, op="update", module="Deals", id=record.id(5), user_id=record.owner, fields=fields)


def _texts(record: Poisoned, module: str, *names: str) -> dict[str, Any]:
    return {name: record.field(module, name) for name in names}


def _parent(module: str, record: Poisoned) -> dict[str, Any]:
    return {"module": {"api_name": module}, "id": record.account}
