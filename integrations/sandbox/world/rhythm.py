"""Staying in touch: the calls, meetings, tasks and notes that fill an account's days."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from integrations.sandbox.history import Json
from integrations.sandbox.world import prose
from integrations.sandbox.world.awkward import NOTES
from integrations.sandbox.world.records import FOREVER, Account, Contact
from integrations.sandbox.world.script import Script

# The longest gap between two signs of life, weekends included: silence counts from 30 days.
_LONGEST_GAP = 24.0
_CALENDAR = timedelta(days=10)  # how far ahead the CRM may hold meetings and tasks
_AWKWARD_SHARE = 0.06


Touch = Callable[[Script, Account, datetime], datetime]


def keep_in_touch(
    script: Script,
    account: Account,
    *,
    since: datetime | None = None,
    until: datetime = FOREVER,
    every: tuple[float, float] = (8, _LONGEST_GAP),
    planned: bool = True,
) -> datetime:
    """Fill the time from `since` (default: 40 days before the first look or before `until`) to `until` with an event every
    so many days.

    Returns the moment of the last sign of life. With `planned` False everything is logged afterwards: no meeting or task is
    ever seen before it happened.
    """
    kinds = _ANY if planned else _LOGGED
    until = min(until, script.curtain + _CALENDAR)
    last = since or min(script.start, until) - timedelta(days=40)
    while True:
        at = script.diary.at_work(last + script.days(*every))
        if at >= until:
            return last
        last = script.rng.choice(kinds)(script, account, at)


def call(script: Script, account: Account, at: datetime) -> datetime:
    """Write a call that is entered when it is over."""
    log_call(script, account, at)
    return at


def log_call(
    script: Script, account: Account, at: datetime, *, entered: datetime | None = None, on: str | None = None
) -> str:
    """Write a call and return its id. It may be `entered` late, or `on` another account, by mistake."""
    contact = _somebody(script, account, at)
    minutes = script.rng.randint(4, 45)
    inbound = script.rng.random() < 0.25
    fields: dict[str, Json] = {
        "Subject": _filled(script, prose.CALLS, account, contact),
        "Call_Type": "Inbound" if inbound else "Outbound",
        "Call_Start_Time": iso(at),
        "Call_Duration": f"{minutes:02d}:00",
        **({} if inbound else {"Outgoing_Call_Status": "Completed"}),
        **({"What_Id": script.link(on), "$se_module": "Accounts"} if on else _hung_on(script, account, contact, at)),
    }
    return script.create("Calls", entered or at + timedelta(minutes=minutes), fields)


def hold_meeting(script: Script, account: Account, at: datetime) -> datetime:
    """Write a meeting that was put into the calendar some days before it takes place at about `at`."""
    start = script.diary.slot(at)
    plan_meeting(script, account, start, made=script.diary.at_work(at - script.days(4, 7)))
    return start


def log_meeting(script: Script, account: Account, at: datetime) -> datetime:
    """Write an unplanned meeting, logged afterwards."""
    start = script.diary.slot(at)
    plan_meeting(script, account, start, made=start + timedelta(minutes=70))
    return start


def plan_meeting(script: Script, account: Account, start: datetime, *, made: datetime) -> None:
    """Write at `made` that a meeting starts at `start`."""
    contact = _somebody(script, account, made)
    fields: dict[str, Json] = {
        "Event_Title": _filled(script, prose.MEETINGS, account, contact),
        "Start_DateTime": iso(start),
        "End_DateTime": iso(start + timedelta(minutes=60)),
        **_hung_on(script, account, contact, made),
    }
    script.create("Events", made, fields)


def do_task(script: Script, account: Account, at: datetime) -> datetime:
    """Write a task noted some days before and completed at `at`, on its due date or a little earlier."""
    made = script.diary.at_work(at - script.days(4, 7))
    task_id = add_task(script, account, made, due=at + timedelta(days=script.rng.randint(0, 3)))
    complete_task(script, task_id, at)
    return at


def add_task(script: Script, account: Account, at: datetime, *, due: datetime) -> str:
    contact = _somebody(script, account, at)
    fields: dict[str, Json] = {
        "Subject": _filled(script, prose.TASKS, account, contact),
        "Status": "Not Started",
        "Due_Date": script.diary.day_of(due).isoformat(),
        "Priority": script.rng.choice(("Normal", "Normal", "High")),
        **_hung_on(script, account, contact, at),
    }
    return script.create("Tasks", at, fields)


def complete_task(script: Script, task_id: str, at: datetime) -> None:
    script.update("Tasks", task_id, at, {"Status": "Completed", "Closed_Time": iso(at)})


def jot_note(script: Script, account: Account, at: datetime) -> datetime:
    """Write a note about the current situation; sometimes with awkward text in it."""
    about_deal = account.open_deal(at) is not None
    topics = (prose.Topic.PROGRESS, prose.Topic.PROMISE, prose.Topic.WORRY) if about_deal else (prose.Topic.CHECK_IN,)
    if script.rng.random() < _AWKWARD_SHARE:
        contact = _somebody(script, account, at)
        text = script.rng.choice(NOTES).format(first=contact.first, serial=script.rng.randint(1_000, 9_999))
        return _write(script, account, at, title="Pasted from mail", text=text)
    return write_note(script, account, at, script.rng.choice(topics))


def write_note(
    script: Script, account: Account, at: datetime, topic: prose.Topic, *, about: Contact | None = None
) -> datetime:
    """Write a note on a given topic, about one contact or any present one."""
    contact, deal = about or _somebody(script, account, at), account.open_deal(at)
    facts = {
        "first": contact.first,
        "name": contact.name,
        "title": contact.title,
        "account": account.name,
        "deal": f"“{deal.name}”" if deal else "the project",
        "amount": f"{deal.amount:,}" if deal else "the offer",
        "soon": prose.soon(script.rng, at.date()),
    }
    return _write(
        script, account, at, title=prose.title_of(script.rng, topic), text=prose.text_of(script.rng, topic, facts)
    )


def iso(moment: datetime) -> str:
    """Format a moment as Zoho does: with an offset, whole seconds."""
    return moment.isoformat(timespec="seconds")


def _write(script: Script, account: Account, at: datetime, *, title: str, text: str) -> datetime:
    deal = account.open_deal(at)
    on_deal = deal is not None and script.rng.random() < 0.3
    parent: dict[str, Json] = (
        {"module": {"api_name": "Deals"}, "id": deal.id}
        if deal is not None and on_deal
        else {"module": {"api_name": "Accounts"}, "id": account.id}
    )
    script.create("Notes", at, {"Note_Title": title, "Note_Content": text, "Parent_Id": parent})
    return at


def _hung_on(script: Script, account: Account, contact: Contact, at: datetime) -> dict[str, Json]:
    deal = account.open_deal(at)
    if deal is not None and script.rng.random() < 0.5:
        return {"Who_Id": script.link(contact.id), "What_Id": script.link(deal.id), "$se_module": "Deals"}
    return {"Who_Id": script.link(contact.id), "What_Id": script.link(account.id), "$se_module": "Accounts"}


def _somebody(script: Script, account: Account, at: datetime) -> Contact:
    return script.rng.choice(account.present(at))


def _filled(script: Script, texts: Sequence[str], account: Account, contact: Contact) -> str:
    return script.rng.choice(texts).format(first=contact.first, account=account.name)


_LOGGED: tuple[Touch, ...] = (call, call, log_meeting, jot_note, jot_note)
_ANY: tuple[Touch, ...] = (call, call, hold_meeting, do_task, jot_note, jot_note)
