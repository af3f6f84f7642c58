"""The storylines of the world, by name: each writes one account's history and labels what is to be noticed in it."""

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
    silence.silence,
    deals.stalled,
    people.sponsor_left,
    deals.close_date_slipped,
    people.task_overdue,
    trouble.slipping_away,
    deals.no_next_step,
    deals.close_date_passed,
    people.owner_changed,
    deals.stage_moved_back,
    trouble.stuck_with_one,
    deals.amount_dropped,
    people.single_threaded,
    people.sponsor_replaced,
)
ANSWERED = _by_name(silence.answered_silence)
