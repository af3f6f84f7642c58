"""Storylines in which the records are wrong or late, until someone puts them right.

Each labels the signals that such records give as not true. The mistakes are those of everyday practice: entries wait for a quiet
hour, a date is agreed on the phone, a zero is lost, a call goes to the sister company.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from integrations.sandbox.world.deals import OPEN_STAGES, move_to, open_deal, pursue, revise, win
from integrations.sandbox.world.diary import first_look_after
from integrations.sandbox.world.people import add_contact, now_a_customer
from integrations.sandbox.world.prose import Topic
from integrations.sandbox.world.records import Account, Deal
from integrations.sandbox.world.rhythm import add_task, complete_task, keep_in_touch, log_call, write_note
from integrations.sandbox.world.script import Script
from integrations.sandbox.world.storylines.common import business_as_usual, deal_before, opening
from integrations.sandbox.world.storylines.deals import (
    advanced_deal,
    enter_step,
    keeps_its_stage,
    lacks_a_step,
    rewrite_steps,
)
from integrations.sandbox.world.storylines.people import hangs_on_one
from integrations.sandbox.world.storylines.silence import falls_silent
from store.domain.signals.kinds import SignalKind

_PAUSE = timedelta(days=2)  # between two edits of a deal that must not look like one


def calls_not_entered(script: Script) -> None:
    """Talks go on, but no one enters them; in the past version the last of them is entered late."""
    account, _, back = _stops_entering(script)
    if back < script.curtain:
        log_call(script, account, back - timedelta(days=2), entered=back)
        keep_in_touch(script, account, since=back)


def calls_on_another_account(script: Script) -> None:
    """The calls are entered at a sister company; in the past version they are moved to the account. Without a sister company
    they are not entered."""
    account, last, back = _stops_entering(script)
    calls, at = [], script.later(last, 8, 20)
    while script.part.sister and at < min(back, script.curtain):
        calls.append(log_call(script, account, at, on=script.part.sister))
        at = script.later(at, 8, 20)
    if back < script.curtain:
        for call in calls:
            script.update("Calls", call, back, {"What_Id": script.link(account.id)})
        log_call(script, account, back)
        keep_in_touch(script, account, since=back)


def close_date_not_kept_up(script: Script) -> None:
    """Customer and owner agreed on a later day, which only a note mentions; in the past version the field follows."""
    account = opening(script)
    turn = script.turn(live=(2, 12), past=(60, 95), ahead=1)
    deal = open_deal(script, account, script.later(turn, -24, -12), closing=script.diary.day_of(turn))
    write_note(script, account, script.later(turn, -8, -4), Topic.DELAY, about=deal.contact)
    settled = script.recovery(turn, 3, 12)
    _passed(script, deal, until=settled, note="a later day is agreed")
    pursue(script, deal, until=min(settled, script.curtain) - _PAUSE)
    if settled < script.curtain:
        revise(script, deal, settled, closing=(settled + script.days(130, 160)).date())
        pursue(script, deal, after=settled + _PAUSE)
    keep_in_touch(script, account)


def won_and_not_entered(script: Script) -> None:
    """The deal is won and its closing date passes before anyone moves it; in the past version someone does."""
    account = opening(script)
    turn = script.turn(live=(2, 12), past=(60, 80), ahead=1)
    deal = open_deal(script, account, script.later(turn, -54, -51), closing=script.diary.day_of(turn))
    moves = len(OPEN_STAGES) - 1
    for stage in range(1, moves + 1):
        move_to(script, deal, script.later(deal.entered, 36 / moves, 42 / moves), stage=stage)
    won, settled = script.later(turn, -3, -1), script.recovery(turn, 4, 13)
    now_a_customer(script, account, script.later(won, 1, 2))
    _passed(script, deal, until=settled, note=f"won on {won.date()}")
    if settled < script.curtain:
        win(script, deal, settled)
    keep_in_touch(script, account)


def stage_not_kept_up(script: Script) -> None:
    """The deal makes progress, as its next steps show, but keeps its stage for a long time; in the past version it then takes two
    stages at once."""
    account = opening(script)
    turn = script.turn(live=(33, 50), past=(75, 102))
    deal = open_deal(script, account, script.later(turn, -24, -12), spare_days=75)
    move_to(script, deal, turn, stage=1)
    moves_on = script.recovery(turn, 33, 46)
    known = rewrite_steps(script, deal, until=moves_on)
    keeps_its_stage(script, deal, known=known, until=moves_on, note="it makes progress", true=False)
    if moves_on < script.curtain:
        move_to(script, deal, moves_on, stage=3)
        pursue(script, deal)
    keep_in_touch(script, account)


def step_not_entered(script: Script) -> None:
    """The next step is agreed and not entered; in the past version it is entered."""
    account = opening(script)
    opened = script.turn(live=(5, 24), past=(55, 95))
    deal = open_deal(script, account, opened, next_step=False)
    filled = script.recovery(opened, 5, 20)
    lacks_a_step(script, deal, until=filled, note="agreed, and not entered", true=False)
    enter_step(script, deal, filled)
    keep_in_touch(script, account, planned=False)


def task_not_ticked(script: Script) -> None:
    """The task is done on its day, as a call shows, and ticked off days later."""
    account = opening(script)
    business_as_usual(script, account, since=script.start - timedelta(days=30))
    due = script.turn(live=(2, 12), past=(40, 95), ahead=1)
    day = script.diary.day_of(due)
    task_id = add_task(script, account, script.later(due, -10, -5), due=due)
    log_call(script, account, due - timedelta(hours=1))
    ticked = script.recovery(due, 3, 12)
    script.holds_past(SignalKind.TASK_OVERDUE, task_id, day=day, until=ticked, note="done, not ticked", true=False)
    if ticked < script.curtain:
        complete_task(script, task_id, ticked)
    keep_in_touch(script, account)


def wrong_amount(script: Script) -> None:
    """The amount loses a digit by mistake, or two digits change places, for some days."""
    account = opening(script)
    turn = script.turn(live=(0.6, 5.5))
    deal, corrected = deal_before(script, account, turn), script.recovery(turn, 1, 4)
    script.update(
        "Deals", deal.id, turn, {"Amount": deal.amount // 10 if script.rng.random() < 0.5 else _less(script, deal)}
    )
    script.moved(SignalKind.AMOUNT_DROPPED, deal.id, at=turn, until=corrected, note="a slip", true=False)
    script.update("Deals", deal.id, corrected, {"Amount": deal.amount})
    _goes_on(script, account, deal, corrected)


def wrong_closing_date(script: Script) -> None:
    """The closing date gets another year or month by mistake, for some days."""
    account = opening(script)
    turn = script.turn(live=(0.6, 5.5))
    deal, corrected = deal_before(script, account, turn), script.recovery(turn, 1, 4)
    wrong = deal.closing + timedelta(days=script.rng.choice((365, 365, 31, 61)))
    script.update("Deals", deal.id, turn, {"Closing_Date": wrong.isoformat()})
    script.moved(SignalKind.CLOSE_DATE_SLIPPED, deal.id, at=turn, until=corrected, note="a slip", true=False)
    script.update("Deals", deal.id, corrected, {"Closing_Date": deal.closing.isoformat()})
    _goes_on(script, account, deal, corrected)


def wrong_stage(script: Script) -> None:
    """Someone picks an earlier stage by mistake; it is put right days later."""
    account = opening(script)
    turn = script.turn(live=(0.6, 5.5))
    deal, corrected = advanced_deal(script, account, turn), script.recovery(turn, 1, 4)
    move_to(script, deal, turn, stage=2, next_step=False)
    script.moved(SignalKind.STAGE_MOVED_BACK, deal.id, at=turn, until=corrected, note="a slip", true=False)
    if corrected < script.curtain:
        move_to(script, deal, corrected, stage=3, next_step=False)
    _goes_on(script, account, deal, corrected)


def contact_unlinked(script: Script) -> None:
    """The champion's account is emptied by mistake, and restored days later."""
    account = opening(script, contacts=(3, 6))
    turn = script.turn(live=(0.6, 5.5))
    deal, back = deal_before(script, account, turn), script.recovery(turn, 1, 4)
    champion = account.contacts[1]
    script.update("Contacts", champion.id, turn, {"Account_Name": None})
    script.moved(SignalKind.SPONSOR_CHANGED, champion.id, at=turn, until=back, note="unlinked by mistake", true=False)
    script.update("Contacts", champion.id, back, {"Account_Name": script.link(account.id)})
    _goes_on(script, account, deal, back)


