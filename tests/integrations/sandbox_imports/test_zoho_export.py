"""Zoho's own exports: labels or API names, prefixed ids, times with and without offsets, and faults."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from integrations.sandbox.imports import load_zoho_export
from integrations.sandbox.zoho import ZohoSandbox
from store.domain.errors import BadInput

ADA, BEN = "4150868000000225013", "4150868000000225014"
ACME, LIN, DEAL = "4150868000000624001", "4150868000000624002", "4150868000000624003"
FILES = {
    "Users": (
        "Record Id,First Name,Last Name,Email,Time Zone,Role,Profile,Status,Reporting To.id\n"
        f"zcrm_{ADA},Ada,Berg,ada@example.com,Europe/Berlin,CEO,Administrator,active,\n"
        f"zcrm_{BEN},Ben,Okoye,ben@example.com,America/New_York,Sales,Standard,active,zcrm_{ADA}\n"
    ),
    "Accounts": (
        "Record Id,Account Owner.id,Account Owner,Account Name,Annual Revenue,Created Time,Modified Time,Modified By.id,Tag\n"
        f"zcrm_{ACME},zcrm_{BEN},Ben Okoye,Acme,1000.5,2024-01-02 09:00:00,2024-03-01 10:00:00,zcrm_{ADA},hot\n"
    ),
    "Contacts": f"id,Owner.id,Last_Name,Account_Name.id,Created_Time\n{LIN},{BEN},Chen,{ACME},2024-01-03T09:00:00+02:00\n",
    "Deals": (
        "Record Id,Deal Owner.id,Deal Name,Account Name.id,Stage,Amount,Closing Date,Contact Name.id,Created Time\n"
        f"zcrm_{DEAL},zcrm_{BEN},Big,zcrm_{ACME},Won by us,900,2024-06-30,zcrm_{LIN},2024-02-01 09:00:00\n"
    ),
    "Tasks": (
        "Record Id,Task Owner.id,Subject,Due Date,Status,Related To.id,Created Time\n"
        f"zcrm_4150868000000624004,zcrm_{BEN},Call,2024-03-05,Not Started,zcrm_{DEAL},2024-02-02 09:00:00\n"
    ),
    "Notes": (
        "Record Id,Note Owner.id,Note Title,Note Content,Parent ID.id,Created Time\n"
        f'zcrm_4150868000000624005,zcrm_{BEN},T,"one\ntwo",zcrm_{ACME},2024-02-03 09:00:00\n'
    ),
}


def written(folder: Path, **changed: str) -> Path:
    for name, text in {**FILES, **changed}.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8-sig")
    return folder


@pytest.fixture
def sandbox(tmp_path: Path) -> ZohoSandbox:
    sandbox = ZohoSandbox(load_zoho_export(written(tmp_path)), clock=lambda: datetime(2024, 7, 1, tzinfo=UTC))
    sandbox.play(datetime.max.replace(tzinfo=UTC))
    return sandbox


def test_records_keep_their_ids_owners_and_links(sandbox: ZohoSandbox) -> None:
    deal = sandbox.record("Deals", DEAL)
    assert deal is not None
    assert (deal["Owner"]["id"], deal["Account_Name"]["id"], deal["Contact_Name"]["name"]) == (BEN, ACME, "Chen")
    assert (deal["Amount"], deal["Closing_Date"]) == (900.0, "2024-06-30")


def test_what_may_hang_on_several_modules_finds_its_own(sandbox: ZohoSandbox) -> None:
    task = sandbox.record("Tasks", "4150868000000624004")
    note = sandbox.record("Notes", "4150868000000624005")
    assert task is not None
    assert note is not None
    assert (task["$se_module"], task["What_Id"]["name"]) == ("Deals", "Big")
    assert (note["Parent_Id"]["module"]["api_name"], note["Note_Content"]) == ("Accounts", "one\ntwo")


def test_a_later_modification_is_a_touch_by_who_made_it(sandbox: ZohoSandbox) -> None:
    account = sandbox.record("Accounts", ACME)
    assert account is not None
    assert (account["Created_Time"], account["Modified_Time"]) == (
        "2024-01-02T10:00:00+01:00",
        "2024-03-01T11:00:00+01:00",
    )
    assert account["Modified_By"]["id"] == ADA


def test_users_and_the_last_day_come_from_the_files(tmp_path: Path) -> None:
    company = load_zoho_export(written(tmp_path))
    assert [(user.id, user.manager_id, user.profile) for user in company.users] == [
        (ADA, None, "Administrator"),
        (BEN, ADA, "Standard"),
    ]
    assert company.as_of == date(2024, 3, 1)


def test_a_stage_of_their_own_is_added_and_means_what_its_name_says(tmp_path: Path) -> None:
    stages = {stage.name: stage.forecast_type for stage in load_zoho_export(written(tmp_path)).stages}
    assert (stages["Won by us"], stages["Qualification"]) == ("Closed Won", "Open")


FAULTS = [
    ({"Deals": FILES["Deals"].replace("2024-06-30", "30/13/2024")},
     "Deals.csv, line 2, column Closing Date: “30/13/2024” is not a date."),
    ({"Deals": FILES["Deals"].replace(f"zcrm_{ACME}", "zcrm_7")},
     "Deals.csv, line 2, column Account Name.id: there is no record “zcrm_7” in the export."),
    ({"Deals": FILES["Deals"].replace("Big", "")}, "Deals.csv, line 2, column Deal Name: the deal has no Deal Name."),
    ({"Deals": FILES["Deals"].replace("Deal Owner.id", "Seller")}, "Deals.csv, line 1: there is no column Owner.id;"),
    ({"Deals": FILES["Deals"].replace("Created Time", "Made")}, "Deals.csv, line 1: there is no column Created Time;"),
    ({"Accounts": FILES["Accounts"].replace("2024-01-02 09:00:00", "")},
     "Accounts.csv, line 2, column Created Time: the date is missing."),
    ({"Accounts": FILES["Accounts"].replace(f"zcrm_{ACME}", "Acme-1")},
     "Accounts.csv, line 2, column Record Id: “Acme-1” is not a record id."),
    ({"Users": FILES["Users"].replace(BEN, ADA)}, f"Users.csv, line 3, column Record Id: the key “zcrm_{ADA}” appears twice."),
    ({"Users": FILES["Users"].replace("Europe/Berlin", "Mars")},
     "Users.csv, line 2, column Time Zone: “Mars” is not a time zone (such as Europe/Berlin)."),
    ({"Users": FILES["Users"].replace("active", "disabled")}, "Users.csv: none of the users is active."),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "sentence"), FAULTS, ids=[sentence for _, sentence in FAULTS])
def test_a_fault_is_one_sentence_that_says_where(tmp_path: Path, changed: dict[str, str], sentence: str) -> None:
    with pytest.raises(BadInput) as caught:
        load_zoho_export(written(tmp_path, **changed))
    assert str(caught.value).startswith(sentence)


def test_accounts_and_users_must_be_there(tmp_path: Path) -> None:
    (written(tmp_path) / "Accounts.csv").unlink()
    with pytest.raises(BadInput, match=r"Accounts\.csv: there is no such file in "):
        load_zoho_export(tmp_path)
    (tmp_path / "Users.csv").unlink()
    with pytest.raises(BadInput, match=r"Users\.csv: there is no such file in "):
        load_zoho_export(tmp_path)
