"""The competent Thread Companion: questions, wishes, and asking back."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from anthropic import AsyncAnthropic

from integrations.sandbox.claude.characters.wishes import Wish, day_in, month_in, wish_in
from tests.integrations.sandbox_claude.desk import Conversation, work
from tests.integrations.sandbox_claude.material import (
    ACCOUNT,
    CARD_ID,
    DETAILS,
    OTHER_CARD,
    PASSAGES,
    THREAD,
)

FRIDAY = date(2026, 11, 20)
TOOLS = {
    "zoho_get_account_details": DETAILS,
    "zoho_search_accounts": {"items": [{"id": ACCOUNT["id"], "name": "Northwind"}]},
    "zoho_list_open_deals": {"items": DETAILS["open_deals"]},
    "cognee_search_memory": {"items": PASSAGES[:2]},
}
ONE_CARD = {**THREAD, "cards": THREAD["cards"][:1]}


async def _said(client: AsyncAnthropic, message: str, thread: Any = ONE_CARD) -> Conversation:
    return await work(client, "Thread Companion", {"thread": thread, "message": message}, tools=TOOLS)


async def test_why_is_answered_from_the_card_after_a_look_at_the_account(client: AsyncAnthropic) -> None:
    done = await _said(client, "Why?")

    assert done.used == [("zoho_get_account_details", {"account_id": ACCOUNT["id"]})]
    assert "34 days" in done.value["answer"]
    assert (done.value["adjust"], done.value["snooze"], done.value["dismiss"]) == (None, None, None)


async def test_what_was_promised_is_looked_for_in_that_month_and_cited(client: AsyncAnthropic) -> None:
    done = await _said(client, "What did we promise them in June?")

    ((name, arguments),) = done.used
    assert name == "cognee_search_memory"
    assert arguments["account_id"] == ACCOUNT["id"]
    assert (arguments["since"][:10], arguments["until"][:10]) == ("2026-06-01", "2026-07-01")
    assert done.value["cites"] == [PASSAGES[0]["id"], PASSAGES[1]["id"]]
    assert done.value["answer"].startswith("Here is what I found. 11 Sep: Jo wants the old terms. ")


async def test_a_memory_that_names_its_day_says_it_once_and_without_this_years_number(client: AsyncAnthropic) -> None:
    memory = {
        **PASSAGES[0],
        "text": "We recommended on 30 Nov 2026: Call them. It is quiet.",
        "at": "2026-11-30T07:00:00Z",
    }
    tools = {**TOOLS, "cognee_search_memory": {"items": [memory]}}
    done = await work(
        client, "Thread Companion", {"thread": ONE_CARD, "message": "What did we promise them?"}, tools=tools
    )

    assert done.value["answer"] == "Here is what I found. We recommended on 30 Nov: Call them."


async def test_why_an_account_is_listed_is_answered_from_its_card(client: AsyncAnthropic) -> None:
    done = await _said(client, "Why was Northwind on the list?")

    assert [name for name, _ in done.used] == ["zoho_get_account_details"]
    assert "34 days" in done.value["answer"]


async def test_an_account_that_was_not_listed_is_looked_for_and_read(client: AsyncAnthropic) -> None:
    done = await _said(client, "Why was Northwind not on the list?")

    assert done.used[0] == ("zoho_search_accounts", {"name": "Northwind", "limit": 3})
    assert done.used[1][0] == "zoho_get_account_details"
    assert done.value["cites"] == [ACCOUNT["id"]]


async def test_everything_stalled_is_told_from_the_open_deals(client: AsyncAnthropic) -> None:
    done = await _said(client, "Show me everything stalled")

    assert done.used[0][0] == "zoho_list_open_deals"
    assert done.value["answer"].startswith("Untouched for the longest time: Renewal (Negotiation")
    assert not re.search(r"\d{4}-\d\d-\d\d", done.value["answer"])


@pytest.mark.parametrize(("count", "said"), [(0, "no open deals"), (1, "1 open deal"), (2, "2 open deals")])
async def test_open_deals_are_counted_in_grammatical_english(client: AsyncAnthropic, count: int, said: str) -> None:
    read = {"account": ACCOUNT, "open_deals": [{"id": f"d{number}"} for number in range(count)]}
    done = await work(
        client,
        "Thread Companion",
        {"thread": ONE_CARD, "message": "Why was Northwind not on the list?"},
        tools={**TOOLS, "zoho_get_account_details": read},
    )

    assert done.value["answer"].endswith(f"Northwind has {said}.")


async def test_a_wish_becomes_an_adjustment_of_the_only_card(client: AsyncAnthropic) -> None:
    done = await _said(client, "make it next Tuesday and give it to my manager")

    assert done.used == []
    assert done.value["adjust"] == {
        "proposal": CARD_ID,
        "due": "2026-11-24",
        "assignee": "manager",
        "subject": None,
        "text": None,
    }


async def test_of_several_cards_the_one_that_is_named_is_meant(client: AsyncAnthropic) -> None:
    done = await _said(client, "Skip Halden for two weeks", THREAD)

    assert done.value["snooze"] == {"proposal": OTHER_CARD, "days": 14}


async def test_the_card_in_focus_is_meant_where_none_is_named(client: AsyncAnthropic) -> None:
    done = await _said(client, "not this one, because they signed yesterday", {**THREAD, "focus": OTHER_CARD})

    assert done.value["dismiss"] == {"proposal": OTHER_CARD, "reason": "they signed yesterday"}


async def test_it_asks_which_one_is_meant_where_that_is_not_clear(client: AsyncAnthropic) -> None:
    done = await _said(client, "make it tomorrow", THREAD)

    assert done.value["adjust"] is None
    assert done.value["answer"].startswith("Which one do you mean")


@pytest.mark.parametrize(
    ("message", "wish"),
    [
        (
            "make it next Tuesday and give it to my manager",
            Wish(kind="adjust", due=date(2026, 11, 24), assignee="manager"),
        ),
        ("Can you give it to my manager?", Wish(kind="adjust", assignee="manager")),
        ("move it to 2026-12-03", Wish(kind="adjust", due=date(2026, 12, 3))),
        ("push it to 5 January", Wish(kind="adjust", due=date(2027, 1, 5))),
        ("push it to March 3rd", Wish(kind="adjust", due=date(2027, 3, 3))),
        ("set it for tomorrow", Wish(kind="adjust", due=date(2026, 11, 21))),
        ("move it to next week", Wish(kind="adjust", due=date(2026, 11, 23))),
        ("make it in three days", Wish(kind="adjust", due=date(2026, 11, 23))),
        ("assign it to me", Wish(kind="adjust", assignee="owner")),
        ("call it “Renewal: last call”", Wish(kind="adjust", subject="Renewal: last call")),
        ("change it, write “Ring Jo”", Wish(kind="adjust", text="Ring Jo")),
        ("skip this one for two weeks", Wish(kind="snooze", days=14)),
        ("snooze it until Friday", Wish(kind="snooze", days=7)),
        ("leave it for a month", Wish(kind="snooze", days=30)),
        ("not this one, because Jo left", Wish(kind="dismiss", reason="Jo left")),
        ("drop it", Wish(kind="dismiss", reason="drop it")),
        ("what did they skip for two weeks?", Wish()),
        ("why?", Wish()),
        ("Thank you, that helps", Wish()),
    ],
)
def test_what_somebody_wants_is_read_from_one_message(message: str, wish: Wish) -> None:
    assert wish_in(message, FRIDAY) == wish


def test_a_weekday_is_the_first_of_its_name_after_today() -> None:
    assert [day_in(name, FRIDAY) for name in ("friday", "saturday", "thursday")] == [
        date(2026, 11, 27),
        date(2026, 11, 21),
        date(2026, 11, 26),
    ]


def test_a_month_is_the_last_one_of_its_name() -> None:
    assert month_in("in december", FRIDAY) == (date(2025, 12, 1), date(2026, 1, 1))
    assert month_in("in june", FRIDAY) == (date(2026, 6, 1), date(2026, 7, 1))
    assert month_in("lately", FRIDAY) is None


ACTIVITIES = [
    {"id": "1", "subject": "Kick-off", "type": "event", "at": "2026-10-05T09:00:00+00:00", "done": True},
    {"id": "2", "subject": "Call Jo", "type": "call", "at": "2026-11-02T09:00:00+00:00", "done": True},
    {"id": "3", "subject": "Review", "type": "event", "at": "2026-12-01T09:00:00+00:00", "done": False},
]
CONTACTS = [{"id": "9", "name": "Jo Lind", "title": "Head of IT"}]
WHOLE = {**DETAILS, "activities": ACTIVITIES, "contacts": CONTACTS}
OTHER: dict[str, Any] = {
    "account": {"id": "700000000000102", "name": "Halden"},
    "open_deals": [{"id": "8", "name": "Pilot", "stage": "Won"}],
}
DESK = {"items": [{"id": "desk:day:first:0", "text": "1. Call Jo Lind", "records": []}]}


async def _asked(client: AsyncAnthropic, message: str, **tools: Any) -> Conversation:
    data = {"thread": THREAD, "message": {"text": message}}
    return await work(client, "Thread Companion", data, tools={**TOOLS, "zoho_get_account_details": WHOLE, **tools})


@pytest.mark.parametrize(
    ("message", "answer"),
    [
        ("When did we last speak with Northwind?", "The call “Call Jo” took place on 2 Nov."),
        ("who is the contact at northwind", "Jo Lind is Head of IT."),
        ("What is next with Northwind?", "The meeting “Review” is set for 1 Dec. “Renewal” has the next step"),
        ("how much is Northwind worth", "“Add-on” is in Qualification and is worth 4,000."),
    ],
)
async def test_a_question_about_an_account_is_answered_with_the_kind_of_fact_it_wants(
    client: AsyncAnthropic, message: str, answer: str
) -> None:
    done = await _asked(client, message)

    assert done.used == [("zoho_get_account_details", {"account_id": ACCOUNT["id"]})]
    assert done.value["answer"].startswith(answer)
    assert done.value["cites"]


@pytest.mark.parametrize("message", ["When did we last speak with Quillridge Clinics?", "how is quillridge"])
async def test_it_never_answers_about_another_account_instead(client: AsyncAnthropic, message: str) -> None:
    done = await _asked(client, message, zoho_get_account_details=OTHER)

    assert [name for name, _ in done.used] == ["zoho_search_accounts"]
    assert done.value["answer"].startswith("I found no account called")
    assert done.value["cites"] == []


async def test_a_tools_result_about_another_account_is_left_out(client: AsyncAnthropic) -> None:
    foreign = {"items": [{**PASSAGES[0], "account_id": OTHER["account"]["id"]}]}
    promised = await _asked(client, "What did we promise Northwind?", cognee_search_memory=foreign)
    status = await _asked(client, "How is Northwind?", zoho_get_account_details=OTHER)

    assert "old terms" not in promised.value["answer"]
    assert "Pilot" not in status.value["answer"]


@pytest.mark.parametrize(
    ("message", "call"),
    [
        ("what first?", ("desk_my_day", {"what": "first", "when": "what first?"})),
        ("my pipeline", ("desk_pipeline", {"what": "by_stage", "when": "my pipeline"})),
        ("what did my team decide yesterday", ("desk_decisions", {"when": "what did my team decide yesterday", "of_team": True})),
        ("draft a mail to Northwind", ("desk_draft", {"account_id": ACCOUNT["id"], "kind": "mail"})),
        ("agenda for Northwind", ("desk_draft", {"account_id": ACCOUNT["id"], "kind": "agenda"})),
    ],
)  # fmt: skip
async def test_the_question_decides_which_tool_is_used(client: AsyncAnthropic, message: str, call: Any) -> None:
    done = await _asked(
        client, message, **dict.fromkeys(("desk_my_day", "desk_pipeline", "desk_decisions", "desk_draft"), DESK)
    )

    assert done.used == [call]
    assert (done.value["answer"], done.value["cites"]) == ("1. Call Jo Lind", ["desk:day:first:0"])


@pytest.mark.parametrize(
    ("message", "answer"),
    [
        ("hi", "Hello! Ask me about"),
        ("Thanks!", "You're welcome."),
        ("book me a flight", "I can't help with that."),
        ("set the amount of Northwind to 40k", "I can't change or create records."),
        ("blue", "I'm not sure what you mean."),
        ("who is the contact?", "Which account do you mean: Northwind; Halden?"),
    ],
)
async def test_it_greets_declines_and_asks_back_briefly(client: AsyncAnthropic, message: str, answer: str) -> None:
    done = await _asked(client, message)

    assert done.used == []
    assert done.value["answer"].startswith(answer)


async def test_why_something_is_listed_or_not_is_what_the_thread_says(client: AsyncAnthropic) -> None:
    data = {"thread": {**THREAD, "why_not": ["Aldergate stands out in nothing today"]}, "message": "why not Aldergate?"}
    done = await work(client, "Thread Companion", data, tools=TOOLS)

    assert (done.used, done.value["answer"], done.value["cites"]) == (
        [],
        "Aldergate stands out in nothing today.",
        ["why_not"],
    )
