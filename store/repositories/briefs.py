"""Briefs: begun once per owner and day, saved whole, and marked when they are in Slack."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from store.codec import decode_brief, encode_brief
from store.domain.attention.ledger import Place
from store.domain.brief.brief import Brief, Card
from store.domain.brief.handover import Handover
from store.domain.errors import Refused
from store.domain.signals.kinds import Risk
from store.repositories.base import Repository
from store.repositories.sealed import plain
from store.tables.core import BriefRow, MessageRow, table_of

briefs = table_of(BriefRow)
messages = table_of(MessageRow)


class BriefState(StrEnum):
    """A claimed brief is either in preparation, or prepared without being known to be in Slack. A held one waits until its
    reader confirms who they are; then it is let go, and is on its way to Slack. A failed one cannot be posted: Slack refused
    it permanently, its reader can't be reached there, it waited too long, or nothing was left to decide in it."""

    CLAIMED = "claimed"
    HELD = "held"
    LET_GO = "released"
    POSTED = "posted"
    FAILED = "failed"


ON_THEIR_WAY = (BriefState.CLAIMED, BriefState.LET_GO)
DEALT_WITH = (BriefState.POSTED, BriefState.HELD)


class Briefs(Repository):
    async def begin(self, owner_id: str, local_date: date, *, brief_id: str, now: datetime) -> tuple[str, bool]:
        """Create the row of the owner's brief for this day, if missing; return its id and whether it is in Slack, or waits for its
        reader."""
        statement = self._insert(briefs).values(
            id=brief_id, owner_id=owner_id, local_date=local_date, state=BriefState.CLAIMED, claimed_at=now
        )
        await self._connection.execute(statement.on_conflict_do_nothing(index_elements=["owner_id", "local_date"]))
        standing = await self.on(owner_id, local_date)
        assert standing is not None
        return standing[0], standing[1] in DEALT_WITH

    async def save(self, brief: Brief) -> None:
        """Save a brief that was begun, once. Raises: Refused if it was not begun, or another run saved it first."""
        saved = await self._connection.execute(
            update(briefs)
            .where(briefs.c.id == brief.id, briefs.c.state == BriefState.CLAIMED, briefs.c.body.is_(None))
            .values(body=encode_brief(brief), generated_at=brief.generated_at)
        )
        if saved.rowcount != 1:
            raise Refused("Another run wrote this brief, so this one was not saved.")

    async def save_review(self, brief: Brief) -> None:
        """Save the review of one account, which needs no claim and doesn't count as a morning brief."""
        await self._connection.execute(
            self._insert(briefs).values(
                id=brief.id,
                owner_id=brief.owner_id,
                state=BriefState.CLAIMED,
                claimed_at=brief.generated_at,
                generated_at=brief.generated_at,
                body=encode_brief(brief),
            )
        )

    async def begin_review(self, brief: Brief) -> bool:
        """Create the row of an account's review, for `save` in the same transaction; return False if another run for the
        same request already did."""
        row = {
            "id": brief.id,
            "owner_id": brief.owner_id,
            "state": BriefState.CLAIMED,
            "claimed_at": brief.generated_at,
        }
        return await self._insert_once(briefs, row)

    async def get(self, brief_id: str) -> Brief | None:
        """Return the brief; None if it does not exist or is only claimed."""
        found = await self._connection.execute(select(briefs.c.body).where(briefs.c.id == brief_id))
        body = found.scalar_one_or_none()
        return decode_brief(body) if body is not None else None

    async def posted(self, brief_id: str, now: datetime) -> bool:
        """Mark it as posted in Slack; return whether it was not before."""
        marked = await self._connection.execute(
            update(briefs)
            .where(briefs.c.id == brief_id, briefs.c.state != BriefState.POSTED)
            .values(state=BriefState.POSTED, posted_at=now)
        )
        return marked.rowcount == 1

    async def give_up(self, brief_id: str) -> None:
        """Mark it as impossible to post, so that no one retries forever."""
        await self._connection.execute(
            update(briefs)
            .where(briefs.c.id == brief_id, briefs.c.state.in_(ON_THEIR_WAY))
            .values(state=BriefState.FAILED)
        )

    async def unposted(self, *, since: datetime, before: datetime, limit: int = 50) -> list[str]:
        """Return ids of briefs written between these moments and not known to be in Slack: reviews and requests for a
        decision, and morning briefs whose posting had begun or that were let go; the oldest first."""
        begun = select(messages.c.id).where(messages.c.brief_id == briefs.c.id).exists()
        rows = await self._connection.execute(
            select(briefs.c.id)
            .where(
                briefs.c.state.in_(ON_THEIR_WAY),
                briefs.c.body.is_not(None),
                briefs.c.generated_at.between(since, before),
                or_(briefs.c.local_date.is_(None), begun, briefs.c.state == BriefState.LET_GO),
            )
            .order_by(briefs.c.generated_at)
            .limit(limit)
        )
        return list(rows.scalars())

    async def on(self, owner_id: str, local_date: date) -> tuple[str, BriefState] | None:
        """Return id and state of the owner's brief for a day."""
        found = await self._connection.execute(
            select(briefs.c.id, briefs.c.state).where(briefs.c.owner_id == owner_id, briefs.c.local_date == local_date)
        )
        row = found.one_or_none()
        return (row.id, BriefState(row.state)) if row else None

    async def dealt_with(self, brief_ids: Collection[str]) -> set[str]:
        """Return those of these briefs that are in Slack, wait for their reader, or can't be posted."""
        done = briefs.c.state.in_((*DEALT_WITH, BriefState.FAILED))
        found = await self._connection.execute(select(briefs.c.id).where(briefs.c.id.in_(brief_ids), done))
        return set(found.scalars())

    async def written_on(self, days: Mapping[str, date]) -> set[str]:
        """Return the owners whose brief for their day is written, or can't be posted."""
        return await self._owners(days, or_(briefs.c.body.is_not(None), briefs.c.state == BriefState.FAILED))

    async def posted_on(self, days: Mapping[str, date]) -> set[str]:
        """Return the owners whose brief for their day is in Slack, or waits until they confirm who they are."""
        return await self._owners(days, briefs.c.state.in_(DEALT_WITH))

    async def _owners(self, days: Mapping[str, date], condition: ColumnElement[bool]) -> set[str]:
        """Return the owners for whose brief of their day this holds."""
        found = await self._connection.execute(
            select(briefs.c.owner_id, briefs.c.local_date).where(briefs.c.local_date.in_(set(days.values())), condition)
        )
        return {owner_id for owner_id, day in found if days.get(owner_id) == day}

    async def at_risk(self, owner_ids: Collection[str]) -> dict[str, float]:
        """Return the open amount on high-risk accounts, by the last morning brief of each of these owners."""
        last = (
            select(briefs.c.owner_id, func.max(briefs.c.local_date).label("day"))
            .where(briefs.c.owner_id.in_(owner_ids), briefs.c.body.is_not(None))
            .group_by(briefs.c.owner_id)
            .subquery()
        )
        same = and_(briefs.c.owner_id == last.c.owner_id, briefs.c.local_date == last.c.day)
        rows = await self._connection.execute(select(briefs.c.owner_id, briefs.c.body).join(last, same))
        return {owner_id: _high_risk_amount(body) for owner_id, body in rows}

    async def last_posted(self, owner_id: str) -> datetime | None:
        """Return when the owner's last posted morning brief was made."""
        found = await self._connection.execute(select(func.max(briefs.c.generated_at)).where(*_mornings(owner_id)))
        made_at: datetime | None = found.scalar_one_or_none()
        return made_at

    async def showing(self, owner_ids: Collection[str], proposal_ids: Collection[str]) -> list[str]:
        """Return the ids of these owners' briefs, of reviews of their accounts and of offers to them of several owners' decisions
        that contain one of these proposals."""
        stands = or_(*(plain(briefs.c.body).contains(f'"{proposal_id}"') for proposal_id in proposal_ids))
        rows = await self._connection.execute(select(briefs.c.id).where(briefs.c.owner_id.in_(owner_ids), stands))
        return list(rows.scalars())

    async def ask_in_full(self, brief_ids: Collection[str], proposal_ids: Collection[str]) -> None:
        """Turn the question whether one of these proposals still matters into the decision itself, in these briefs."""
        rows = await self._connection.execute(
            select(briefs.c.id, briefs.c.body)
            .where(briefs.c.id.in_(brief_ids), briefs.c.body.is_not(None))
            .order_by(briefs.c.id)
            .with_for_update()
        )
        for brief_id, body in rows.all():
            brief = decode_brief(body)
            cards = tuple(_in_full(card, proposal_ids) for card in brief.cards)
            if cards != brief.cards:
                changed = encode_brief(replace(brief, cards=cards))
                await self._connection.execute(update(briefs).where(briefs.c.id == brief_id).values(body=changed))

    async def take_over(
        self, brief_ids: Collection[str], *, by: str, at: datetime, introductions: Sequence[str]
    ) -> Handover | None:
        """Note in these briefs that their handover was taken over, once. Return it as it was noted before; None if this is the
        first time. A second request at the same moment waits for this transaction."""
        rows = await self._connection.execute(
            select(briefs.c.id, briefs.c.body)
            .where(briefs.c.id.in_(brief_ids), briefs.c.body.is_not(None))
            .order_by(briefs.c.id)
            .with_for_update()
        )
        found = {brief.id: brief for row in rows.all() if (brief := decode_brief(row.body)).handover}
        told = [brief.handover for brief in found.values() if brief.handover]
        taken = next((each for each in told if each.taken_by), None)
        if taken is not None or not told:
            return taken
        for brief in found.values():
            assert brief.handover is not None
            noted = replace(brief.handover, taken_by=by, taken_at=at, introductions=tuple(introductions))
            body = encode_brief(replace(brief, handover=noted))
            await self._connection.execute(update(briefs).where(briefs.c.id == brief.id).values(body=body))
        return None

    async def orphans_told(self, owner_id: str, *, in_slack: bool = False) -> set[str]:
        """Return the accounts, and the deals without one, already announced because this owner left the CRM, or `in_slack`, left
        Slack or both."""
        rows = await self._connection.execute(
            select(briefs.c.body).where(
                briefs.c.owner_id == owner_id, briefs.c.local_date.is_(None), plain(briefs.c.body).contains('"orphans"')
            )
        )
        told = (decode_brief(body) for body in rows.scalars())
        handovers = [
            brief.handover
            for brief in told
            if brief.kind == "orphans" and brief.handover and (in_slack or brief.reason != "slack")
        ]
        ids = {each.account_id for handover in handovers for each in handover.accounts}
        return ids | {each.deal_id for handover in handovers for each in handover.deals}

    async def add_to_handover(self, brief_id: str, proposal_ids: Sequence[str]) -> None:
        """Note in a brief about accounts which proposals give them to others."""
        rows = await self._connection.execute(select(briefs.c.body).where(briefs.c.id == brief_id).with_for_update())
        brief = decode_brief(rows.scalar_one())
        assert brief.handover is not None
        ids = tuple(dict.fromkeys((*brief.handover.introductions, *proposal_ids)))
        body = encode_brief(replace(brief, handover=replace(brief.handover, introductions=ids)))
        await self._connection.execute(update(briefs).where(briefs.c.id == brief_id).values(body=body))

    async def recent(self, owner_id: str, limit: int = 10) -> list[Brief]:
        """Return the owner's posted morning briefs, the latest first."""
        rows = await self._connection.execute(
            select(briefs.c.body)
            .where(*_mornings(owner_id), briefs.c.body.is_not(None))
            .order_by(briefs.c.local_date.desc())
            .limit(limit)
        )
        return [decode_brief(body) for body in rows.scalars()]


def _in_full(card: Card, proposal_ids: Collection[str]) -> Card:
    asked = card.place is Place.QUESTION and not set(card.proposal_ids).isdisjoint(proposal_ids)
    return replace(card, place=Place.ASK, kept=True) if asked else card


def _high_risk_amount(body: str) -> float:
    return sum(float(card["amount"]) for card in json.loads(body)["cards"] if card["risk"] == Risk.HIGH)


def _mornings(owner_id: str) -> tuple[ColumnElement[bool], ...]:
    return briefs.c.owner_id == owner_id, briefs.c.state == BriefState.POSTED, briefs.c.local_date.is_not(None)
