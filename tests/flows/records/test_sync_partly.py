"""A CRM that does not have, or does not give, all that we read: what there is is read, one sentence tells the rest, and nothing
is lost or made up."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from integrations.sandbox.history import CrmEvent
from store.domain.crm.accounts import Activity, Contact, Kind
from store.domain.crm.changes import Change
from store.domain.errors import CrmAuth, CrmRefused
from tests.flows.company import ACME, ANNA, FIRST_NIGHT, SAM, happens
from tests.flows.stage import ANNAS, NIGHT, Stage, stage
from tests.integrations.zoho.company import create

CALL = "4150868000005000777"


async def contact(made: Stage) -> Contact:
    async with made.bot.services.database.reading() as tx:
        found = await tx.snapshots.entity(Kind.CONTACT, SAM)
    assert isinstance(found, Contact)
    return found


async def moved(made: Stage, kind: Kind) -> list[tuple[str, str | None]]:
    async with made.bot.services.database.reading() as tx:
        found = await tx.changes.since([ACME], at_or_seen_after=FIRST_NIGHT)
    changes: list[Change] = [change for group in found.values() for change in group]
    return [(change.field, change.after) for change in changes if change.record_kind is kind]


def call(made: Stage) -> CrmEvent:
    now = made.clock.now()
    return create("Calls", CALL, at=now, user=ANNA, Subject="Check-in", Call_Type="Inbound",
                  Call_Start_Time=now.isoformat(), on=("Accounts", ACME))  # fmt: skip


async def test_a_module_that_is_switched_off_is_told_of_and_the_rest_is_read(night: Stage) -> None:
    night.zoho.disable("Calls")
    night.clock.advance(timedelta(minutes=1))
    night.zoho.happens(happens("Contacts", SAM, night.clock.now(), Title="Chair"))

    report = await night.bot.services.sync()

    assert (await contact(night)).title == "Chair"
    assert len(report.problems) == 1
    assert "module Calls is switched off" in report.problems[0]
    await night.morning()
    assert "module Calls is switched off" in night.shown(ANNAS)


async def test_what_happened_while_a_module_was_off_is_found_once_it_is_on_again(night: Stage) -> None:
    night.clock.advance(timedelta(minutes=1))
    night.zoho.happens(call(night))
    night.zoho.disable("Calls")
    for _ in range(3):
        night.clock.advance(timedelta(hours=12))
        await night.bot.services.sync()
    night.zoho.enable("Calls")
    report = await night.bot.services.sync()

    assert report.problems == []
    async with night.bot.services.database.reading() as tx:
        assert isinstance(await tx.snapshots.entity(Kind.ACTIVITY, CALL), Activity)
    assert await moved(night, Kind.ACTIVITY) == [("", None)]


async def test_a_field_that_is_removed_keeps_its_last_value_and_no_change_is_told(night: Stage) -> None:
    night.clock.advance(timedelta(minutes=1))
    night.zoho.happens(happens("Contacts", SAM, night.clock.now(), Buying_Role="Sponsor"))
    await night.bot.services.sync()
    night.zoho.remove_field("Contacts", "Buying_Role")
    night.clock.advance(timedelta(minutes=1))
    night.zoho.happens(happens("Contacts", SAM, night.clock.now(), Title="Chair"))

    await night.bot.services.sync()

    found = await contact(night)
    assert (found.title, found.buying_role) == ("Chair", "Sponsor")
    assert sorted(await moved(night, Kind.CONTACT)) == [("buying_role", "Sponsor"), ("title", "Chair")]


async def test_a_field_is_read_under_the_name_that_the_organisation_gave_it(sqlite_url: str, tmp_path: Path) -> None:
    async with stage(sqlite_url, tmp_path, zoho_fields="contact.buying_role=Sponsor_Role") as made:
        made.zoho.redefine("Contacts", "Buying_Role", api_name="Sponsor_Role")
        await made.look(NIGHT)
        made.clock.advance(timedelta(minutes=1))
        made.zoho.happens(happens("Contacts", SAM, made.clock.now(), Sponsor_Role="Champion"))
        report = await made.bot.services.sync()

        assert report.problems == []
        assert (await contact(made)).buying_role == "Champion"


async def test_a_field_that_lost_the_name_it_was_known_by_is_named_with_the_setting_that_helps(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with stage(sqlite_url, tmp_path, zoho_fields="contact.buying_role=Sponsor_Role") as made:
        made.zoho.redefine("Contacts", "Buying_Role", api_name="Sponsor_Role")
        await made.look(NIGHT)
        made.zoho.redefine("Contacts", "Sponsor_Role", api_name="Role_In_Deal")
        made.clock.advance(timedelta(minutes=11))
        report = await made.bot.services.sync()

        assert report.problems == [
            "Zoho's Contacts have no field Sponsor_Role, so it is not read: name the one in use in SERGAS_ZOHO_FIELDS."
        ]


async def test_a_field_that_is_left_out_is_never_asked_for(sqlite_url: str, tmp_path: Path) -> None:
    async with stage(sqlite_url, tmp_path, zoho_leave_out="contact.title") as made:
        await made.look(NIGHT)
        assert (await contact(made)).title is None


async def test_a_stream_that_is_refused_stops_no_other_and_is_repeated(night: Stage) -> None:
    night.clock.advance(timedelta(minutes=1))
    night.zoho.happens(happens("Contacts", SAM, night.clock.now(), Title="Chair"))
    night.zoho.faults.answer("GET", "/Deals/deleted", status=403, body={"code": "NO_PERMISSION"})
    with pytest.raises(CrmRefused):
        await night.bot.services.sync()
    assert (await contact(night)).title == "Chair"


@pytest.mark.parametrize("scope", ["ZohoCRM.modules.Notes.READ", "ZohoCRM.modules.Calls.READ"])
async def test_a_scope_that_is_missing_stops_no_other_stream(night: Stage, scope: str) -> None:
    night.clock.advance(timedelta(minutes=1))
    night.zoho.happens(happens("Contacts", SAM, night.clock.now(), Title="Chair"))
    night.zoho.faults.answer(
        "GET", "/(Notes|Calls)", status=401, body={"code": "OAUTH_SCOPE_MISMATCH", "details": {"scope": scope}}, times=9
    )
    with pytest.raises(CrmAuth, match="scope"):
        await night.bot.services.sync()
    assert (await contact(night)).title == "Chair"


async def test_a_grant_that_was_taken_back_is_one_sentence_and_nothing_is_lost(night: Stage) -> None:
    night.clock.advance(timedelta(minutes=1))
    night.zoho.happens(happens("Contacts", SAM, night.clock.now(), Title="Chair"))
    night.zoho.revoke_refresh_token()
    with pytest.raises(CrmAuth, match="does not accept the refresh token"):
        await night.bot.services.sync()
    assert (await contact(night)).title == "COO"
