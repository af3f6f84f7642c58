"""Files as other systems write them: other marks, people in several columns, ids, flags, defaults, ages."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from integrations.sandbox.history import Company
from integrations.sandbox.imports import ImportFaults, load_csv

MAPPING = """
name = "Ltd"
start = 2025-10-01
as_of = 2026-03-06
[users]
file = "team.csv"
key = "id"
name = { join = ["first", "last"], separator = " " }
active = "active"
manager = "boss"
[[stages]]
name = "Talks"
probability = 50
[[stages]]
name = "Offer"
probability = 70
[[stages]]
name = "Lost"
probability = 0
forecast_type = "Closed Lost"
[modules.Accounts]
file = "accounts.csv"
key = "id"
[modules.Accounts.fields]
Account_Name = { first_of = ["name", "id"] }
Owner = { owner_of_most = "Deals" }
[modules.Deals]
file = "deals.csv"
skip = { name = "Total" }
[modules.Deals.fields]
Deal_Name = "name"
Account_Name = { column = "account", lookup = "Accounts" }
Owner = { column = "owner", lookup = "Users" }
Amount = "amount"
Closing_Date = "close"
[[modules.Deals.events]]
on = "opened"
fields = { Stage = { constant = "Talks" } }
[[modules.Deals.events]]
days_ago = "days_in_stage"
only = { stage = "Offer" }
fields = { Stage = "stage" }
[[modules.Deals.events]]
on = ["closed", "close", "opened"]
only = { stage = "Lost" }
fields = { Stage = "stage" }
"""
FILES = {
    "team.csv": "id;first;last;active;boss\nU1;Ada;Seller;yes;U3\nU2;Ben;Gone;no;Cy Boss\nU3;Cy;Boss;1;\n",
    "accounts.csv": "id;name\nA1;Delta Freight\nA2;\n",
    "deals.csv": (
        "name;account;owner;stage;opened;close;closed;days_in_stage;amount\n"
        "Fleet;A1;U2;Offer;15.01.2026;1/05/26;;20;$48.000,50\n"
        "Vans;delta  freight;ada seller;Lost;16.01.2026;;2/02/26;;1.000,00\n"
        "Cranes;A2;;Lost;17.01.2026 09:30;;;;7\n"
        "Total;;;;;;;;49.007,50\n"
    ),
}


def loaded(folder: Path, *, mapping: str = MAPPING, **files: bytes) -> Company:
    for name, text in FILES.items():
        (folder / name).write_bytes(files.get(name.partition(".")[0], text.encode("utf-8-sig")))
    (folder / "mapping.toml").write_text(mapping.replace("as_of", 'default_owner = "U1"\nas_of', 1), encoding="utf-8")
    return load_csv(folder, folder / "mapping.toml")


def histories(company: Company) -> dict[object, list[tuple[date, dict[str, object]]]]:
    found: dict[str, list[tuple[date, dict[str, object]]]] = {}
    for event in company.events:
        if event.module == "Deals":
            found.setdefault(event.id, []).append((event.at.date(), dict(event.fields)))
    return {history[0][1]["Deal_Name"]: history for history in found.values()}


def test_people_have_names_in_two_columns_ids_managers_and_an_active_flag(tmp_path: Path) -> None:
    ada, ben, cy = loaded(tmp_path).users
    assert (ada.full_name, ada.active, ada.manager_id) == ("Ada Seller", True, cy.id)
    assert (ben.full_name, ben.active, ben.manager_id) == ("Ben Gone", False, cy.id)
    assert (cy.full_name, cy.role) == ("Cy Boss", "Sales Manager")


def test_records_are_found_by_id_or_name_and_no_owner_means_the_default_one(tmp_path: Path) -> None:
    company = loaded(tmp_path)
    ada, ben, _ = company.users
    delta = next(event.id for event in company.events if event.fields.get("Account_Name") == "Delta Freight")
    deals = {name: history[0][1] for name, history in histories(company).items()}
    assert {name: fields["Owner"] for name, fields in deals.items()} == {
        "Fleet": {"id": ben.id},
        "Vans": {"id": ada.id},
        "Cranes": {"id": ada.id},
    }
    assert deals["Fleet"]["Account_Name"] == deals["Vans"]["Account_Name"] == {"id": delta}
    assert "A2" in [event.fields.get("Account_Name") for event in company.events]  # the first column that isn't empty


def test_european_days_and_amounts_are_read_by_what_their_file_shows(tmp_path: Path) -> None:
    (_, fleet), *_ = histories(loaded(tmp_path))["Fleet"]
    assert (fleet["Amount"], fleet["Closing_Date"]) == (48_000.5, "2026-05-01")


def test_stages_begin_as_long_ago_as_a_column_says_and_closed_deals_end_on_the_first_day_given(tmp_path: Path) -> None:
    told = {
        name: [(day, f.get("Stage")) for day, f in history] for name, history in histories(loaded(tmp_path)).items()
    }
    assert told == {
        "Fleet": [(date(2026, 1, 15), "Talks"), (date(2026, 2, 14), "Offer")],
        "Vans": [(date(2026, 1, 16), "Talks"), (date(2026, 2, 2), "Lost")],
        "Cranes": [(date(2026, 1, 17), "Talks"), (date(2026, 1, 17), "Lost")],
    }


def test_the_moment_is_taken_where_a_column_has_one(tmp_path: Path) -> None:
    mapping = MAPPING.replace("as_of", 'format = { time_zone = "Europe/Berlin" }\nas_of', 1)
    cranes = [event for event in loaded(tmp_path, mapping=mapping).events if event.fields.get("Deal_Name") == "Cranes"]
    assert [event.at for event in cranes] == [datetime(2026, 1, 17, 8, 30, tzinfo=UTC)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_the_encoding_makes_no_difference(tmp_path: Path, encoding: str) -> None:
    text = FILES["deals.csv"].replace("Fleet", "Flotte für Zürich")
    assert "Flotte für Zürich" in histories(loaded(tmp_path, deals=text.encode(encoding)))


def test_a_day_that_may_be_two_is_a_fault_that_says_what_to_say(tmp_path: Path) -> None:
    text = (
        FILES["deals.csv"]
        .replace(".01.2026", "/01/2026")
        .replace("15/", "5/")
        .replace("16/", "6/")
        .replace("17/", "7/")
    )
    with pytest.raises(ImportFaults) as caught:
        loaded(tmp_path, deals=text.encode())
    sentence = (
        "deals.csv, line 2, column close: “1/05/26” may be 5 January 2026 or 1 May 2026; say `dates`, “DMY” or “MDY”."
    )
    assert sentence in str(caught.value)
    said = MAPPING.replace("[users]", '[files."deals.csv"]\ndates = "DMY"\n[users]', 1)
    (_, fleet), *_ = histories(loaded(tmp_path, mapping=said, deals=text.encode()))["Fleet"]
    assert fleet["Closing_Date"] == "2026-05-01"


def test_lines_above_the_header_are_skipped(tmp_path: Path) -> None:
    said = MAPPING.replace("[users]", '[files."deals.csv"]\nskip = 2\n[users]', 1)
    text = f"Open deals\n\n{FILES['deals.csv']}"
    assert len(histories(loaded(tmp_path, mapping=said, deals=text.encode()))) == 3


def test_without_people_the_default_owner_owns_everything(tmp_path: Path) -> None:
    start, end = MAPPING.index("[users]"), MAPPING.index("[[stages]]")
    mapping = MAPPING[:start] + MAPPING[end:]
    mapping = mapping.replace(
        'Owner = { column = "owner", lookup = "Users" }', 'Owner = { constant = "", lookup = "Users" }'
    )
    company = loaded(tmp_path, mapping=mapping.replace("start =", 'default_stage = "Talks"\nstart =', 1))
    assert [(user.full_name, user.active) for user in company.users] == [("U1", True)]
    assert {event.user_id for event in company.events} == {company.users[0].id}
