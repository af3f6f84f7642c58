"""The Slack outbox: each message once by its key, moved by compare-and-set, and found by its place in Slack."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from sqlalchemy import Executable, RowMapping, Select, delete, func, or_, select, update

from store.domain.running.messages import SIGNALS, UNPOSTED, Message, MessageState
from store.repositories.base import Repository
from store.tables.core import MessageRow, table_of

messages = table_of(MessageRow)

# Replaces a fingerprint while the message's content in Slack is unknown; followed by a mark during an update.
_STALE = "~"


class Messages(Repository):
    async def add(self, message: Message) -> bool:
        """Put a message into the outbox; return False if its key already exists."""
        return await self._insert_once(messages, {f.name: getattr(message, f.name) for f in fields(Message)})

    async def add_all(self, added: Sequence[Message]) -> None:
        """Put messages into the outbox, leaving those whose key exists alone."""
        if added:
            rows = [{f.name: getattr(message, f.name) for f in fields(Message)} for message in added]
            await self._connection.execute(self._insert(messages).on_conflict_do_nothing(), rows)

    async def get(self, message_id: str) -> Message | None:
        return await self._one(select(messages).where(messages.c.id == message_id))

    async def by_key(self, dedupe_key: str) -> Message | None:
        return await self._one(select(messages).where(messages.c.dedupe_key == dedupe_key))

    async def at(self, channel: str, ts: str) -> Message | None:
        """Return the message at this place in Slack."""
        return await self._one(select(messages).where(messages.c.channel == channel, messages.c.ts == ts).limit(1))

    async def standing(self, prefix: str) -> list[Message]:
        """Return the posted messages whose key begins like this, in the order of writing."""
        keyed = messages.c.dedupe_key.startswith(prefix, autoescape=True)
        return await self._all(select(messages).where(keyed, messages.c.state == MessageState.POSTED))

    async def of_brief(self, brief_id: str) -> list[Message]:
        """Return the parts of a brief, in the order of writing."""
        return await self._all(select(messages).where(messages.c.brief_id == brief_id))

    async def briefs_of(self, person_id: str) -> list[str]:
        """Return the ids of all briefs in this person's direct messages, the latest first."""
        rows = await self._connection.execute(
            select(messages.c.brief_id)
            .where(messages.c.person_id == person_id, messages.c.brief_id.is_not(None), messages.c.ts.is_not(None))
            .group_by(messages.c.brief_id)
            .order_by(func.max(messages.c.seq).desc())
        )
        return list(rows.scalars())

    async def abandon(self, person_id: str) -> int:
        """Forget the place of this person's messages, so that they are never updated there again: they went to a Slack user
        who no longer belongs to the person. Return how many."""
        left = await self._connection.execute(
            update(messages)
            .where(messages.c.person_id == person_id, messages.c.ts.is_not(None))
            .values(channel=None, ts=None)
            .returning(messages.c.id)
        )
        return len(left.all())

    async def left_over(self, *, patience: timedelta, limit: int = 50) -> list[Message]:
        """Return unposted answers that no one is working on: not begun, or begun longer ago than this; the oldest first."""
        cutoff = await self._before(patience)
        waiting = or_(messages.c.sending_at.is_(None), messages.c.sending_at <= cutoff)
        return await self._all(
            select(messages).where(messages.c.brief_id.is_(None), messages.c.state.in_(UNPOSTED), waiting).limit(limit)
        )

    async def claim(self, message: Message, *, patience: timedelta) -> Message | None:
        """Begin to post a message if it is unchanged since it was read; of several callers one succeeds. Return its new
        state.

        None if it changed meanwhile, or if someone began less than `patience` ago and still has it.
        """
        if message.state is MessageState.SENDING and not await self.is_settled(message, patience=patience):
            return None
        return await self._moved(message, UNPOSTED, state=MessageState.SENDING, sending_at=await self._present())

    async def is_settled(self, message: Message, *, patience: timedelta) -> bool:
        """Whether posting began this long ago: if the message is not in Slack by then, it will not come."""
        return message.sending_at is None or message.sending_at <= await self._before(patience)

    async def release(self, claimed: Message) -> Message | None:
        """Give back a message that was certainly not posted; None if someone else has it by now."""
        return await self._moved(claimed, (MessageState.SENDING,), state=MessageState.PENDING, sending_at=None)

    async def posted(self, message_id: str, *, channel: str, ts: str, fingerprint: str | None = None) -> None:
        """Record its place in Slack, and drop its stored content; `fingerprint` identifies its content in Slack, if known."""
        await self._connection.execute(
            update(messages)
            .where(messages.c.id == message_id, messages.c.state.in_(UNPOSTED))
            .values(
                state=MessageState.POSTED, channel=channel, ts=ts, fingerprint=fingerprint, body=None, sending_at=None
            )
        )

    async def failed(self, message_ids: Collection[str]) -> None:
        """Mark them as never to be posted, and drop their stored content."""
        await self._connection.execute(
            update(messages)
            .where(messages.c.id.in_(message_ids), messages.c.state.in_(UNPOSTED))
            .values(state=MessageState.FAILED, body=None, sending_at=None)
        )

    async def begin_update(self, message_ids: Collection[str], *, mark: str, patience: timedelta) -> set[str]:
        """Record that these messages are being updated, under the caller's own `mark` (see `new_mark`).

        Return the ids of those that someone else may still be updating: their final content in Slack is then unknown.
        """
        cutoff = await self._before(patience)
        standing = await self._all(select(messages).where(messages.c.id.in_(message_ids)).with_for_update())
        await self._connection.execute(
            update(messages)
            .where(messages.c.id.in_(message_ids))
            .values(fingerprint=mark, sending_at=await self._present())
        )
        return {
            each.id
            for each in standing
            if _is_at_work(each.fingerprint) and each.sending_at is not None and each.sending_at > cutoff
        }

    async def end_update(self, shown: Mapping[str, str | None], *, mark: str) -> bool:
        """Record the current content of these messages, by id (None: unknown, so they need another update).

        Return False if someone began to update one of them after us, so that its content is unknown.
        """
        ours = True
        for message_id, fingerprint in shown.items():
            values = {"fingerprint": fingerprint, "sending_at": None} if fingerprint else {"fingerprint": _STALE}
            ended = await self._connection.execute(
                update(messages).where(messages.c.id == message_id, messages.c.fingerprint == mark).values(**values)
            )
            ours = ours and ended.rowcount == 1
        return ours

    async def stale(self, *, patience: timedelta, limit: int = 50) -> list[str]:
        """Return the ids of briefs with a message that may be out of date and that no one is updating; the ones tried
        longest ago come first."""
        cutoff = await self._before(patience)
        left = or_(messages.c.fingerprint == _STALE, messages.c.sending_at <= cutoff)
        rows = await self._connection.execute(
            select(messages.c.brief_id)
            .where(
                messages.c.sending_at.is_not(None),
                messages.c.state == MessageState.POSTED,
                messages.c.ts.is_not(None),
                messages.c.brief_id.is_not(None),
                left,
            )
            .group_by(messages.c.brief_id)
            .order_by(func.min(messages.c.sending_at))
            .limit(limit)
        )
        return list(rows.scalars())

    async def outdate(self, brief_ids: Collection[str]) -> int:
        """Mark these briefs' messages as out of date: they are `stale` at once. Return how many messages."""
        outdated = await self._connection.execute(
            update(messages)
            .where(
                messages.c.brief_id.in_(brief_ids),
                messages.c.state == MessageState.POSTED,
                messages.c.ts.is_not(None),
            )
            .values(fingerprint=_STALE, sending_at=await self._present())
        )
        return outdated.rowcount

    async def let_be(self, brief_id: str) -> None:
        """Leave messages that can't be rendered any more as they are."""
        await self._connection.execute(
            update(messages)
            .where(messages.c.brief_id == brief_id, messages.c.fingerprint.startswith(_STALE))
            .values(fingerprint=None, sending_at=None)
        )

    async def purge(self, before: datetime) -> int:
        """Delete the answers posted, or failed, before this moment, except questions about signals; return how many."""
        ended = messages.c.state.in_((MessageState.POSTED, MessageState.FAILED))
        passing = messages.c.dedupe_key.not_like(f"{SIGNALS}%")
        gone = delete(messages).where(messages.c.brief_id.is_(None), ended, passing, messages.c.created_at < before)
        return (await self._connection.execute(gone)).rowcount

    async def _moved(self, message: Message, frm: Collection[MessageState], **values: Any) -> Message | None:
        """Update a message if it is unchanged since it was read."""
        return await self._one(
            update(messages)
            .where(
                messages.c.id == message.id,
                messages.c.state == message.state,
                messages.c.state.in_(frm),
                messages.c.sending_at.is_not_distinct_from(message.sending_at),
            )
            .values(**values)
            .returning(messages)
        )

    async def _present(self) -> datetime:
        """By the database's clock, so that all processes agree."""
        now: datetime = (await self._connection.execute(select(self._now))).scalar_one()
        return now

    async def _before(self, patience: timedelta) -> datetime:
        return await self._present() - patience

    async def _one(self, statement: Executable) -> Message | None:
        row = (await self._connection.execute(statement)).mappings().one_or_none()
        return _message(row) if row is not None else None

    async def _all(self, statement: Select[Any]) -> list[Message]:
        rows = await self._connection.execute(statement.order_by(messages.c.seq))
        return [_message(row) for row in rows.mappings()]


def is_stale(message: Message) -> bool:
    """Whether it may be out of date."""
    return message.fingerprint is not None and message.fingerprint.startswith(_STALE)


def new_mark() -> str:
    """Return a new identifier for one update of messages."""
    return _STALE + token_hex(8)


def _is_at_work(fingerprint: str | None) -> bool:
    return fingerprint is not None and fingerprint.startswith(_STALE) and fingerprint != _STALE


def _message(row: RowMapping) -> Message:
    columns = {field.name: row[field.name] for field in fields(Message)}
    return Message(**columns | {"state": MessageState(row["state"])})
