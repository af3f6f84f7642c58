"""Hundreds of fresh wordings of one account's facts: none that is false stays, and those that are true do.

They were written by kind (`wordings.txt`) and without the grammar in view.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.domain.grounding.answer import OPENERS, Holding, SourceText
from store.domain.grounding.citations import CheckedText, CitedFact, Common, held_to
from store.domain.grounding.days import exact_days
from store.domain.text.redaction import visible

TODAY = date(2026, 3, 24)
HALDEN = """
“Halden renewal” ($84,000) slipped 23 days to 26 Aug.
“Halden renewal” is in Negotiation/Review, is worth $84,000, is to close on 26 Aug and has the next step “Agree the pilot scope”.
“Halden pilot” is in Needs Analysis, is worth $12,000, is to close on 9 Sep and has the next step “Reference call with a customer”.
“Halden warehouse module” ($15,500) has no next step.
“Halden warehouse module” is in Qualification, is worth $15,500 and is to close on 17 Aug.
“Halden second site” ($32,100) lost 20% (was $40,000) and slipped 36 days to 8 Sep.
“Halden second site” is in Value Proposition, is worth $32,100, is to close on 8 Sep and has the next step “Legal review of the contract”.
“Halden service contract” ($48,400) went back from Proposal/Price Quote to Needs Analysis.
“Halden service contract” is in Needs Analysis, is worth $48,400, is to close on 9 Oct and has the next step “Send the references”.
“Halden training package” ($67,300) was due to close on 6 Mar.
“Halden training package” is in Value Proposition, is worth $67,300 and was to close on 6 Mar.
Chidi Olawale (Sponsor) moved to another account on 19 Mar.
Matteo Lombardi is Finance Director, Decision maker.
Grace Caldwell is VP Supply Chain, Champion.
Jo Lind is Project Lead, User.
“Halden pilot” ($12,000) changed its contact from Grace Caldwell to Jo Lind between 19 Mar and 20 Mar.
The call “Quarterly call” took place on 12 Mar.
The meeting “Lunch with Grace” took place on 11 Feb.
The task “Prepare the offer” was due on 18 Mar.
The task “Update the account plan” was done on 4 Dec 2025.
The meeting “Review with Grace” is set for 26 Mar.
A note of 3 Mar says: They will send the list by Friday. Matteo asked for two variants.
A note of 20 Feb says: The trade press says that Anna Brandt has a new job. Nobody at Halden Dairy Group has introduced a successor yet.
The account went from Naoko Nishimura to Anna Berg on 23 Mar.
"""  # noqa: E501 - a fact is a line
NORDBY = """
Andrés Quintana is the only contact.
Andrés Quintana is Chief Operating Officer, Sponsor.
Nothing logged for 50 days (usually 14 on your won deals), since a note on 2 Feb.
“Nordby pilot” ($38,600) has been in Needs Analysis for at least 50 days (usually 15 on your won deals).
“Nordby pilot” is in Needs Analysis, is worth $38,600, is to close on 29 Jun and has the next step “Reference call with a customer”.
Maja Ekdal, the contact of “Nordby extension” ($84,200), moved to another account on 23 Mar.
“Nordby extension” is in Proposal/Price Quote, is worth $84,200, is to close on 30 Apr and has the next step “Legal review of the contract”.
Amara Okafor (Champion) was deleted on 24 Mar.
The task “Send Andrés the documents” was due on 18 Mar.
The call “Check-in with Andrés” took place on 26 Jan.
The meeting “Site visit” took place on 16 Jan.
A note of 2 Feb says: Andrés wrote to Maja Ekdal about the invoices. He likes the pilot, and expects a decision in spring.
"""  # noqa: E501 - a fact is a line
WORLDS = {"Halden": (HALDEN, ("Halden Dairy Group", "Anna Berg")), "Nordby": (NORDBY, ("Nordby Hotels", "Tyler Tatum"))}


def facts_of(world: str) -> dict[str, CitedFact]:
    found = {}
    for number, line in enumerate(WORLDS[world][0].strip().splitlines(), start=1):
        free = line.startswith("A note")
        days = frozenset(exact_days([line[:20]], TODAY)) if free else frozenset[date]()
        found[f"F{number}"] = CitedFact(id=f"F{number}", text=line, free=free, days=days)
    return found


def held(world: str, text: str, *, complete: bool = True) -> CheckedText:
    facts = facts_of(world)
    return held_to(
        visible(text, limit=20_000), list(facts), facts, Common(today=TODAY, texts=WORLDS[world][1], complete=complete)
    )


def sections(kind: str) -> Iterator[tuple[str, str, list[str]]]:
    for part in (Path(__file__).parent / "wordings.txt").read_text(encoding="utf-8").split("\n## ")[1:]:
        title, *lines = part.strip().splitlines()
        said, world, about = title.split(" | ")
        if said == kind:
            yield world, about, lines


@pytest.mark.parametrize(("world", "kind", "lines"), sections("false"))
def test_no_false_sentence_stays(world: str, kind: str, lines: list[str]) -> None:
    single = [line for line in lines if ". " not in line.lstrip("0123456789. ")]
    assert held(world, "\n".join(single)).text == ""
    for line in lines:
        if line not in single:  # of two sentences, the first is true
            assert not held(world, line).text.endswith(line.split(". ")[-1]), line


@pytest.mark.parametrize(("world", "kind", "lines"), sections("true"))
def test_true_sentences_stay(world: str, kind: str, lines: list[str]) -> None:
    assert held(world, "\n".join(lines)).struck == ()


def test_the_last_call_is_known_only_from_facts_that_leave_out_none() -> None:
    assert held("Halden", "You last spoke on 12 March.").text
    assert not held("Halden", "You last spoke on 12 March.", complete=False).text


DEALS = {
    name: SourceText(id=name, text=f"name: {name}\nstage: {stage}\namount: {amount}\nclosing date: {closes}")
    for name, stage, amount, closes in (
        ("Halden renewal", "Negotiation/Review", "84000.0", "2026-08-26"),
        ("Halden pilot", "Needs Analysis", "12000.0", "2026-09-09"),
    )
}


def answered(text: str, *, sign: str = "$") -> str:
    common = Common(today=TODAY, texts=("Anna Berg", OPENERS), sign=sign)
    return Holding(sources=DEALS, common=common, asked="What is new?").held(text, list(DEALS)).text


@pytest.mark.parametrize(
    "text",
    [
        "Halden renewal is worth €84,000.",
        "Halden renewal is worth CHF 84,000.",
        "Halden pilot should close by 26 Aug.",  # “Halden” alone could be the renewal, if only its record were read
        "Is 9 Sep realistic for Halden renewal?",
        "Lost: Halden renewal",
        "Overdue: Halden pilot",
        "Lost: Halden renewal is in Negotiation/Review.",
        "Together, Halden renewal and Halden pilot are worth $84,000.",
    ],
)
def test_an_answer_mixes_up_no_records(text: str) -> None:
    assert answered(text) == ""


def test_an_answer_may_work_out_what_its_records_come_to() -> None:
    for text in ("Halden renewal and Halden pilot are together worth $96,000.", "The pilot is worth $12,000."):
        assert answered(text) == text
    assert answered("Halden renewal is worth €84,000.", sign="€")


_WORD = st.sampled_from(
    """Halden renewal pilot slipped 23 days to from 26 Aug $84,000 20% the sponsor contact of “Agree the pilot scope” is was has
    and , . : ; ( ) — both together worth no next step overdue since a note on 3 Mar Grace Caldwell Chidi Olawale's he it who
    decides last spoke with larger than in Needs Analysis Negotiation/Review only you account""".split()  # noqa: SIM905 - words
)


@given(st.lists(_WORD, min_size=1, max_size=24).map(" ".join))
def test_no_run_of_words_breaks_the_check(text: str) -> None:
    found = held("Halden", text)
    assert found.text or found.struck or not text.strip()
