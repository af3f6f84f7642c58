"""`sergas demo --check` shows some cards in words, and says where to look next."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.demo.shown import cards_in_words, where_to_look, whom_to_act_as
from integrations.sandbox.world import build_world
from store.domain.attention.ledger import Place
from store.domain.signals.kinds import SignalKind
from tests.bot import samples

ADVICE = samples.advice(samples.task())
OTHER = replace(ADVICE, title="Meet a second contact", signals=(SignalKind.SINGLE_THREADED,))


def test_a_card_shows_what_is_seen_and_advised_and_how_sure_that_is() -> None:
    lines = cards_in_words([("Anna Berg", samples.brief([samples.card(1, [ADVICE])]))])
    assert lines[0] == "1 of 1 card that ask for a decision:"
    assert lines[1:4] == [
        "  Anna Berg · Acme 1",
        "    Seen: “Renewal 2026” moved from 30 Sep to 31 Dec; “Renewal 2026” moved from 30 Sep to 31 Dec",
        f"    Advice: {ADVICE.title}",
    ]
    assert lines[4] == f"    Because: {ADVICE.rationale}"
    assert ADVICE.confidence.because[1:] in lines[5]


def test_five_cards_are_shown_of_different_advice_first_and_open_ones_are_not() -> None:
    cards = [samples.card(number, [ADVICE]) for number in range(9)]
    cards = [
        *cards,
        samples.card(77, [OTHER]),
        replace(samples.card(88, [ADVICE]), place=Place.OPEN),
        samples.card(99, []),
    ]
    lines = cards_in_words([("Anna Berg", samples.brief(cards))])
    shown = [line.strip() for line in lines if " · " in line]
    assert lines[0] == "5 of 10 cards that ask for a decision:"
    assert shown == [f"Anna Berg · Acme {number}" for number in (0, 77, 1, 2, 3)]


def test_hostile_names_stay_on_their_line() -> None:
    text = "\n".join(
        cards_in_words([("Eve\nBoss", samples.brief([samples.card(1, [ADVICE], lambda _: "x\ny" * 500)]))])
    )
    assert len(text.split("\n")) == 6
    assert max(map(len, text.split("\n"))) < 200


def test_faults_and_checks_are_named_first() -> None:
    assert list(where_to_look(checks=3, left_out=45, own=True))[1] == (
        "  at the report above: 45 faults left out and 3 things to check; mend the mapping or the files"
    )
    assert [line for line in where_to_look() if "report" in line or "own" in line] == []


def test_the_demo_names_an_administrator_to_act_as_if_there_is_one() -> None:
    company = build_world(owners=1, accounts_per_owner=1, days=30, end=date(2026, 11, 20)).company
    [admin] = [each.full_name for each in company.users if each.profile == "Administrator"]
    assert whom_to_act_as(company) == f"Act there as anyone, such as {admin}, administrator."
    without = replace(company, users=tuple(each for each in company.users if each.profile != "Administrator"))
    assert whom_to_act_as(without) == "Act there as anyone."
