"""Odd exports load with their draft as it is: every deal with its account, amount, days and end."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from integrations.sandbox.imports import suggest_mapping
from integrations.sandbox.imports.days import stamp_of
from integrations.sandbox.imports.encodings import encoded_once, encoding_of
from integrations.sandbox.imports.sources import split_name
from integrations.sandbox.imports.suggest.words import words_of
from store.domain.errors import BadInput
from tests.integrations.sandbox_imports.exports import put
from tests.integrations.sandbox_imports.odd_exports import CLOUD, GERMAN, MAC, REPORT, SERIAL, SWEDISH, TABS
from tests.integrations.sandbox_imports.test_suggest import drafted, last_states, pointing

Deal = tuple[object, object, object, str]
EXPORTS: dict[str, tuple[dict[str, str], str, str, str, dict[str, Deal]]] = {
    "german": (GERMAN, "cp1252", "EUR", "2026-12-02", {
        "Flotte": ("Angebot", 1234.5, "2026-12-31", "Müller GmbH"),
        "Öfen": ("Gewonnen", 48_000, "2026-11-15", "Bäckerei Öz"),
        "Kräne": ("Verloren", 500, "2026-10-20", "Müller GmbH"),
    }),
    "tabs": (TABS, "utf-16", "USD", "2025-12-04", {
        "Fleet": ("Proposal", 48_000, "2026-05-01", "Delta"),
        "Vans": ("Won", 900, "2025-12-03", "Elm"),
    }),
    "mac": (MAC, "mac_roman", "USD", "2026-02-04", {
        "Flotte": ("Open", 48_000.5, None, ""),
        "Öfen": ("Won", 1234.5, "2026-02-02", ""),
        "Kräne": ("Lost", -500, "2026-02-03", ""),
    }),
    "serial": (SERIAL, "utf-8", "USD", "2026-02-03", {
        "Fleet": ("Open", 48_000, "2026-05-01", "Delta\nFreight"),
        "Vans": ("Won", 900, "2026-02-02", "Elm"),
        "Ovens": ("Lost", 700, "2026-01-28", "Elm"),
    }),
    "report": (REPORT, "utf-8-sig", "USD", "2026-02-16", {
        "Fleet": ("Proposal", 48_000, "2026-05-01", "Delta"),
        "Ovens": ("Closed Won", 900, "2026-02-02", "Elm"),
        "Mixers": ("Closed Lost", 700, "2026-02-13", "Elm"),
    }),
    "swedish": (SWEDISH, "utf-8-sig", "SEK", "2026-02-02", {
        "Lastbil": ("Offert", 1_234_500.5, None, "Volvo Åkeri"),
        "Hyllor": ("Vunnen", 900, "2026-02-01", "Ikea"),
        "Lampor": ("Förlorad", -500, "2026-02-01", "Ikea"),
    }),
    "cloud": (CLOUD, "utf-8", "EUR", "2026-02-04", {
        "Fleet": ("Contract Sent (Sales)", 48_000.5, "2026-05-01", "Delta"),
        "Ovens": ("Closed Won (Sales)", 1200, "2026-02-02", "Elm"),
        "Vans": ("Closed Lost (Sales)", 1200, "2026-02-03", ""),
    }),
}  # fmt: skip


@pytest.mark.parametrize("name", EXPORTS)
def test_an_odd_export_loads_with_its_draft_as_it_is(tmp_path: Path, name: str) -> None:
    files, encoding, currency, as_of, deals = EXPORTS[name]
    company, _, _ = drafted(put(tmp_path / "data", files, encoding=encoding))
    accounts = pointing(company, "Deals", "Account_Name")
    rows = last_states(company, "Deals")
    read = {
        deal: (row["Stage"], row.get("Amount"), row.get("Closing_Date"), accounts[deal] or "")
        for deal, row in rows.items()
    }
    assert read == deals
    assert (company.currency, str(company.as_of)) == (currency, as_of)
    ended = {
        row["Deal_Name"]
        for row in rows.values()
        if row["Stage"] in {s.name for s in company.stages if s.forecast_type != "Open"}
    }
    assert len(ended) == len(deals) - 1


def test_people_are_found_with_their_names_either_way_round_and_whether_they_left(tmp_path: Path) -> None:
    company, _, _ = drafted(put(tmp_path / "swedish", SWEDISH))
    assert {user.full_name for user in company.users} == {"Åsa Lind", "Ola Berg"}
    company, _, _ = drafted(put(tmp_path / "serial", SERIAL))
    assert {user.full_name: user.active for user in company.users} == {"Ada Seller": True, "Ben Okoye": False}
    company, _, _ = drafted(put(tmp_path / "german", GERMAN, encoding="cp1252"))
    assert [(row["First_Name"], row["Last_Name"]) for row in last_states(company, "Contacts").values()] == [
        ("Hans", "Huber")
    ]


def test_ids_keep_their_zeros_and_lines_of_totals_are_no_records(tmp_path: Path) -> None:
    company, text, _ = drafted(put(tmp_path / "german", GERMAN, encoding="cp1252"))
    assert 'skip = { "Nr." = ["Summe"] }  # check: lines of totals' in text
    assert len(last_states(company, "Accounts")) == 2
    company, text, told = drafted(put(tmp_path / "report", REPORT))
    assert 'skip = { "Opportunity Owner" = ["Grand Totals (3 records)"] }' in text
    assert ([fault.line for fault in told], len(last_states(company, "Accounts"))) == ([7], 2)
    assert last_states(company, "Deals")["Fleet"]["Next_Step"] == "Send offer"


def test_each_deal_has_its_own_currency_where_there_are_several(tmp_path: Path) -> None:
    company, _, _ = drafted(put(tmp_path / "data", REPORT))
    assert {name: row["Currency"] for name, row in last_states(company, "Deals").items()} == {
        "Fleet": "EUR",
        "Ovens": "USD",
        "Mixers": "USD",
    }


def test_a_name_twice_in_the_header_and_an_odd_encoding_are_to_be_checked(tmp_path: Path) -> None:
    _, text, _ = drafted(put(tmp_path / "data", MAC, encoding="mac_roman"))
    assert "# check: deals.csv: there are two columns “Name”; the second is “Name (2)”" in text
    assert (
        'encoding = "mac_roman"\ndelimiter = ";"\nskip = 1\n# check: deals.csv: not UTF-8; check that names look right'
        in text
    )


@pytest.mark.parametrize(
    ("text", "day"),
    [("46037", date(2026, 1, 15)), ("46037.75", date(2026, 1, 15)), ("20261231", date(2026, 12, 31)), ("12345", None),
     ("20261331", None), ("123456", None), ("1764547200.5", None), ("", None), ("-46037", None)],
)  # fmt: skip
def test_a_bare_number_is_a_day_only_if_it_can_be_one(text: str, day: date | None) -> None:
    assert stamp_of(text) == day


def test_a_year_or_an_amount_is_no_day_of_a_spreadsheet(tmp_path: Path) -> None:
    files = {"deals.csv": "deal,company,stage,amount,close amount,created\nFleet,Delta,Talks,46037,46038,2026-01-05\n"}
    company, text, _ = drafted(put(tmp_path / "data", files))
    assert last_states(company, "Deals")["Fleet"]["Amount"] in (46037, 46038)
    assert "Closing_Date" not in text


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman"])
def test_western_encodings_are_told_apart_by_the_letters_within_words(encoding: str) -> None:
    assert encoding_of("Müller;Jörg Groß;Café Élan;Öz\n".encode(encoding)) == encoding


def test_words_of_headers_in_other_languages_mean_the_same() -> None:
    assert words_of("Kundennr.") == words_of("Account ID")
    assert words_of("Abschlussdatum") == words_of("Close Date")
    assert words_of("Affa\u0308rer") == words_of("Deals")  # as some systems write ä


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("Berg, Anna Maria", ("Anna Maria", "Berg")),
        ("Martin King, Jr.", ("Martin King,", "Jr.")),
        ("Cher", ("", "Cher")),
    ],
)
def test_a_last_name_may_come_first(name: str, split: tuple[str, str]) -> None:
    assert split_name(name) == split


@pytest.mark.parametrize("text", ["Café Corto", "Petr Karásek", "Müller – “Öfen”", "naïve €"])
def test_a_text_that_was_encoded_twice_is_read_as_it_was_meant(text: str) -> None:
    twice = text.encode().decode("cp1252", errors="replace")
    assert encoded_once(twice) == (text if "\ufffd" not in twice else twice)
    assert encoded_once(text) == text


@pytest.mark.parametrize("text", ["SÃO PAULO", "Ã", "Â£5", "plain", "Прага", "ÃÃÃ", "€"])
def test_a_text_that_only_looks_odd_stays_as_it_is(text: str) -> None:
    assert encoded_once(text) in (text, "£5")


def test_names_encoded_twice_are_found_and_reported(tmp_path: Path) -> None:
    files = {"accounts.csv": "name,industry,city\nCafé Élan,Food,Prague\nElm,Food,Oslo\n"}
    files["deals.csv"] = (
        "deal,account,stage,amount\nFleet,Café Élan,Won,5\nVans,Elm,Talks,6\nOvens,CafÃ© Ã‰lan,Talks,7\n"
    )
    company, _, told = drafted(put(tmp_path / "data", files))
    assert (told, pointing(company, "Deals", "Account_Name")["Ovens"]) == ([], "Café Élan")


def one_file(folder: Path, text: str) -> tuple[dict[str, dict[str, object]], str]:
    company, draft, _ = drafted(put(folder / "data", {"deals.csv": text}))
    return last_states(company, "Deals"), draft


def test_dashes_and_words_for_nothing_are_empty_days_and_amounts(tmp_path: Path) -> None:
    text = "deal,company,stage,amount,created,close date\nFleet,Delta,Talks,5,2026-01-05,2026-05-01\n"
    deals, _ = one_file(tmp_path, text + "Vans,Elm,Talks,-,2026-01-06,n/a\nOvens,Elm,Won,NULL,2026-01-07,—\n")
    assert [(row["Stage"], row.get("Amount"), row.get("Closing_Date")) for row in deals.values()] == [
        ("Talks", 5, "2026-05-01"),
        ("Talks", None, None),
        ("Won", None, None),
    ]


@pytest.mark.parametrize(
    ("header", "amount"),
    [
        ("amount (k€)", 48_500),
        ("Betrag (TEUR)", 48_500),
        ("Value in thousands", 48_500),
        ("Revenue, mio", 48_500_000),
        ("amount (€)", 48.5),
    ],
)
def test_an_amount_is_in_the_unit_that_its_header_names(tmp_path: Path, header: str, amount: float) -> None:
    rows = "Fleet;Delta;Talks;48,5;01.02.2026\nVans;Elm;Won;7,0;05.02.2026\n"
    deals, draft = one_file(tmp_path, f"sep=;\ndeal;company;stage;{header};created\n{rows}")
    assert (deals["Fleet"]["Amount"], "check: amounts in units of" in draft) == (amount, amount > 48.5)


def test_a_sales_person_owns_and_an_end_date_ends(tmp_path: Path) -> None:
    text = "Deal Name|Client|Sales Person|Status|Value|Start Date|End Date\nFleet|Delta|Ada B|open|USD 48,000.00|Jan 5, 2026|\n"
    company, _, _ = drafted(
        put(
            tmp_path / "data",
            {"deals.csv": f"{text}Vans|Elm|Ben O|closed - won|USD 7,000.00|Jan 7, 2026|Feb 9, 2026\n"},
        )
    )
    assert {user.full_name for user in company.users} == {"Ada B", "Ben O"}
    assert [str(event.at.date()) for event in company.events if event.op == "update"] == ["2026-02-09"]


@pytest.mark.parametrize("start", [b"PK\x03\x04\x14\x00", b"\xd0\xcf\x11\xe0\xa1\xb1"])
def test_a_spreadsheet_named_csv_is_called_one(tmp_path: Path, start: bytes) -> None:
    (tmp_path / "deals.csv").write_bytes(start + bytes(range(256)))
    with pytest.raises(BadInput, match=r"deals\.csv: this is a spreadsheet, not text; save it as CSV\."):
        suggest_mapping(tmp_path)


def test_headers_without_lines_are_called_that(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="have no lines below their headers"):
        suggest_mapping(put(tmp_path / "data", {"deals.csv": "id,name,stage\n", "accounts.csv": "id,name\n"}))
