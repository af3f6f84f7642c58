"""How far the CRM was read, when a read last succeeded, and small facts that came with it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update

from store.codec import decode_field_rules, decode_pipeline, encode_field_rules, encode_pipeline
from store.domain.crm.accounts import Pipeline, Stream
from store.domain.crm.money import Currency, sign_of
from store.domain.gate.fields import FieldRules
from store.repositories.base import Repository
from store.tables.core import ReferenceRow, SyncRunRow, WatermarkRow, table_of

watermarks = table_of(WatermarkRow)
runs = table_of(SyncRunRow)
references = table_of(ReferenceRow)

PIPELINE, CHOICES, RULES, PROBLEMS = "pipeline", "account_choices", "field_rules", "sync_problems"
CURRENCY = "currency"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A read of one stream in progress: its start, the modification time it reads from (None: everything), and the place to
    continue from."""

    since: datetime | None
    began: datetime
    after: str


class Sync(Repository):
    async def watermark(self, stream: Stream) -> datetime | None:
        """Return the time from which to read this stream next; None if it was never read to its end."""
        found = await self._connection.execute(select(watermarks.c.at).where(watermarks.c.stream == stream))
        return found.scalar_one_or_none()

    async def begin(self, stream: Stream, now: datetime) -> Reading:
        """Return the read that an earlier process left unfinished, or else a new one that begins now."""
        fresh = {"stream": stream, "began": now, "after": ""}
        statement = self._insert(watermarks).values(**fresh)
        under_way = func.coalesce(watermarks.c.began, statement.excluded.began)
        rest = func.coalesce(watermarks.c.after, "")
        statement = statement.on_conflict_do_update(index_elements=["stream"], set_={"began": under_way, "after": rest})
        row = (await self._connection.execute(statement.returning(*watermarks.c))).one()
        return Reading(since=row.at, began=row.began, after=row.after)

    async def note(self, stream: Stream, after: str) -> None:
        """Record how far the read of this stream has come."""
        await self._connection.execute(update(watermarks).where(watermarks.c.stream == stream).values(after=after))

    async def finish(self, stream: Stream, at: datetime) -> None:
        """End the read; the next one starts from this modification time."""
        ended = {"at": at, "began": None, "after": None}
        await self._connection.execute(update(watermarks).where(watermarks.c.stream == stream).values(**ended))

    async def start_run(self, run_id: str, at: datetime) -> None:
        await self._connection.execute(insert(runs).values(id=run_id, started_at=at))

    async def finish_run(
        self, run_id: str, at: datetime, *, counts: Mapping[str, int] | None = None, error: str | None = None
    ) -> None:
        """`error` is the sentence that says why it failed; without one the run succeeded."""
        values = {"finished_at": at, "counts": json.dumps(dict(counts or {})), "error": error}
        await self._connection.execute(update(runs).where(runs.c.id == run_id).values(**values))

    async def purge(self, before: datetime) -> int:
        """Remove runs that began earlier, and return how many. The first success stays, because it is our first look at the
        CRM, and so does the last, which says how fresh our data is."""
        success = (runs.c.finished_at.is_not(None), runs.c.error.is_(None))
        kept = [select(bound(runs.c.started_at)).where(*success).scalar_subquery() for bound in (func.min, func.max)]
        gone = delete(runs).where(
            runs.c.started_at < before, *(runs.c.started_at.is_distinct_from(moment) for moment in kept)
        )
        return (await self._connection.execute(gone)).rowcount

    async def last_success(self) -> datetime | None:
        """Return when the latest successful read began: our data is at least as fresh as that."""
        found = await self._connection.execute(
            select(func.max(runs.c.started_at)).where(runs.c.finished_at.is_not(None), runs.c.error.is_(None))
        )
        at: datetime | None = found.scalar_one_or_none()
        return at

    async def first_success(self) -> datetime | None:
        """Return when the first successful read began: our first look at the CRM."""
        found = await self._connection.execute(
            select(func.min(runs.c.started_at)).where(runs.c.finished_at.is_not(None), runs.c.error.is_(None))
        )
        at: datetime | None = found.scalar_one_or_none()
        return at

    async def save_pipeline(self, pipeline: Pipeline) -> None:
        await self.set_reference(PIPELINE, encode_pipeline(pipeline))

    async def pipeline(self) -> Pipeline | None:
        body = await self.reference(PIPELINE)
        return decode_pipeline(body) if body is not None else None

    async def save_currency(self, code: str) -> None:
        await self.set_reference(CURRENCY, code)

    async def currency(self, sign: str = "") -> Currency:
        """Return the organisation's currency, as the CRM last said; `sign` is the one to show for it instead of its own."""
        code = await self.reference(CURRENCY) or ""
        return Currency(code=code, sign=sign or sign_of(code))

    async def save_account_choices(self, choices: Mapping[str, Sequence[str]]) -> None:
        await self.set_reference(CHOICES, json.dumps({field: list(values) for field, values in choices.items()}))

    async def account_choices(self) -> dict[str, tuple[str, ...]]:
        """Return the values of an account's picklist fields; fields not listed take any text."""
        found = json.loads(await self.reference(CHOICES) or "{}")
        return {field: tuple(values) for field, values in found.items()}

    async def save_field_rules(self, rules: FieldRules) -> None:
        await self.set_reference(RULES, encode_field_rules(rules))

    async def field_rules(self) -> FieldRules:
        """Return the CRM's last rules for the fields that our writes fill in; empty if there are none yet."""
        body = await self.reference(RULES)
        return decode_field_rules(body) if body is not None else {}

    async def save_problems(self, problems: Sequence[str]) -> None:
        await self.set_reference(PROBLEMS, json.dumps(list(problems)))

    async def problems(self) -> tuple[str, ...]:
        """Return a sentence for each part of the CRM that the last read had to leave out."""
        return tuple(json.loads(await self.reference(PROBLEMS) or "[]"))

    async def reference(self, name: str) -> str | None:
        """Return a small text stored under a name."""
        found = await self._connection.execute(select(references.c.body).where(references.c.name == name))
        return found.scalar_one_or_none()

    async def set_reference(self, name: str, body: str) -> None:
        await self._upsert(references, [{"name": name, "body": body}])
