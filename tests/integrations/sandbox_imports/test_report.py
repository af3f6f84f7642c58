"""The report of an import: what each file gave, what became of what is left out, and what to check."""

from __future__ import annotations

from pathlib import Path

import pytest

from integrations.sandbox.history import Company
from integrations.sandbox.imports import ImportFaults, Report, load_csv

MAPPING = """
name = "Ltd"
start = 2026-01-01
as_of = 2026-03-06
default_owner = "U1"
faults = "leave out"
[users]
file = "team.csv"
key = "id"
name = "name"
active = "active"
time_zone = "zone"
[[stages]]
name = "Talks"
probability = 50
[modules.Accounts]
file = "accounts.csv"
key = "id"
[modules.Accounts.fields]
Account_Name = "name"
Owner = { owner_of_most = "Deals" }
[modules.Deals]
file = "deals.csv"
key = "id"
skip = { name = "Total" }
[modules.Deals.fields]
Deal_Name = "name"
Account_Name = { column = "account", lookup = "Accounts" }
Owner = { column = "owner", lookup = "Users" }
Amount = "amount"
Currency = "currency"
Description = "note"
[[modules.Deals.events]]
on = "opened"
fields = { Stage = { constant = "Talks" } }
"""
TEAM = "id,name,active,zone\nU1,Ada Berg,yes,Europe/Oslo\nU2,Ben Gone,no,Europe/Oslo\nU3,,yes,Europe/Oslo\n"
ACCOUNTS = "id,name\nA1,Delta\nA2,Elm\n"
HEADER = "id,name,account,owner,amount,currency,note,opened\n"
DEALS = (
    f"{HEADER}D1,Fleet,A1,U2,5,EUR,,2026-02-02\nD2,Vans,A1,U2,6,EUR,,2026-02-03\nD3,Ovens,A1,U1,7,EUR,,2026-02-04\n"
    "D4,Mixers,A2,U2,8,EUR,,2026-02-05\n,Total,,,26,,,\n"
)


def imported(
    folder: Path, *, mapping: str = MAPPING, deals: str = DEALS, team: str = TEAM, accounts: str = ACCOUNTS
) -> tuple[Company, Report]:
    files = {"team.csv": team, "accounts.csv": accounts, "deals.csv": deals, "mapping.toml": mapping}
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    reports: list[Report] = []
    return load_csv(folder, folder / "mapping.toml", tell=reports.append), reports[0]


def outcomes(report: Report) -> list[tuple[str, int | None, str]]:
    return [(fault.file, fault.line, fault.outcome) for fault in report.left_out]


def owners(company: Company, module: str, name: str) -> dict[object, str]:
    people = {user.id: user.full_name for user in company.users}
    made = [event for event in company.events if event.module == module and event.op == "create"]
    return {event.fields[name]: people[event.fields["Owner"]["id"]] for event in made}  # type: ignore[index, call-overload]  # every record made has an owner


def test_each_file_says_what_its_rows_became(tmp_path: Path) -> None:
    deals = f"{DEALS}D5,,A1,U1,5,EUR,,2026-02-02\nD6,Fans,A1\nD1,Fleet 2,A1,U1,5,EUR,,2026-02-02\n"
    _, report = imported(tmp_path, deals=deals)
    assert [str(each) for each in report.files] == [
        "team.csv: 3 rows → 2 people, 1 person dropped",
        "accounts.csv: 2 rows → 2 accounts",
        "deals.csv: 8 rows → 4 deals, 1 skipped by filter, 2 deals dropped, 1 row dropped",
    ]
    assert sum(sum(each.made.values()) + each.skipped + sum(each.dropped.values()) for each in report.files) == 13


def test_each_fault_says_what_became_of_its_record(tmp_path: Path) -> None:
    deals = (
        f"{HEADER}D1,Fleet,A1,U1,1.2M,EUR,,2026-02-02\nD2,Vans,A9,U3,6,EUR,,2026-02-03\nD3,,A1,U1,7,EUR,,2026-02-04\n"
        "D4,Mixers,A2,U1,8,EUR,,2026-02-31\nD1,Fleet 2,A1,U1,8,EUR,,2025-02-05\n"
    )
    company, report = imported(tmp_path, deals=deals)
    assert sorted(outcomes(report)) == [
        ("deals.csv", 2, "The deal is left out."),  # its key comes again
        ("deals.csv", 3, "The deal goes to Ada Berg."),  # U3 has no name
        ("deals.csv", 3, "The deal is kept without it."),
        ("deals.csv", 4, "The deal is left out."),
        ("deals.csv", 5, "It counts as if it were empty."),
        ("deals.csv", 6, "It counts as if it were empty."),
        ("deals.csv", 6, "The last line with it counts."),
        ("team.csv", 4, "The person is left out."),
    ]
    assert set(owners(company, "Deals", "Deal_Name")) == {"Vans", "Mixers", "Fleet 2"}
    assert "team.csv, line 4, column name: a name is missing. The person is left out." in str(report)


def test_a_fault_that_stops_the_import_does_not_say_that_a_record_is_kept(tmp_path: Path) -> None:
    with pytest.raises(ImportFaults) as caught:
        imported(tmp_path, mapping=MAPPING.replace('faults = "leave out"', ""), deals=DEALS.replace(",8,", ",1.2M,"))
    assert str(caught.value).split("\n")[-1] == "deals.csv, line 5, column amount: “1.2M” is not a number."


def test_whoever_has_left_does_not_get_the_account_of_most_deals(tmp_path: Path) -> None:
    company, report = imported(tmp_path)
    assert owners(company, "Accounts", "Account_Name") == {"Delta": "Ada Berg", "Elm": "Ada Berg"}
    assert owners(company, "Deals", "Deal_Name")["Mixers"] == "Ben Gone"  # as the file says
    left = "accounts.csv, line 3: only people who have left own the Deals of “A2”, so the account goes to Ada Berg."
    assert report.checks == (left,)


