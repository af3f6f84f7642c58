"""What an owner reads in the morning, and what remains of a card once it is decided."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.views.blocks import Part
from bot.views.brief import brief_messages
from store.domain.brief.brief import Brief, CameOfIt
from store.domain.gate.proposals import Proposal, State
from store.domain.gate.writes.create_task import CreateTask
from store.domain.memory.outcomes import OutcomeVerdict
from tests.bot import samples


def render(brief: Brief, proposals: dict[str, Proposal], *, max_cards: int = 7) -> list[Part]:
    return brief_messages(
        brief,
        proposals,
        links=samples.LINKS,
        names=samples.READER.names,
        tz=samples.TZ,
        now=samples.NOW,
        max_cards=max_cards,
    )


def words(part: Part) -> str:
    """All texts of a message, one a line, as a reader meets them."""
    found = []
    for block in part.blocks:
        holders = [block.get("text"), *block.get("elements", [])]
        found += [
            each["text"] if isinstance(each.get("text"), str) else each["text"]["text"] for each in holders if each
        ]
    return "\n".join(found)


def pressable(part: Part) -> list[tuple[str, str]]:
    return [
        (e["action_id"], e["value"]) for block in part.blocks if block["type"] == "actions" for e in block["elements"]
    ]


def test_the_main_message_greets_counts_and_shows_the_exact_write() -> None:
    main = render(*samples.morning(cards=2))[0]
    text = words(main)
    assert text.startswith("Good morning, Anna · Friday 20 November\n1 high risk · 1 to watch · 12 won · 14 quiet")
    assert "🔴 *High risk* · <https://crm.example/crm/tab/Accounts/4150000000010000|*Acme 0*> · $84,000 open" in text
    assert (
        "task for Anna Berg on account “Acme GmbH”, due Tue 24 Nov, High priority: Call Eva Sommer about the renewal"
        in text
    )
    assert "Medium confidence (62%): two fields agree · Evidence: " in text
    assert "Decide by Mon 23 Nov 08:00" in text
    assert "by rules from CRM data as of Fri 20 Nov 07:00. Nothing is written to Zoho unless you press Approve." in text


def test_the_write_is_told_from_the_payload_and_not_from_the_advice() -> None:
    brief, proposals = samples.morning(cards=1)
    (proposal,) = proposals.values()
    assert isinstance(proposal.write, CreateTask)
    other = replace(proposal, write=replace(proposal.write, subject="Cancel everything"))
    assert "High priority: Cancel everything" in words(render(brief, {proposal.id: other})[0])


def test_each_button_carries_the_id_and_the_version_that_was_shown() -> None:
    brief, proposals = samples.morning(cards=1)
    (proposal,) = proposals.values()
    value = f"{proposal.id}:1"
    assert pressable(render(brief, proposals)[0]) == [
        ("approve_proposal", value),
        ("adjust_proposal", value),
        ("reject_proposal", value),
    ]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (State.READY, "⏳ Approved by Anna Berg at 08:12 · writing to Zoho…"),
        (State.SENDING, "⏳ Approved by Anna Berg at 08:12 · writing to Zoho…"),
        (
            State.DONE,
            "✅ Approved by Anna Berg at 08:12 · <https://crm.example/crm/tab/Tasks/4150000000099001|task created in Zoho>",
        ),
        (State.UNKNOWN, "❓ Approved by Anna Berg at 08:12 · sent, but Zoho's answer was lost"),
        (State.DEAD, "⚠️ Approved by Anna Berg at 08:12 · could not be written: Zoho refused it"),
        (State.REJECTED, "❌ Rejected by Anna Berg at 08:12: Already done"),
        (State.EXPIRED, "⌛ Expired undecided; nothing was written"),
        (State.SUPERSEDED, "✏️ Adjusted by Anna Berg at 08:12; see the newer version"),
    ],
)
def test_a_decided_card_says_who_when_and_what_came_of_it_and_has_no_buttons(state: State, said: str) -> None:
    main = render(*samples.morning(cards=1, state=state))[0]
    assert said in words(main)
    assert not pressable(main)


def test_a_card_that_is_put_off_can_be_brought_back_and_nothing_else() -> None:
    main = render(*samples.morning(cards=1, state=State.SNOOZED))[0]
    assert "💤 Snoozed by Anna Berg at 08:12; it will come back" in words(main)
    assert [action for action, _ in pressable(main)] == ["bring_back_proposal"]


def test_a_pending_proposal_past_its_time_reads_as_expired_and_has_no_buttons() -> None:
    brief, proposals = samples.morning(cards=1)
    late = {key: replace(each, expires_at=samples.NOW) for key, each in proposals.items()}
    main = render(brief, late)[0]
    assert "⌛ Expired undecided" in words(main)
    assert not pressable(main)


def test_an_adjusted_proposal_shows_its_newest_version_for_decision() -> None:
    brief, proposals = samples.morning(cards=1)
    (old,) = proposals.values()
    assert isinstance(old.write, CreateTask)
    superseded, newer = samples.adjusted(old, replace(old.write, subject="Call Max instead"), number=99)
    main = render(brief, {superseded.id: superseded, newer.id: newer})[0]
    assert "High priority: Call Max instead" in words(main)
    assert {value for _, value in pressable(main)} == {f"{newer.id}:2"}


def test_the_parts_and_the_places_of_cards_do_not_change_when_something_is_decided() -> None:
    before = render(*samples.morning(cards=9, state=State.PENDING))
    after = render(*samples.morning(cards=9, state=State.DEAD))
    assert [(part.name, part.in_thread) for part in before] == [(part.name, part.in_thread) for part in after]


def test_cards_beyond_the_limit_stand_in_the_thread_with_their_buttons() -> None:
    main, *threads = render(*samples.morning(cards=9), max_cards=7)
    assert len(pressable(main)) == 7 * 3
    assert "And 2 more accounts in the thread." in words(main)
    assert [len(pressable(part)) for part in threads] == [0] * 7 + [3] * 2


def test_the_thread_holds_evidence_the_second_advice_the_draft_and_what_came_before() -> None:
    thread = render(*samples.morning(cards=1, advices=2))[1]
    text = words(thread)
    assert "Closing date: 30 Sep → 31 Dec (Sat 14 Nov)" in text
    assert "Deal <https://crm.example/crm/tab/Potentials/4150000000000001|Renewal 2026>" in text
    assert "Description: Ask whether the budget stands." in text
    assert "Mark in Zoho: [SAM-0000000000]" in text
    assert "_Will add to Zoho:_ note “Slipped” on deal “Renewal”: “To 31 Dec”" in text
    assert "```\nDear Eva,\nhow are you?\n```" in text
    assert "Tue 10 Nov: Call her: rejected by Anna Berg, “Not now”; the signal is still there" in text
    assert [action for action, _ in pressable(thread)] == ["approve_proposal", "adjust_proposal", "reject_proposal"]


def test_a_quiet_morning_is_two_friendly_lines() -> None:
    (only,) = render(samples.brief(), {})
    assert words(only).splitlines() == [
        "Good morning, Anna. All 14 of your accounts are quiet; nothing needs you today. ☀️",
        "Prepared automatically by rules from CRM data as of Fri 20 Nov 07:00. "
        "Nothing is written to Zoho unless you press Approve.",
    ]


def test_what_was_down_is_said_in_the_brief() -> None:
    assert "⚠️ Memory was down." in words(render(samples.brief(problems=1), {})[0])


def test_a_risk_is_told_in_words_beside_its_colour() -> None:
    main = words(render(*samples.morning(cards=2))[0])
    assert "🔴 *High risk*" in main
    assert "🟠 *Watch*" in main


def test_advice_without_a_stored_proposal_cannot_be_pressed() -> None:
    brief, _ = samples.morning(cards=1)
    assert not pressable(render(brief, {})[0])


def test_a_day_of_another_year_is_told_with_it() -> None:
    assert samples.READER.day((samples.NOW + timedelta(days=100)).date()) == "Sun 28 Feb 2027"


def test_what_came_of_earlier_writes_is_told_in_a_line_each_also_on_a_quiet_morning() -> None:
    brief, proposals = samples.morning(cards=1)
    came = CameOfIt(
        account_id="4150000000010000",
        account_name="Acme <!here>",
        proposal_id="p",
        title="Call Acme",
        verdict=OutcomeVerdict.IMPROVED,
        because="The task was completed on 3 March 2026.",
        evidence=("task:77#0",),
    )
    for each in (brief, replace(brief, cards=(), news=())):
        text = words(render(replace(each, came_of_it=(came,)), proposals)[0])
        assert (
            "*What came of it*\n📈 Improved: “Call Acme” <https://crm.example/crm/tab/Tasks/77|The task was completed"
            in text
        )
        assert "<!here>" not in text
    assert "What came of it" not in words(render(brief, proposals)[0])
