"""The repository as a whole: what is locked, licensed, shipped and said in it."""

from __future__ import annotations

import re
import subprocess
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from tests.documents import ROOT, read
from tests.house import loose, measures

PACKAGES = ("bot", "agents", "integrations", "store", "prompts")
LOCK = read("requirements.lock")
# The patterns are written so that they do not find themselves.
REGISTRIES = r"py[p]i\.(org|python)|python[h]osted\.org|npm[j]s\.(org|com)|registry\.[y]arnpkg"
MACHINE_PATHS = r"(?<![\w.])/(?:[r]oot|[w]ork|[h]ome/\w+|[U]sers/\w+)/"
ISSUE_NUMBERS = r"(?i)\b(?:[i]ssue|[p]ull request|PR) ?#?\d+\b|(?<![\w&/#-])#\d{1,5}\b(?!\w)|/(?:issues|pull)/\d+"


def test_every_locked_package_has_one_version_and_hashes() -> None:
    entries = re.split(r"\n(?=[a-z0-9])", re.sub(r"(?m)^#.*\n", "", LOCK))

    assert len(entries) > 100
    for entry in entries:
        assert re.match(r"[a-z0-9._-]+(\[[\w,-]+\])?==\S+", entry), entry[:80]
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry[:80]


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads(read("pyproject.toml"))
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = {re.split(r"[\[<>=~! ;]", requirement)[0].lower() for requirement in wanted}

    assert names <= set(re.findall(r"(?m)^([a-z0-9._-]+)(?:\[[\w,-]+\])?==", LOCK))


def test_the_lock_names_no_index() -> None:
    assert "://" not in LOCK
    assert not re.search(r"(?m)^\s*(-i|--index-url|--extra-index-url|--find-links|-f)\b", LOCK)


# The words are written so that they do not find themselves.
SUPPRESSED = r"# [n]oqa|# [t]ype: ignore"
REASONED = r"# [n]oqa: [A-Z]+\d+(?:, ?[A-Z]+\d+)* - .*\w|# [t]ype: ignore\[[a-z, -]+\]  # .*\w"


def test_every_suppressed_check_gives_its_reason_on_the_line() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[-100:]}"
        for package in (*PACKAGES, "tests")
        for path in sorted((ROOT / package).rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if len(re.findall(SUPPRESSED, line)) != len(re.findall(REASONED, line))
    ]

    assert found == []


@pytest.mark.parametrize(
    ("line", "is_reasoned"),
    [
        ("x = 1  # {n}: S608 - names of ours", True),
        ("x = 1  # {t}[arg-type]  # given as keywords", True),
        ("x = 1  # {n}", False),
        ("x = 1  # {n}: S608", False),
        ("x = 1  # {n}: S608, E501 -", False),
        ("x = 1  # {t}", False),
        ("x = 1  # {t}[arg-type]", False),
    ],
)
def test_a_suppression_counts_as_explained_only_with_words(line: str, is_reasoned: bool) -> None:
    written = line.format(n="no" + "qa", t="type" + ": ignore")
    assert bool(re.search(REASONED, written)) is is_reasoned


@pytest.mark.parametrize("pattern", [REGISTRIES, MACHINE_PATHS, ISSUE_NUMBERS], ids=["registry", "path", "issue"])
def test_no_file_names_a_registry_a_machine_path_or_an_issue_number(pattern: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in _texts()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if re.search(pattern, line)
    ]

    assert found == []


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (REGISTRIES, "https://py" + "pi.org/simple"),
        (MACHINE_PATHS, "see /wor" + "k/main"),
        (MACHINE_PATHS, "/home" + "/anna/notes"),
        (ISSUE_NUMBERS, "fixes #" + "12"),
        (ISSUE_NUMBERS, "see issue" + " 12"),
    ],
)
def test_what_must_not_be_named_would_be_found(pattern: str, text: str) -> None:
    assert re.search(pattern, text)


def _texts() -> Iterator[Path]:
    """Every text file that is, or is about to be, under version control; the lock and style sheets excepted."""
    if not (ROOT / ".git").exists():
        pytest.skip("This is no Git checkout.")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if path.is_file() and path.suffix not in (".png", ".css", ".svg", ".lock"):
            yield path


def test_the_licence_is_apache_2() -> None:
    text = read("LICENSE")

    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text
    assert tomllib.loads(read("pyproject.toml"))["project"]["license"] == "Apache-2.0"


def test_ci_runs_what_a_newcomer_runs() -> None:
    assert re.search(r"(?m)^make test$", read(".ci/run"))
    assert ".ci/run" in read(".github/workflows/test.yml")
    assert "permissions:\n  contents: read" in read(".github/workflows/test.yml")


def test_ci_lives_two_months_each_night() -> None:
    nightly, steps = read(".github/workflows/nightly.yml"), read(".ci/nightly")
    assert re.search(r'(?m)^    - cron: "\d+ \d+ \* \* \*"$', nightly)
    assert ".ci/nightly" in nightly
    assert "permissions:\n  contents: read" in nightly
    assert re.search(r'for seed in 1 ".*"; do\n  make month ARGS="--seed \$seed" \|\| failed=1\n', steps)


def test_the_container_runs_the_bot_as_an_ordinary_user() -> None:
    final = read("Dockerfile").rpartition("\nFROM ")[2]
    user = re.findall(r"(?m)^USER (\S+)$", final)[-1]

    assert user not in ("root", "0")
    assert f"useradd --system --uid 10001 --create-home --home-dir /data {user}" in final
    assert 'ENTRYPOINT ["python", "-m", "bot"]' in final


def test_the_container_installs_by_hash() -> None:
    assert "--require-hashes -r requirements.lock" in read("Dockerfile")


def test_secrets_and_local_state_stay_out_of_the_repository_and_the_image() -> None:
    for name in (".gitignore", ".dockerignore"):
        assert {".env", ".sergas"} <= {line.rstrip("/") for line in read(name).splitlines()}


def test_the_changelog_and_the_version_agree() -> None:
    """Newest first, `Unreleased` above all; the version is the newest release's or, while nothing is out, the one to come."""
    version = tomllib.loads(read("pyproject.toml"))["project"]["version"]
    titles = re.findall(r"(?m)^## (\S+)", read("CHANGELOG.md"))
    released = [title for title in titles if title != "Unreleased"]

    assert titles
    assert "Unreleased" not in titles[1:]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", title) for title in [version, *released])
    assert released == sorted(released, key=_ordered, reverse=True)
    assert not released or (
        released[0] == version if titles[0] != "Unreleased" else _ordered(version) >= _ordered(released[0])
    )


def _ordered(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


@pytest.mark.parametrize("name", PACKAGES)
def test_what_is_imported_by_our_names_is_ours(name: str) -> None:
    """Other distributions install top-level packages of the same names."""
    file = import_module(name).__file__

    assert file is not None
    assert Path(file).resolve().is_relative_to(ROOT)


def test_modules_live_in_rooms_rather_than_loose_in_their_layer() -> None:
    assert loose("bot") <= 8
    assert loose("agents") <= 4
    assert [path.name for path in (ROOT / "store/domain").glob("[!_]*.py")] == ["errors.py"]


def test_the_house_can_be_measured() -> None:
    figures = measures()

    assert {"loose", "files_p50", "files_p95", "functions_p95", "longest_function"} <= set(figures)
    assert {"settings_readers", "files_per_kind"} <= set(figures)