def test_records_that_name_no_owner_are_counted_with_the_one_they_go_to(tmp_path: Path) -> None:
    company, report = imported(tmp_path, deals=DEALS.replace("A1,U2,5", "A1,,5").replace("A1,U2,6", "A1,,6"))
    assert owners(company, "Deals", "Deal_Name")["Fleet"] == "Ada Berg"
    assert "deals.csv, line 2: no owner is named, so the deal goes to Ada Berg. 1 more like it." in report.checks


MODULE = "modules.Deals"
FILTERS = [
    (
        'skip = { name = "Total" }',
        'skip = { name = ["Sum", "Total"] }',
        f"{MODULE}, skip: no line of deals.csv has “Sum” in name.",
    ),
    (
        'key = "id"\nname',
        'only = { active = ["yes", "no", "y"] }\nkey = "id"\nname',
        "users, only: no line of team.csv has “y” in active.",
    ),
    (
        'Currency = "currency"',
        'Currency = { column = "currency", values = { Euro = "EUR" } }',
        f"{MODULE}.fields, Currency, values: no line of deals.csv has “Euro” in currency.",
    ),
    (
        "[[modules.Deals.events]]",
        '[[modules.Deals.events]]\nskip = { account = "A7" }',
        f"{MODULE}.events 1, skip: no line of deals.csv has “A7” in account.",
    ),
    (
        "[users]",
        '[files."deal.csv"]\nskip = 2\n[users]',
        '[files."deal.csv"] says how a file is written that the mapping does not read.',
    ),
]


@pytest.mark.parametrize(("old", "new", "sentence"), FILTERS, ids=[sentence for _, _, sentence in FILTERS])
def test_what_matches_nothing_is_to_be_checked(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    _, report = imported(tmp_path, mapping=MAPPING.replace(old, new, 1))
    assert sentence in report.checks


def test_no_zone_and_a_last_day_on_a_weekend_are_to_be_checked(tmp_path: Path) -> None:
    mapping = MAPPING.replace('time_zone = "zone"', "").replace("2026-03-06", "2026-03-08")
    _, report = imported(tmp_path, mapping=mapping, deals=DEALS.replace("2026-02-02", "2026-02-02 09:15"))
    friday = "the last morning of the demonstration is Friday, 2026-03-06"
    assert {
        "team.csv: the mapping gives no one a time zone, so all get their briefs at hours of UTC.",
        f"as_of, 2026-03-08, is a Sunday: briefs come on working days, so {friday}.",
        "deals.csv, line 2, column opened: “2026-02-02 09:15” names no time zone, so it is taken as UTC; say `time_zone` in "
        "[format].",
    } <= set(report.checks)
    _, report = imported(tmp_path, mapping=mapping.replace("[users]", '[format]\ntime_zone = "Asia/Tokyo"\n[users]', 1))
    assert not [check for check in report.checks if "zone" in check]


def test_an_odd_zone_or_flag_costs_no_one_their_records(tmp_path: Path) -> None:
    team = "id,name,active,zone\nU1,Ada Berg,yes,Middle Earth\nU2,Ben Gone,on leave,(GMT+01:00) Paris (Europe/Paris)\nU4,Cy,1,\n"
    company, report = imported(tmp_path, team=team)
    assert [user.time_zone for user in company.users] == ["UTC", "Europe/Paris", "UTC"]
    assert outcomes(report) == [
        ("team.csv", 2, "The person gets UTC."),
        ("team.csv", 3, "The person counts as active."),
    ]
    assert "team.csv, line 4, column zone: there is no time zone." in report.checks


def test_negative_amounts_and_unknown_currencies_are_to_be_checked_and_senseless_ones_are_faults(
    tmp_path: Path,
) -> None:
    deals = DEALS.replace(",5,EUR", ",(500),EUR").replace(",6,EUR", ",-6,ECU").replace(",7,EUR", ",7,€uro")
    company, report = imported(tmp_path, deals=deals)
    assert "deals.csv, line 2, column amount: “(500)” is negative. 1 more like it." in report.checks
    assert "deals.csv, line 3, column currency: “ECU” is not among the codes of currencies." in report.checks
    assert [str(fault) for fault in report.left_out if fault.file == "deals.csv"] == [
        "deals.csv, line 4, column currency: “€uro” is not the code of a currency (such as EUR)."
    ]
    assert [event.fields.get("Amount") for event in company.events if event.module == "Deals"] == [-500, -6, 7, 8]


def test_of_a_note_of_a_megabyte_the_first_part_is_kept_as_plain_text(tmp_path: Path) -> None:
    long = "<p>Promised <b>Monday</b>.</p>" + "<p>and so on</p>" * 70_000
    deals = DEALS.replace("5,EUR,", f"5,EUR,{long}")
    deals = deals.replace("6,EUR,", "6,EUR," + "<br>" * 300_000)
    company, report = imported(tmp_path, deals=deals)
    note, empty = [event.fields.get("Description") for event in company.events if event.module == "Deals"][:2]
    assert isinstance(note, str)
    assert (len(note) <= 32_000, note[:26], "<" in note, note[-1]) == (True, "Promised Monday.\nand so on", False, "…")
    assert empty is None
    kept = f"the text has 1,120,030 characters; the first {len(note):,} of its plain text are kept."
    assert f"deals.csv, line 2, column note: {kept}" in report.checks
    assert "deals.csv, line 3, column note: the text has 1,200,000 characters, but no words." in report.checks
    assert [fault for fault in report.left_out if fault.file == "deals.csv"] == []
