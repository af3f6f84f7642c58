"""What gets a card, in which order, and what stays news."""

from __future__ import annotations

import itertools
from typing import Any

from store.domain.brief.brief import Brief
from store.domain.brief.ranking import AccountReview, assemble, explain, grouped, statements_of
from store.domain.crm.accounts import AccountFacts
from store.domain.signals.context import SignalContext
from store.domain.signals.detectors import look_at
from store.domain.signals.kinds import Risk, SignalKind
from tests.domain.makers import ANNA, DAY, NOW, TODAY, account, call, contact, context, deal, facts, moved, task
from tests.domain.troubles import TROUBLES

CALM = facts(deal())
SILENT = facts(deal(), activities=(call(NOW - 40 * DAY),))


def review(of: AccountFacts, at: SignalContext | None = None, **fields: Any) -> AccountReview:
    findings = look_at(of, at or context())
    signals = tuple(signal for finding in findings for signal in finding.signals)
    return AccountReview(facts=of, findings=findings, signals=signals, **fields)


def brief_of(*reviews: AccountReview, **fields: Any) -> Brief:
    return assemble(ANNA, reviews, brief_id="b1", local_date=TODAY, now=NOW, data_as_of=NOW, **fields).brief


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
    assert statement.text == (
        "“Renewal” ($80,000) lost 20% of its amount (was $100,000) and slipped 30 days from 30 Nov to 30 Dec."
    )
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
    assert [text.split(" ")[0] for text in texts] == ["“Renewal”", "“Other”", "The"]


def test_the_silence_of_an_account_and_its_single_thread_are_two_sentences() -> None:
    alone = facts(deal(amount=20_000.0), activities=(call(NOW - 40 * DAY),), contacts=(contact(),))
    kinds = [tuple(signal.kind for signal in group) for group in grouped(review(alone).signals)]
    assert kinds == [(SignalKind.NO_ACTIVITY,), (SignalKind.SINGLE_THREADED,)]


def test_cards_are_ordered_by_risk_then_score_then_money_then_name_whatever_order_they_come_in() -> None:
    big = facts(deal(amount=90_000.0, next_step=None), activities=(call(NOW - 40 * DAY),))
    both = facts(deal(next_step=None), activities=(call(NOW - 40 * DAY),))
    richer = facts(deal(amount=20_000.0), activities=(call(NOW - 40 * DAY),))
    low = facts(deal(next_step=None))
    expected = ["high", "two signals", "richer", "a poorer", "b poorer", "low"]
    kinds = zip(expected, [big, both, richer, SILENT, SILENT, low], strict=True)
    reviews = [review(named(name, of)) for name, of in kinds]
    for order in itertools.permutations(reviews, len(reviews)):
        assert [card.account_name for card in brief_of(*order).cards] == expected


def test_a_score_combines_weights_and_a_card_is_as_risky_as_its_worst_signal() -> None:
    trouble = facts(deal(closing_date=TODAY - DAY, next_step=None))
    (card,) = brief_of(review(trouble)).cards
    assert card.score == round(1 - (1 - 0.50) * (1 - 0.30), 4)
    assert card.risk is Risk.MEDIUM
    assert card.amount == 9_000.0


def test_money_counts_each_deal_in_trouble_once() -> None:
    trouble = facts(
        deal(amount=10_000.0, closing_date=TODAY - DAY, next_step=None),
        deal("d2", amount=5_000.0, next_step=None),
        deal("d3", amount=7_000.0),
        activities=(call(NOW - 2 * DAY, done=True),),
    )
    assert brief_of(review(trouble)).cards[0].amount == 15_000.0


def test_news_alone_makes_no_card_and_no_quiet_account() -> None:
    won, changes = moved(deal(), NOW - DAY / 2, stage="Closed Won")
    brief = brief_of(review(facts(won), context(*changes)))
    assert brief.cards == ()
    assert [news.signal.kind for news in brief.news] == [SignalKind.DEAL_WON]
    assert brief.quiet == 0


def test_a_deal_that_is_new_and_won_is_told_once() -> None:
    (trouble,) = [each for each in TROUBLES if each.name == "news"]
    brief = brief_of(review(trouble.facts, trouble.context))
    assert [(news.signal.kind, news.signal.record_id) for news in brief.news] == [
        (SignalKind.NEW_DEAL, "d3"),
        (SignalKind.DEAL_WON, "d1"),
        (SignalKind.DEAL_LOST, "d2"),
    ]


def test_cards_beyond_the_limit_are_left_out_and_the_brief_says_how_many() -> None:
    brief = brief_of(*[review(SILENT)] * 5, max_cards=3, problems=("Memory is down.",))
    assert len(brief.cards) == 3
    assert brief.problems == ("Memory is down.", "2 accounts of lower risk had no room in this brief.")


def test_explain_tells_what_was_found_first_and_then_why_the_rest_stayed_silent() -> None:
    lines = explain(review(SILENT).findings)
    assert len(lines) == len(SignalKind)
    assert lines[0].startswith("No activity: Nothing logged for 40 days")
    assert lines[1] == "Deal stalled: no. The slowest open deal, “Renewal”, has been in Proposal for 5 days; " + (
        "stalled counts after 30 days."
    )