def people_not_entered(script: Script) -> None:
    """Several people there work on the deal; only one has a record until another is entered."""
    account = opening(script, contacts=(1, 1))
    opened = script.turn(live=(16, 40), past=(65, 100))
    deal = open_deal(script, account, opened, amount=max(12_000, script.rng.randrange(12_000, 90_000, 100)))
    entered = script.recovery(opened, 18, 34)
    hangs_on_one(script, deal, until=entered, true=False)
    if entered < script.curtain:
        add_contact(script, account, entered)
    pursue(script, deal)
    keep_in_touch(script, account)


def edited_twice(script: Script) -> None:
    """Two edits between two looks: the closing date moves too far and is put right at once, the amount falls and rises again. Only
    what remains is to be noticed, and it is true."""
    account = opening(script)
    turn = script.turn(live=(0.6, 5.5))
    deal = deal_before(script, account, turn)
    first, second = turn, turn + timedelta(minutes=40)
    if first_look_after(first) != first_look_after(second):
        first, second = second, second + timedelta(minutes=40)
    script.update(
        "Deals",
        deal.id,
        first,
        {"Closing_Date": (deal.closing + timedelta(days=90)).isoformat(), "Amount": deal.amount // 2},
    )
    script.update("Deals", deal.id, second - timedelta(minutes=5), {"Amount": deal.amount})
    revise(script, deal, second, closing=deal.closing + timedelta(days=script.rng.randint(9, 40)))
    write_note(script, account, second, Topic.DELAY, about=deal.contact)
    pursue(script, deal, after=second + _PAUSE)
    keep_in_touch(script, account)


def _stops_entering(script: Script) -> tuple[Account, datetime, datetime]:
    """Return the account, its last entry and when entries come back. The silence between is only in the records."""
    account = opening(script)
    business_as_usual(script, account, since=script.start - timedelta(days=30))
    last = keep_in_touch(script, account, until=script.turn(live=(33, 60), past=(80, 105)))
    back = script.recovery(last, 34, 52)
    falls_silent(script, last, until=back, note="talks went on", true=False)
    return account, last, back


def _passed(script: Script, deal: Deal, *, until: datetime, note: str) -> None:
    script.holds_past(SignalKind.CLOSE_DATE_PASSED, deal.id, day=deal.closing, until=until, note=note, true=False)


def _less(script: Script, deal: Deal) -> int:
    return int(deal.amount * script.rng.uniform(0.4, 0.85))


def _goes_on(script: Script, account: Account, deal: Deal, corrected: datetime) -> None:
    """The deal after a mistake was put right; a mistake that is live stays."""
    if corrected < script.curtain:
        pursue(script, deal, after=corrected + _PAUSE)
    keep_in_touch(script, account)
