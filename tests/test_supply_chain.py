"""What we ship and build with: pinned, licensed and listed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]  # it comes without types

from tests import licences

ROOT = Path(__file__).resolve().parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
# Images that this repository may name without a digest, each with its reason. None does.
UNPINNED: dict[str, str] = {}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_pinned_to_a_commit_and_says_which_release_that_is(path: Path) -> None:
    used = re.findall(r"uses:\s*(.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert used
    assert [each for each in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", each)] == []


def test_every_image_is_pinned_by_digest() -> None:
    dockerfile = re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    services = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"].values()
    images = [*dockerfile, *(each["image"] for each in services if "image" in each)]
    assert len(images) >= 3
    assert {each for each in images if not re.search(r"@sha256:[0-9a-f]{64}$", each)} == UNPINNED.keys()


def test_both_stages_of_the_image_have_the_same_base() -> None:
    base = re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(set(base)) == 1


@pytest.mark.parametrize("path", [ROOT / "requirements.lock", ROOT / ".ci" / "audit.lock"], ids=lambda path: path.name)
def test_every_locked_package_has_hashes_and_no_other_source(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    packages = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    assert packages
    assert [each.split()[0] for each in packages if "--hash=sha256:" not in each] == []
    assert not re.search(r"^\s*(--index-url|--extra-index-url|-i )|https?://", text, re.MULTILINE)


def test_the_notice_names_the_licence_of_every_package_in_the_lock() -> None:
    listed = dict(_listed())
    assert listed.keys() == licences.locked().keys()
    assert [name for name, licence in listed.items() if not licence] == []
    # Of a package with one version for all Pythons, the metadata here are those that NOTICE was made from.
    for name, versions in licences.locked().items():
        told = licences.licence_of(name)
        if len(versions) == 1 and licences.ELSEWHERE not in (told, listed[name]):
            assert listed[name] == told, name


def test_the_notice_says_what_the_lgpl_asks_of_those_who_pass_the_image_on() -> None:
    head = (ROOT / "NOTICE").read_text(encoding="utf-8").partition("All packages")[0]
    shared = [name for name, licence in _listed() if re.search("GPL|Lesser", licence)]
    assert {"psycopg", "psycopg-binary"} <= set(shared)
    assert [name for name in shared if name not in head.partition("MPL-2.0")[0]] == []


def _listed() -> list[tuple[str, str]]:
    rows = (ROOT / "NOTICE").read_text(encoding="utf-8").partition("All packages")[2].splitlines()[3:]
    return [(name, licence) for name, _, licence in (re.split(r"( {2,})", row, maxsplit=1) for row in rows)]
