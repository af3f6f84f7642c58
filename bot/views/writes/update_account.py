"""How an account update looks: on the card, in full, and in the Adjust modal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from bot.views.blocks import Block, input_block, select
from bot.views.changes import EMPTY
from bot.views.reader import Reader
from bot.views.text import link, plain
from bot.views.write import (
    Short,
    WriteView,
    fits,
    linked_parent,
    on_parent,
    paragraph_input,
    typed,
    whole_line,
    whole_text,
)
from store.domain.crm.accounts import Kind
from store.domain.gate.writes.update_account import EDITABLE_ACCOUNT_FIELDS, FieldChange, UpdateAccount

_OPTION_LIMIT = 150  # characters of a value that Slack accepts in a select


class UpdateView(WriteView[UpdateAccount]):
    result: ClassVar[str] = "the change is in Zoho"

    def short(self, write: UpdateAccount, reader: Reader, beside: str) -> Short:
        on = on_parent(write, reader, beside=beside)
        if fits(reader, *(each for change in write.changes for each in (change.before or "", change.after or ""))):
            moves = [f"{_label(each, reader)}: {_shown(each.before)} → {_shown(each.after)}" for each in write.changes]
            return Short(line=f"Change{on} {'; '.join(moves)}")
        labels = ", ".join(_label(each, reader) for each in write.changes)
        return Short(line=f"Change{on} {labels}", whole=False)

    def fields(self, write: UpdateAccount, reader: Reader) -> list[tuple[str, str]]:
        moves = [(_label(each, reader), f"{_all_of(each.before)} → {_all_of(each.after)}") for each in write.changes]
        return [("Account", linked_parent(write, reader)), *moves]

    def marked(self, write: UpdateAccount) -> str:
        return EDITABLE_ACCOUNT_FIELDS["description"] if "description" in write.sets() else ""

    def outcome(self, write: UpdateAccount, crm_id: str, reader: Reader) -> str:
        return link(reader.links.record(Kind.ACCOUNT, write.account_id), "account updated")

    def inputs(
        self, write: UpdateAccount, people: Sequence[tuple[str, str]], choices: Mapping[str, Sequence[str]]
    ) -> list[Block]:
        return [_input(change, choices.get(change.field, ())) for change in write.changes]

    def submission(self, write: UpdateAccount, values: Mapping[str, Any], people: Mapping[str, str]) -> UpdateAccount:
        changes = (replace(each, after=typed(values, each.field, each.after or "")) for each in write.changes)
        return replace(write, changes=tuple(changes))

    def afterwards(self, write: UpdateAccount) -> str:
        return "The account gets its previous values back."


VIEW = UpdateView()


def _label(change: FieldChange, reader: Reader) -> str:
    return EDITABLE_ACCOUNT_FIELDS.get(change.field) or reader.text(change.field, limit=30)


def _shown(value: str | None) -> str:
    return whole_line(value) if value else EMPTY


def _all_of(value: str | None) -> str:
    return whole_text(value) if value else EMPTY


def _input(change: FieldChange, choices: Sequence[str]) -> Block:
    label, chosen = EDITABLE_ACCOUNT_FIELDS.get(change.field, change.field), change.after or ""
    hint = f"Now in Zoho: {plain(change.before or '', limit=200, empty='empty')}"
    values = [each for each in dict.fromkeys((*choices, chosen)) if each and len(each) <= _OPTION_LIMIT]
    if not choices or not values:
        return paragraph_input(change.field, label, chosen, hint=hint)
    options = [(each, plain(each, limit=70)) for each in values]
    return input_block(change.field, label, select(options, action_id=change.field, chosen=chosen), hint=hint)
