"""What gets a card, in which order, and what stays news."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from store.domain.attention.ledger import Entry, Place, Reason, Tally
from store.domain.attention.policy import AttentionPolicy
from store.domain.brief.account_review import AccountReview
from store.domain.brief.brief import Brief
from store.domain.brief.explain import explain
from store.domain.brief.grouping import grouped, statements_of
from store.domain.brief.ranking import Morning, assemble, assemble_review
from store.domain.crm.accounts import AccountFacts
from store.domain.gate.proposals import Action, Prior, Recommendation, State
from store.domain.signals.context import SignalContext
from store.domain.signals.detectors import look_at
from store.domain.signals.kinds import NEWS, Risk, SignalKind
from store.domain.signals.weights import total
from tests.domain.makers import (
    ANNA,
    DAY,
    NOW,
    PIPELINE,
    TODAY,
    account,
    call,
    contact,
    context,
    deal,
    facts,
    moved,
    task,
)
from tests.domain.proposals import TASK, proposal
from tests.domain.troubles import TROUBLES

CALM = facts(deal())
SILENT = facts(deal(), activities=(call(NOW - 40 * DAY),))


def review(of: AccountFacts, at: SignalContext | None = None, **fields: Any) -> AccountReview:
    """An account with one piece of advice about its weightiest problem, if it has any."""
    findings = look_at(of, at or context())
    signals = tuple(signal for finding in findings for signal in finding.signals)
    problems = [signal for signal in signals if signal.kind not in NEWS]
    given = {
        "recommendations": (advice(f"{of.id}:follow_up", problems[0].kind),) if problems else (),
        "open_amount": total(PIPELINE.open_deals(of.deals)),
    }
    return AccountReview(facts=of, findings=findings, signals=signals, **(given | fields))


def advice(key: str, kind: SignalKind) -> Recommendation:
    return replace(proposal(TASK).recommendation, key=key, signals=(kind,))


def late_advice(key: str, deal_id: str) -> Recommendation:
    """Advice about one deal."""
    cited = next(iter(look_at(facts(deal(deal_id, closing_date=TODAY - DAY)), context())[2].signals)).evidence
    return replace(advice(key, SignalKind.CLOSE_DATE_PASSED), evidence=cited)


def morning_of(*reviews: AccountReview, **fields: Any) -> Morning:
    return assemble(ANNA, reviews, brief_id="b1", local_date=TODAY, now=NOW, data_as_of=NOW, **fields)


def brief_of(*reviews: AccountReview, **fields: Any) -> Brief:
    return morning_of(*reviews, **fields).brief


def named(id: str, of: AccountFacts) -> AccountFacts:
    """The same facts on another account. Only the account's name and id matter to the ranking."""
    return AccountFacts(
        account=account(name=id), deals=of.deals, contacts=of.contacts, activities=of.activities, notes=of.notes
    )


def test_calm_accounts_are_counted_quiet_and_have_no_card() -> None:
    brief = brief_of(review(CALM), review(SILENT), review(CALM))
    assert (brief.accounts, brief.quiet, len(brief.cards)) == (3, 2, 1)
    assert (brief.owner_id, brief.owner_name, brief.author, brief.kind) == (ANNA.id, ANNA.name, "playbook", "morning")


def test_deals_without_an_account_can_have_a_card_but_are_no_account() -> None:
    bare = facts(deal(account_id=None, next_step=None), account=None, activities=())
    brief = brief_of(review(bare), review(CALM))
    assert (brief.accounts, brief.quiet) == (1, 1)
    assert (brief.cards[0].account_id, brief.cards[0].account_name) == ("", "Deals without an account")


def test_signals_about_one_deal_become_one_sentence_with_all_their_evidence() -> None:
    after, changes = moved(
        deal(amount=100_000.0, closing_date=TODAY + 10 * DAY),
        NOW - DAY,
        amount=80_000.0,
        closing_date=TODAY + 40 * DAY,
    )
    (card,) = brief_of(review(facts(after), context(*changes))).cards
    (statement,) = card.statements
    assert statement.text == ("“Renewal” ($80,000) lost 20% (was $100,000) and slipped 30 days to 30 Dec.")
    assert statement.kinds == (SignalKind.AMOUNT_DROPPED, SignalKind.CLOSE_DATE_SLIPPED)
    ids = [cited.id.partition("@")[0] for cited in statement.evidence]
    assert ids == ["deal:d1:amount", "deal:d1:amount", "deal:d1:closing_date"]


