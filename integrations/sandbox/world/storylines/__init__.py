"""The world's storylines, by name: each writes one account's history and labels everything in it worth noticing."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from integrations.sandbox.world.script import Script
from integrations.sandbox.world.storylines import deals, news, noise, people, silence, steady, trouble

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
NOISE = _by_name(
    noise.calls_not_entered,
    noise.task_not_ticked,
    noise.close_date_not_kept_up,
    noise.wrong_stage,
    noise.edited_twice,
    noise.step_not_entered,
    noise.wrong_amount,
    noise.calls_on_another_account,
    noise.stage_not_kept_up,
    noise.people_not_entered,
    noise.wrong_closing_date,
    noise.won_and_not_entered,
    noise.contact_unlinked,
    trouble.went_cold,
)
ANSWERED = _by_name(silence.answered_silence)
