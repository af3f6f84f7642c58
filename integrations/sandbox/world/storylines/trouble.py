"""Storylines in which several things go wrong at once."""

from __future__ import annotations

from datetime import timedelta

from integrations.sandbox.world.deals import deal_amount, lose, move_to, open_deal, pursue, revise
from integrations.sandbox.world.people import add_contact
from integrations.sandbox.world.prose import Topic
from integrations.sandbox.world.rhythm import keep_in_touch, write_note
from integrations.sandbox.world.script import Script
from integrations.sandbox.world.storylines.common import opening
from integrations.sandbox.world.storylines.deals import keeps_its_stage
from integrations.sandbox.world.storylines.people import hangs_on_one
from integrations.sandbox.world.storylines.silence import falls_silent


def slipping_away(script: Script) -> None:
    """After a month without contact, the closing date moves and the amount shrinks in one edit."""
    account = opening(script, contacts=(2, 4))
    turn = script.turn(live=(0.6, 5.5), past=(55, 80))
    deal = open_deal(
        script, account, script.later(turn, -50, -44), spare_days=40, amount=max(40_000, deal_amount(script))
    )
    for stage, days in enumerate((-29, -8), start=1):
        move_to(script, deal, script.later(turn, days, days + 2), stage=stage)
    last = keep_in_touch(script, account, until=turn - timedelta(days=31))
    revise(
        script,
        deal,
        turn,
        closing=deal.closing + timedelta(days=script.rng.randint(14, 45)),
        less=script.rng.uniform(0.15, 0.4),
    )
    back = script.recovery(turn, 3, 9)
    note = f"nothing logged since {last.date()}"
    falls_silent(script, last, until=back, note=note)
    pursue(script, deal, after=turn + timedelta(days=2))
    if back < script.curtain:
        write_note(script, account, back, Topic.DELAY)
        keep_in_touch(script, account, since=back)


def went_cold(script: Script) -> None:
    """Talks end and the deal stops; in the past version about half of these deals are lost, the others go on."""
    account = opening(script)
    turn = script.turn(live=(40, 56), past=(80, 102))
    deal = open_deal(script, account, script.later(turn, -24, -12), spare_days=75)
    move_to(script, deal, turn, stage=1)
    last = keep_in_touch(script, account, until=turn + timedelta(days=6))
    end = script.recovery(turn, 40, 55)
    note = f"cold since {last.date()}"
    keeps_its_stage(script, deal, until=end, note=note)
    falls_silent(script, last, until=end, note=note)
    if end >= script.curtain:
        return
    if script.rng.random() < 0.5:
        write_note(script, account, end, Topic.LOSS, about=deal.contact)
        lose(script, deal, end)
    else:
        write_note(script, account, end, Topic.PROGRESS, about=deal.contact)
        move_to(script, deal, end, stage=2)
        pursue(script, deal)
    keep_in_touch(script, account, since=end)


def stuck_with_one(script: Script) -> None:
    """The deal stalls, and everything depends on one person; in the past version, another person there gets it going again."""
    account = opening(script, contacts=(1, 1))
    turn = script.turn(live=(33, 56), past=(80, 102))
    amount = max(15_000, deal_amount(script))
    deal = open_deal(script, account, script.later(turn, -24, -12), spare_days=75, amount=amount)
    move_to(script, deal, turn, stage=1)
    moves_on = script.recovery(turn, 33, 48)
    keeps_its_stage(script, deal, until=moves_on, note=f"no stage move since {turn.date()}")
    if moves_on < script.curtain:
        add_contact(script, account, moves_on)
        move_to(script, deal, moves_on, stage=2)
        pursue(script, deal)
    hangs_on_one(script, deal, until=moves_on)
    keep_in_touch(script, account)
