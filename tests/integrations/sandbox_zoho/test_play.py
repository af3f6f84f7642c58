"""Playing a company's history, in memory and in a file."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from integrations.sandbox.zoho import ZohoSandbox
from store.domain.errors import BadInput
from tests.integrations.sandbox_zoho.company import ACME, CONTACT, DEAL, GLOBEX, NOBODY, NOW, StillClock, company, event

END = datetime.max.replace(tzinfo=UTC)


def test_events_are_applied_up_to_a_moment_and_each_once() -> None:
    sandbox = ZohoSandbox(company(), clock=StillClock().now)
    moved = NOW - timedelta(days=60)
    before = sandbox.play(moved)  # the moment itself is not yet reached
    deal = sandbox.record("Deals", DEAL)
    assert deal is not None
    assert deal["Stage"] == "Qualification"
    assert sandbox.play(moved) == 0
    assert sandbox.play(END) + before == len(company().events)
    deal = sandbox.record("Deals", DEAL)
    assert deal is not None
    assert deal["Stage"] == "Needs Analysis"


def test_what_is_derived_and_stamped_follows_the_event() -> None:
    sandbox = ZohoSandbox(company(event(1, "update", "Contacts", CONTACT, Last_Name="Wu")), clock=StillClock().now)
    sandbox.play(END)
    contact = sandbox.record("Contacts", CONTACT)
    assert contact is not None
    assert (contact["Full_Name"], contact["Modified_Time"]) == ("Lin Wu", "2025-06-01T10:00:00+02:00")
    assert contact["Created_By"]["name"] == "Ben Okoye"


def test_an_event_that_does_not_fit_is_told_and_nothing_of_the_play_remains() -> None:
    sandbox = ZohoSandbox(company(event(1, "update", "Deals", NOBODY, Stage="Closed Won")), clock=StillClock().now)
    with pytest.raises(BadInput, match=NOBODY):
        sandbox.play(END)
    assert sandbox.record("Accounts", ACME) is None
    unknown = ZohoSandbox(company(event(1, "create", "Deals", NOBODY, Colour="red")), clock=StillClock().now)
    with pytest.raises(BadInput, match="Colour"):
        unknown.play(END)


def test_related_records_are_found_by_lookup() -> None:
    sandbox = ZohoSandbox(company(), clock=StillClock().now)
    sandbox.play(END)
    assert [row["Deal_Name"] for row in sandbox.related("Deals", "Account_Name", ACME)] == ["Big"]
    assert [row["Note_Title"] for row in sandbox.related("Notes", "Parent_Id", ACME)] == ["Budget"]
    assert sandbox.related("Tasks", "What_Id", GLOBEX) == []


async def test_a_file_alone_is_enough_to_serve_its_company_again(tmp_path: Path) -> None:
    path = tmp_path / "crm.db"
    first = ZohoSandbox(company(), clock=StillClock().now, path=path)
    first.play(END)
    await first.stop()
    assert os.listdir(tmp_path) == ["crm.db"]  # nothing beside it is needed
    again = ZohoSandbox(None, clock=StillClock().now, path=path)
    assert (again.company.name, again.company.users) == ("Test & Sons", company().users)
    account = again.record("Accounts", ACME)
    assert account is not None
    assert account["Account_Name"] == "Acme"
    assert again.play(END) == 0
    await again.stop()


async def test_a_play_goes_on_where_the_file_stood(tmp_path: Path) -> None:
    path = tmp_path / "crm.db"
    first = ZohoSandbox(company(), clock=StillClock().now, path=path)
    done = first.play(NOW - timedelta(days=60))
    await first.stop()
    second = ZohoSandbox(company(), clock=StillClock().now, path=path)
    assert second.play(END) == len(company().events) - done
    await second.stop()


def test_a_file_that_is_none_of_ours_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("hello")
    for path in (text, tmp_path / "absent.db", None):
        with pytest.raises(BadInput):
            ZohoSandbox(None, clock=StillClock().now, path=path)


async def test_a_taken_port_is_told(tmp_path: Path) -> None:
    one, two = (ZohoSandbox(company(), clock=StillClock().now) for _ in range(2))
    await one.start()
    with pytest.raises(BadInput, match="Port"):
        await two.start(port=int(one.url.rpartition(":")[2]))
    await two.stop()
    await one.stop()
