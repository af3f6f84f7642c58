"""Looking for a write whose fate is unknown."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from integrations.sandbox.history import CrmEvent
from integrations.zoho.transport import Call
from store.domain.gate.verdicts import Verdict
from store.domain.gate.writes.update_account import FieldChange
from tests.integrations.zoho import company as known
from tests.integrations.zoho.bench import Bench, bench
from tests.integrations.zoho.changes import DESCRIBED, MARKER, REASSIGNMENT, TASK, UPDATE, annas_update, approved
from tests.integrations.zoho.company import ANNA, BOB, NORTHWIND, RENEWAL, START, company


async def test_the_marker_is_looked_for_on_every_page_of_the_related_list() -> None:
    tasks = [
        known.create("Tasks", str(4150868000005100000 + n), Subject=f"T{n}", on=("Deals", RENEWAL)) for n in range(420)
    ]
    async with bench(company([*known.standard_events(), *tasks])) as crm:
        done = await crm.writer.write(approved(TASK))
        found = await crm.writer.find(approved(TASK))
        assert (found.verdict, found.crm_id) == (Verdict.DONE, done.crm_id)


async def test_another_proposals_marker_is_not_taken_for_ours(crm: Bench) -> None:
    await crm.writer.write(replace(approved(TASK), marker="[SAM-9999999999]"))
    assert (await crm.writer.find(approved(TASK))).verdict is Verdict.NOT_SENT


async def test_a_task_that_somebody_wrote_on_below_the_marker_is_still_ours(crm: Bench) -> None:
    done = await crm.writer.write(approved(TASK))
    more = {"data": [{"Description": f"Ring them.\n\n{approved(TASK).marker}\nNo answer, trying again at two."}]}
    response = await crm.client.transport.attempt(Call(method="PUT", path=f"/Tasks/{done.crm_id}", json=more))
    assert response.status_code == 200

    found = await crm.writer.find(approved(TASK))
    assert (found.verdict, found.crm_id) == (Verdict.DONE, done.crm_id)


async def test_when_looking_fails_nothing_is_claimed(crm: Bench) -> None:
    crm.sandbox.faults.answer("GET", "/Tasks$", status=503, times=9)
    assert (await crm.writer.find(approved(TASK))).verdict is Verdict.UNKNOWN


async def test_an_update_is_found_even_after_somebody_else_went_on(crm: Bench) -> None:
    await crm.writer.write(approved(UPDATE))
    crm.clock.advance(timedelta(minutes=5))
    later = Call(method="PUT", path=f"/Accounts/{NORTHWIND}", json={"data": [{"Account_Type": "Partner"}]})
    response = await crm.client.transport.attempt(later)
    assert response.status_code == 200

    assert (await crm.writer.find(approved(UPDATE))).verdict is Verdict.DONE


async def test_a_long_description_is_found_in_the_history_after_somebody_else_replaced_it(crm: Bench) -> None:
    change = approved(replace(UPDATE, changes=(FieldChange(field="description", before=None, after="Long. " * 100),)))
    await crm.writer.write(change)
    crm.clock.advance(timedelta(minutes=5))
    later = Call(method="PUT", path=f"/Accounts/{NORTHWIND}", json={"data": [{"Description": "Mine now."}]})
    await crm.client.transport.attempt(later)

    assert (await crm.writer.find(change)).verdict is Verdict.DONE


async def test_the_same_values_set_by_somebody_else_are_not_our_write() -> None:
    theirs = annas_update(Account_Type="Customer")
    async with bench(company([*known.standard_events(), theirs])) as crm:
        assert (await crm.writer.find(approved(UPDATE))).verdict is Verdict.NOT_SENT
        assert (await crm.writer.write(approved(UPDATE))).verdict is Verdict.DRIFTED


async def test_an_account_that_is_gone_was_not_updated(crm: Bench) -> None:
    crm.sandbox.happens(CrmEvent(at=crm.clock(), op="delete", module="Accounts", id=NORTHWIND, user_id=ANNA, fields={}))
    assert (await crm.writer.find(approved(UPDATE))).verdict is Verdict.NOT_SENT


async def test_a_description_with_our_marker_is_ours_though_somebody_wrote_on(crm: Bench) -> None:
    await crm.writer.write(approved(DESCRIBED))
    crm.clock.advance(timedelta(minutes=5))
    theirs = f"Moves goods fast.\n\n{MARKER}\nAnd far."
    crm.sandbox.happens(
        CrmEvent(
            at=crm.clock(), op="update", module="Accounts", id=NORTHWIND, user_id=ANNA, fields={"Description": theirs}
        )
    )
    found = await crm.writer.find(approved(DESCRIBED))
    assert (found.verdict, found.modified_at) == (Verdict.DONE, None)


async def test_a_long_history_is_read_back_to_when_the_record_was_shown_and_no_further() -> None:
    """Edits before that moment are not ours, whoever made them, and those after it are Anna's."""
    edits = [
        CrmEvent(at=START + timedelta(minutes=n), op="update", module="Accounts", id=NORTHWIND, user_id=ANNA,
                 fields={"Industry": f"Transport {n}"})
        for n in range(1, 900)
    ]  # fmt: skip
    async with bench(company([*known.standard_events(), *edits])) as crm:
        shown = replace(UPDATE, unless_modified_since=START + timedelta(minutes=600))
        assert (await crm.writer.find(approved(shown))).verdict is Verdict.NOT_SENT
        pages = len(crm.sent("__timeline"))
        everything = replace(UPDATE, unless_modified_since=START - timedelta(days=1))
        assert (await crm.writer.find(approved(everything))).verdict is Verdict.NOT_SENT
        assert 1 < pages < len(crm.sent("__timeline")) - pages


async def test_a_new_owner_is_found_again_and_another_one_is_not_taken_for_it(crm: Bench) -> None:
    assert (await crm.writer.find(approved(REASSIGNMENT))).verdict is Verdict.NOT_SENT
    done = await crm.writer.write(approved(REASSIGNMENT))
    found = await crm.writer.find(approved(REASSIGNMENT))
    assert (done.verdict, found) == (Verdict.DONE, done)

    crm.clock.advance(timedelta(minutes=5))
    later = Call(method="PUT", path=f"/Accounts/{NORTHWIND}", json={"data": [{"Owner": {"id": ANNA}}]})
    assert (await crm.client.transport.attempt(later)).status_code == 200
    assert (await crm.writer.find(approved(REASSIGNMENT))).verdict is Verdict.NOT_SENT
    again = await crm.writer.write(replace(approved(REASSIGNMENT), unless_modified_since=START))
    assert again.verdict is Verdict.DRIFTED


async def test_a_new_owner_that_someone_else_gave_counts_as_written(crm: Bench) -> None:
    given = annas_update(Owner={"id": BOB})
    crm.sandbox.happens(given)
    found = await crm.writer.find(approved(REASSIGNMENT))
    assert (found.verdict, found.modified_at) == (Verdict.DONE, None)
