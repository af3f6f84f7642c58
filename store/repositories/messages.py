"""The Slack outbox: each message once by its key, moved by compare-and-set, and found again by where it stands."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import Executable, RowMapping, Select, select, update

from store.domain.messages import Message, MessageState
from store.repositories.base import Repository
from store.tables import MessageRow, table_of

messages = table_of(MessageRow)


class Messages(Repository):
    async def add(self, message: Message) -> bool:
        """Put a message into the outbox; False where one with its key is there already."""
        return await self._insert_once(messages, {f.name: getattr(message, f.name) for f in fields(Message)})

    async def add_all(self, added: Sequence[Message]) -> None:
        """Put messages into the outbox; those whose key is there already are left alone."""
        if added:
            rows = [{f.name: getattr(message, f.name) for f in fields(Message)} for message in added]
            await self._connection.execute(self._insert(messages).on_conflict_do_nothing(), rows)

    async def get(self, message_id: str) -> Message | None:
        return await self._one(select(messages).where(messages.c.id == message_id))

    async def by_key(self, dedupe_key: str) -> Message | None:
        return await self._one(select(messages).where(messages.c.dedupe_key == dedupe_key))

    async def at(self, channel: str, ts: str) -> Message | None:
        """The message that stands there in Slack."""
        return await self._one(select(messages).where(messages.c.channel == channel, messages.c.ts == ts).limit(1))

    async def of_brief(self, brief_id: str) -> list[Message]:
        """The pieces of a brief, in the order in which they were written down."""
        return await self._all(select(messages).where(messages.c.brief_id == brief_id))

    async def unposted(self) -> list[Message]:
        """What is waiting to be posted or was being posted when somebody died, the oldest first."""
        waiting = (MessageState.PENDING, MessageState.SENDING)
        return await self._all(select(messages).where(messages.c.state.in_(waiting)))

    async def mark(
        self,
        message_id: str,
        *,
        frm: Collection[MessageState],
        to: MessageState,
        channel: str | None = None,
        ts: str | None = None,
    ) -> Message | None:
        """Move a message if it stands in one of `frm`; returns it as it stands then, None where it did not apply.

        `channel` and `ts` are kept where they are given.
        """
        place = {name: value for name, value in (("channel", channel), ("ts", ts)) if value is not None}
        return await self._one(
            update(messages)
            .where(messages.c.id == message_id, messages.c.state.in_(frm))
            .values(state=to, **place)
            .returning(messages)
        )

    async def _one(self, statement: Executable) -> Message | None:
        row = (await self._connection.execute(statement)).mappings().one_or_none()
        return _message(row) if row is not None else None

    async def _all(self, statement: Select[Any]) -> list[Message]:
        rows = await self._connection.execute(statement.order_by(messages.c.seq))
        return [_message(row) for row in rows.mappings()]


def _message(row: RowMapping) -> Message:
    columns = {field.name: row[field.name] for field in fields(Message)}
    return Message(**columns | {"state": MessageState(row["state"])})
