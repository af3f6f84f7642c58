"""Which kinds of write Zoho admits, and what becomes of one that it doesn't know."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType
from typing import Any, ClassVar, cast

import pytest

from integrations.zoho.transport import Call
from integrations.zoho.writing.kind import ZohoKind, kind_in, zoho_kinds
from integrations.zoho.writing.writer import ZohoWriter
from store.domain.gate.registry import kinds_of
from store.domain.gate.verdicts import Verdict
from store.domain.gate.write import CRM
from store.domain.gate.writes.add_note import AddNote
from tests.integrations.zoho.bench import Bench
from tests.integrations.zoho.changes import NOTE, approved


def test_every_kind_of_the_crm_can_be_written_and_found_again() -> None:
    assert set(zoho_kinds()) == set(kinds_of(CRM))


def test_a_kind_that_cannot_be_found_again_is_not_admitted() -> None:
    class OnlyWritten(ZohoKind[AddNote]):
        def request(self, write: AddNote, change: Any) -> Call:
            return Call(method="POST", path="/Notes")

    with pytest.raises(TypeError, match="find"):
        cast("Any", OnlyWritten)()
    module = ModuleType("integrations.zoho.writing.only_written")
    module.KIND = OnlyWritten  # type: ignore[attr-defined]  # as its file would define it
    with pytest.raises(TypeError, match="only_written has to define as KIND how Zoho writes this and finds it again"):
        kind_in(module)


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherNote(AddNote):
    kind: ClassVar[str] = "other_note"


async def test_a_kind_of_another_system_is_refused_and_nothing_is_sent(crm: Bench) -> None:
    other = OtherNote(
        parent_kind=NOTE.parent_kind, parent_id=NOTE.parent_id, parent_name=NOTE.parent_name, title="x", text="y"
    )
    writer = ZohoWriter(crm.client)

    written = await writer.write(approved(other))
    assert (written.verdict, written.error) == (Verdict.REFUSED, "Zoho does not execute “other_note”.")
    assert (await writer.find(approved(other))).verdict is Verdict.UNKNOWN
    assert crm.sent("/Notes") == []
