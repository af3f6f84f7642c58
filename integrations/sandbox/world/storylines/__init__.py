"""The world's storylines, by name: each writes one account's history and labels everything in it worth noticing."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from integrations.sandbox.world.script import Script
from integrations.sandbox.world.storylines import deals, news, people, silence, steady, trouble

Storyline = Callable[[Script], None]


def _by_name(*storylines: Storyline) -> Mapping[str, Storyline]:
    return {storyline.__name__: storyline for storyline in storylines}


STEADY = _by_name(steady.healthy, steady.quiet, steady.small)
NEWS = _by_name(news.new_deal, news.deal_won, news.deal_lost)
TROUBLE = _by_name(
    trouble.slipping_away,
    deals.stalled,
    people.sponsor_left,
    deals.no_next_step,
    people.task_overdue,
    silence.silence,
    deals.close_date_slipped,
    people.owner_changed,
    deals.close_date_passed,
    people.sponsor_replaced,
    trouble.stuck_with_one,
    deals.amount_dropped,
    people.champion_left,
    deals.stage_moved_back,
    people.single_threaded,
)
ANSWERED = _by_name(silence.answered_silence)
