"""What Why? shows of one card: what changed and where it says so, how sure, why today, and the whole write."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

from bot.views.why import why_modal
from integrations.sandbox.slack.blockkit import view_problems
from store.domain.attention.ledger import Place, Reason
from store.domain.brief.brief import Card
from store.domain.crm.accounts import Kind
from store.domain.crm.evidence import Source
from store.domain.gate.proposals import AdviceSource, Proposal, SourceKind, State
from tests.bot import samples
from tests.bot.views.screen import read
from tests.bot.views.test_card import ON_A_DEAL, READER, WORTH, asked


def shown(made: tuple[Card, dict[str, Proposal]]) -> str:
    view = why_modal(*made, READER)
    assert not view_problems(view)
    return read(view["blocks"])


def test_it_says_everything_in_order() -> None:
    text = shown(asked())
    titles = ["*What we see*", "*How sure*", "*Why today*", "*What Approve writes*", "*Earlier advice*"]
    assert sorted(titles, key=text.index) == titles
    assert "Fairly sure: two fields agree" in text
    assert "New since your last brief; $84,000 at stake.\nNobody has spoken to Acme for 47 days." in text
    assert "• Tue 10 Nov: “Call her”, rejected by Anna Berg, “Not now”; the signal is still there" in text
    assert "Decide by Mon 23 Nov 08:00" in text


def test_the_whole_write_is_there_with_its_mark() -> None:
    assert "\n".join(
        (
            "*What Approve writes*",
            "Task for you: Call Eva Sommer about the renewal",
            "On: account “Acme GmbH”",
            "Due: Tue 24 Nov",
            "Priority: High",
            "Description: Ask whether the budget stands.",
            "Description ends with the bot's mark [SAM-0000000000]",
        )
    ) in shown(asked())


def test_each_statement_has_its_records_linked_with_the_day_and_each_only_once() -> None:
    card, proposals = asked()
    view = why_modal(card, proposals, READER)
    lines = [each["elements"][0]["text"] for each in view["blocks"] if each["type"] == "context"]
    assert lines[0] == "Deal <https://crm.example/crm/tab/Potentials/4150000000000000|Renewal 2026> · as of Sat 14 Nov"
    same = replace(card, statements=card.statements[:1] * 2)
    assert read(why_modal(same, proposals, READER)["blocks"]).count("Deal Renewal 2026 · as of") == 1


def test_a_record_adds_what_its_sentence_does_not_say_and_repeats_nothing() -> None:
    stage = replace(
        samples.evidence(), label="Stage", value="Proposal since 30 Oct; 21 days; usually 9; compared with 14 won deals"
    )
    amount = replace(samples.evidence(), field="amount", label="Amount", value="$84,000")
    said = "“Renewal 2026” ($84,000) has been in Proposal for 21 days (usually 9 on your won deals)."
    card, proposals = asked(ON_A_DEAL, said)
    card = replace(card, statements=(replace(card.statements[0], evidence=(stage, amount)),))
    text = shown((card, proposals))
    assert "Deal Renewal 2026 · Stage: Proposal since 30 Oct; compared with 14 won deals · as of Sat 14 Nov" in text
    assert text.count("84,000") == text.count("21 days") == text.count("usually 9") == 1


def test_a_day_is_shown_though_its_number_and_month_are_said_of_other_days() -> None:
    card, proposals = asked(ON_A_DEAL, "The deal slipped 3 days to 14 Dec.")
    due = replace(samples.evidence(), label="Due", value="3 Dec")
    card = replace(card, statements=(replace(card.statements[0], evidence=(due,)),))
    assert "Due: 3 Dec" in shown((card, proposals))


def test_a_first_brief_has_nothing_before_it_to_be_new_since() -> None:
    text = shown(asked(reason=Reason.FIRST))
    assert "last brief" not in text
    assert "*Why today*\n$84,000 at stake.\nNobody has spoken" in text


def test_a_change_is_told_by_its_two_values_if_the_sentence_says_how_much_it_is() -> None:
    card, proposals = asked(ON_A_DEAL, "The deal slipped 27 days to 5 May.")
    moved = replace(samples.evidence(), value="8 Apr → 5 May, 27 days later")
    card = replace(card, statements=(replace(card.statements[0], evidence=(moved,)),))
    assert "Closing date: 8 Apr → 5 May · as of" in shown((card, proposals))


def test_a_summary_that_tells_nothing_else_is_not_shown_again() -> None:
    card, proposals = asked()
    retold = replace(card.statements[0], text="The renewal slipped by a quarter.")
    assert "slipped by a quarter" not in shown((replace(card, summary=retold), proposals))
    more = replace(retold, evidence=(samples.evidence(77),))
    assert "slipped by a quarter" in shown((replace(card, summary=more), proposals))


def test_only_a_text_that_will_carry_the_mark_says_so() -> None:
    assert "mark" not in shown(asked(samples.update()))
    assert "Description ends with the bot's mark [SAM-0000000000]" in shown(
        asked(samples.update(fields=("description",)))
    )


def test_a_change_is_called_so_and_stands_for_the_value_it_led_to() -> None:
    card, proposals = asked()
    before = replace(samples.evidence(), source=Source.CHANGE, value="30 Sep → 31 Dec on 14 Nov", change_id="c")
    now = replace(samples.evidence(), value="31 Dec")
    changed = replace(card, statements=(replace(card.statements[0], evidence=(before, now)),))
    text = shown((changed, proposals))
    assert "*What changed*" in text
    assert "Deal Renewal 2026 · Closing date: 30 Sep → 31 Dec on 14 Nov\n" in text


def test_a_decision_that_waits_says_since_when() -> None:
    made = asked(place=Place.OPEN, reason=Reason.UNANSWERED, since=date(2026, 11, 17))
    assert "Open since Tue 17 Nov; $84,000 at stake." in shown(made)


def test_earlier_advice_that_was_done_already_was_not_rejected() -> None:
    made = asked()[0]
    prior = replace(samples.prior(), state=State.REJECTED, reason="Already done: called her", still_there=None)
    text = shown((replace(made, priors=(prior,)), asked()[1]))
    assert "”, done already by Anna Berg, “called her”" in text


def test_how_a_person_answers_is_told_if_it_counted() -> None:
    assert "you seldom take advice like it" in shown(asked(worth=replace(WORTH, answers=0.8, own=(1, 3))))
    assert "you often take advice like it" in shown(asked(worth=replace(WORTH, answers=1.2, own=(3, 0))))
    assert "advice like it" not in shown(asked())
    assert "advice like it" not in shown(asked(worth=replace(WORTH, answers=1.2, own=(2, 9))))
    assert "advice like it" not in shown(asked(worth=replace(WORTH, answers=0.8, own=(9, 2))))


def test_a_card_of_an_earlier_release_shows_all_its_advice_and_no_claims_about_yesterday() -> None:
    brief, proposals = samples.morning(cards=1, advices=3)
    text = shown((brief.cards[0], proposals))
    assert text.count("*What Approve writes*") == 3
    assert "last brief" not in text


def test_notes_and_a_draft_to_copy_are_there() -> None:
    card, proposals = asked()
    advice = replace(card.recommendations[0], draft_email="Dear Eva,\nhow are you?")
    note = replace(card.statements[0], text="Promised on 2 Nov: “send the list”", evidence=())
    text = shown((replace(card, recommendations=(advice,), remembered=(note,)), proposals))
    assert "*From notes*\nPromised on 2 Nov: “send the list”" in text
    assert "*Draft e-mail to copy* (the bot never sends it)\n```\nDear Eva,\nhow are you?\n```" in text


def test_the_draft_comes_first_once_it_is_time_to_send_it() -> None:
    for state, is_first in ((State.DONE, True), (State.PENDING, False)):
        card, proposals = asked(state=state)
        advice = replace(card.recommendations[0], draft_email="Dear Eva,\nhow are you?")
        held = {key: replace(each, recommendation=advice) for key, each in proposals.items()}
        text = shown((replace(card, recommendations=(advice,)), held))
        assert (text.index("*Draft e-mail to copy*") < text.index("*How sure*")) is is_first


def test_advice_that_someone_asked_for_or_a_desk_gave_says_so() -> None:
    card, proposals = asked()
    for source, said in (
        (AdviceSource(kind=SourceKind.REQUEST, name=samples.MANAGER), "Asked for by Max Lind."),
        (AdviceSource(kind=SourceKind.DESK, name="renewals"), "From the renewals desk."),
    ):
        after = {
            key: replace(each, recommendation=replace(each.recommendation, source=source))
            for key, each in proposals.items()
        }
        assert said in shown((card, after))


def test_a_model_that_worded_it_is_named() -> None:
    assert "Worded by" not in shown(asked())
    assert shown(asked(author="Claude (claude-opus-5-5)")).endswith("Worded by Claude (claude-opus-5-5)")


def test_after_a_decision_it_says_what_came_of_it_and_by_whom() -> None:
    card, proposals = asked(state=State.DONE)
    other = {key: replace(each, decided_by=samples.MANAGER) for key, each in proposals.items()}
    assert "task created, due Tue 24 Nov · by Max Lind 08:12" in shown((card, other))


def test_a_card_with_more_than_a_view_can_hold_ends_with_an_honest_count() -> None:
    card, proposals = asked()
    many = [
        replace(
            card.statements[0],
            text=f"Statement {number} " + "word " * 300,
            evidence=tuple(
                replace(samples.evidence(each), kind=Kind.NOTE, value="x" * 200, at=samples.NOW - timedelta(days=each))
                for each in range(number * 40, number * 40 + 40)
            ),
        )
        for number in range(80)
    ]
    view = why_modal(replace(card, statements=tuple(many)), proposals, READER)
    assert not view_problems(view)
    assert len(json.dumps(view)) <= 250_000
    text = read(view["blocks"])
    assert "and 20 more" in text
    assert "more parts" in text
