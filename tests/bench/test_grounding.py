"""A model that puts true facts together wrongly gets no false sentence into a morning, and an honest one loses next to none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from integrations.sandbox.claude.characters.meaning import Claimed, Meant
from store.domain.crm.accounts import StageOutcome
from tests.bench.grounding import tally
from tests.bench.grounding_judge import Known, judge_any
from tests.domain.makers import contact, deal, facts


async def test_no_false_sentence_of_a_mixed_up_morning_goes_out() -> None:
    found = await tally(mornings=1, owners=1, accounts=14, seed=41)

    assert found.false_kept == []
    assert found.false >= 4  # it did try
    assert len(found.true_struck) <= max(1, 0.02 * found.true)  # one of so few proves nothing
    assert found.honest >= 5


ACCOUNT = Known(
    facts=facts(
        deal(id="d1", name="Renewal", stage="Negotiation", amount=84_000.0),
        deal(id="d2", name="Pilot", stage="Qualification", amount=12_000.0),
        contacts=(contact(name="Jo Lind", title="CFO"),),
    ),
    changes=(),
    departed=(),
    outcomes={"Qualification": StageOutcome.OPEN, "Negotiation": StageOutcome.OPEN},
    now=datetime(2026, 3, 24, tzinfo=UTC),
)


@pytest.mark.parametrize(
    ("claim", "true"),
    [
        (Claimed("worth", "Renewal", ("$84,000",)), True),
        (Claimed("worth", "Pilot", ("$84,000",)), False),
        (Claimed("worth", "Pilot", ("$84,000",), denied=True), True),
        (Claimed("stage", "Pilot", ("Negotiation",)), False),
        (Claimed("role", "Jo Lind", ("CFO",)), True),
        (Claimed("left", "Jo Lind"), False),
        (Claimed("only", "Jo Lind"), True),
        (Claimed("later", "Renewal"), False),
        (Claimed("larger", "Renewal", ("Pilot",)), True),
        (Claimed("larger", "Pilot", ("Renewal",)), False),
        (Claimed("together", "Renewal", ("Pilot", "$96,000")), True),
        (Claimed("together", "Renewal", ("Pilot", "$84,000")), False),
        (Claimed("overdue", "Renewal", ("6 Mar",)), False),
        (Claimed("was", "Renewal", ("$84,000",)), False),
        (Claimed("last", "", ("call", "6 Mar")), False),
        (Claimed("office left", "", ("Sponsor",)), False),
        (Claimed("invented", ""), False),
    ],
)
def test_the_judge_looks_up_the_very_record_and_field(claim: Claimed, true: bool) -> None:
    assert judge_any(Meant("", (claim,)), [ACCOUNT]) is true
