"""The figures of `tests.bench quality`: each has an example that meets its definition, and one that doesn't."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bot.views.blocks import Block, actions, button, divider, section
from store.domain.crm.accounts import Kind
from store.domain.errors import BadInput
from store.domain.gate.write import Write
from store.domain.signals.kinds import Risk, SignalKind
from tests.bench.__main__ import main
from tests.bench.briefs import (
    ACCOUNT,
    ASKED,
    NAME,
    TASK_LINE,
    card,
    card_blocks,
    container,
    entry,
    question_blocks,
    seen,
)
from tests.bench.quality import measure
from tests.bench.quality.figures import (
    commonest_share,
    cut,
    figures_of,
    figures_on_phone,
    high_risk_unseen,
    never_seen,
    unchanged,
)
from tests.bench.quality.message import asks_in
from tests.bench.quality.seen import Look, Seen
from tests.bench.quality.words import count
from tests.domain.proposals import NOTE, TASK, UPDATE

FIGURES = {
    "company", "days", "owners", "briefs", "asks_per_owner_day_p50", "asks_per_owner_day_max", "words_per_card_p50",
    "words_per_card_max", "words_per_brief_p50", "words_per_brief_max", "words_visible_p50", "unchanged_full_cards",
    "cut_writes", "commonest_signals_share", "high_risk_unseen_5_days", "never_seen_accounts_30_days", "thread_words_max",
    "cards", "open_lines", "listed", "seconds",
}  # fmt: skip


async def test_a_tiny_company_is_measured_from_its_slack() -> None:
    figures = await measure(owners=1, accounts=4, days=2)

    assert set(figures) == FIGURES
    assert (figures["owners"], figures["briefs"]) == (1, 2)
    assert figures["words_per_brief_max"] != 0


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"days": 0}, "--days takes 1 to 60 working days, not 0."),
        ({"days": 61}, "--days takes 1 to 60 working days, not 61."),
        ({"mapping": Path("m.toml")}, "--mapping needs --data with the folder of the files."),
        ({"data": Path("nowhere"), "mapping": Path("m.toml")}, "There is no folder nowhere."),
        ({"data": Path(), "mapping": Path("m.toml")}, "There is no mapping file m.toml."),
        ({"data": Path(), "world": 7}, "Give either --data or --world, not both."),
    ],
)
async def test_options_that_make_no_run_are_refused_in_one_sentence(given: dict[str, object], sentence: str) -> None:
    with pytest.raises(BadInput) as refused:
        await measure(**given)  # type: ignore[arg-type]  # keywords of each type

    assert str(refused.value) == sentence


def test_the_command_ends_with_2_and_the_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["tests.bench", "quality", "--data", "nowhere"])

    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 2
    assert capsys.readouterr().err == "python -m tests.bench quality: There is no folder nowhere.\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("🔴 *Acme GmbH* · $9,000 open", 4),
        ("<https://crm.example/a/b/c|Acme GmbH> → :white_check_mark: &amp; done", 3),
        ("Sure: amount $109,400 → $69,300 on 23 Nov", 7),
        ("", 0),
    ],
)
def test_marks_emoji_and_addresses_are_no_words(text: str, words: int) -> None:
    assert count([section(text)]) == words


def test_buttons_and_collapsed_lines_count_only_where_they_should() -> None:
    blocks = [*card_blocks("Five words are here now"), container("Still open", section("Beltide since Friday"))]

    assert count(blocks) == 9 + len(["Approve", "Why?"]) + 2 + 3
    assert count(blocks, controls=False) == 9 + 2 + 3
    assert count(blocks, folded=False) == 9 + 2 + 2


def test_an_ask_is_a_card_or_question_whose_buttons_decide() -> None:
    decided = {**section("✅ Acme: task created"), "block_id": f"card:{ACCOUNT}"}
    undo = actions("undo:p:1", button("Undo", action_id="undo_write", value="p:1"))
    folded = container("Still open", *card_blocks())

    asks = asks_in([*question_blocks(), *card_blocks(), decided, undo, folded], {})

    assert [(ask.kind, ask.account_id) for ask in asks] == [("question", ACCOUNT), ("card", ACCOUNT)]
    assert asks[1].proposal_id == ASKED.id
    assert asks[1].text == "Acme GmbH $9,000 open Task for you, due Tue 24 Nov: “Call Acme” “It is quiet.”"


def test_a_card_of_an_older_release_is_found_between_dividers() -> None:
    old = [
        {key: value for key, value in block.items() if key != "block_id" or "decide" in value}
        for block in card_blocks()
    ]

    asks = asks_in([divider(), *old, divider(), section("News")], {ASKED.id: ACCOUNT})

    assert [(ask.kind, ask.account_id) for ask in asks] == [("card", ACCOUNT)]


def test_decisions_in_the_thread_are_asked_too() -> None:
    assert len(seen(*card_blocks(), thread=tuple(card_blocks(account_id="2"))).asks) == 2


def test_a_card_is_unchanged_if_all_its_facts_were_on_an_earlier_one() -> None:
    first = seen(*card_blocks("On Monday."), entries=(entry(marks=("m1", "m2")),))
    rest = seen(day=1, entries=(entry(),))
    again = seen(*card_blocks("On Wednesday."), day=2, entries=(entry(),))
    moved = seen(*card_blocks("On Wednesday."), day=2, entries=(entry(marks=("m1", "m3")),))

    assert unchanged([first, rest, again]) == 1
    assert unchanged([first, rest, moved]) == 0


def test_a_card_that_repeats_its_words_is_unchanged_whatever_its_marks() -> None:
    mornings = [seen(*card_blocks(), day=day, entries=(entry(marks=(f"m{day}",)),)) for day in range(2)]

    assert unchanged(mornings) == 1


LONG = replace(TASK, subject="Call Acme about the new date", priority="High")
ON_DEAL = replace(TASK, parent_kind=Kind.DEAL, parent_name="Renewal of 2027")
WHOLE = "→ Task for Anna Berg, due 24 Nov, high: “Call Acme about the new date” · “It is quiet.”"


@pytest.mark.parametrize(
    ("write", "text", "is_cut"),
    [
        (TASK, TASK_LINE, False),
        (TASK, TASK_LINE.replace("24", "25"), True),
        (TASK, TASK_LINE.replace("for you, ", ""), True),
        (LONG, WHOLE, False),
        (LONG, WHOLE.replace("new date", "ne…"), True),
        (LONG, WHOLE.replace(", high", ""), True),
        (replace(TASK, subject="Call *Acme* & <Co>"), TASK_LINE.replace("Acme", "∗Acme∗ &amp; &lt;Co&gt;"), False),
        (ON_DEAL, TASK_LINE.replace("you,", "you on “Renewal of 2027”,"), False),
        (ON_DEAL, TASK_LINE.replace("you,", "you on “Renewal of…”,"), True),
        (NOTE, "→ Note “What moved”: “It moved.”", False),
        (NOTE, "→ Note “What moved”", True),
        (UPDATE, "→ Account type: Prospect → Customer", False),
        (UPDATE, "→ Account type: Prospect → Customers", True),
    ],
)
def test_a_write_is_cut_unless_all_of_it_is_on_the_card(write: Write, text: str, is_cut: bool) -> None:
    assert cut(seen(*card_blocks(text), write=write)) == int(is_cut)


def test_a_description_that_is_only_behind_why_is_cut() -> None:
    assert cut(seen(*card_blocks(TASK_LINE.removesuffix(" · “It is quiet.”")))) == 1


def test_an_open_line_in_a_container_may_not_cut_its_write_either() -> None:
    assert cut(seen(container("Still open", *card_blocks()))) == 0
    assert cut(seen(container("Still open", *card_blocks(TASK_LINE.replace("Acme", "Ac…"))))) == 1


def test_an_approve_for_something_unknown_counts_as_cut() -> None:
    assert cut(seen(*card_blocks(of=replace(ASKED, id="f" * 32)))) == 1


def test_a_card_without_approve_cuts_nothing() -> None:
    assert cut(seen(*card_blocks("→ A long note", approve=False), write=NOTE)) == 0


def test_the_commonest_set_of_signals_is_a_share_of_full_cards() -> None:
    blocks = [each for account_id in ("1", "2", "3") for each in card_blocks(account_id=account_id)]
    cards = (card("1"), card("2"), card("3", SignalKind.DEAL_STALLED), card("4", SignalKind.DEAL_STALLED))

    assert commonest_share([seen(*blocks, cards=cards)]) == 0.667
    assert commonest_share([seen()]) == 0.0


def _five(*shown: Block, risks: str = "HHHHH") -> list[Seen]:
    """Five mornings; the third shows these blocks."""
    levels = {"H": Risk.HIGH, "M": Risk.MEDIUM}
    return [
        seen(*(shown if day == 2 else ()), day=day, entries=(entry(risk=levels[risk]),), cards=())
        for day, risk in enumerate(risks)
    ]


def test_a_high_risk_is_unseen_if_five_briefs_in_a_row_neither_name_nor_link_it() -> None:
    assert high_risk_unseen(_five()) == {ACCOUNT}
    assert high_risk_unseen(_five(section("Acme GmbHs"))) == {ACCOUNT}
    assert high_risk_unseen(_five(container("Listed", section(f"{NAME} · silent")))) == set()
    assert high_risk_unseen(_five(section(f"<https://crm.example/tab/Accounts/{ACCOUNT}|Acme>"))) == set()
    assert high_risk_unseen(_five(risks="HHMHH")) == set()
    assert high_risk_unseen(_five()[:4]) == set()


@pytest.mark.parametrize(
    ("days", "noticed", "a_day", "never"),
    [(2, 60, 2, 16), (2, 40, 2, 0), (20, 60, 2, 20), (20, 40, 2, 0), (1, 60, 2, 16), (1, 60, 0, 60)],
)
def test_accounts_never_seen_are_counted_after_20_mornings_and_estimated_before(
    days: int, noticed: int, a_day: int, never: int
) -> None:
    names = [f"Company {number}" for number in range(noticed)]
    entries = tuple(entry(str(number), name) for number, name in enumerate(names))
    mornings = [
        seen(section(", ".join(names[day * a_day : (day + 1) * a_day])), day=day, entries=entries, cards=())
        for day in range(days)
    ]

    assert never_seen(mornings) == never


def test_the_figures_come_from_every_brief_of_every_owner() -> None:
    quiet = seen(section("Nothing new, Anna."), day=1, cards=(), thread=(section("You asked, I answered."),))
    figures = figures_of([seen(*card_blocks(), *question_blocks(), entries=(entry(),)), quiet])

    assert (figures["owners"], figures["briefs"], figures["cards"]) == (1, 2, 1)
    assert (figures["asks_per_owner_day_p50"], figures["asks_per_owner_day_max"]) == (1.0, 2)
    assert figures["thread_words_max"] == 4
    assert figures["words_per_card_max"] == 16


def test_on_the_phone_briefs_without_an_approve_have_no_share() -> None:
    looks = [Look(screens=1.0, approve_in_sight=True), Look(screens=3.0, approve_in_sight=False)]

    assert figures_on_phone([*looks, Look(screens=0.2, approve_in_sight=None)]) == {
        "first_approve_on_first_screen_share": 0.5,
        "screens_p50": 1.0,
        "screens_max": 3.0,
    }
    assert figures_on_phone([])["first_approve_on_first_screen_share"] is None
