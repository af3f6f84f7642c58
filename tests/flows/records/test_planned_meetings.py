"""A meeting that was read before it took place, and that Zoho does not touch when it does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from agents.flows.access.identity import Caller
from store.domain.crm.accounts import Kind
from store.domain.gate.proposals import State
from tests.flows.company import ACME, MONDAY
from tests.flows.stage import ANNAS, TEAM, Stage
from tests.integrations.zoho.company import create

HOUR = timedelta(hours=1)
MEETING = "4150868000005000095"
TUESDAY_NOON = datetime(2026, 3, 24, 12, 0, tzinfo=UTC)
TUESDAY_EVENING = datetime(2026, 3, 24, 20, 0, tzinfo=UTC)
WEDNESDAY = datetime(2026, 3, 25, 7, 30, tzinfo=UTC)
SILENT_AGAIN = datetime(2026, 5, 6, 7, 30, tzinfo=UTC)


async def planned(stage: Stage, module: str, record_id: str) -> None:
    """Early on Tuesday someone plans a meeting for noon; the CRM is read before and after it."""
    on, until = (module, record_id), TUESDAY_NOON + HOUR
    stage.zoho.happens(
        create("Events", MEETING, at=TUESDAY_NOON - 6 * HOUR, Event_Title="Review", on=on,
               Start_DateTime=TUESDAY_NOON.isoformat(), End_DateTime=until.isoformat())
    )  # fmt: skip
    await stage.look(TUESDAY_NOON - HOUR)
    await stage.look(TUESDAY_EVENING)


async def test_a_meeting_that_took_place_is_a_sign_of_life_the_morning_after(night: Stage) -> None:
    await planned(night, "Accounts", ACME)
    await night.morning(WEDNESDAY)
    assert "Nothing logged" not in str(night.briefs(ANNAS))
    await night.bot.accounts.review.by_id(Caller(team_id=TEAM, user_id=ANNAS, request_id="test"), ACME)
    await night.until(ANNAS, "Last contact: a meeting on ")


async def test_advice_that_rests_on_a_meeting_read_before_it_took_place_can_be_approved(night: Stage) -> None:
    night.zoho.happens(
        create("Deals", "4150868000003000095", at=TUESDAY_NOON - 6 * HOUR, Deal_Name="Grippers", Amount=90_000.0,
               Account_Name={"id": ACME}, Stage="Qualification", Closing_Date="2026-05-29", Next_Step="Agree the terms")
    )  # fmt: skip
    await planned(night, "Accounts", ACME)
    await night.look(SILENT_AGAIN)
    await night.morning(SILENT_AGAIN)
    advice = await night.proposal(ACME)
    assert MEETING in {fact.record_id for fact in advice.basis}
    await night.approved(advice, says="task created")
    assert await night.state(advice.id) is State.DONE


async def test_the_end_of_a_meeting_is_no_change_of_its_record(night: Stage) -> None:
    await planned(night, "Accounts", ACME)
    await night.look(WEDNESDAY)
    async with night.bot.services.database.reading() as tx:
        changes = await tx.changes.since([ACME], at_or_seen_after=MONDAY)
        kept = await tx.snapshots.entity(Kind.ACTIVITY, MEETING)
    assert [each.field for each in changes.get(ACME, []) if each.record_id == MEETING] == [""]
    assert await night.bot.services.crm.record(Kind.ACTIVITY, MEETING) == kept
