"""`sergas sandbox import`: drafts a mapping, reports faults, and leaves nothing half done."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from integrations.sandbox.imports import suggest_mapping
from tests.bot.shell import sergas
from tests.integrations.sandbox_imports.exports import PUBLIC, SALES_SUITE, put


def test_the_command_writes_a_mapping_and_the_import_takes_it(tmp_path: Path) -> None:
    data = put(tmp_path / "data", SALES_SUITE)
    shown = sergas("sandbox", "import", "--suggest", str(data), cwd=tmp_path)
    assert (shown.returncode, tomllib.loads(shown.stdout)["name"]) == (0, "data")
    written = sergas("sandbox", "import", "--suggest", str(data), "--out", "mapping.toml", cwd=tmp_path)
    assert (written.returncode, (tmp_path / "mapping.toml").read_text()) == (0, shown.stdout)
    again = sergas("sandbox", "import", "--suggest", str(data), "--out", "mapping.toml", cwd=tmp_path)
    assert (again.returncode, again.stderr) == (
        2,
        "sergas: mapping.toml exists already; choose another --out or remove it.\n",
    )
    ran = sergas("sandbox", "import", str(data), "--mapping", "mapping.toml", "--json", cwd=tmp_path)
    told = json.loads(ran.stdout)
    assert [each["made"] for each in told["files"] if each["file"] == "Opportunity.csv"] == [{"deals": 3}]
    assert (told["company"], told["left_out"], (tmp_path / "sandbox-zoho.db").is_file()) == ("data", [], True)


def test_the_command_reports_every_fault_and_leaves_nothing_behind(tmp_path: Path) -> None:
    data = put(tmp_path / "data", SALES_SUITE)
    mapping = suggest_mapping(data).text
    (tmp_path / "mapping.toml").write_text(mapping)
    deals = SALES_SUITE["Opportunity.csv"].replace("48000", "1.2M").replace("2026-02-01", "31/02/2026")
    (data / "Opportunity.csv").write_text(deals + deals.splitlines()[-1] + "\n")
    ran = sergas("sandbox", "import", str(data), "--mapping", "mapping.toml", cwd=tmp_path)
    assert (ran.returncode, ran.stderr.splitlines()) == (
        2,
        [
            "sergas: Opportunity.csv, line 5, column Id: the key “006C” appears twice.",
            "Opportunity.csv, line 2, column Amount: “1.2M” is not a number.",
            "Opportunity.csv, line 3, column CloseDate: “31/02/2026” is not a date.",
        ],
    )
    ran = sergas("sandbox", "import", str(data), "--mapping", "mapping.toml", "--json", cwd=tmp_path)
    faults = json.loads(ran.stdout)["faults"]
    assert [(each["file"], each["line"], each["column"]) for each in faults] == [
        ("Opportunity.csv", 5, "Id"),
        ("Opportunity.csv", 2, "Amount"),
        ("Opportunity.csv", 3, "CloseDate"),
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "mapping.toml"]


@pytest.mark.slow
@pytest.mark.skipif(not PUBLIC.is_dir(), reason="the data is not beside the repository")
@pytest.mark.parametrize("name", ["sales_crm", "dynamics", "bitrix"])
def test_the_whole_loop_runs_on_a_public_export_with_its_draft(tmp_path: Path, name: str) -> None:
    sergas("sandbox", "import", "--suggest", str(PUBLIC / name), "--out", "mapping.toml", cwd=tmp_path)
    options = ("--data", str(PUBLIC / name), "--mapping", "mapping.toml", "--port", "0", "--author", "playbook")
    ran = sergas("demo", *options, "--check", cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    figures = json.loads(ran.stdout)
    assert figures["approved"] == figures["writes"] > 0
    said = ran.stderr.split("\n")
    cards = [line for line in said if line.startswith("    Because: ")]
    assert 1 <= len(cards) <= min(5, figures["recommendations"])
    assert f"Read for {name}:" in said
    assert "Look next:" in said
    assert (figures["briefs"], figures["duplicates"], figures["audit_ok"]) == (figures["owners"], 0, True)
