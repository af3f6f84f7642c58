"""What the documents say is so: settings, signals, commands, numbers, links, examples."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import typer.main
from typer.core import TyperCommand, TyperGroup

from agents.flows.accounts.learn_from_answers import REMEMBERED
from bot.cli import app
from bot.settings import load_settings
from bot.settings.catalogue import catalogue
from bot.settings.effective import shown
from bot.settings.environment import RETIRED
from integrations.sandbox.claude import CHARACTERS
from integrations.sandbox.claude.faults import Faults as ClaudeFaults
from integrations.sandbox.imports import load_csv
from integrations.sandbox.mail.faults import Faults as MailFaults
from integrations.sandbox.slack.faults import Faults as SlackFaults
from integrations.sandbox.zoho.faults import Faults as ZohoFaults
from store.domain.attention.answers import COMPANY, STRENGTH, factor_of
from store.domain.attention.policy import AttentionPolicy
from store.domain.brief.confidence import DEFAULT
from store.domain.crm.evidence import Source
from store.domain.gate.reasons import CONSEQUENCES, NOT_NOW_DAYS
from store.domain.running.features import Feature
from store.domain.signals.context import SignalPolicy
from store.domain.signals.kinds import NEWS, Risk, SignalKind
from store.domain.signals.norms import Use
from store.domain.signals.use import MEASURED, figures_of
from store.domain.signals.weights import BASE, MILD
from tests.documents import DOCUMENTS, ROOT, blocks, headings, inline_code, links, prose, read, table

README = read("README.md")
COMMANDS = typer.main.get_command(app)
PYTHON_EXAMPLES = [
    pytest.param(block.text, id=f"{path.name}-{number}")
    for path in DOCUMENTS
    for number, block in enumerate(blocks(path.read_text(encoding="utf-8"), "python"), start=1)
]
each_document = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)


def test_the_settings_page_lists_every_setting_with_its_default_and_meaning_area_by_area() -> None:
    listed: dict[str, tuple[str, str, str, str]] = {}
    for section in re.split(r"^## ", read("docs/settings.md"), flags=re.MULTILINE)[1:]:
        title = section.partition("\n")[0]
        listed |= {row[0]: (title, row[1], row[2], row[3]) for row in table(section, "Variable")}

    assert listed == {
        name: (variable.title, shown(variable, variable.default), variable.takes, variable.meaning)
        for name, variable in catalogue().items()
    }


def test_the_settings_pages_example_is_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    (example,) = blocks(read("docs/settings.md"), "sh")
    for name, value in re.findall(r"^export (\w+)=(\S+)$", example.text, re.MULTILINE):
        monkeypatch.setenv(name, value)

    signals = load_settings(env_file=None).signals

    assert signals == SignalPolicy(
        enabled=frozenset({SignalKind.NO_ACTIVITY, SignalKind.CLOSE_DATE_SLIPPED}), silent_days=42
    )


def test_every_setting_that_a_document_names_exists() -> None:
    known = {row[0] for row in table(read("docs/settings.md"), "Variable")}

    for path in DOCUMENTS:
        named = set(re.findall(r"SERGAS_[A-Z_]*[A-Z]", path.read_text(encoding="utf-8")))
        assert named <= known | RETIRED, path.name


def test_the_administrators_page_lists_every_feature_that_can_be_switched() -> None:
    listed = [row[0] for row in table(read("docs/administrators.md"), "Feature")]

    assert listed == [each.label for each in Feature]


def test_readmes_signals_are_those_that_are_looked_for() -> None:
    assert [row[0] for row in table(README, "Signal")] == [kind.value for kind in SignalKind]


def test_the_commands_page_lists_every_command() -> None:
    listed = {_command_words(row[0]) for row in table(read("docs/commands.md"), "Command")}

    assert listed == set(dict(_commands()))


def _command_words(text: str) -> tuple[str, ...]:
    """`sergas brief OWNER` → ("brief",)."""
    return tuple(word for word in text.split()[1:] if word.islower())


def _commands(group: object = COMMANDS, *words: str) -> Iterator[tuple[tuple[str, ...], TyperCommand | TyperGroup]]:
    """Every command with the words that call it; a group that does something by itself is one of them."""
    assert isinstance(group, TyperGroup)
    if words and group.invoke_without_command:
        yield words, group
    for name, command in group.commands.items():
        if isinstance(command, TyperCommand):
            yield (*words, name), command
        else:
            yield from _commands(command, *words, name)


@each_document
def test_commands_and_options_in_documents_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    lines = [line.strip() for block in blocks(text, "sh") for line in block.text.splitlines()]

    for line in [*lines, *inline_code(text)]:
        if line.startswith("sergas "):
            _check_command(shlex.split(line, comments=True)[1:])


def _check_command(words: list[str]) -> None:
    """Raises: KeyError for an unknown command."""
    known = dict(_commands())
    longest = max(length for length in range(len(words) + 1) if length == 0 or tuple(words[:length]) in known)
    command = known[tuple(words[:longest])]
    assert {word for word in words if word.startswith("-")} <= set(_options(command)), words


def _options(command: TyperCommand | TyperGroup) -> dict[str, object]:
    """The default of each option."""
    return {option: parameter.default for parameter in command.params for option in parameter.opts}


@each_document
def test_links_lead_to_files_and_headings_that_exist(path: Path) -> None:
    for target in links(path.read_text(encoding="utf-8")):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        file = (path.parent / name).resolve() if name else path
        assert file.is_file(), target
        assert not anchor or anchor in headings(file.read_text(encoding="utf-8")), target


@each_document
def test_paths_in_documents_exist(path: Path) -> None:
    folders = {each.name for each in ROOT.iterdir() if each.is_dir() and not each.name.startswith(".")}

    named = [code for code in inline_code(path.read_text(encoding="utf-8")) if code.partition("/")[0] in folders]

    assert [code for code in named if "/" in code and not _exists(code)] == []


def _exists(code: str) -> bool:
    """A file or folder, or `file::test`."""
    file, _, test = code.partition("::")
    path = ROOT / file
    return path.exists() and (not test or f"def {test}(" in path.read_text(encoding="utf-8"))


def test_every_promise_names_a_test() -> None:
    promises = table(read("docs/guarantees.md"), "promise")

    assert len(promises) > 20
    assert [row[0] for row in promises if "tests/" not in row[2]] == []


@each_document
def test_make_targets_in_documents_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
    code = "\n".join((*inline_code(text), *(block.text for block in blocks(text, "sh"))))

    assert set(re.findall(r"^make ([a-z-]+)", code, re.MULTILINE)) <= targets


@each_document
def test_modules_that_documents_run_exist(path: Path) -> None:
    """`python -m tests.bench slack` names a module and, as its first word, one of its kinds."""
    for module, kind in re.findall(r"python -m ([\w.]+)(?: ([a-z]+))?", path.read_text(encoding="utf-8")):
        place = ROOT.joinpath(*module.split("."))
        assert place.with_suffix(".py").is_file() or (place / "__main__.py").is_file(), module
        if module == "tests.bench" and kind:
            assert (place / f"{kind}.py").is_file() or (place / kind).is_dir(), kind


def test_every_picture_is_in_a_document() -> None:
    shown = {Path(target).name for path in DOCUMENTS for target in links(path.read_text(encoding="utf-8"))}

    assert {each.name for each in (ROOT / "docs" / "pictures").glob("*.png")} <= shown


@pytest.mark.parametrize("source", PYTHON_EXAMPLES)
def test_python_examples_run(source: str) -> None:
    exec(compile(source, "example", "exec"), {"__name__": "example"})


def test_the_example_mapping_loads_the_example_files(tmp_path: Path) -> None:
    page = read("docs/sandbox.md")
    for block in (*blocks(page, "csv"), *blocks(page, "toml")):
        (tmp_path / block.name).write_text(block.text, encoding="utf-8")

    loaded = load_csv(tmp_path, tmp_path / "mapping.toml")

    assert {user.full_name for user in loaded.users} == {"Anna Berg", "Maria Lund"}
    assert [(event.module, event.op) for event in loaded.events] == [
        ("Accounts", "create"),
        ("Deals", "create"),
        ("Deals", "create"),
        ("Deals", "update"),
    ]
    assert loaded.events[-1].fields["Stage"] == "Won"


def test_the_world_parameters_are_options_of_the_demonstration() -> None:
    defaults = _options(dict(_commands())["demo",])

    for option, default, _ in table(read("docs/sandbox.md"), "Parameter of `sergas demo`"):
        assert str(defaults[option]) == default


@pytest.mark.parametrize(
    ("heading", "faults"),
    [
        ("Fault of the CRM", ZohoFaults),
        ("Fault of Slack", SlackFaults),
        ("Fault of Claude", ClaudeFaults),
        ("Fault of the mail server", MailFaults),
    ],
    ids=["crm", "slack", "claude", "mail"],
)
def test_the_faults_listed_can_be_injected(heading: str, faults: type) -> None:
    listed = {row[0] for row in table(read("docs/sandbox.md"), heading)}

    assert listed <= set(vars(faults))


def test_the_characters_listed_are_those_that_there_are() -> None:
    assert [row[0] for row in table(read("docs/sandbox.md"), "Character")] == list(CHARACTERS)


def test_the_weights_of_evidence_are_those_of_the_code() -> None:
    listed = {row[0]: (float(row[2]), row[3]) for row in table(read("docs/evidence.md"), "Kind of evidence")}

    assert listed == {str(source): (DEFAULT.weights[source], _half_life(source)) for source in Source}


def _half_life(source: Source) -> str:
    half_life = DEFAULT.half_lives.get(source)
    return str(half_life // timedelta(days=1)) if half_life else "none"


def test_the_other_numbers_of_confidence_are_those_of_the_code() -> None:
    policy = DEFAULT
    listed = [float(row[1]) for row in table(read("docs/evidence.md"), "What else counts")]

    assert listed == [
        policy.kept_late["closing_date"],
        policy.kept_late["at"],
        policy.stands / timedelta(days=1),
        policy.hasty,
        policy.fresh / timedelta(hours=1),
        policy.sync_half_life / timedelta(days=1),
        policy.unsynced,
        policy.unread,
        policy.doubt,
        policy.helped,
        policy.rejected,
        policy.high,
        policy.medium,
    ]


def test_the_weights_and_risks_of_signals_are_those_of_the_code() -> None:
    rows = table(read("docs/evidence.md"), "Signal")

    assert {row[0]: float(row[1]) for row in rows} == {kind.value: weight for kind, weight in BASE.items()}
    for kind, _, usual, urgent in rows:
        assert (usual, urgent) == _risks(SignalKind(kind)), kind


def _risks(kind: SignalKind) -> tuple[str, str]:
    if kind in NEWS:
        return Risk.LOW, Risk.LOW
    return (Risk.LOW, Risk.MEDIUM) if kind in MILD else (Risk.MEDIUM, Risk.HIGH)


def test_the_limits_of_a_brief_are_those_of_the_code() -> None:
    policy = AttentionPolicy()
    listed = [float(row[1]) for row in table(read("docs/attention.md"), "Limit")]

    assert listed == [
        policy.asks,
        policy.backlog,
        policy.questions,
        policy.unanswered,
        policy.floor,
        policy.common_floor,
        policy.named,
        policy.most_named,
        policy.unseen,
        policy.common,
        policy.enough,
        policy.alike,
    ]


def test_the_factors_of_answers_are_those_of_the_code() -> None:
    page, many = read("docs/attention.md"), 10**9
    factors = [factor_of(own, (0, 0)) for own in ((0, many), (0, 0), (many, 0))]

    assert [float(row[1]) for row in table(page, "Share taken")] == factors
    assert f"{STRENGTH} · company" in page
    assert f"{COMPANY} · ½" in page
    assert f"last {REMEMBERED.days} days" in page


def test_the_reasons_to_reject_rest_as_long_as_the_page_says() -> None:
    listed = {row[0]: row[2].removesuffix(" days") for row in table(read("docs/attention.md"), "Reason")}
    rests = {each.label: str(each.rest.days) for each in CONSEQUENCES.values() if each.rest}

    assert list(listed) == [each.label for each in CONSEQUENCES.values()]
    assert {label: days for label, days in listed.items() if days.isdigit()} == rests
    assert f"snoozed for {NOT_NOW_DAYS} working days" in read("docs/attention.md")


def test_the_audit_actions_and_log_events_listed_are_written_somewhere() -> None:
    page = read("docs/operating.md")
    written = "".join(path.read_text(encoding="utf-8") for folder in ("agents", "bot") for path in _sources(folder))
    cells = [row[0] for heading in ("Action", "Event") for row in table(page, heading)]

    for name in re.findall(r"[a-z]+\.[a-z_]+", " ".join(cells)):
        assert f'"{name}"' in written or name.startswith("write."), name


def test_the_audit_trails_actions_are_all_listed() -> None:
    noted = re.compile(r'\bnote\((?:(?!log\.)[^"])*?"([a-z]+\.[a-z_]+)"')
    written = {name for path in _sources("agents") for name in noted.findall(path.read_text(encoding="utf-8"))}
    listed = set(re.findall(r"[a-z]+\.[a-z_]+", " ".join(row[0] for row in table(read("docs/operating.md"), "Action"))))

    assert len(written) > 30
    assert written - listed == set()


def _sources(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def test_the_sentences_quoted_from_briefs_and_cards_are_said_somewhere() -> None:
    said = "".join(
        path.read_text(encoding="utf-8") for folder in ("agents", "bot", "store") for path in _sources(folder)
    )

    for quoted in re.findall(r"“([^”]+)”", prose(read("docs/operating.md"))):
        for part in re.split(r"…| [0-9a-f]{8}$", quoted):
            assert part.strip() in said, quoted


def test_the_page_on_evidence_says_what_each_signal_relies_on_as_the_rules_do() -> None:
    rows = {row[0]: row[1] for row in table(read("docs/evidence.md"), "Signal that can be silent")}

    assert set(rows) == {str(kind) for kind in MEASURED}
    for kind in MEASURED:
        assert figures_of(kind, Use(used=0, of=20)) == f"None of 20 {rows[str(kind)]}"
