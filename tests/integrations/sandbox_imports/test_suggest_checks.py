"""What a draft is not sure of has a “check” beside it: days, zones, currencies."""

from __future__ import annotations

from pathlib import Path

import pytest

from integrations.sandbox.imports import Report, load_csv, suggest_mapping
from tests.integrations.sandbox_imports.exports import HUB, put
from tests.integrations.sandbox_imports.test_suggest import drafted

DEALS = (
    "id,name,status,created,expected close date,actual close date\nD1,Fleet,Open,2026-01-05,2026-06-01,\n"
    "D2,Vans,Won,2026-01-06,2026-02-01,2026-02-03\nD3,Ovens,Lost,2026-01-07,2026-01-20,\nD4,Mixers,Lost,2026-01-08,2026-04-01,\n"
)


def ends(folder: Path) -> dict[str, str]:
    company, _, _ = drafted(folder)
    names = {event.id: str(event.fields["Deal_Name"]) for event in company.events if event.op == "create"}
    return {names[event.id]: str(event.at.date()) for event in company.events if event.op == "update"}


def test_lost_deals_without_their_day_end_when_they_were_expected_to_but_not_after_the_files(tmp_path: Path) -> None:
    folder = put(tmp_path / "data", {"deals.csv": DEALS})
    assert ends(folder) == {"Vans": "2026-02-03", "Ovens": "2026-01-20", "Mixers": "2026-02-03"}
    why = "2 closed deals have no “actual close date”; they end on “expected close date”"
    assert (
        f'on = ["actual close date", "expected close date", "created"]  # check: {why}\n'
        in suggest_mapping(folder).text
    )


def test_lost_deals_without_any_other_day_end_at_their_creation_which_is_to_be_checked(tmp_path: Path) -> None:
    cut = "\n".join(",".join(row.split(",")[:4]) for row in DEALS.split("\n"))
    folder = put(tmp_path / "data", {"deals.csv": cut})
    assert ends(folder)["Ovens"] == "2026-01-07"
    assert (
        'on = ["created"]  # check: 3 closed deals have no day of their end; they end on “created”'
        in suggest_mapping(folder).text
    )


@pytest.mark.parametrize(
    ("last", "looked"), [("2026-02-05", "2026-02-06"), ("2026-02-06", "2026-02-09"), ("2026-02-07", "2026-02-09")]
)
def test_the_day_to_look_at_is_the_working_day_that_knows_all_of_the_files(
    tmp_path: Path, last: str, looked: str
) -> None:
    text = suggest_mapping(put(tmp_path / "data", {"deals.csv": DEALS.replace("2026-02-03", last)})).text
    assert f"as_of = {looked}  # the working day after the last day of the files, {last}; the day to look at" in text


def test_an_unknown_zone_is_to_be_checked(tmp_path: Path) -> None:
    text = suggest_mapping(put(tmp_path / "data", {"deals.csv": DEALS})).text
    assert (
        '[format]\n# check: time_zone = "Europe/Berlin", or where else they work; without it, people and times are'
        in text
    )


@pytest.mark.parametrize(("offset", "zone"), [("+05:00", "Etc/GMT-5"), ("-0800", "Etc/GMT+8")])
def test_a_zone_is_guessed_from_the_offsets_of_times(tmp_path: Path, offset: str, zone: str) -> None:
    files = {"deals.csv": DEALS.replace("2026-01-05", f"2026-01-05T09:14:58{offset}")}
    folder = put(tmp_path / "data", files)
    assert (
        f'time_zone = "{zone}"  # check: a guess, from times such as 2026-01-05T09:14:58{offset};'
        in suggest_mapping(folder).text
    )
    assert [user.time_zone for user in drafted(folder)[0].users] == [zone]


def test_a_column_of_zones_is_taken(tmp_path: Path) -> None:
    users = "Owner;Email;Time Zone\nAda Seller;ada@example.com;(GMT+01:00) Paris (Europe/Paris)\nBen Okoye;b@example.com;UTC\n"
    company, text, told = drafted(put(tmp_path / "data", {**HUB, "users.csv": users}))
    assert [user.time_zone for user in company.users] == ["Europe/Paris", "UTC"]
    assert (told, "check: time_zone" in text) == ([], True)  # their times still name none


def test_an_unedited_draft_has_no_setting_without_effect(tmp_path: Path) -> None:
    folder = put(tmp_path / "data", HUB)
    (tmp_path / "mapping.toml").write_text(suggest_mapping(folder).text)
    reports: list[Report] = []
    load_csv(folder, tmp_path / "mapping.toml", tell=reports.append)
    assert not [check for check in reports[0].checks if "no line of" in check]
