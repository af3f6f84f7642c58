"""Storylines about one deal in trouble."""

from __future__ import annotations

from datetime import datetime, timedelta

from integrations.sandbox.world.deals import move_to, next_step_for, open_deal, pursue, revise, win
from integrations.sandbox.world.diary import look_on
from integrations.sandbox.world.prose import Topic
from integrations.sandbox.world.records import Account, Deal
from integrations.sandbox.world.rhythm import keep_in_touch, plan_meeting
from integrations.sandbox.world.script import Script
from integrations.sandbox.world.storylines.common import deal_before, note_of_turn, opening
from store.domain.signals.kinds import SignalKind

_PAUSE = timedelta(days=2)  # between two edits of a deal that must not look like one


def stalled(script: Script) -> None:
    """The deal keeps its stage for more than 30 days while people go on talking."""
    account = opening(script)
    turn = script.turn(live=(33, 56), past=(75, 102))
    deal = open_deal(script, account, script.later(turn, -24, -12), spare_days=75)
    move_to(script, deal, turn, stage=deal.stage + 1)
    moves_on = script.recovery(turn, 33, 50)
    known = turn
    if script.part.noise and script.rng.random() < 0.4:  # the deal is rewritten, and does not move
        known = rewrite_steps(script, deal, until=moves_on)
    keeps_its_stage(script, deal, known=known, until=moves_on, note=f"no stage move since {turn.date()}")
    if moves_on < script.curtain:
        move_to(script, deal, moves_on, stage=deal.stage + 1)
        pursue(script, deal)
    keep_in_touch(script, account)


def keeps_its_stage(
    script: Script, deal: Deal, *, known: datetime | None = None, until: datetime, note: str, true: bool = True
) -> None:
    """Label the deal that has had its stage for a month. If one knows only from `known` on that it has it, the records show that
    a month later."""
    month = timedelta(days=30)
    since, shown = deal.entered + month, (known or deal.entered) + month
    script.holds(SignalKind.DEAL_STALLED, deal.id, since=since, shown=shown, until=until, note=note, true=true)


def rewrite_steps(script: Script, deal: Deal, *, until: datetime) -> datetime:
    """Write another next step every week or two while the deal keeps its stage, until two days before `until`. Return from when
    on one knows that it has the stage: a first look knows only that it had it at its last edit."""
    edits = [deal.entered]
    while (at := script.later(edits[-1], 8, 16)) < min(until, script.curtain) - _PAUSE:
        script.update("Deals", deal.id, at, {"Next_Step": next_step_for(script, deal.contact)})
        edits.append(at)
    seen = [at for at in edits if at < look_on(script.part.first_look)]
    return seen[-1] if seen else deal.entered


def close_date_passed(script: Script) -> None:
    """The closing date passes untouched; in the past version the deal is won late, or finally gets a new date."""
    account = opening(script)
    turn = script.turn(live=(2, 18), past=(60, 95), ahead=1)
    deal = open_deal(script, account, script.later(turn, -24, -12), closing=script.diary.day_of(turn))
    settled = script.recovery(turn, 5, 14)
    note = f"closing date {deal.closing} went by"
    script.holds_past(SignalKind.CLOSE_DATE_PASSED, deal.id, day=deal.closing, until=settled, note=note)
    pursue(script, deal, until=min(settled, script.curtain) - _PAUSE)
    if settled < script.curtain:
        if script.rng.random() < 0.5:
            win(script, deal, settled)
        else:
            revise(script, deal, settled, closing=(settled + script.days(130, 160)).date())
            pursue(script, deal, after=settled + _PAUSE)
    keep_in_touch(script, account)


def close_date_slipped(script: Script) -> None:
    """The customer asks for more time."""
    account = opening(script)
    turn = script.turn(live=(0.6, 5.5))
    deal = deal_before(script, account, turn)
    note_of_turn(script, account, turn, Topic.DELAY, about=deal.contact)
    revise(script, deal, turn, closing=deal.closing + timedelta(days=script.rng.randint(9, 60)))
    pursue(script, deal, after=turn + _PAUSE)
    keep_in_touch(script, account)


def amount_dropped(script: Script) -> None:
    """The customer cuts the scope."""
    account = opening(script)
    turn = script.turn(live=(0.6, 5.5))
    deal = deal_before(script, account, turn)
    revise(script, deal, turn, less=script.rng.uniform(0.13, 0.45))
    note_of_turn(script, account, turn, Topic.PRICE, about=deal.contact)
    pursue(script, deal, after=turn + _PAUSE)
    keep_in_touch(script, account)


def stage_moved_back(script: Script) -> None:
    """A settled question reopens: the deal goes back one or two stages, ten days or more after its last move."""
    account = opening(script)
    turn = script.turn(live=(0.6, 5.5))
    deal = advanced_deal(script, account, turn)
    before = deal.stage
    move_to(script, deal, turn, stage=before - script.rng.randint(1, 2))
    script.moved(SignalKind.STAGE_MOVED_BACK, deal.id, at=turn, note=f"from stage {before} to {deal.stage}")
    note_of_turn(script, account, turn, Topic.WORRY, about=deal.contact)
    pursue(script, deal)
    keep_in_touch(script, account)


def advanced_deal(script: Script, account: Account, turn: datetime) -> Deal:
    """Write a deal that reached its fourth stage about two weeks before the turn."""
    deal = open_deal(script, account, script.later(turn, -38, -32), spare_days=60)
    move_to(script, deal, script.later(turn, -27, -24), stage=2)
    move_to(script, deal, script.later(turn, -15, -12), stage=3)
    return deal


def no_next_step(script: Script) -> None:
    """A deal without a next step, on an account where everything is logged afterwards and nothing is planned."""
    account = opening(script)
    opened = script.turn(live=(5, 24), past=(55, 95))
    deal = open_deal(script, account, opened, next_step=False)
    filled = script.recovery(opened, 9, 24)
    planned = filled
    if filled < script.curtain and script.rng.random() < 0.4:  # a meeting is planned first, the field filled afterwards
        filled = script.later(planned, 2, 4)
        plan_meeting(script, account, script.diary.slot(filled + timedelta(days=3)), made=planned)
    lacks_a_step(script, deal, until=planned, note="opened without a next step")
    enter_step(script, deal, filled)
    keep_in_touch(script, account, planned=False)


def lacks_a_step(script: Script, deal: Deal, *, until: datetime, note: str, true: bool = True) -> None:
    """Label the deal that has been open for three days without a next step."""
    since = deal.created + timedelta(days=3)
    script.holds(SignalKind.NO_NEXT_STEP, deal.id, since=since, until=until, note=note, true=true)


def enter_step(script: Script, deal: Deal, at: datetime) -> None:
    """Pursue the deal without a next step, and with one from `at` on."""
    pursue(script, deal, until=min(at, script.curtain) - _PAUSE, next_steps=False)
    if at < script.curtain:
        script.update("Deals", deal.id, at, {"Next_Step": next_step_for(script, deal.contact)})
        pursue(script, deal, after=at + _PAUSE)
