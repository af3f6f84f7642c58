"""An answer is about the account and the kind of fact that were asked for, however true and well cited another would be."""

from __future__ import annotations

import pytest

from store.domain.conversation.intents import Intent
from store.domain.conversation.on_topic import Asked
from store.domain.crm.accounts import Kind
from store.domain.grounding.answer import Holding, Origin, SourceText
from store.domain.grounding.citations import Common
from tests.flows.company import TUESDAY

OURS, OTHER = "100", "200"
ACCOUNT_OF = {"1": OURS, "2": OTHER, "3": OURS}


def source(record_id: str, kind: Kind, text: str, label: str = "") -> SourceText:
    return SourceText(
        id=record_id, text=text, origins=(Origin(kind=kind, record_id=record_id, name=text.split(":")[0]),), label=label
    )


CALL = source("1", Kind.ACTIVITY, "Call: Quillridge Clinics on 2026-03-09", "Activity")
LEFT = source("2", Kind.CONTACT, "Maja Ekdal: left Halden on 2026-03-20", "Contact")
DEAL = source("3", Kind.DEAL, "name: Renewal\nstage: Proposal", "Deal")


def asked(intent: Intent | None, *accounts: str, message: str = "") -> Asked:
    return Asked(accounts=frozenset(accounts), intent=intent, account_of=ACCOUNT_OF, message=message)


@pytest.mark.parametrize(
    ("intent", "source", "fits"),
    [
        (Intent.LAST_CONTACT, CALL, True),
        (Intent.LAST_CONTACT, LEFT, False),  # another account's
        (Intent.LAST_CONTACT, DEAL, False),  # the same account's, but no contact
        (Intent.DEALS, DEAL, True),
        (Intent.DEALS, CALL, False),
        (Intent.STATUS, DEAL, True),
        (None, CALL, True),
        (None, LEFT, False),
    ],
)
def test_a_sentence_fits_by_the_account_and_the_kind_of_its_sources(
    intent: Intent | None, source: SourceText, fits: bool
) -> None:
    assert asked(intent, OURS).fits("Something.", [source]) is fits


def test_a_question_about_no_account_may_be_answered_from_any() -> None:
    assert asked(None).fits("Maja Ekdal left Halden.", [LEFT])


def test_a_sentence_that_states_nothing_is_kept() -> None:
    assert asked(Intent.LAST_CONTACT, OURS).fits("I found nothing.", [])


def test_a_source_says_itself_whose_it_is_even_if_the_store_does_not_know_it_yet() -> None:
    fresh = SourceText(id="9", text="A call", label="Call of 9 Mar 2026", account_id=OURS)
    assert asked(Intent.LAST_CONTACT, OURS).fits("A call.", [fresh])
    assert not asked(Intent.LAST_CONTACT, OTHER).fits("A call.", [fresh])


def test_when_is_answered_by_a_day() -> None:
    question = asked(Intent.LAST_CONTACT, OURS, message="When did we last speak with Quillridge Clinics?")
    assert question.answers("A call on 9 Mar.")
    assert not question.answers("Maja prefers calls.")


def test_the_check_strikes_the_sentence_of_another_account_and_keeps_the_rest() -> None:
    answer = "Renewal is in Proposal. Maja Ekdal left Halden on 20 Mar."
    sources = {each.id: each for each in (DEAL, LEFT)}
    free = Holding(sources=sources, common=Common(today=TUESDAY), asked="how is it?")
    held = Holding(sources=sources, common=Common(today=TUESDAY), asked="how is it?", fits=asked(None, OURS).fits)

    assert "Maja" in free.held(answer, ["3", "2"]).text
    assert held.held(answer, ["3", "2"]).text == "Renewal is in Proposal."
