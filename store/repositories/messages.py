"""The Slack outbox: each message once by its key, moved by compare-and-set, and found again by where it stands."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from sqlalchemy import Executable, RowMapping, Select, delete, func, or_, select, update

from store.domain.running.messages import UNPOSTED, Message, MessageState
from store.repositories.base import Repository
from store.tables.core import MessageRow, table_of

messages = table_of(MessageRow)

# In the place of a fingerprint: what the message shows is not known. Followed by a mark while somebody renders it again.
_STALE = "~"


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

    async def briefs_of(self, person_id: str) -> list[str]:
        """The ids of the briefs, of every kind, that stand in this person's direct messages, the latest first."""
        rows = await self._connection.execute(
            select(messages.c.brief_id)
            .where(messages.c.person_id == person_id, messages.c.brief_id.is_not(None), messages.c.ts.is_not(None))
            .group_by(messages.c.brief_id)
            .order_by(func.max(messages.c.seq).desc())
        )
        return list(rows.scalars())

    async def abandon(self, person_id: str) -> int:
        """Forget where this person's messages stand, so that they are never rendered there again: they went to a Slack user
        who is no longer theirs. Returns how many."""
        left = await self._connection.execute(
            update(messages)
            .where(messages.c.person_id == person_id, messages.c.ts.is_not(None))
            .values(channel=None, ts=None)
            .returning(messages.c.id)
        )
        return len(left.all())

    async def left_over(self, *, patience: timedelta, limit: int = 50) -> list[Message]:
        """Answers that wait to be posted and are nobody's: not begun, or begun longer ago than this; the oldest first."""
        cutoff = await self._before(patience)
        waiting = or_(messages.c.sending_at.is_(None), messages.c.sending_at <= cutoff)
        return await self._all(
            select(messages).where(messages.c.brief_id.is_(None), messages.c.state.in_(UNPOSTED), waiting).limit(limit)
        )

    async def claim(self, message: Message, *, patience: timedelta) -> Message | None:
        """Begin to post a message as it stands in hand; of many who try one may. Returns it as it stands then.

        None where it moved meanwhile, or where somebody began it less than `patience` ago: it is theirs for so long.
        """
        if message.state is MessageState.SENDING and not await self.is_settled(message, patience=patience):
            return None
        return await self._moved(message, UNPOSTED, state=MessageState.SENDING, sending_at=await self._present())

    async def is_settled(self, message: Message, *, patience: timedelta) -> bool:
        """Whether whoever began to post it has had this long: what is not in Slack by then will not come any more."""
        return message.sending_at is None or message.sending_at <= await self._before(patience)

    async def release(self, claimed: Message) -> Message | None:
        """Give a message back that was certainly not posted; None where it is somebody else's by now."""
        return await self._moved(claimed, (MessageState.SENDING,), state=MessageState.PENDING, sending_at=None)

    async def posted(self, message_id: str, *, channel: str, ts: str, fingerprint: str | None = None) -> None:
        """It stands there. What it says is no longer kept with it; `fingerprint` tells what it shows, where that is known."""
        await self._connection.execute(
            update(messages)
            .where(messages.c.id == message_id, messages.c.state.in_(UNPOSTED))
            .values(
                state=MessageState.POSTED, channel=channel, ts=ts, fingerprint=fingerprint, body=None, sending_at=None
            )
        )

    async def failed(self, message_ids: Collection[str]) -> None:
        """They will never be posted; what they say is no longer kept."""
        await self._connection.execute(
            update(messages)
            .where(messages.c.id.in_(message_ids), messages.c.state.in_(UNPOSTED))
            .values(state=MessageState.FAILED, body=None, sending_at=None)
        )

    async def begin_update(self, message_ids: Collection[str], *, mark: str, patience: timedelta) -> set[str]:
        """Note that these messages are being rendered again, under a `mark` of one's own (see `new_mark`).

        Returns the ids of those that somebody else may still be at: whose update Slack takes last is then not known.
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
        """Note what these messages, by their ids, show now (None: that is not known, and they need another look).

        False where somebody began to render one of them after us: what it shows is not known then.
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
        """The ids of the briefs with a message that may show what is no longer true, and that nobody is at; those that were
        tried longest ago come first."""
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
        """What these briefs say is no longer what their messages show: they are `stale` at once. Returns how many messages."""
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
        """Messages that cannot be rendered any more are left as they are."""
        await self._connection.execute(
            update(messages)
            .where(messages.c.brief_id == brief_id, messages.c.fingerprint.startswith(_STALE))
            .values(fingerprint=None, sending_at=None)
        )

    async def purge(self, before: datetime) -> int:
        """Forget the answers that were posted, or failed, before this moment; returns how many."""
        ended = messages.c.state.in_((MessageState.POSTED, MessageState.FAILED))
        gone = delete(messages).where(messages.c.brief_id.is_(None), ended, messages.c.created_at < before)
        return (await self._connection.execute(gone)).rowcount

    async def _moved(self, message: Message, frm: Collection[MessageState], **values: Any) -> Message | None:
        """Change a message if it stands as it does in hand."""
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
        """By the database's clock, so that all processes count alike."""
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
    """Whether it may show what is no longer true."""
    return message.fingerprint is not None and message.fingerprint.startswith(_STALE)


def new_mark() -> str:
    """What one rendering of messages is known by."""
    return _STALE + token_hex(8)


def _is_at_work(fingerprint: str | None) -> bool:
    return fingerprint is not None and fingerprint.startswith(_STALE) and fingerprint != _STALE


def _message(row: RowMapping) -> Message:
    columns = {field.name: row[field.name] for field in fields(Message)}
    return Message(**columns | {"state": MessageState(row["state"])})
