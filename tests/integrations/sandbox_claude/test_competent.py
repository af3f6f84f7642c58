"""The competent character: every agent's work, from the data it is given."""

from __future__ import annotations

from typing import Any

import pytest
from anthropic import AsyncAnthropic

from integrations.sandbox.claude import ClaudeSandbox
from integrations.sandbox.claude.characters.words import numbers
from tests.integrations.sandbox_claude.desk import cited, work
from tests.integrations.sandbox_claude.material import ACCOUNT, DETAILS, DOSSIER, INSIGHT, PASSAGES

MEMORY = {
    "cognee_retrieve_history": {"items": PASSAGES, "next_cursor": None},
    "cognee_search_memory": {"items": PASSAGES[:1], "by_words_alone": False},
    "cognee_aggregate_insights": INSIGHT,
}
CRM = {
    "zoho_get_account_details": DETAILS,
    "zoho_get_notes": {"items": DETAILS["notes"]},
    "zoho_get_history": {
        "items": [
            {
                "at": "2026-10-17T08:00:00+00:00",
                "field": "stage",
                "label": "Stage",
                "before": "Proposal",
                "after": "Negotiation",
            }
        ]
    },
}


async def test_the_author_takes_the_first_two_candidates_and_cites_what_they_rest_on(client: AsyncAnthropic) -> None:
    said = (await work(client, "Recommendation Author", {"dossier": DOSSIER})).value

    first, second = said["recommendations"]
    assert (first["candidate"], second["candidate"]) == ("c1", "c2")
    assert first["cites"][:2] == ["f1", "f3"]
    assert "34 days" in first["rationale"]
    assert (first["title"], first["subject"]) == ("", ""), "the words that there are may stay"
    assert first["text"] == "", "without a promise, the rules' own line says it better"
    assert second["email"] is None, "the draft that there is may stay"
    assert said["cites"] == ["f1", "f3"]
    assert "34 days" in said["summary"]


async def test_the_author_has_whoever_does_the_task_keep_a_promise(client: AsyncAnthropic) -> None:
    promise = {"id": "h1", "text": "We promised the revised offer by 6 October."}
    said = (await work(client, "Recommendation Author", {"dossier": {**DOSSIER, "history": [promise]}})).value

    first = said["recommendations"][0]
    assert "We promised the revised offer by 6 October." in first["text"]
    assert len(first["text"]) <= 120
    assert "h1" in first["cites"]


async def test_the_author_weaves_in_the_history_that_is_about_the_same(client: AsyncAnthropic) -> None:
    said = (await work(client, "Recommendation Author", {"dossier": DOSSIER})).value

    assert "on the terms of last year" in said["recommendations"][0]["rationale"]
    assert "h2" in said["recommendations"][0]["cites"]
    assert "h1" not in cited(said)


async def test_every_figure_that_the_author_writes_stands_in_what_it_cites(client: AsyncAnthropic) -> None:
    said = (await work(client, "Recommendation Author", {"dossier": DOSSIER})).value
    texts = {each["id"]: each["text"] for each in (*DOSSIER["facts"], *DOSSIER["history"])}

    for each in said["recommendations"]:
        sources = " ".join(texts[name] for name in each["cites"])
        assert numbers(each["rationale"] + each["text"]) <= numbers(sources)
    assert cited(said) <= texts.keys()


async def test_the_author_keeps_to_the_lengths(client: AsyncAnthropic) -> None:
    long = "A very long story about the renewal that goes on and on. " * 60
    facts = [{**each, "text": long} for each in DOSSIER["facts"]]
    candidates = [{**each, "title": long, "text": long, "subject": long} for each in DOSSIER["candidates"]]
    dossier = {**DOSSIER, "facts": facts, "candidates": candidates}
    said = (await work(client, "Recommendation Author", {"dossier": dossier})).value

    assert len(said["summary"]) <= 300
    for each in said["recommendations"]:
        assert (len(each["title"]), len(each["rationale"]), len(each["subject"]), len(each["text"])) <= (
            90,
            400,
            120,
            400,
        )


async def test_the_author_does_not_bring_up_again_what_was_rejected(client: AsyncAnthropic) -> None:
    earlier = [{"title": DOSSIER["candidates"][0]["title"], "state": "rejected", "reason": "No", "date": "2026-11-12"}]
    said = (await work(client, "Recommendation Author", {"dossier": {**DOSSIER, "earlier": earlier}})).value

    assert [each["candidate"] for each in said["recommendations"]] == ["c2", "c3"]


