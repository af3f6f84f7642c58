"""The answers of the rules as a model's tools: the person's day, pipeline, decisions, team and drafts.

They see what the person sees, and nothing else: the talk names the owners, and every look at others is noted with the answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agents.flows.accounts.compose_brief import BriefPolicy
from agents.flows.conversation.rules import decisions, drafts, my_day, my_pipeline
from agents.flows.conversation.rules.answering import OfDay
from agents.flows.conversation.rules.reading import Answer, Reading
from agents.flows.conversation.thread import Talk
from store.database import Database, Tx
from store.domain.errors import NO_SUCH_ACCOUNT, NotFound

_DAY: Mapping[str, OfDay] = {
    "first": my_day.first,
    "news": my_day.news,
    "at_risk": my_day.at_risk,
    "silent": my_day.silent,
    "overdue": my_day.overdue,
    "meetings": my_day.meetings,
    "waiting": my_day.waiting,
    "snoozed": my_day.snoozed,
}
_PIPELINE: Mapping[str, OfDay] = {
    "by_stage": my_pipeline.pipeline,
    "closing": my_pipeline.closing,
    "stalled": my_pipeline.stalled,
    "largest": my_pipeline.largest,
    "late": my_pipeline.late,
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an answer, with the records (kind, id, name) that it names."""

    text: str
    records: tuple[tuple[str, str, str], ...] = ()


class Desk:
    """For one person in one conversation."""

    def __init__(self, database: Database, talk: Talk, policy: BriefPolicy) -> None:
        self._database = database
        self._talk = talk
        self._policy = policy

    async def day(self, what: str, when: str) -> Sequence[Line]:
        return await self._told(_DAY[what], when)

    async def pipeline(self, what: str, when: str) -> Sequence[Line]:
        return await self._told(_PIPELINE[what], when)

    async def decisions(self, when: str, *, of_team: bool) -> Sequence[Line]:
        return await self._told(decisions.decided, f"{'my team ' if of_team else ''}{when}")

    async def team(self) -> Sequence[Line]:
        return await self._told(decisions.team, "")

    async def draft(self, account_id: str, kind: str) -> Sequence[Line]:
        """Raises: NotFound for an account that the person may not see."""
        async with self._database.reading() as tx:
            reading = self._reading(tx)
            facts = await reading.facts(account_id)
            if facts is None:
                raise NotFound(NO_SUCH_ACCOUNT)
            return _lines(await drafts.draft(reading, facts, kind))

    async def _told(self, of_day: OfDay, words: str) -> Sequence[Line]:
        async with self._database.reading() as tx:
            return _lines(await of_day(self._reading(tx), words))

    def _reading(self, tx: Tx) -> Reading:
        return Reading(tx=tx, talk=self._talk, policy=self._policy, seen=self._talk.seen)


def _lines(answer: Answer) -> list[Line]:
    records = [(str(each.kind), each.record_id, each.name) for source in answer.sources for each in source.origins]
    return [
        Line(line.removeprefix("• "), tuple(each for each in records if each[2] and each[2] in line))
        for line in answer.lines
        if line.strip()
    ]
