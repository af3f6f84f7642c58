"""People's answers to advice, and their choices on what the bot learns from them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass
from sqlalchemy import RowMapping, func, select

from store.domain.attention.answers import Answer, Choice, Verdict
from store.domain.brief.ranking import topic_of
from store.domain.gate.proposals import IN_FLIGHT, AdviceSource, SourceKind, State
from store.domain.gate.reasons import CONSEQUENCES, reason_of
from store.repositories.base import Repository
from store.repositories.proposal_rows import has_newer, proposals
from store.tables.attention import AnswerChoiceRow
from store.tables.core import table_of

choices = table_of(AnswerChoiceRow)

# An undone write counts neither way: the person changed their mind.
VERDICTS: Mapping[State, Verdict] = {
    **dict.fromkeys((*IN_FLIGHT, State.DONE, State.DEAD), Verdict.TAKEN),
    State.REJECTED: Verdict.DISMISSED,
    State.EXPIRED: Verdict.LAPSED,
}
MOST = 2_000


@dataclass(frozen=True)
class _Gist:
    """The part of a stored recommendation that names its topic."""

    action: str
    signals: tuple[str, ...] = ()
    source: AdviceSource = AdviceSource()


_GIST = TypeAdapter(_Gist)


class Answers(Repository):
    async def given(self, owner_id: str, *, since: datetime) -> list[Answer]:
        """Return the owner's own answers since then to advice that rests on signals, the latest MOST of them, in one query.
        Decisions that others made for them are left out, and those asked for once more."""
        moment = func.coalesce(proposals.c.decided_at, proposals.c.created_at)
        columns = ("key", "state", "decided_by", "endorsed_by", "reason", "recommendation")
        rows = await self._connection.execute(
            select(*(proposals.c[name] for name in columns))
            .where(
                proposals.c.owner_id == owner_id,
                proposals.c.state.in_([*VERDICTS]),
                proposals.c.undoes.is_(None),
                moment >= since,
                ~has_newer(),
            )
            .order_by(moment.desc(), proposals.c.seq.desc())
            .limit(MOST)
        )
        found = (_answer(row, owner_id) for row in rows.mappings())
        return [answer for answer in found if answer is not None]

    async def choices(self, owner_id: str) -> dict[str, Choice]:
        """Return the person's choices by topic."""
        rows = await self._connection.execute(
            select(choices.c.topic, choices.c.choice).where(choices.c.owner_id == owner_id)
        )
        return {row.topic: Choice(row.choice) for row in rows}

    async def choose(self, owner_id: str, topic: str, choice: Choice, *, at: datetime) -> None:
        """Store the person's choice on a topic in place of an earlier one."""
        await self._upsert(choices, [{"owner_id": owner_id, "topic": topic, "choice": choice, "at": at}])


def _answer(row: RowMapping, owner_id: str) -> Answer | None:
    verdict = _verdict(row, owner_id)
    if verdict is None:
        return None
    gist = _GIST.validate_json(row["recommendation"])
    if gist.source.kind is not SourceKind.SIGNALS:
        return None
    return Answer(key=row["key"], topic=topic_of(gist), verdict=verdict)


def _verdict(row: RowMapping, owner_id: str) -> Verdict | None:
    """The owner's own answer; None if others answered for them."""
    if row["endorsed_by"] is not None:  # the first of two approvals, whatever became of it
        return Verdict.TAKEN if row["endorsed_by"] == owner_id else None
    verdict = VERDICTS[State(row["state"])]
    if verdict is Verdict.DISMISSED and not CONSEQUENCES[reason_of(row["reason"])].against:
        return None
    return verdict if verdict is Verdict.LAPSED or row["decided_by"] == owner_id else None