def test_signals_about_different_records_stay_apart_and_the_weightiest_comes_first() -> None:
    trouble = facts(
        deal(closing_date=TODAY - DAY),
        deal("d2", name="Other", next_step=None),
        activities=(call(NOW), task(TODAY - DAY)),
    )
    texts = [statement.text for statement in statements_of(review(trouble).signals)]
    assert [text.split(" ")[0] for text in texts] == ["“Renewal”", "“Other”", "Task"]


def test_the_silence_of_an_account_and_its_single_thread_are_two_sentences() -> None:
    alone = facts(deal(amount=20_000.0), activities=(call(NOW - 40 * DAY),), contacts=(contact(),))
    kinds = [tuple(signal.kind for signal in group) for group in grouped(review(alone).signals)]
    assert kinds == [(SignalKind.NO_ACTIVITY,), (SignalKind.SINGLE_THREADED,)]


def test_a_score_combines_weights_and_a_card_is_as_risky_as_its_worst_signal() -> None:
    trouble = facts(deal(closing_date=TODAY - DAY, next_step=None))
    (card,) = brief_of(review(trouble)).cards
    assert card.score == round(1 - (1 - 0.50) * (1 - 0.30), 4)
    assert card.risk is Risk.MEDIUM
    assert card.amount == 9_000.0


def test_what_is_open_is_the_money_in_open_deals_and_no_won_deal() -> None:
    trouble = facts(
        deal(amount=10_000.0, closing_date=TODAY - DAY, next_step=None),
        deal("d2", amount=5_000.0),
        deal("d3", amount=7_000.0, stage="Closed Won"),
        activities=(call(NOW - 2 * DAY, done=True),),
    )
    assert brief_of(review(trouble)).cards[0].amount == 15_000.0


def test_news_alone_makes_no_card_and_no_quiet_account() -> None:
    won, changes = moved(deal(), NOW - DAY / 2, stage="Closed Won")
    brief = brief_of(review(facts(won), context(*changes)))
    assert brief.cards == ()
    assert [news.signal.kind for news in brief.news] == [SignalKind.DEAL_WON]
    assert brief.quiet == 0


def test_a_win_that_asks_for_nothing_today_is_news_and_no_risk() -> None:
    """Its advice may be too little to ask about; the account is then neither listed as being at risk nor counted."""
    deal_won, changes = moved(deal(), NOW - DAY / 2, stage="Closed Won")
    update = advice("a1:update", SignalKind.DEAL_WON)
    won = review(facts(deal_won), context(*changes), recommendations=(update,))
    made = morning_of(won, policy=AttentionPolicy(asks=0))
    assert [each.signal.kind for each in made.brief.news] == [SignalKind.DEAL_WON]
    assert (made.brief.cards, made.brief.listed, made.brief.more, made.ledger.entries) == ((), (), 0, ())


def test_a_deal_that_is_new_and_won_is_told_once() -> None:
    (trouble,) = [each for each in TROUBLES if each.name == "news"]
    brief = brief_of(review(trouble.facts, trouble.context))
    assert [(news.signal.kind, news.signal.record_id) for news in brief.news] == [
        (SignalKind.NEW_DEAL, "d3"),
        (SignalKind.DEAL_WON, "d1"),
        (SignalKind.DEAL_LOST, "d2"),
    ]


def yesterday(morning: Morning) -> dict[str, Entry]:
    return {
        entry.account_id: replace(entry, first_on=TODAY - timedelta(days=1), asked_on=TODAY - timedelta(days=1))
        for entry in morning.ledger.entries
    }


def test_an_account_has_one_decision_and_a_review_all_of_its_advice() -> None:
    two = (advice("a1:follow_up", SignalKind.NO_ACTIVITY), advice("a1:note", SignalKind.NO_ACTIVITY))
    silent = review(SILENT, recommendations=two)
    assert brief_of(silent).cards[0].recommendations == two[:1]
    made = assemble_review(ANNA, silent, brief_id="b1", local_date=TODAY, now=NOW, data_as_of=NOW)
    assert (made.kind, made.cards[0].recommendations) == ("review", two)


def test_a_problem_without_advice_is_listed_without_a_decision() -> None:
    brief = brief_of(review(SILENT, recommendations=()))
    assert brief.cards == ()
    assert [(each.account_id, each.reason) for each in brief.listed] == [(SILENT.id, Reason.NO_ADVICE)]


