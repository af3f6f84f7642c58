"""How a new owner of an account looks."""

from __future__ import annotations

from typing import ClassVar

from bot.views.reader import Reader
from bot.views.text import link
from bot.views.write import Short, WriteView, linked_parent, names_parent, on_parent, whole_line
from store.domain.crm.accounts import Kind
from store.domain.gate.writes.reassign_account import ReassignAccount


class ReassignmentView(WriteView[ReassignAccount]):
    result: ClassVar[str] = "the account has its new owner in Zoho"

    def short(self, write: ReassignAccount, reader: Reader, beside: str) -> Short:
        on = on_parent(write, reader, beside=beside)
        line = f"Change owner{on}: {whole_line(write.from_name)} → {whole_line(write.to_name)}"
        return Short(line=line, whole=names_parent(write, beside=beside))

    def fields(self, write: ReassignAccount, reader: Reader) -> list[tuple[str, str]]:
        move = f"{whole_line(write.from_name)} → {whole_line(write.to_name)}"
        return [("Account", linked_parent(write, reader)), ("Owner", move)]

    def outcome(self, write: ReassignAccount, crm_id: str, reader: Reader) -> str:
        given = f"given to {reader.named(reader.names.get(write.to_id, write.to_name), limit=60)}"
        return link(reader.links.record(Kind.ACCOUNT, write.account_id), given)


VIEW = ReassignmentView()
