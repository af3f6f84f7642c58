"""Passages: what a person could read, with what must not be kept masked, in pieces that leave nothing out unsaid."""

from __future__ import annotations

from dataclasses import replace
from time import process_time

import pytest

from store.domain.crm.accounts import ActivityType
from store.domain.gate.proposals import State
from store.domain.memory.from_changes import of_change
from store.domain.memory.from_proposals import of_proposal
from store.domain.memory.passage import Names, of_activity, of_note
from store.domain.memory.pieces import CHUNK, MAX_CHUNKS, chunked
from tests.domain.makers import (
    ANNA,
    BEN,
    DAY,
    NOW,
    PIPELINE,
    TODAY,
    account,
    activity,
    call,
    contact,
    deal,
    moved,
    note,
    task,
)
from tests.domain.proposals import TASK, proposal

NAMES = Names(
    currencies={"d1": "$"},
    people={ANNA.id: ANNA.name, BEN.id: BEN.name},
    accounts={"a1": "Acme GmbH"},
    deals={"d1": "Renewal"},
    contacts={"c1": "Eva Sommer", "c2": "Jon Moe"},
    pipeline=PIPELINE,
)
SENTENCE = "They want the renewal signed before the end of the quarter. "


def said(change_of: object, **fields: object) -> list[str]:
    _, changes = moved(change_of, NOW, **fields)  # type: ignore[type-var]  # given as plain keywords
    return [each.text for change in changes for each in of_change(change, NAMES, account_id="a1")]


def test_a_short_text_is_one_piece_and_an_empty_one_none() -> None:
    assert chunked("They like it.") == ("They like it.",)
    assert chunked("") == chunked(" \n\u200b ") == ()


def test_pieces_end_with_a_sentence_and_together_say_what_the_text_says() -> None:
    pieces = chunked(SENTENCE * 100)
    assert all(len(piece) <= CHUNK and piece.endswith(".") for piece in pieces)
    assert " ".join(pieces) == (SENTENCE * 100).strip()


@pytest.mark.parametrize("text", ["x" * 10_000, "word " * 3_000, "\n" * 5_000 + "end", "a.b." * 2_000])
def test_text_without_sentences_is_cut_where_it_can_be(text: str) -> None:
    pieces = chunked(text)
    assert all(0 < len(piece) <= CHUNK for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


@pytest.mark.parametrize("unit", [SENTENCE, "x", "é. ", "\n"])
def test_of_ten_megabytes_the_beginning_is_kept_at_once_and_the_rest_counted(unit: str) -> None:
    text = "Start. " + unit * (10_000_000 // len(unit))
    began = process_time()
    pieces = chunked(text)
    assert process_time() - began < 1
    assert len(pieces) <= MAX_CHUNKS
    assert all(len(piece) <= CHUNK for piece in pieces)
    assert pieces[0].startswith("Start.")
    assert "more characters were left out" in pieces[-1]


def test_a_note_is_remembered_with_who_wrote_it_and_without_peoples_addresses() -> None:
    (passage,) = of_note(note(NOW, text="Write to eva@acme.example or call +49 30 1234567."), NAMES, account_id="a1")
    assert (passage.id, passage.kind, passage.title, passage.author) == ("note:n1#0", "note", "Talk", "Anna Berg")
    assert passage.text == "Write to ‹e-mail› or call ‹phone›."
    assert of_note(note(NOW, text="  "), NAMES, account_id="a1") == ()


def test_a_long_note_is_several_passages_numbered_in_order() -> None:
    passages = of_note(note(NOW, text=SENTENCE * 60), NAMES, account_id="a1")
    assert [passage.id for passage in passages] == [f"note:n1#{number}" for number in range(len(passages))]
    assert len(passages) > 2


def test_an_activity_says_what_when_with_whom_and_about_what() -> None:
    held = call(NOW - DAY, deal_id="d1", contact_id="c1", subject="Pricing")
    (passage,) = of_activity(held, NAMES, account_id="a1")
    assert passage.text == (
        "Call “Pricing” took place on 19 Nov 2026, with Eva Sommer, about the deal “Renewal”. It is Anna Berg’s."
    )
    assert (passage.at, passage.deal_id, passage.contact_id) == (NOW - DAY, "d1", "c1")
    (due,) = of_activity(task(TODAY, subject="Send offer"), NAMES, account_id="a1")
    assert due.text == "Task “Send offer” is due 20 Nov 2026, not completed yet. It is Anna Berg’s."
    (planned,) = of_activity(activity(ActivityType.EVENT, NOW + DAY, subject="Review"), NAMES, account_id="a1")
    assert planned.text.startswith("Meeting “Review” on 21 Nov 2026. It is")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"stage": "Negotiation"}, "The deal “Renewal” moved from Proposal to Negotiation"),
        ({"stage": "Qualification"}, "The deal “Renewal” moved back from Proposal to Qualification"),
        ({"stage": "Closed Lost"}, "The deal “Renewal” was lost: its stage moved from Proposal to Closed Lost"),
        ({"pipeline_name": "Partners"}, "The deal “Renewal” changed its pipeline from Renewals to Partners"),
        ({"amount": 6000.0}, "The amount of the deal “Renewal” fell from $9,000 to $6,000"),
        (
            {"closing_date": TODAY + 120 * DAY},
            "The closing date of the deal “Renewal” slipped from 18 Feb 2027 to 20 Mar 2027",
        ),
        ({"owner_id": BEN.id}, "The deal “Renewal” went from Anna Berg to Ben Okoro"),
        ({"contact_id": "c2"}, "The primary contact of the deal “Renewal” changed from Eva Sommer to Jon Moe"),
        ({"contact_id": None}, "The deal “Renewal” lost its primary contact, Eva Sommer"),
    ],
)  # fmt: skip
def test_what_moves_on_a_deal_is_one_sentence(fields: dict[str, object], sentence: str) -> None:
    assert said(deal(contact_id="c1", pipeline_name="Renewals"), **fields) == [f"{sentence}, on 20 Nov 2026."]