def test_an_account_that_was_put_off_is_not_asked_about_in_another_way() -> None:
    two = (advice("a1:follow_up", SignalKind.NO_ACTIVITY), advice("a1:note", SignalKind.NO_ACTIVITY))
    brief = brief_of(review(SILENT, recommendations=two), snoozed=frozenset({"a1:follow_up"}))
    assert (brief.cards, brief.more) == ((), 0)


def test_the_decision_that_is_still_open_stays_although_other_advice_is_now_first() -> None:
    asked = advice("a1:follow_up", SignalKind.NO_ACTIVITY)
    before = yesterday(morning_of(review(SILENT, recommendations=(asked,))))
    other = advice("a1:note", SignalKind.NO_ACTIVITY)
    (card,) = brief_of(review(SILENT, recommendations=(other, asked)), before=before).cards
    assert (card.place, card.recommendations) == (Place.OPEN, (asked,))


@pytest.mark.parametrize(("zone", "hours"), [("Asia/Tokyo", -1), ("Europe/Berlin", 8), ("America/Los_Angeles", 25)])
def test_what_was_decided_on_the_day_it_was_asked_rests_wherever_its_owner_is(zone: str, hours: int) -> None:
    """At 8 in the morning in Tokyo it is still the day before in UTC; at 17:00 in Los Angeles the next one."""
    owner = replace(ANNA, timezone=zone)
    asked, other = advice("a1:follow_up", SignalKind.NO_ACTIVITY), advice("a1:note", SignalKind.NO_ACTIVITY)
    before = yesterday(morning_of(review(SILENT, recommendations=(asked,))))
    at = datetime.combine(TODAY - timedelta(days=1), time(), UTC) + timedelta(hours=hours)
    decided = Prior(
        key=asked.key, title="Call", action=Action.FOLLOW_UP, signals=(), state=State.REJECTED, decided_by=ANNA.id,
        decided_at=at, reason="no", created_at=at,
    )  # fmt: skip
    again = review(SILENT, recommendations=(other,), priors=(decided,))
    made = assemble(owner, [again], brief_id="b1", local_date=TODAY, now=NOW, data_as_of=NOW, before=before)
    assert made.brief.cards == ()
    assert [entry.reason for entry in made.ledger.entries] == [Reason.RESTING]


def test_a_card_knows_how_its_reader_answered_advice_like_it() -> None:
    silent = review(SILENT, recommendations=(advice("a1:follow_up", SignalKind.NO_ACTIVITY),))
    (card,) = brief_of(silent, tally=Tally(answers={"no_activity": (4, 1), "deal_won": (9, 9)})).cards
    (other,) = brief_of(silent).cards
    assert card.worth is not None
    assert other.worth is not None
    assert (card.worth.own, other.worth.own) == ((4, 1), (0, 0))


def test_nothing_on_a_first_brief_is_told_apart_as_new() -> None:
    silent = review(SILENT, recommendations=(advice("a1:follow_up", SignalKind.NO_ACTIVITY),))
    (first,) = brief_of(silent).cards
    (card,) = brief_of(silent, before={}).cards
    assert (first.reason, card.reason) == (Reason.FIRST, Reason.NEW)


def test_what_moved_since_the_last_brief_leads_the_card() -> None:
    stale = deal(closing_date=TODAY - DAY, amount=100_000.0)
    before = yesterday(morning_of(review(facts(stale))))
    after, changes = moved(stale, NOW - DAY / 2, amount=80_000.0)
    late = facts(after, deal("d2", name="Other", closing_date=TODAY - 9 * DAY, amount=900_000.0))
    (card,) = brief_of(review(late, context(*changes)), before=before).cards
    assert (card.place, card.reason) == (Place.ASK, Reason.CHANGED)
    assert SignalKind.AMOUNT_DROPPED in {kind for each in card.statements[: card.moved] for kind in each.kinds}


def test_a_signal_that_is_no_longer_too_common_to_show_is_no_change() -> None:
    both = review(facts(deal(closing_date=TODAY - DAY), activities=(call(NOW - 40 * DAY),)))
    rare = tuple(signal for signal in both.signals if signal.kind is SignalKind.CLOSE_DATE_PASSED)
    assert {signal.kind for signal in both.signals} > {signal.kind for signal in rare}
    before = yesterday(morning_of(replace(both, signals=rare)))
    (card,) = brief_of(both, before=before).cards
    assert (card.place, card.moved) == (Place.OPEN, 0)


