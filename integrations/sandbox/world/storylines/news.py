"""Storylines that end in news: a deal is new, won or lost. Live news appears on the last morning."""

from __future__ import annotations

from datetime import datetime

from integrations.sandbox.world.deals import lose, open_deal, pursue, win
from integrations.sandbox.world.prose import Topic
from integrations.sandbox.world.rhythm import keep_in_touch, write_note
from integrations.sandbox.world.script import Script
from integrations.sandbox.world.storylines.common import deal_before, opening


def new_deal(script: Script) -> None:
    """Talks turn into a deal."""
    account = opening(script)
    pursue(script, open_deal(script, account, _told_at(script)))
    keep_in_touch(script, account)


def deal_won(script: Script) -> None:
    """The deal is won in good time, from any stage."""
    account = opening(script)
    turn = _told_at(script)
    win(script, deal_before(script, account, turn), turn)
    keep_in_touch(script, account)


def deal_lost(script: Script) -> None:
    """The deal is lost, with a note that says why."""
    account = opening(script)
    turn = _told_at(script)
    deal = deal_before(script, account, turn)
    write_note(script, account, turn, Topic.LOSS, about=deal.contact)
    lose(script, deal, turn)
    keep_in_touch(script, account)


def _told_at(script: Script) -> datetime:
    if script.part.live:
        return script.diary.last_afternoon(script.part.end)
    return script.turn(live=(0, 0), past=(10, 100))
