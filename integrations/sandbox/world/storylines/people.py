"""Storylines about people: departing sponsors, a single contact, a new owner, a forgotten task."""

from __future__ import annotations

from datetime import datetime, timedelta

from integrations.sandbox.world.deals import deal_amount, open_deal, pursue, replace_sponsor
from integrations.sandbox.world.people import add_contact, erase, hand_over, leave
from integrations.sandbox.world.prose import Topic
from integrations.sandbox.world.records import Account, Deal
from integrations.sandbox.world.rhythm import add_task, complete_task, keep_in_touch, write_note
from integrations.sandbox.world.script import Script
from integrations.sandbox.world.storylines.common import business_as_usual, deal_before, note_of_turn, opening
from store.domain.signals.kinds import SignalKind

_PAUSE = timedelta(days=1.5)


def sponsor_left(script: Script) -> None:
    """The deal's primary contact leaves the company; days later, in some cases more than a week, the deal gets another."""
    account = opening(script, contacts=(3, 6))
    turn = script.turn(live=(0.6, 5.5))
    deal = deal_before(script, account, turn)
    sponsor, successor = account.contacts[:2]
    leave(script, sponsor, turn)
    note_of_turn(script, account, turn, Topic.SPONSOR, about=sponsor)
    replaced = script.later(turn, *script.rng.choice(((2, 4), (9, 12))))
    note = f"{sponsor.name} left the account"
    script.moved(SignalKind.SPONSOR_CHANGED, sponsor.id, at=turn, until=replaced, note=note)
    pursue(script, deal, after=turn + _PAUSE, until=replaced - _PAUSE)
    replace_sponsor(script, deal, replaced, successor)
    pursue(script, deal, after=replaced + _PAUSE)
    keep_in_touch(script, account)


def sponsor_replaced(script: Script) -> None:
    """The deal gets another primary contact; sometimes the former one is permanently deleted."""
    account = opening(script, contacts=(3, 6))
    turn = script.turn(live=(0.6, 5.5))
    deal = deal_before(script, account, turn)
    sponsor, successor = account.contacts[:2]
    replace_sponsor(script, deal, turn, successor)
    if script.rng.random() < 0.5:
        erase(script, sponsor, turn)
    note_of_turn(script, account, turn, Topic.SPONSOR, about=sponsor)
    pursue(script, deal, after=turn + _PAUSE)
    keep_in_touch(script, account)


def champion_left(script: Script) -> None:
    """Our champion inside the company leaves, though the deal keeps its primary contact; the champion's record goes too, or
    stays without an account."""
    account = opening(script, contacts=(3, 6))
    turn = script.turn(live=(0.6, 5.5))
    deal = deal_before(script, account, turn)
    champion = account.contacts[1]
    script.rng.choice((leave, erase))(script, champion, turn)
    note_of_turn(script, account, turn, Topic.SPONSOR, about=champion)
    note = f"{champion.name}, the champion, left the account"
    script.moved(SignalKind.SPONSOR_CHANGED, champion.id, at=turn, note=note)
    pursue(script, deal, after=turn + _PAUSE)
    keep_in_touch(script, account)


def single_threaded(script: Script) -> None:
    """A sizeable deal depends on the only person we know there; in the past version a second one is found."""
    account = opening(script, contacts=(1, 1))
    opened = script.turn(live=(16, 40), past=(65, 100))
    deal = open_deal(script, account, opened, amount=max(12_000, deal_amount(script)))
    found = script.recovery(opened, 20, 34)
    hangs_on_one(script, deal, until=found)
    if found < script.curtain:
        add_contact(script, account, found)
    pursue(script, deal)
    keep_in_touch(script, account)


def hangs_on_one(script: Script, deal: Deal, *, until: datetime, true: bool = True) -> None:
    """Label the account whose only deal has depended on one contact for two weeks."""
    since = deal.created + timedelta(days=14)
    note = "one contact for the open deal"
    script.holds(SignalKind.SINGLE_THREADED, script.account_id, since=since, until=until, note=note, true=true)


def owner_changed(script: Script) -> None:
    """A colleague leaves, and the account comes to its current owner, with everything on it."""
    script.handover = turn = script.turn(live=(0.6, 5.5))
    account = opening(script)
    business_as_usual(script, account, since=script.start - timedelta(days=30))
    keep_in_touch(script, account)
    hand_over(script, _belongings(account, turn))
    write_note(script, account, turn + timedelta(minutes=20), Topic.HANDOVER)
    script.moved(SignalKind.OWNER_CHANGED, script.account_id, at=turn, note="came from a colleague who left")


def task_overdue(script: Script) -> None:
    """A task is forgotten; in the past version it is completed days later."""
    account = opening(script)
    business_as_usual(script, account, since=script.start - timedelta(days=30))
    due = script.turn(live=(2, 12), past=(40, 95), ahead=1)
    day = script.diary.day_of(due)
    task_id = add_task(script, account, script.later(due, -10, -5), due=due)
    completed = script.recovery(due, 4, 15)
    script.holds_past(SignalKind.TASK_OVERDUE, task_id, day=day, until=completed, note=f"due on {day}")
    if completed < script.curtain:
        complete_task(script, task_id, completed)
    keep_in_touch(script, account)


def _belongings(account: Account, moment: datetime) -> list[tuple[str, str]]:
    contacts = [("Contacts", contact.id) for contact in account.present(moment)]
    return [
        ("Accounts", account.id),
        *contacts,
        *(("Deals", deal.id) for deal in account.deals if deal.is_open(moment)),
    ]
