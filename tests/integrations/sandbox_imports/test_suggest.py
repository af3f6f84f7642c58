"""A mapping drafted from headers and cells loads as it is, and says what to check."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from integrations.sandbox.history import Company
from integrations.sandbox.imports import Fault, load_csv, suggest_mapping
from integrations.sandbox.imports.suggest.toml import comment, heading, pair
from store.domain.errors import BadInput
from store.domain.text.controls import CONTROL
from tests.integrations.sandbox_imports.exports import (
    DASHED,
    HUB,
    LOGINS,
    NO_ACCOUNTS,
    ONE_FILE,
    PUBLIC,
    SALES_SUITE,
    TITLED,
    put,
)


def drafted(folder: Path, mapping: Path | None = None) -> tuple[Company, str, list[Fault]]:
    """The company that the unedited draft loads, the draft, and the faults it leaves out. It is written beside the folder, or as
    `mapping`."""
    text = suggest_mapping(folder).text
    mapping = mapping or folder.parent / "mapping.toml"
    mapping.write_text(text, encoding="utf-8")
    told: list[Fault] = []
    return load_csv(folder, mapping, tell=lambda report: told.extend(report.left_out)), text, told


def last_states(company: Company, module: str) -> dict[str, dict[str, object]]:
    rows: dict[str, dict[str, object]] = {}
    for event in company.events:
        if event.module == module:
            rows.setdefault(event.id, {}).update(event.fields)
    names = {
        "Accounts": "Account_Name",
        "Deals": "Deal_Name",
        "Contacts": "Last_Name",
        "Tasks": "Subject",
        "Notes": "Note_Content",
    }
    return {str(row[names[module]]): row for row in rows.values()}


def names_of(company: Company) -> dict[str, str]:
    people = {user.id: user.full_name for user in company.users}
    accounts = {event.id: str(event.fields["Account_Name"]) for event in company.events if event.module == "Accounts"}
    deals = {event.id: str(name) for event in company.events if (name := event.fields.get("Deal_Name"))}
    return people | accounts | deals


def pointing(company: Company, module: str, field: str) -> dict[str, str | None]:
    names = names_of(company)
    found = {name: row.get(field) for name, row in last_states(company, module).items()}
    return {name: names[str(value["id"])] if isinstance(value, dict) else None for name, value in found.items()}


def test_ids_join_people_accounts_deals_and_tasks(tmp_path: Path) -> None:
    company, _, told = drafted(put(tmp_path / "data", SALES_SUITE))
    assert told == []
    assert [(user.full_name, user.role) for user in company.users][-1] == ("Cy Boss", "Sales Manager")
    assert pointing(company, "Accounts", "Owner") == {"Delta Freight": "Ada Seller", "Elm Bakery": "Ben Okoye"}
    assert pointing(company, "Deals", "Account_Name") == {
        "Fleet": "Delta Freight",
        "Ovens": "Elm Bakery",
        "Mixers": "Elm Bakery",
    }
    assert {name: row["Stage"] for name, row in last_states(company, "Deals").items()} == {
        "Fleet": "Proposal",
        "Ovens": "Closed Won",
        "Mixers": "Closed Lost",
    }
    assert pointing(company, "Tasks", "What_Id") == {"Send offer": "Fleet", "Call back": "Ovens"}
    assert {name: row["Status"] for name, row in last_states(company, "Tasks").items()} == {
        "Send offer": "Not Started",
        "Call back": "Completed",
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_names_join_too_and_european_files_need_no_word(tmp_path: Path, encoding: str) -> None:
    company, _, told = drafted(put(tmp_path / "data", HUB, encoding=encoding))
    assert told == []
    assert {user.full_name for user in company.users} == {"Ada Seller", "Ben Okoye"}
    deals = last_states(company, "Deals")
    assert (deals["Flotte"]["Amount"], deals["Flotte"]["Closing_Date"]) == (48_000.5, "2026-05-01")
    assert pointing(company, "Deals", "Account_Name") == {"Flotte": "Zürich Räder", "Öfen": "Elm"}
    assert pointing(company, "Notes", "Parent_Id") == {"Liked the price": "Elm"}


def test_one_file_gives_accounts_people_and_deals(tmp_path: Path) -> None:
    company, _, told = drafted(put(tmp_path / "data", ONE_FILE))
    assert told == []
    assert pointing(company, "Accounts", "Owner") == {"Delta Freight": "Ada Seller", "Elm": "Ben Okoye"}
    deals = last_states(company, "Deals")
    assert {name: (row["Stage"], row["Amount"]) for name, row in deals.items()} == {
        "Fleet": ("Negotiation", 48_000),
        "Vans": ("Won", 7_500.5),
        "Ovens": ("Lost", 900),
    }
    assert (company.currency, company.as_of.isoformat()) == ("USD", "2026-02-04")


def test_headers_may_carry_their_module_and_deals_end_on_either_day(tmp_path: Path) -> None:
    company, _, told = drafted(put(tmp_path / "data", DASHED))
    assert told == []
    ends = {str(event.at.date()): event.fields["Stage"] for event in company.events if event.op == "update"}
    assert ends == {"2026-02-02": "Won", "2026-02-12": "Lost"}
    assert last_states(company, "Deals")["Vans"]["Closing_Date"] == "2026-02-02"
    assert pointing(company, "Tasks", "What_Id") == {"Send offer": "Fleet"}


def test_people_may_be_known_by_their_logins(tmp_path: Path) -> None:
    company, _, told = drafted(put(tmp_path / "data", LOGINS))
    assert told == []
    assert pointing(company, "Accounts", "Owner") == {"Delta": "Ada Seller", "Elm": "Ben Okoye"}
    assert {user.full_name: user.active for user in company.users} == {"Ada Seller": True, "Ben Okoye": False}
    assert last_states(company, "Deals")["Fleet"]["Closing_Date"] == "2026-05-01"


def test_deals_need_no_accounts(tmp_path: Path) -> None:
    company, text, told = drafted(put(tmp_path / "data", NO_ACCOUNTS))
    assert told == []
    assert {name: row["Stage"] for name, row in last_states(company, "Deals").items()} == {
        "1641984": "Won",
        "1658010": "Loss",
    }
    assert "# check: the files name no people; put a name" in text


def test_titles_above_the_table_and_utf_16_are_seen(tmp_path: Path) -> None:
    company, text, _ = drafted(put(tmp_path / "data", TITLED, encoding="utf-16"))
    assert {name: row["Stage"] for name, row in last_states(company, "Deals").items()} == {
        "Fleet": "Talks",
        "Vans": "Won",
    }
    assert tomllib.loads(text)["files"]["Opportunities.csv"] == {"delimiter": ";", "skip": 3}


def test_what_is_unsure_is_said_beside_it(tmp_path: Path) -> None:
    files = {**HUB, "deals.csv": HUB["deals.csv"].replace("Elm;20", "Elmo;20").replace("15.01.2026", "15/01/2026")}
    files["notes.csv"] = files["notes.csv"].replace("10.02.2026", "10/02/26")
    company, text, told = drafted(put(tmp_path / "data", files))
    assert (
        'Account_Name = { column = "Associated Company", lookup = "Accounts" }  # check: “Elmo” not among the Accounts'
        in text
    )
    assert 'faults = "leave out"  # check: 1 in these files\n# deals.csv, line 3, column Associated Company:' in text
    assert [(fault.line, fault.column) for fault in told] == [(3, "Associated Company")]
    assert (
        'dates = "DMY"\n# check: notes.csv: “10/02/26 08:00” could also have day and month the other way round' in text
    )
    assert {row.get("Account_Name") is None for row in last_states(company, "Deals").values()} == {True, False}


def test_closed_deals_without_any_day_stay_closed(tmp_path: Path) -> None:
    files = {"deals.csv": "deal,company,stage,amount\nFleet,Delta,Talks,5\nVans,Delta,Won,7\n"}
    company, text, _ = drafted(put(tmp_path / "data", files))
    assert {name: row["Stage"] for name, row in last_states(company, "Deals").items()} == {
        "Fleet": "Talks",
        "Vans": "Won",
    }
    assert "# check: the files have no days" in text


def test_files_that_cannot_be_read_or_used_are_named(tmp_path: Path) -> None:
    data = put(tmp_path / "data", {**HUB, "open.csv": 'id,name\n1,"x\n', "sheet.xlsx": "PK"})
    (tmp_path / "secret.csv").write_text("deal,stage\nSecret,Won\n")
    (data / "link.csv").symlink_to(tmp_path / "secret.csv")
    text = suggest_mapping(data).text
    assert "# check: open.csv, line 2: unexpected end of data.\n" in text
    assert "# check: link.csv: the file is outside the folder" in text
    assert "# Files not used: sheet.xlsx\n" in text
    assert "Secret" not in text


def test_files_without_deals_or_accounts_are_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(
        BadInput, match=r"None of weather\.csv looks like deals or accounts; write the mapping yourself"
    ):
        suggest_mapping(put(tmp_path / "data", {"weather.csv": "day,rain\n2026-03-06,5\n"}))
    (tmp_path / "data" / "weather.csv").unlink()
    with pytest.raises(BadInput, match="There are no CSV files in"):
        suggest_mapping(tmp_path / "data")
    with pytest.raises(BadInput, match="There is no folder"):
        suggest_mapping(tmp_path / "none")


HOSTILE = st.text(
    alphabet=st.one_of(
        st.sampled_from("\"'\\#[]={}\n\r\t\x1b\x7f\x9b\u202e,\u2028é"), st.characters(blacklist_categories=["Cs"])
    ),
    max_size=30,
)


@example("\x9b2J\u202e", "\x85")
@given(HOSTILE, HOSTILE)
def test_no_header_or_cell_gets_out_of_its_quotes_or_moves_the_cursor(one: str, other: str) -> None:
    lines = [heading("files", one), pair(other, {one: [other, one]}, other), comment(one), comment(other)]
    assert not any(map(CONTROL.search, lines))
    assert tomllib.loads("\n".join(lines)) == {"files": {one: {other: {one: [other, one]}}}}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(
    st.lists(
        HOSTILE.filter(str.strip), min_size=2, max_size=5, unique_by=lambda cell: " ".join(cell.split()).casefold()
    )
)
def test_hostile_cells_make_a_draft_that_reads_back(tmp_path: Path, cells: list[str]) -> None:
    quoted = ['"' + cell.replace('"', '""') + '"' for cell in cells]
    rows = "".join(f"{number},{cell},{quoted[0]},5\n" for number, cell in enumerate(quoted))
    (tmp_path / "deals.csv").write_bytes(f"deal id,company,stage,amount\n{rows}".encode())
    draft = tomllib.loads(suggest_mapping(tmp_path).text)
    assert draft["modules"]["Deals"]["fields"]["Amount"] == "amount"


@pytest.mark.skipif(not PUBLIC.is_dir(), reason="the data is not beside the repository")
@pytest.mark.parametrize(
    ("name", "created", "closed", "left_out"),
    [
        (
            "sales_crm",
            {"Accounts": 80, "Contacts": 150, "Deals": 120, "Activities": 300},
            {"Closed Won": 23, "Closed Lost": 30},
            0,
        ),
        ("dynamics", {"Accounts": 33, "Contacts": 193, "Deals": 5_229}, {"Won": 1_914, "Lost": 2_794}, 38),
        ("bitrix", {"Accounts": 6, "Contacts": 5, "Deals": 11, "Activities": 4}, {"Успешно": 2, "Проиграно": 1}, 4),
    ],
)
def test_a_public_export_loads_with_its_draft_as_it_is(
    tmp_path: Path, name: str, created: dict[str, int], closed: dict[str, int], left_out: int
) -> None:
    company, _, told = drafted(PUBLIC / name, tmp_path / "mapping.toml")
    activities = ("Calls", "Events", "Tasks", "Notes")
    modules = [
        event.module if event.module not in activities else "Activities"
        for event in company.events
        if event.op == "create"
    ]
    assert Counter(modules) == created
    won_or_lost = {stage.name for stage in company.stages if stage.forecast_type != "Open"}
    stages = {event.id: event.fields["Stage"] for event in company.events if "Stage" in event.fields}
    assert Counter(stage for stage in stages.values() if stage in won_or_lost) == closed
    assert len(told) == left_out
