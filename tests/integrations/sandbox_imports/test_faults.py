"""One run reports every fault of every file; bad input ends in sentences, and changes nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from integrations.sandbox.imports import Fault, ImportFaults, load_csv, summary
from store.domain.errors import BadInput
from tests.integrations.sandbox_imports.test_mapped import FILES, MAPPING, loaded, written


def faults_of(folder: Path) -> list[tuple[str, int | None, str | None]]:
    with pytest.raises(ImportFaults) as caught:
        loaded(folder)
    return [(fault.file, fault.line, fault.column) for fault in caught.value.faults]


def test_one_run_reports_all_faults_of_all_files(tmp_path: Path) -> None:
    deals = (
        FILES["deals.csv"]
        .replace("2024-03-01", "31/02/2024")
        .replace("900", "1.2M")
        .replace("Ben Okoye,2024-02-02", "Bob,")
    )
    notes = FILES["notes.csv"] + '2,Ada Berg,D9,x\n3,Ada Berg,D1,x,y\n4,Ada Berg,D2,"' + "<p>" * 400_000 + '"\n'
    folder = written(
        tmp_path, deals=deals + "D1,Akme,Ada Berg,,,,\n", notes=notes, firms="firm,millions\nAkme,1.5\n,2\n"
    )
    assert sorted(faults_of(folder), key=str) == sorted(
        [
            ("firms.csv", 3, "firm"),  # no key
            ("deals.csv", 2, "closed"),
            ("deals.csv", 2, "value"),
            ("deals.csv", 3, "agent"),
            ("deals.csv", 5, "firm"),  # Globex is gone from the firms
            ("deals.csv", 7, "deal"),  # a key twice
            ("notes.csv", 4, "deal"),
            ("notes.csv", 5, None),
        ],
        key=str,
    )


def test_the_report_is_limited_and_the_rest_counted() -> None:
    faults = tuple(Fault("no.", file="deals.csv", line=n, column="value") for n in range(2, 5_002))
    lines = summary(faults).split("\n")
    assert lines[:3] == [f"deals.csv, line {n}, column value: no." for n in (2, 3, 4)]
    assert lines[3:] == ["… and 4,997 more; `sergas sandbox import --json` lists all 5,000."]


def test_faults_are_left_out_where_the_mapping_says_so_and_the_rest_is_read(tmp_path: Path) -> None:
    deals = (
        FILES["deals.csv"].replace("900", "1.2M").replace("2024-03-01", "31/02/2024")
        + "D2,Akme,Ada Berg,2024-05-01,,,\n"
    )
    folder = written(tmp_path, deals=deals, mapping=MAPPING.replace("as_of", 'faults = "leave out"\nas_of', 1))
    told: list[Fault] = []
    company = load_csv(folder, folder / "mapping.toml", tell=lambda report: told.extend(report.left_out))
    assert [(fault.file, fault.line, fault.column) for fault in told] == [
        ("deals.csv", 7, "deal"),
        ("deals.csv", 2, "closed"),
        ("deals.csv", 2, "value"),
    ]
    names = {event.fields.get("Deal_Name"): event for event in company.events if event.op == "create"}
    assert names["D2 · Akme"].at.day == 1  # of the key twice, the last line counts
    won = next(event for event in company.events if event.op == "update")
    assert dict(won.fields) == {"Stage": "Won"}  # won all the same, without the amount that no one can read


@pytest.mark.parametrize("path", ["../secret.csv", "/etc/passwd", "..", "link.csv"])
def test_a_mapping_reads_no_file_outside_its_folder(tmp_path: Path, path: str) -> None:
    (tmp_path / "secret.csv").write_text("agent,boss,office\nSecret,Ada,North\n")
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "link.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(ImportFaults) as caught:
        loaded(written(folder, mapping=MAPPING.replace("team.csv", path)))
    assert "outside the folder" in str(caught.value)
    assert "Secret" not in str(caught.value)


def test_a_pipe_or_a_folder_is_no_file(tmp_path: Path) -> None:
    (written(tmp_path) / "team.csv").unlink()
    os.mkfifo(tmp_path / "team.csv")
    with pytest.raises(ImportFaults, match=r"team\.csv: this is not a file\."):
        loaded(tmp_path)


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    with (written(tmp_path) / "deals.csv").open("r+b") as file:
        file.truncate(100_000_001)
    with pytest.raises(ImportFaults, match=r"deals\.csv: the file has 100,000,001 bytes; at most 100,000,000"):
        loaded(tmp_path)


def test_a_formula_stays_text_and_a_terminal_gets_no_commands(tmp_path: Path) -> None:
    formula = '=HYPERLINK("http://x","y")'
    quoted = formula.replace('"', '""')
    folder = written(tmp_path, notes=f'number,by,deal,text\n1,Ada Berg,D1,"{quoted}"\n2,Ada \x1b[31m,D1,x\n')
    with pytest.raises(ImportFaults) as caught:
        loaded(folder)
    assert "\x1b" not in str(caught.value)
    company = loaded(written(tmp_path, notes=f'number,by,deal,text\n1,Ada Berg,D1,"{quoted}"\n'))
    assert formula in [event.fields.get("Note_Content") for event in company.events]


def test_there_must_be_a_folder(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="There is no folder"):
        load_csv(tmp_path / "none", tmp_path / "mapping.toml")