def test_a_changed_card_asks_about_what_moved_and_leads_with_it() -> None:
    stale, calm = deal(closing_date=TODAY - DAY, amount=900_000.0), deal("d2", name="Other", amount=100_000.0)
    asked = late_advice("a1:follow_up:d1", "d1")
    before = yesterday(morning_of(review(facts(stale, calm), recommendations=(asked,))))
    shrunk, changes = moved(calm, NOW - DAY / 2, amount=60_000.0)
    other = late_advice("a1:follow_up:d2", "d2")
    today = review(facts(stale, shrunk), context(*changes), recommendations=(asked, other))
    (card,) = brief_of(today, before=before).cards
    assert (card.reason, card.recommendations, card.moved) == (Reason.CHANGED, (other,), 1)
    assert "Other" in card.statements[0].text


def test_a_card_leads_with_the_problem_that_its_decision_answers() -> None:
    late = deal(closing_date=TODAY - DAY, amount=90_000.0, created_at=NOW - 40 * DAY)
    alone = review(facts(late, contacts=(contact("c1", name="Ada"),)))
    kinds = [signal.kind for signal in alone.signals]
    assert {SignalKind.CLOSE_DATE_PASSED, SignalKind.SINGLE_THREADED} <= set(kinds)
    for kind in (SignalKind.CLOSE_DATE_PASSED, SignalKind.SINGLE_THREADED):
        move = replace(late_advice("k", "d1"), signals=(kind,))
        (card,) = brief_of(replace(alone, recommendations=(move,))).cards
        assert kind in card.statements[0].kinds


def test_news_of_an_account_with_a_card_is_on_its_card() -> None:
    won, changes = moved(deal("d2", name="Won one"), NOW - DAY / 2, stage="Closed Won")
    both = facts(deal(), won, activities=(call(NOW - 40 * DAY),))
    brief = brief_of(review(both, context(*changes)))
    assert brief.news == ()
    assert [each.kinds for each in brief.cards[0].statements][-1] == (SignalKind.DEAL_WON,)


def test_news_of_an_account_is_told_beside_what_is_still_open() -> None:
    """Two short lines of what is still open have no room for it."""
    late = deal(closing_date=TODAY - DAY, amount=90_000.0)
    asked = late_advice("a1:follow_up:d1", "d1")
    before = yesterday(morning_of(review(facts(late), recommendations=(asked,))))
    won, changes = moved(deal("d2", name="Won one"), NOW - DAY / 2, stage="Closed Won")
    brief = brief_of(review(facts(late, won), context(*changes), recommendations=(asked,)), before=before)
    assert [card.place for card in brief.cards] == [Place.OPEN]
    assert [each.signal.kind for each in brief.news] == [SignalKind.DEAL_WON]


def test_a_reopened_deal_is_told_even_if_its_accounts_card_leads_with_something_else() -> None:
    late, closed = deal(closing_date=TODAY - DAY, amount=90_000.0), deal("d2", name="Back again", stage="Closed Won")
    opened, changes = moved(closed, NOW - DAY / 2, stage="Negotiation")
    asked = late_advice("a1:follow_up:d1", "d1")
    brief = brief_of(review(facts(late, opened), context(*changes), recommendations=(asked,)))
    (card,) = brief.cards
    assert SignalKind.DEAL_REOPENED not in card.statements[0].kinds
    assert [each.signal.kind for each in brief.news] == [SignalKind.DEAL_REOPENED]


def test_what_no_brief_has_room_for_is_counted() -> None:
    crowd = [review(replace(SILENT, account=replace(account(), id=f"n{n}"))) for n in range(30)]
    brief = brief_of(*crowd)
    assert len(brief.cards) + len(brief.listed) + brief.more == 30


def test_explain_tells_what_was_found_first_and_then_why_the_rest_stayed_silent() -> None:
    lines = explain(review(SILENT).findings)
    assert len(lines) == len(SignalKind)
    assert lines[0].startswith("No activity: Nothing logged for 40 days")
    assert lines[1] == (
        "Deal stalled: no. The open deal, “Renewal”, has been in Proposal for at least 5 days; "
        "stalled counts after 30 days."
    )
