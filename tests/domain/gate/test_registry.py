"""The registry of kinds of write: it finds them by their files, and keeps what earlier releases stored readable."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest

from store.domain.errors import BadInput
from store.domain.gate import registry
from store.domain.gate.write import CRM, Write, canonical, digest_of, is_digest_of, values_of
from tests.domain.proposals import NOTE, REMOVAL, STEP, TASK, UPDATE

EACH = pytest.mark.parametrize("write", [TASK, NOTE, UPDATE, REMOVAL, STEP], ids=lambda write: write.kind)
RENAMED = pytest.mark.parametrize("write", [TASK, NOTE, UPDATE, REMOVAL], ids=lambda write: write.kind)
FORMER = {
    "create_task": "zoho_create_task",
    "add_note": "zoho_add_note",
    "update_account": "zoho_update_account",
    "remove_record": "remove_record",
}
LATER = {"reassign_account", "update_task"}  # kinds that had no other name


def test_each_kind_is_named_after_its_file_and_names_a_system() -> None:
    assert set(registry.kinds()) == set(FORMER) | LATER
    assert registry.systems() == {CRM}
    assert set(registry.kinds_of(CRM)) == set(FORMER) | LATER
    assert registry.kinds_of("mail") == ()


def test_a_kind_answers_to_its_name_and_to_the_one_it_had_before() -> None:
    for name, former in FORMER.items():
        assert registry.kind_named(name) is registry.kind_named(former) is registry.kinds()[name]
    with pytest.raises(BadInput, match="no kind of write “send_mail”"):
        registry.kind_named("send_mail")


def test_what_only_takes_back_is_not_among_what_may_be_proposed() -> None:
    assert set(registry.names_of_proposable()) == (set(FORMER) | set(FORMER.values()) | LATER) - {"remove_record"}


@EACH
def test_a_write_survives_being_stored(write: Write) -> None:
    stored = json.loads(json.dumps(registry.dump(write)))
    assert stored["kind"] == write.kind
    assert registry.load(stored) == write
    assert registry.load(write) is write


@RENAMED
def test_a_write_of_an_earlier_release_is_loaded_and_its_digest_still_holds(write: Write) -> None:
    former = {"tool": FORMER[write.kind], **values_of(write)}
    digest = hashlib.sha256(canonical_by_hand(former).encode()).hexdigest()

    loaded = registry.load(former)
    assert loaded == write
    assert digest != digest_of(loaded)
    assert is_digest_of(digest, loaded)
    assert not is_digest_of(digest, replace(loaded, **{_a_text_of(loaded): "something else"}))


@EACH
def test_the_canonical_form_is_the_same_on_every_machine(write: Write) -> None:
    assert json.loads(canonical(write)) == registry.dump(write)
    assert list(registry.dump(write)) != sorted(registry.dump(write))
    assert canonical(write) == canonical_by_hand(registry.dump(write))
    assert is_digest_of(digest_of(write), write)


@pytest.mark.parametrize("stored", [{}, {"kind": "send_mail"}, {"tool": "zoho_delete"}, {"kind": "add_note"}])
def test_what_is_no_write_is_not_loaded(stored: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"no kind of write|validation error"):
        registry.load(stored)


def test_a_file_that_defines_no_kind_of_its_name_is_refused() -> None:
    for found in ({}, {"Other": type(TASK)}, {"Misnamed": type("Misnamed", (type(NOTE),), {"__module__": "kinds.x"})}):
        module = ModuleType("kinds.x")
        vars(module).update(found)
        with pytest.raises(TypeError, match="has to define the kind of write “x”"):
            registry._kind_in(module)


def canonical_by_hand(values: dict[str, Any]) -> str:
    return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _a_text_of(write: Write) -> str:
    return {"create_task": "subject", "add_note": "title", "update_account": "account_name"}.get(write.kind, "title")
