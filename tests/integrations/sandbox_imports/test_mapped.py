"""CSV files through a mapping: what becomes of them, and every fault with its place."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from integrations.sandbox.history import Company
from integrations.sandbox.imports import load_csv
from integrations.sandbox.imports.cells import TITLES, value_of
from integrations.sandbox.imports.sheets import Line
from integrations.sandbox.zoho import ZohoSandbox
from integrations.sandbox.zoho.fields import Field
from store.domain.errors import BadInput

MAPPING = """
name = "Small Ltd"
start = 2024-01-01
as_of = 2024-06-28

[users]
file = "team.csv"
name = "agent"
manager = "boss"
time_zone = { column = "office", values = { North = "Europe/Oslo" } }

[[stages]]
name = "Open"
probability = 20

[[stages]]
name = "Won"
probability = 100
forecast_type = "Closed Won"

[modules.Accounts]
file = "firms.csv"
key = "firm"
[modules.Accounts.fields]
Account_Name = { column = "firm", values = { Akme = "Acme" } }
Owner = { owner_of_most = "Deals" }
Annual_Revenue = { column = "millions", times = 1_000_000 }

[modules.Deals]
file = "deals.csv"
key = "deal"
[modules.Deals.fields]
Deal_Name = { join = ["deal", "firm"] }
Owner = { column = "agent", lookup = "Users" }
Account_Name = { column = "firm", lookup = "Accounts" }

[[modules.Deals.events]]
on = "opened"
fields = { Stage = { constant = "Open" } }

[[modules.Deals.events]]
on = "closed"
fields = { Stage = "result", Amount = "value" }