def test_owners_and_contacts_that_leave_are_remembered_and_small_matters_are_not() -> None:
    assert said(account(), owner_id=BEN.id) == [
        "The account “Acme GmbH” went from Anna Berg to Ben Okoro, on 20 Nov 2026."
    ]
    assert said(contact(), account_id="a2") == ["Eva Sommer left the account “Acme GmbH”, on 20 Nov 2026."]
    assert said(deal(), name="Renewal 2027") == said(account(), industry="Steel") == []
    assert said(deal(), pipeline_name="Renewals") == said(deal(pipeline_name="Renewals"), pipeline_name=None) == []


def test_advice_and_decision_are_remembered_apart() -> None:
    asked = proposal(TASK)
    (advice,) = of_proposal(asked, NAMES)
    assert advice.kind == "recommendation"
    assert advice.text == (
        "We recommended on 20 Nov 2026: Call Acme. It is quiet. It answered: no activity. "
        "Proposed: a task “Call Acme” for Anna Berg, due 24 Nov 2026."
    )
    decided = replace(asked, state=State.DONE, decided_by=ANNA.id, decided_at=NOW + DAY)
    assert of_proposal(decided, NAMES)[1].text == (
        "Anna Berg approved our advice on 21 Nov 2026: Call Acme. It was written to the CRM."
    )
    refused = replace(decided, state=State.REJECTED, reason="Ask +49 30 1234567 first")
    assert of_proposal(refused, NAMES)[1].text == (
        "Anna Berg rejected our advice on 21 Nov 2026: Call Acme. The reason given: Ask ‹phone› first."
    )


def test_a_version_that_nobody_decided_leaves_no_trace() -> None:
    assert of_proposal(replace(proposal(TASK), state=State.SUPERSEDED), NAMES) == ()
    assert of_proposal(replace(proposal(TASK), undoes="other"), NAMES) == ()


def test_the_digest_follows_from_all_that_is_said() -> None:
    (passage,) = of_note(note(NOW), NAMES, account_id="a1")
    others = (
        replace(passage, text="x"),
        replace(passage, title="x"),
        replace(passage, account_id="a2"),
        replace(passage, at=NOW + DAY),
        replace(passage, deal_id="d9"),
    )
    assert len({passage.digest, *(other.digest for other in others)}) == 6
