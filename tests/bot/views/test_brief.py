"""What an owner reads in the morning: one message, short, with counts that follow the decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.views.blocks import Block, Part
from bot.views.brief import brief_messages
from bot.views.space import characters
from bot.views.words import in_blocks
from integrations.sandbox.slack.blockkit import message_problems
from store.domain.attention.ledger import Place
from store.domain.brief.brief import Brief, CameOfIt, FellAway, Waiting
from store.domain.gate.proposals import Proposal, State
from store.domain.gate.writes.create_task import CreateTask
from store.domain.memory.outcomes import OutcomeVerdict
from store.domain.signals.kinds import Risk, SignalKind
from tests.bot import samples
from tests.bot.views.screen import block_ids, labels, pressable, read, words
from tests.bot.views.test_card import WORTH

SINCE = date(2026, 11, 17)


def render(brief: Brief, proposals: dict[str, Proposal], *, later: timedelta = timedelta()) -> Part:
    [main] = brief_messages(
        brief,
        proposals,
        links=samples.LINKS,
        names=samples.READER.names,
        tz=samples.TZ,
        now=samples.NOW + later,
    )
    return main


def placed(*places: Place, listed: int = 0, more: int = 0) -> tuple[Brief, dict[str, Proposal]]:
    """A morning with a card in each of these places, in the order of a stored brief."""
    whole, proposals = samples.morning(cards=len(places))
    cards = [
        replace(card, place=place, worth=WORTH, since=SINCE)
        for card, place in zip(whole.cards, sorted(places, key=list(Place).index), strict=True)
    ]
    ordered = sorted(cards, key=lambda card: (Place.QUESTION, Place.ASK, Place.OPEN).index(card.place))
    others = tuple(samples.listed(number) for number in range(listed))
    return replace(whole, cards=tuple(ordered), news=(), problems=(), listed=others, more=more), proposals


def decided(proposals: dict[str, Proposal], *, first: int, state: State = State.REJECTED) -> dict[str, Proposal]:
    """The first so many are decided."""
    return {
        key: replace(each, state=state, decided_by=samples.OWNER, decided_at=samples.NOW) if number < first else each
        for number, (key, each) in enumerate(proposals.items())
    }


def group(part: Part, block_id: str) -> Block | None:
    return next((each for each in part.blocks if each.get("block_id") == block_id), None)


def approvable(part: Part) -> int:
    """How many of its decisions can be approved from it, on the card or after reading."""
    return sum(label in ("Approve", "Read and approve", "Decide") for label in labels(part.blocks))


def lines(blocks: Sequence[Block]) -> list[str]:
    return read(blocks).split("\n")


def test_the_first_lines_greet_and_count() -> None:
    main = render(*placed(Place.ASK, Place.ASK, Place.ASK, Place.OPEN, Place.OPEN, listed=3, more=1))
    assert lines(main.blocks)[:2] == [
        "Good morning, Anna · Fri 20 Nov",
        "3 to decide · 2 still open, 1 high risk · 4 more risks listed · 14 quiet",
    ]
    assert main.blocks[0]["block_id"] == "header"


@pytest.mark.parametrize(
    ("first", "counts"),
    [
        (1, "2 left to decide · 1 still open"),
        (2, "1 left to decide · 1 still open"),
        (3, "All decided · 1 still open"),
        (4, "All decided"),
    ],
)
def test_the_counts_follow_the_decisions(first: int, counts: str) -> None:
    brief, proposals = placed(Place.ASK, Place.ASK, Place.QUESTION, Place.OPEN, listed=2)
    ids = [each for card in brief.cards for each in card.proposal_ids]
    main = render(brief, decided({each: proposals[each] for each in ids}, first=first))
    assert lines(main.blocks)[1] == counts


def ended(*states: State, place: Place = Place.ASK) -> Part:
    """A brief whose decisions at this place ended so. What can happen by itself did."""
    brief, proposals = placed(*[place] * len(states))
    by_itself = (State.EXPIRED, State.SUPERSEDED)
    after = {
        key: replace(each, state=state, decided_by=None if state in by_itself else samples.OWNER)
        for (key, each), state in zip(proposals.items(), states, strict=True)
    }
    return render(brief, after)


@pytest.mark.parametrize(
    ("states", "counts"),
    [
        ([State.DONE, State.SNOOZED, State.REJECTED], "All decided"),
        ([State.EXPIRED] * 3, "3 expired undecided"),
        ([State.SUPERSEDED] * 2, "Moved to a newer brief"),
        ([State.DONE, State.EXPIRED, State.SUPERSEDED], "1 decided, 1 expired undecided, 1 moved to a newer brief"),
    ],
)
def test_only_what_a_person_decided_is_called_decided(states: list[State], counts: str) -> None:
    assert lines(ended(*states).blocks)[1] == counts


@pytest.mark.parametrize(
    ("states", "title"),
    [
        ([State.REJECTED] * 2, "Asked before: all decided"),
        ([State.SUPERSEDED] * 2, "Asked before: moved to a newer brief"),
        ([State.EXPIRED, State.REJECTED], "Asked before: 1 decided, 1 expired undecided"),
    ],
)
def test_a_group_in_which_nothing_is_open_any_more_says_what_became_of_it(states: list[State], title: str) -> None:
    still = group(ended(*states, place=Place.OPEN), "open")
    assert still is not None
    assert still["title"]["text"] == title


def test_what_passed_its_time_counts_as_expired_before_anything_notes_it() -> None:
    brief, proposals = placed(Place.ASK)
    assert lines(render(brief, proposals, later=timedelta(days=4)).blocks)[1] == "1 expired undecided"


def test_what_is_kept_stays_where_it_was_asked_and_the_header_counts_it_apart() -> None:
    brief, proposals = placed(Place.QUESTION, Place.ASK, Place.ASK)
    before = render(brief, proposals)
    kept = tuple(
        replace(card, place=Place.ASK, kept=True) if card.place is Place.QUESTION else card for card in brief.cards
    )
    after = render(replace(brief, cards=kept), proposals)
    where = [each.replace("question:", "card:") for each in block_ids(before.blocks)]
    assert block_ids(after.blocks) == where
    assert lines(before.blocks)[1].startswith("3 to decide")
    assert lines(after.blocks)[1] == "2 left to decide · 1 kept open"
    ids = [each for card in reversed(brief.cards) for each in card.proposal_ids]
    done = decided({each: proposals[each] for each in ids}, first=2)
    assert lines(render(replace(brief, cards=kept), done).blocks)[1] == "2 decided · 1 kept open"


def test_a_first_approve_comes_after_two_lines_and_one_card() -> None:
    main = render(*placed(Place.ASK, Place.ASK, Place.OPEN, listed=6, more=3))
    assert [block["type"] for block in main.blocks[:4]] == ["header", "section", "section", "actions"]
    assert labels(main.blocks)[0] == "Approve"
    assert len(lines(main.blocks[:3])) == 5


def test_decided_cards_stay_in_their_place_in_one_line_each() -> None:
    brief, proposals = placed(Place.ASK, Place.ASK)
    before, after = render(brief, proposals), render(brief, decided(proposals, first=1))
    assert [each for each in block_ids(before.blocks) if each.startswith("card:")] == [
        each for each in block_ids(after.blocks) if each.startswith("card:")
    ]
    assert labels(after.blocks) == ["Bring back", "Approve", "Adjust", "Snooze", "Reject", "Why?"]


def test_the_brief_is_one_message_and_keeps_its_name_whatever_is_decided() -> None:
    brief, proposals = placed(Place.ASK, Place.QUESTION, Place.OPEN)
    for first in range(4):
        part = render(brief, decided(proposals, first=first))
        assert (part.name, part.in_thread) == ("brief", False)


def test_what_is_still_open_waits_in_a_collapsed_group_high_risks_first() -> None:
    brief, proposals = placed(Place.ASK, Place.OPEN, Place.OPEN, Place.OPEN)
    still = group(render(brief, proposals), "open")
    assert still is not None
    assert (still["is_collapsible"], still["default_collapsed"]) == (True, True)
    assert still["title"]["text"] == "Still open (3, 1 high risk)"
    assert [line for line in lines(still["child_blocks"]) if "Acme" in line and "$" in line] == [
        "🔴 *Acme 2* · $84,000 · high risk, since Tue",
        "🟠 *Acme 1* · $84,000 · since Tue",
        "🟠 *Acme 3* · $84,000 · since Tue",
    ]
    assert labels(still["child_blocks"]) == ["Decide"] * 3

    over = group(
        render(
            brief,
            {
                key: replace(each, state=State.REJECTED, decided_by=samples.OWNER) if key == f"{20:032x}" else each
                for key, each in proposals.items()
            },
        ),
        "open",
    )
    assert over is not None
    assert over["title"]["text"] == "Still open (2)"


def test_of_many_that_are_open_five_have_buttons_and_the_others_a_name() -> None:
    main = render(*placed(Place.ASK, *[Place.OPEN] * 9))
    still, listed = group(main, "open"), group(main, "listed")
    assert still is not None
    assert listed is not None
    assert labels(still["child_blocks"]) == ["Decide"] * 5
    assert still["title"]["text"] == "Still open (9, 4 high risks)"
    assert read(listed["child_blocks"]) == "To decide in the Home tab: Acme 3, Acme 5, Acme 7, Acme 9"


def test_what_has_no_line_is_counted_with_its_high_risks() -> None:
    brief, proposals = placed(Place.ASK, listed=2, more=45)
    listed = group(render(replace(brief, more_high=45), proposals), "listed")
    assert listed is not None
    assert lines(listed["child_blocks"])[-1] == "And 45 more, 45 of high risk, in the Home tab."


def test_other_risks_take_a_line_each_and_the_rest_is_counted() -> None:
    main = render(*placed(Place.ASK, listed=2, more=7))
    listed = group(main, "listed")
    assert listed is not None
    assert listed["title"]["text"] == "Also at risk, nothing to decide (9)"
    assert lines(listed["child_blocks"]) == [
        "🔴 Other 0 · $9,000: “Rollout” has been in Proposal for 60 days.",
        "🟠 Other 1 · $9,000: “Rollout” has been in Proposal for 60 days.",
        "And 7 more in the Home tab.",
    ]
    assert not labels(listed["child_blocks"])


def test_nothing_new_is_one_line() -> None:
    alone = render(*placed(Place.OPEN))
    assert read(alone.blocks) == "Nothing new, Anna. Acme 0 is still open. 14 quiet."
    assert pressable(alone) == [("read_proposal", f"{0:032x}:1:00000000000000b1")]
    assert labels(alone.blocks) == ["Decide"]

    several = render(*placed(Place.OPEN, Place.OPEN))
    assert lines(several.blocks)[0] == "Nothing new, Anna. 2 still open, 1 high risk. 14 quiet."
    assert [block["type"] for block in several.blocks] == ["section", "container"]

    beside = render(*placed(Place.OPEN, listed=1))
    assert lines(beside.blocks)[0] == "Nothing new, Anna. Acme 0 is still open. 1 more at risk, 14 quiet."
    first = render(*placed(listed=1))
    assert lines(first.blocks)[0] == "Nothing new, Anna. 1 at risk, 14 quiet."

    done = render(*(lambda made: (made[0], decided(made[1], first=1)))(placed(Place.OPEN)))
    assert read(done.blocks) == "Nothing new, Anna. 14 quiet.\n✖️ *Acme 0*: rejected"
    assert pressable(done) == [("reopen_proposal", f"{0:032x}:1")]


def test_a_quiet_morning_is_one_friendly_line() -> None:
    main = render(samples.brief(), {})
    assert read(main.blocks) == "Good morning, Anna. All 14 of your accounts are quiet; nothing needs you today. ☀️"


def test_a_morning_with_a_decision_that_waits_never_says_that_nothing_needs_you() -> None:
    whole, proposals = placed(Place.ASK)
    (proposal_id,) = proposals
    waits = Waiting(account_id="w", account_name="Waiting Works", proposal_id=proposal_id)
    brief = replace(whole, cards=(), waiting=(waits,))
    said = read(render(brief, proposals).blocks)
    assert said.startswith("Nothing new, Anna. 1 still open.")
    assert "To decide in the Home tab: Waiting Works" in said
    assert "nothing needs you today" in read(render(brief, decided(proposals, first=1)).blocks)


def test_what_fell_away_is_one_line_that_names_a_few_and_counts_the_rest() -> None:
    fallen = tuple(
        FellAway(
            account_id=str(number), account_name=f"Acme {number}", proposal_id=str(number), why="deal won on 12 Nov"
        )
        for number in range(6)
    )
    one, many = (render(replace(samples.brief(), fell_away=each), {}) for each in (fallen[:1], fallen))
    assert read(one.blocks).endswith("nothing needs you today. ☀️ 1 decision fell away: Acme 0 (deal won on 12 Nov).")
    assert read(many.blocks).endswith("Acme 3 (deal won on 12 Nov) and 2 more.")
    busy, proposals = placed(Place.ASK)
    assert "1 decision fell away: Acme 0 (deal won on 12 Nov)." in lines(
        render(replace(busy, fell_away=fallen[:1]), proposals).blocks
    )


def test_news_and_outcomes_are_collapsed_under_a_title_that_says_how_many() -> None:
    whole, proposals = samples.morning(cards=1)
    came = CameOfIt(
        account_id="4150000000010000",
        account_name="Acme <!here>",
        proposal_id="p",
        title="Call Acme",
        verdict=OutcomeVerdict.IMPROVED,
        because="The task was completed on 3 Mar 2026.",
        evidence=("task:77#0",),
    )
    main = render(replace(whole, came_of_it=(came,)), proposals)
    news, outcomes = group(main, "news"), group(main, "outcomes")
    assert news is not None
    assert outcomes is not None
    assert news["title"]["text"] == "News: 12 won"
    assert lines(news["child_blocks"])[0] == "🏆 Umbra AG: “Fleet” was won."
    assert outcomes["title"]["text"] == "What came of it (1)"
    assert "<https://crm.example/crm/tab/Tasks/77|The task was completed" in str(outcomes)
    assert "<!here>" not in str(outcomes)


def test_what_was_down_is_said_in_a_line() -> None:
    assert "⚠️ Memory was down." in words(render(samples.brief(problems=1), {}))


def test_the_last_line_says_who_wrote_it_and_how_old_the_data_is_in_a_few_words() -> None:
    brief, proposals = placed(Place.ASK)
    assert lines(render(brief, proposals).blocks)[-1] == "Written by rules · CRM data of 07:00"
    claude = replace(brief, author="Claude (claude-opus-5-5) and playbook")
    assert lines(render(claude, proposals).blocks)[-1] == "Written by Claude and rules · CRM data of 07:00"


def test_the_notification_and_fallback_say_all_of_it_in_words() -> None:
    main = render(*placed(Place.ASK, Place.OPEN, Place.OPEN, listed=1))
    assert main.text.startswith("Good morning, Anna · Fri 20 Nov\n1 to decide")
    for said in ("Acme 0", "Task for you", "Acme 2", "Other 0"):
        assert said in main.text
    assert len(main.text) <= 4_000


def test_a_full_morning_stays_within_350_words_whatever_it_holds() -> None:
    long = "“Rollout” ($9,000) " + "has been where it is for quite a long time now " * 3
    brief, proposals = placed(*[Place.ASK] * 5, *[Place.OPEN] * 5, listed=6, more=40)
    says = tuple(replace(each, statement=long) for each in brief.listed)
    for card in brief.cards:
        statements = tuple(replace(each, text=long) for each in card.statements)
        brief = replace(brief, cards=tuple(replace(c, statements=statements) if c is card else c for c in brief.cards))
    main = render(replace(brief, listed=says), proposals)
    assert 280 < in_blocks(main.blocks) <= 350
    assert approvable(main) == 4  # the fifth and what is still open in the Home
    assert read(main.blocks).count("quite a long time now has been") == 4 * 2
    assert "To decide in the Home tab: " in read(main.blocks)


@pytest.mark.parametrize(
    ("high", "said"), [(0, "2 still open ·"), (1, "2 still open, 1 high risk ·"), (2, "2 still open, both high risk ·")]
)
def test_the_counts_name_the_high_risks_among_what_is_still_open(high: int, said: str) -> None:
    brief, proposals = placed(Place.OPEN, Place.OPEN, listed=1)
    risks = [Risk.HIGH] * high + [Risk.MEDIUM] * (2 - high)
    cards = tuple(replace(each, risk=risk) for each, risk in zip(brief.cards, risks, strict=True))
    news = samples.morning()[0].news
    main = render(replace(brief, cards=cards, news=news), proposals)
    assert lines(main.blocks)[1].startswith(f"Nothing new to decide · {said}")


@pytest.mark.parametrize(
    ("said", "fact"),
    [
        ("“Belvik licence extension” has been in Needs Analysis for at least 119 days.", "119 days."),
        ("“{long}” slipped 22 days to 9 Jun 2027 and lost 25% (was $96,800).", "(was $96,800)."),
        ("“{long}” changed its contact from Grace Abara to Rohan Deshpande on 26 Nov.", "on 26 Nov."),
        ("Aiko Takeda, the contact of “{long}”, moved to another account between 24 and 26 Nov.", "24 and 26 Nov."),
    ],
)
def test_no_card_of_a_full_morning_loses_the_fact_of_its_statement(said: str, fact: str) -> None:
    text = said.format(long="Hillside Two-Year Organic Warehouse Module and Training Package")
    brief, proposals = placed(*[Place.ASK] * 5, *[Place.OPEN] * 5, listed=6, more=40)
    cards = tuple(replace(each, statements=(replace(each.statements[0], text=text),)) for each in brief.cards)
    task = replace(samples.task(), description=" ".join(["word"] * 13))
    full = {key: replace(each, write=task) for key, each in proposals.items()}
    main = render(replace(brief, cards=cards, news=samples.morning()[0].news * 4), full)
    assert in_blocks(main.blocks) <= 350
    shown = [each["text"]["text"] for each in main.blocks if str(each.get("block_id")).startswith("card:")]
    assert len(shown) >= 4
    assert len(shown) == 5 or "To decide in the Home tab: " in read(main.blocks)
    assert [each.split("\n")[1] for each in shown if not each.split("\n")[1].endswith(fact)] == []


def test_a_morning_with_too_much_to_say_keeps_almost_all_the_words_it_may_have() -> None:
    brief, proposals = placed(*[Place.ASK] * 3, *[Place.QUESTION] * 2, *[Place.OPEN] * 5, listed=8, more=40)
    task = replace(samples.task(), description=" ".join(["word"] * 15))  # more than the smallest cards show
    longer = {key: replace(each, write=task) for key, each in proposals.items()}
    assert 340 < in_blocks(render(brief, longer).blocks) <= 350


def test_as_many_high_risks_as_a_brief_can_name_stay_within_350_words_and_each_has_its_line() -> None:
    brief, proposals = placed(*[Place.ASK] * 3, *[Place.QUESTION] * 2, *[Place.OPEN] * 14, listed=20, more=1_165)
    names = [f"{each.account_name} Consolidated Freight Forwarding Holdings" for each in brief.listed]
    longer = tuple(replace(each, account_name=name) for each, name in zip(brief.listed, names, strict=True))
    main = render(replace(brief, listed=longer), proposals)
    listed = group(main, "listed")
    assert listed is not None
    assert in_blocks(main.blocks) <= 350
    assert [name for name in names if " ".join(name.split()[:2]) not in read(listed["child_blocks"])] == []
    assert read(listed["child_blocks"]).endswith("And 1,165 more, the gravest in the Home tab.")


def test_the_list_goes_on_in_another_section_and_loses_none() -> None:
    brief, proposals = placed(Place.ASK, listed=20)
    says = tuple(replace(each, statement=" ".join(["W" * 25] * 4)) for each in brief.listed)
    main = render(replace(brief, listed=says), proposals)
    listed = group(main, "listed")
    assert listed is not None
    assert len(listed["child_blocks"]) > 1
    assert not message_problems({"text": main.text, "blocks": main.blocks})
    assert [
        name for each in says if f"{(name := each.account_name)} · $9,000: WWW" not in read(listed["child_blocks"])
    ] == []


def test_twenty_decisions_and_an_owner_of_three_thousand_accounts_fit_into_one_message() -> None:
    brief, proposals = placed(*[Place.ASK] * 20, *[Place.OPEN] * 20, listed=20, more=2_900)
    main = render(brief, proposals)
    assert not message_problems({"text": main.text, "blocks": main.blocks})
    assert characters(main.blocks) <= 10_000
    assert len(main.blocks) <= 50
    assert approvable(main) == 20 + 2
    assert "20 to decide · 20 still open" in words(main)


def test_deal_names_of_255_characters_leave_every_write_whole_or_to_be_read() -> None:
    name = ("A very long deal name " * 12)[:255]
    brief, proposals = placed(*[Place.ASK] * 5)
    subject = f"Ask about “{name}”"[:255]
    longer = {
        key: replace(each, write=replace(each.write, subject=subject))
        for key, each in proposals.items()
        if isinstance(each.write, CreateTask)
    }
    main = render(brief, longer)
    assert labels(main.blocks).count("Read and approve") == 5
    assert "“Ask about “A very long deal…" in words(main)
    assert subject[:60] not in words(main)


def test_a_brief_of_an_earlier_release_with_forty_cards_keeps_its_buttons() -> None:
    brief, proposals = samples.morning(cards=40, advices=2)
    main = render(brief, proposals)
    assert not message_problems({"text": main.text, "blocks": main.blocks})
    assert approvable(main) == 20
    assert "40 to decide" in words(main)
    listed = group(main, "listed")
    assert listed is not None
    assert read(listed["child_blocks"]).startswith("To decide in the Home tab: Acme 20, ")


def test_further_advice_of_an_earlier_release_has_a_line_once_it_is_decided() -> None:
    brief, proposals = samples.morning(cards=2, advices=2)
    before = render(brief, proposals)
    further = brief.cards[0].proposal_ids[1]
    assert further not in str(before.blocks)

    rejected = replace(proposals[further], state=State.REJECTED, decided_by=samples.OWNER, decided_at=samples.NOW)
    after = render(brief, {**proposals, further: rejected})
    assert ("reopen_proposal", f"{further}:1") in pressable(after)
    assert len(after.blocks) == len(before.blocks) + 1
    expired = render(brief, {**proposals, further: replace(proposals[further], state=State.EXPIRED)})
    assert expired.blocks == before.blocks


def test_an_adjusted_proposal_shows_its_newest_version_for_decision() -> None:
    brief, proposals = placed(Place.ASK)
    (old,) = proposals.values()
    assert isinstance(old.write, CreateTask)
    superseded, newer = samples.adjusted(old, replace(old.write, subject="Call Max instead"), number=99)
    main = render(brief, {superseded.id: superseded, newer.id: newer})
    assert "“Call Max instead”" in words(main)
    assert ("approve_proposal", f"{newer.id}:2") in pressable(main)
    assert not [value for _, value in pressable(main) if value.startswith(old.id)]


def test_each_card_opens_its_own_evidence() -> None:
    brief, proposals = placed(Place.ASK, Place.QUESTION, Place.OPEN)
    asked = [value for action, value in pressable(render(brief, proposals)) if action == "why_proposal"]
    question, new, _ = (f"{brief.id}:{card.account_id}" for card in brief.cards)
    assert asked == [
        new,
        question,
    ]  # a question waits until what is new is decided, and what is still open is opened first


def test_a_day_of_another_year_is_told_with_it() -> None:
    assert samples.READER.day((samples.NOW + timedelta(days=100)).date()) == "Sun 28 Feb 2027"


def test_one_piece_of_news_says_in_the_title_whose_it_is_and_what_it_is_worth() -> None:
    won = replace(samples.news(), signal=replace(samples.news().signal, worth="€12,500"))
    new = replace(won, signal=replace(won.signal, kind=SignalKind.NEW_DEAL))
    whole, proposals = samples.morning(cards=1)
    news = group(render(replace(whole, news=(won, new, new)), proposals), "news")
    assert news is not None
    assert news["title"]["text"] == "News: 1 won (Umbra AG, €12,500), 2 new"
