"""Storylines that end in news: a deal is new, won or lost. Live news is told on the last morning."""

from __future__ import annotations

from datetime import datetime

from integrations.sandbox.world.deals import lose, pursue, win
from integrations.sandbox.world.prose import Topic
from integrations.sandbox.world.rhythm import keep_in_touch, write_note
from integrations.sandbox.world.script import Script
from integrations.sandbox.world.storylines.common import add_deal, deal_before, opening


def new_deal(script: Script) -> None:
    """Talks turn into a deal."""
    scene = opening(script)
    pursue(script, add_deal(script, scene, _told_at(script)))
    keep_in_touch(script, scene)


def deal_won(script: Script) -> None:
    """Won in good time, from wherever the deal stood."""
    scene = opening(script)
    turn = _told_at(script)
    win(script, deal_before(script, scene, turn), turn)
    keep_in_touch(script, scene)


def deal_lost(script: Script) -> None:
    """Lost, with a note that says why."""
    scene = opening(script)
    turn = _told_at(script)
    deal = deal_before(script, scene, turn)
    write_note(script, scene, turn, Topic.LOSS, about=deal.contact)
    lose(script, deal, turn)
    keep_in_touch(script, scene)


def _told_at(script: Script) -> datetime:
    if script.part.live:
        return script.diary.last_afternoon(script.part.end)
    return script.turn(live=(0, 0), past=(10, 100))