async def test_an_account_without_anything_to_do_gets_no_recommendation(client: AsyncAnthropic) -> None:
    quiet: dict[str, Any] = {**DOSSIER, "facts": [], "candidates": [], "history": []}
    said = (await work(client, "Recommendation Author", {"dossier": quiet})).value

    assert said == {
        "summary": "Nothing at Northwind asks for a decision today.",
        "cites": [],
        "recommendations": [],
    }


@pytest.mark.parametrize(
    ("field", "text", "verdict", "reason"),
    [
        ("text", "Call Jo and ask what is missing.", "pass", ""),
        ("email", "We can give you 10% off.", "hold", "discount"),
        ("text", "Offer a discount if they sign.", "hold", "discount"),
        ("rationale", "We guarantee delivery by May.", "hold", "legal promise"),
        ("email", "Write to jo.lind@northwind.example.", "hold", "personal data"),
        ("text", "Jo is on sick leave.", "hold", "personal data"),
        ("email", "ANSWER THIS MAIL TODAY please!!!", "strip", "shouts"),
    ],
)
async def test_the_reviewer_holds_what_promises_too_much_or_tells_what_it_should_not(
    client: AsyncAnthropic, field: str, text: str, verdict: str, reason: str
) -> None:
    recommendation = {
        "id": "r1",
        "title": "Call",
        "rationale": "",
        "subject": "",
        "text": "",
        "email": None,
        field: text,
    }
    given = {"facts": [], "recommendations": [recommendation], "earlier": []}
    (said,) = (await work(client, "Compliance Reviewer", {"recommendations": given})).value["verdicts"]

    # An address is masked in every block of data, and so not even the reviewer sees it.
    expected = "pass" if "@" in text else verdict
    assert (said["recommendation"], said["verdict"]) == ("r1", expected)
    assert expected == "pass" or reason in said["reason"]


async def test_the_reviewer_holds_what_is_pending_already(client: AsyncAnthropic) -> None:
    given = {
        "recommendations": [{"id": "r1", "title": "Call Jo"}],
        "earlier": [{"title": "call jo", "state": "pending"}],
    }
    (said,) = (await work(client, "Compliance Reviewer", {"recommendations": given})).value["verdicts"]

    assert said["verdict"] == "hold"


async def test_the_analyst_asks_the_memory_first_and_cites_its_passages(client: AsyncAnthropic) -> None:
    done = await work(client, "Memory Analyst", {"account": ACCOUNT}, tools=MEMORY)

    assert [name for name, _ in done.used] == list(MEMORY)
    assert all(arguments["account_id"] == ACCOUNT["id"] for _, arguments in done.used)
    assert [each["cites"] for each in done.value["events"]] == [[PASSAGES[0]["id"]], [PASSAGES[1]["id"]]]
    assert "Jo wants the old terms." in done.value["events"][0]["text"]
    assert done.value["mood"] == {
        "text": "The mood of the notes is worse than before: 3 of 3 words.",
        "cites": [PASSAGES[0]["id"]],
    }
    assert done.value["promises"] == [
        {"text": "We will send the revised offer by Friday.", "cites": [PASSAGES[0]["id"]]}
    ]


async def test_the_analyst_hears_a_promise_that_the_memory_does_not_count(client: AsyncAnthropic) -> None:
    tools = {"cognee_search_memory": {"items": PASSAGES[:1]}}
    done = await work(client, "Memory Analyst", {"account": ACCOUNT}, tools=tools)

    assert done.value["promises"] == [
        {"text": "We will send the revised offer by Friday.", "cites": [PASSAGES[0]["id"]]}
    ]
    assert done.value["mood"] is None


async def test_the_analyst_says_nothing_without_its_tools(client: AsyncAnthropic) -> None:
    done = await work(client, "Memory Analyst", {"account": ACCOUNT})

    assert (done.used, done.value) == ([], {"events": [], "mood": None, "promises": []})


async def test_the_scout_reads_the_account_and_then_the_story_of_its_largest_deal(client: AsyncAnthropic) -> None:
    done = await work(client, "Zoho Scout", {"account": ACCOUNT}, tools=CRM)

    assert [name for name, _ in done.used] == ["zoho_get_account_details", "zoho_get_notes", "zoho_get_history"]
    assert done.used[-1][1]["record_id"] == "700000000000202"
    facts = {(each["record_id"], each["field"]): each["text"] for each in done.value["facts"]}
    assert facts["700000000000202", "closing_date"] == "Renewal is due to close on 2026-11-14."
    assert facts["700000000000202", "amount"] == "Renewal is worth 44,000."
    assert len(done.value["facts"]) <= 8


async def test_whoever_is_no_agent_gets_an_empty_value_of_the_shape(
    client: AsyncAnthropic, sandbox: ClaudeSandbox
) -> None:
    first = await work(client, "Recommendation Author", {"nothing": {}})

    assert first.value["recommendations"] == []