[modules.Notes]
file = "notes.csv"
key = "number"
[modules.Notes.fields]
Owner = { column = "by", lookup = "Users" }
Parent_Id = { column = "deal", lookup = "Deals" }
Note_Content = "text"
"""
FILES = {
    "team.csv": "agent,boss,office\nAda Berg,Zoë Lund,North\nBen Okoye,Zoë Lund,Asia/Tokyo\n",
    "firms.csv": "firm,millions\nAkme,1.5\nGlobex,\n",
    "deals.csv": (
        "deal,firm,agent,opened,closed,result,value\n"
        "D1,Akme,Ada Berg,2024-02-01,2024-03-01,Won,900\n"
        "D2,Akme,Ben Okoye,2024-02-02,,,\n"
        "D3,Akme,Ben Okoye,,,,\n"
        "D4,Globex,Ada Berg,2024-04-01,,,\n"
        "D5,,Ada Berg,2024-04-02,,,\n"
    ),
    "notes.csv": 'number,by,deal,text\n1,Ada Berg,D1,"Two\nlines"\n',
}


def written(folder: Path, **changed: str | bytes) -> Path:
    """The files of the example with some of them replaced; `mapping` is the mapping."""
    texts = {
        **FILES,
        "mapping.toml": MAPPING,
        **{f"{name}.csv": text for name, text in changed.items() if name != "mapping"},
    }
    if "mapping" in changed:
        texts["mapping.toml"] = changed["mapping"]
    for name, text in texts.items():
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def loaded(folder: Path) -> Company:
    return load_csv(folder, folder / "mapping.toml")


def test_users_get_addresses_zones_and_managers(tmp_path: Path) -> None:
    boss, ada, ben = loaded(written(tmp_path)).users
    assert (boss.full_name, boss.email, boss.role, boss.time_zone) == (
        "Zoë Lund",
        "zoe.lund@example.com",
        "Sales Manager",
        "Europe/Oslo",
    )
    assert (ada.email, ada.time_zone, ada.manager_id, ada.role) == (
        "ada.berg@example.com",
        "Europe/Oslo",
        boss.id,
        "Account Executive",
    )
    assert ben.time_zone == "Asia/Tokyo"


def test_records_unfold_as_the_mapping_dates_them(tmp_path: Path) -> None:
    company = loaded(written(tmp_path))
    assert (company.name, company.as_of, [stage.name for stage in company.stages]) == (
        "Small Ltd",
        date(2024, 6, 28),
        ["Open", "Won"],
    )
    sandbox = ZohoSandbox(company, clock=lambda: datetime(2024, 6, 28, tzinfo=UTC))
    sandbox.play(datetime(2024, 3, 1, tzinfo=UTC))
    acme = next(event.id for event in company.events if event.fields.get("Account_Name") == "Acme")
    deals = {row["Deal_Name"]: row for row in sandbox.related("Deals", "Account_Name", acme)}
    assert {name: row["Stage"] for name, row in deals.items()} == dict.fromkeys(
        ("D1 · Akme", "D2 · Akme", "D3 · Akme"), "Open"
    )
    assert deals["D3 · Akme"]["Created_Time"].startswith("2024-01-01")
    sandbox.play(datetime(2024, 7, 1, tzinfo=UTC))
    won = sandbox.record("Deals", deals["D1 · Akme"]["id"])
    assert won is not None
    assert (won["Stage"], won["Amount"], won["Probability"]) == ("Won", 900.0, 100)


def test_an_account_goes_to_who_has_most_of_its_deals(tmp_path: Path) -> None:
    company = loaded(written(tmp_path))
    names = {user.id: user.full_name for user in company.users}
    owners = {
        event.fields["Account_Name"]: names[event.user_id] for event in company.events if event.module == "Accounts"
    }
    assert owners == {"Acme": "Ben Okoye", "Globex": "Ada Berg"}


def test_empty_cells_are_left_out_and_cells_may_hold_several_lines(tmp_path: Path) -> None:
    events = {
        event.fields.get("Deal_Name") or event.fields.get("Note_Content"): event
        for event in loaded(written(tmp_path)).events
    }
    assert "Account_Name" not in events["D5"].fields
    note = events["Two\nlines"]
    assert note.fields["$se_module"] == "Deals"


def test_deals_name_their_pipeline_where_the_mapping_says_so(tmp_path: Path) -> None:
    lines = ["Renewals", "Enterprise", "Renewals"]
    named = dict(zip(("D1", "D2", "D3"), lines, strict=True))
    header, *deals = FILES["deals.csv"].splitlines()
    rows = [f"{header},line", *(f"{deal},{named.get(deal[:2], '')}" for deal in deals)]
    mapping = MAPPING.replace("Deal_Name =", 'Pipeline = "line"\nDeal_Name =')
    company = loaded(written(tmp_path, deals="\n".join(rows), mapping=mapping))
    read = {event.fields.get("Deal_Name"): event.fields.get("Pipeline") for event in company.events}
    assert (read["D1 · Akme"], read["D2 · Akme"], read["D5"]) == ("Renewals", "Enterprise", None)
    assert [(each.name, each.stages) for each in company.pipelines] == [
        ("Renewals", ("Open", "Won")),
        ("Enterprise", ("Open", "Won")),
    ]


FAULTS = [
    ({"deals": FILES["deals.csv"].replace("2024-03-01", "2024-13-01")},
     "deals.csv, line 2, column closed: “2024-13-01” is not a date."),
    ({"deals": FILES["deals.csv"].replace("2024-03-01", "2024-01-31")},
     "deals.csv, line 2, column closed: 2024-01-31 is before the record was created (2024-02-01)."),
    ({"deals": FILES["deals.csv"].replace("2024-02-02", "2023-02-02")},
     "deals.csv, line 3, column opened: 2023-02-02 is before the start of the mapping (2024-01-01)."),
    ({"deals": FILES["deals.csv"].replace("900", "nine")}, "deals.csv, line 2, column value: “nine” is not a number."),
    ({"deals": FILES["deals.csv"].replace("Won", "Gone")},
     "deals.csv, line 2, column result: “Gone” is not one of the mapping's stages."),
    ({"mapping": MAPPING.replace('constant = "Open"', 'constant = "Opn"')},
     "deals.csv, line 2, column (constant): “Opn” is not one of the mapping's stages; did you mean “Open”?"),
    ({"deals": FILES["deals.csv"].replace("D4", "D1")}, "deals.csv, line 5, column deal: the key “D1” appears twice."),
    ({"deals": FILES["deals.csv"].replace("D4", "")}, "deals.csv, line 5, column deal: the key is missing."),
    ({"deals": FILES["deals.csv"].replace("Globex", "Initech")},
     "deals.csv, line 5, column firm: there is no “Initech” among the Accounts."),
    ({"deals": FILES["deals.csv"].replace("D3,Akme,Ben Okoye", "D3,Akme,Bob")},
     "deals.csv, line 4, column agent: there is no “Bob” among the Users."),
    ({"deals": FILES["deals.csv"].replace("D3,Akme,Ben Okoye", "D3,Akme,")},
     "deals.csv, line 4, column agent: no owner is named, so the deal has no owner."),
    ({"deals": FILES["deals.csv"].replace("D3,Akme,", "D3,")},
     "deals.csv, line 4: there are 6 cells, but the header names 7 columns."),
    ({"deals": FILES["deals.csv"].replace("agent", "seller")},
     "deals.csv, line 1: there is no column agent; the file has deal, firm, seller, opened, closed, result, value."),
    ({"firms": "firm,firm\n"}, "firms.csv, line 1: there is no column millions; the file has firm, firm (2)."),
    ({"firms": ""}, "firms.csv, line 1: there is no header."),
    ({"firms": FILES["firms.csv"] + "Hooli,2\n"},
     "firms.csv, line 4: none of the Deals points to “Hooli”, so the account has no owner."),
    ({"firms": b"firm,millions\nCaf\x81,1\n"},
     "firms.csv, line 2: this is not cp1252 text (byte 0x81); say its `encoding`, or save it as UTF-8."),
    ({"notes": 'number,by,deal,text\n1,Ada Berg,D1,"Two\nlines"\n2,Ada Berg,D9,x\n'},
     "notes.csv, line 4, column deal: there is no “D9” among the Deals."),
    ({"team": FILES["team.csv"].replace("Asia/Tokyo", "Mars")},
     "team.csv, line 3, column office: “Mars” is not a time zone (such as Europe/Berlin)."),
    ({"team": FILES["team.csv"].replace("Ben Okoye", "Ada Berg")}, "team.csv, line 3, column agent: “Ada Berg” appears twice."),
    ({"team": "agent,boss,office,mail\nAda Berg,,,a@x.io\nBen Okoye,,,A@x.io\n",
      "mapping": MAPPING.replace("[users]", '[users]\nemail = "mail"').replace("column = \"office\"", "constant = \"UTC\"")},
     "team.csv, line 3, column mail: “A@x.io” is the address of someone else."),
    ({"team": FILES["team.csv"].replace("Ben Okoye", "")}, "team.csv, line 3, column agent: a name is missing."),
    ({"deals": FILES["deals.csv"].replace("2024-03-01", "9999-12-31")},
     "deals.csv, line 2, column closed: “9999-12-31” is not between 1900 and 2199."),
    ({"mapping": MAPPING.replace("2024-01-01", "2025-01-01")},
     "mapping.toml: the start 2025-01-01 is after as_of, 2024-06-28."),
    ({"mapping": f'currency = "$"\n{MAPPING}'}, "mapping.toml, currency: “$” is not the code of a currency (such as EUR)."),
    ({"mapping": f'default_owner = "Bob"\n{MAPPING}'}, "The default_owner Bob is not one of the people; there are "),
    ({"mapping": f'default_stage = "Gone"\n{MAPPING}'},
     "mapping.toml: the default_stage Gone is not one of the stages; there are Open, Won."),
    ({"mapping": f'format = {{ encoding = "klingon" }}\n{MAPPING}'},
     "mapping.toml, format.encoding: “klingon” is not an encoding (such as cp1252)."),
    ({"mapping": MAPPING.replace("[users]", "[users")}, "mapping.toml, line 6, column 7: this is not TOML: “[users”."),
    ({"mapping": MAPPING.replace('file = "deals.csv"', "")}, "mapping.toml, modules.Deals: the setting “file” is missing."),
    ({"mapping": MAPPING.replace("Deal_Name", "Deal_Nam")}, "mapping.toml, modules: Deals has no field Deal_Nam; did"),
    ({"mapping": MAPPING.replace("modules.Notes", "modules.Memos")}, "mapping.toml, modules: there is no module “Memos”; there"),
    ({"mapping": MAPPING.replace('lookup = "Deals"', 'lookup = "Calls"')},
     "mapping.toml: Notes.Parent_Id points to Calls, which is not mapped; mapped are Accounts, Deals, Notes, Users."),
    ({"mapping": MAPPING.replace('owner_of_most = "Deals"', 'owner_of_most = "Notes"')},
     "mapping.toml: Notes do not say who owns the Accounts they point to."),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "sentence"), FAULTS, ids=[sentence for _, sentence in FAULTS])
def test_a_fault_is_one_sentence_that_says_where(
    tmp_path: Path, changed: dict[str, str | bytes], sentence: str
) -> None:
    with pytest.raises(BadInput) as caught:
        loaded(written(tmp_path, **changed))
    assert str(caught.value).startswith(sentence)


def test_a_missing_file_is_a_fault(tmp_path: Path) -> None:
    (written(tmp_path) / "firms.csv").unlink()
    with pytest.raises(BadInput, match=r"firms\.csv: there is no such file in "):
        loaded(tmp_path)
    with pytest.raises(BadInput, match="There is no mapping file"):
        load_csv(tmp_path, tmp_path / "absent.toml")


@pytest.mark.parametrize("name", sorted(TITLES))
def test_a_title_that_is_too_long_ends_early_and_loses_no_record(name: str) -> None:
    field = Field(api_name=name, label="Title", data_type="text", length=255)
    line = Line(file="calls.csv", number=2, cells={})
    title = value_of(field, "word " * 200, line=line, column="Notes")
    assert isinstance(title, str)
    assert title.endswith("word…")
    assert len(title) <= field.length
