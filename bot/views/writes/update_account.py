"""How an account update looks: on the card, in full, and in the Adjust modal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from bot.views.blocks import Block, input_block, select
from bot.views.reader import Reader
from bot.views.text import link, plain
from bot.views.write import WriteView, linked_parent, paragraph_input, parent, typed
from store.domain.crm.accounts import Kind
from store.domain.gate.writes.update_account import EDITABLE_ACCOUNT_FIELDS, FieldChange, UpdateAccount

_OPTION_LIMIT = 150  # characters of a value that Slack accepts in a select


class UpdateView(WriteView[UpdateAccount]):
    result: ClassVar[str] = "the change is in Zoho"

    def short(self, write: UpdateAccount, reader: Reader, titled: str) -> str:
        moves = [_move(change, reader, limit=40) for change in write.changes[:2]]
        more = f" and {len(write.changes) - 2} more" if len(write.changes) > 2 else ""
        return f"_Will change in Zoho:_ {parent(write, reader)}: {', '.join(moves)}{more}"

    def fields(self, write: UpdateAccount, reader: Reader) -> list[tuple[str, str]]:
        each = 2_200 // (2 * max(1, len(write.changes)))
        moves = [_move(change, reader, limit=each) for change in write.changes]
        return [("Account", linked_parent(write, reader)), *(("Change", move) for move in moves)]

    def outcome(self, write: UpdateAccount, crm_id: str, reader: Reader) -> str:
        return link(reader.links.record(Kind.ACCOUNT, write.account_id), "account updated in Zoho")

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


def _move(change: FieldChange, reader: Reader, *, limit: int) -> str:
    label = EDITABLE_ACCOUNT_FIELDS.get(change.field) or reader.text(change.field, limit=30)
    before, after = (reader.text(each or "empty", limit=limit) for each in (change.before, change.after))
    return f"{label}: {before} → {after}"


def _input(change: FieldChange, choices: Sequence[str]) -> Block:
    label, chosen = EDITABLE_ACCOUNT_FIELDS.get(change.field, change.field), change.after or ""
    hint = f"Now in Zoho: {plain(change.before or '', limit=200, empty='empty')}"
    values = [each for each in dict.fromkeys((*choices, chosen)) if each and len(each) <= _OPTION_LIMIT]
    if not choices or not values:
        return paragraph_input(change.field, label, chosen, hint=hint)
    options = [(each, plain(each, limit=70)) for each in values]
    return input_block(change.field, label, select(options, action_id=change.field, chosen=chosen), hint=hint)
