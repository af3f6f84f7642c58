"""Each mistake in a mapping is one sentence of ours: where, what was probably meant, and what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from integrations.sandbox.imports import load_csv, load_zoho_export
from store.domain.errors import BadInput
from tests.integrations.sandbox_imports.exports import HUB, SALES_SUITE, put
from tests.integrations.sandbox_imports.test_report import MAPPING, imported

PLACE = "mapping.toml, modules.Deals"
MISTAKES = [
    ("key =", "kye =", "mapping.toml, users: there is no setting “kye”; did you mean “key”? There are only, skip, file, name, ke"),
    ('skip = { name = "Total" }', "skipp = 1", f"{PLACE}: there is no setting “skipp”; did you mean “skip”? There are "),
    ('on = "opened"', 'onn = "opened"', f"{PLACE}.events 1: there is no setting “onn”; did you mean “on”?"),
    ('{ constant = "Talks" }', '{ constnt = "Talks" }', f"{PLACE}.events 1.fields.Stage: there is no setting “constnt”; did you"),
    ("probability = 50", "probabilty = 50", "mapping.toml, stages 1: the setting “probability” is missing."),
    ("probability = 50", "probabilty = 50", "mapping.toml, stages 1: there is no setting “probabilty”; did you mean “probability"),
    ("probability = 50", 'probability = "half"', "mapping.toml, stages 1.probability: this must be a whole number."),
    ("start = 2026-01-01", 'start = "soon"', "mapping.toml, start: this must be a day without quotes, such as 2026-03-06."),
    ("start = 2026-01-01", "start = 1026-01-01", "mapping.toml, start: this must be at least 1900-01-01."),
    ('"leave out"', '"leav out"', "mapping.toml, faults: “leav out” is none of “stop”, “leave out”."),
    ('name = "name"\nactive', "name = 5\nactive", "mapping.toml, users.name: this must be a column, or a table such as"),
    ("as_of", 'format = { delimiter = ";;" }\nas_of', "mapping.toml, format.delimiter: this must be a single character."),
    ("as_of", "hour = 25\nas_of", "mapping.toml, hour: this must be at most 23."),
    ('file = "deals.csv"', "", f"{PLACE}: the setting “file” is missing."),
    ("modules.Deals", "modules.Dels", "mapping.toml, modules: there is no module “Dels”; did you mean “Deals”? There are Account"),
    ("Deal_Name =", "DealName =", "mapping.toml, modules: Deals has no field DealName; did you mean “Deal_Name”? It has Owner, "),
    ("Deal_Name =", 'Created_Time = "opened"\nDeal_Name =', "mapping.toml, modules: the CRM itself sets Deals.Created_Time; the "),
    ('"Accounts" }', '"Acounts" }', "mapping.toml: Deals.Account_Name points to Acounts, which is not mapped; did you mean “Acco"),
    ('name = "Ltd"', "name = Ltd", "mapping.toml, line 2, column 8: this is not TOML; texts need quotes: “name = Ltd”."),
    ('"U1"', '"Ada Brg"', "The default_owner Ada Brg is not one of the people; did you mean “Ada Berg”? There are Ada Berg, Ben"),
    ('"deals.csv"', '"deal.csv"', "deal.csv: there is no such file in "),
    ('Deal_Name = "name"', 'Deal_Name = "nmae"', "deals.csv, line 1: there is no column nmae; did you mean “name”? The file has "),
    ('active = "active"', 'active = "aktive"', "team.csv, line 1: there is no column aktive; did you mean “active”? The file has"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "sentence"), MISTAKES, ids=[f"{new} {sentence[:40]}" for _, new, sentence in MISTAKES]
)
def test_a_mistake_is_one_sentence_with_what_was_meant(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    with pytest.raises(BadInput) as caught:
        imported(tmp_path, mapping=MAPPING.replace(old, new))
    told = str(caught.value).split("\n")
    assert [line for line in told if line.startswith(sentence)], told
    assert all(re.search(r"[.?”]$", line) for line in told)


def test_a_wrong_file_is_answered_with_the_files_there_are(tmp_path: Path) -> None:
    with pytest.raises(
        BadInput, match=r"; did you mean “deals\.csv”\? It has accounts\.csv, deals\.csv, mapping\.toml, team\.csv\."
    ):
        imported(tmp_path, mapping=MAPPING.replace('"deals.csv"', '"deal.csv"'))


def test_all_mistakes_of_a_kind_are_told_at_once(tmp_path: Path) -> None:
    wrong = (
        MAPPING.replace("Deal_Name", "Deal_Nam")
        .replace("Amount", "Amnt")
        .replace('Account_Name = "name"', 'Acount_Name = "name"')
    )
    with pytest.raises(BadInput) as caught:
        imported(tmp_path, mapping=wrong)
    meant = re.findall(r"did you mean “(\w+)”", str(caught.value))
    assert meant == ["Account_Name", "Deal_Name", "Amount"]


@pytest.mark.parametrize(
    "broken", ['name = "x', "[users", "a = 1\na = 2", "= 5", "x = [1,", 'x = "\\q"', "", "\x00", "name = 1.2.3"]
)
def test_no_text_of_a_library_is_shown(tmp_path: Path, broken: str) -> None:
    (tmp_path / "m.toml").write_text(broken)
    with pytest.raises(BadInput) as caught:
        load_csv(tmp_path, tmp_path / "m.toml")
    told = str(caught.value).split("\n")
    not_toml = r", line \d+(, column \d+)?: (this is not TOML(; texts need quotes)?: “.*”|the file ends too early)\."
    missing = r": the setting “\w+” is missing\."
    assert all(re.fullmatch(rf"m\.toml({not_toml}|{missing})", line) for line in told), told


@pytest.mark.parametrize(
    "files", [HUB, SALES_SUITE, {**HUB, "Users.csv": "Name\nAda\n", "Accounts.csv": "Name\nElm\n"}]
)
def test_without_a_mapping_the_files_of_another_system_get_a_hint(tmp_path: Path, files: dict[str, str]) -> None:
    folder = put(tmp_path / "data", files)
    with pytest.raises(BadInput) as caught:
        load_zoho_export(folder)
    draft = f"sergas sandbox import --suggest {folder} --out mapping.toml"
    assert str(caught.value).endswith(f"\nThe files of another system need a mapping; draft one: {draft}")
