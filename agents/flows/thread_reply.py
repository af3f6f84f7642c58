"""Answer what a person writes to the bot. Text may ask; it never approves, and it never writes.

Without a model the companion understands one question: why an account was, or was not, in the brief. Everything else gets
an honest answer about what to do instead.
"""

from __future__ import annotations

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

from agents.flows.compose_brief import BriefPolicy
from agents.flows.people import Caller, known_person
from agents.flows.reviewing import gather, review_all
from agents.ports import Clock
from store.database import Database, Tx
from store.domain.accounts import AccountFacts, Person
from store.domain.ranking import AccountReview, explain
from store.domain.wording import on_day

_WHY = re.compile(r"\bwhy\b", re.IGNORECASE)

HELP_ANSWER = (
    "I can tell you why an account is in your brief or not: write for example “why not Acme?”. To look at one account now "
    "use /review-account Acme; to decide a proposal use its buttons."
)


class ThreadReply:
    def __init__(self, database: Database, clock: Clock, policy: BriefPolicy) -> None:
        self._database = database
        self._clock = clock
        self._policy = policy

    async def __call__(self, caller: Caller, text: str) -> tuple[str, ...]:
        """The sentences to answer with; account names and CRM text in them are plain text.

        Raises: Refused for somebody unknown.
        """
        async with self._database.reading() as tx:
            person = await known_person(tx, caller)
            if not _WHY.search(text):
                return (HELP_ANSWER,)
            return await self._why(tx, person, text)

    async def _why(self, tx: Tx, person: Person, text: str) -> tuple[str, ...]:
        named = _named_accounts(text, await tx.snapshots.book(person.id))
        if not named:
            return ("I find none of your accounts in that question. Name it as it stands in the CRM, please.",)
        now, policy = self._clock.now(), self._policy.signals
        since = await tx.briefs.last_posted(person.id) or now - timedelta(days=policy.recent_days)
        news_since = min(since, now - timedelta(days=policy.recent_days))
        material = await gather(
            tx, person, named[:1], now=now, news_since=news_since, policy=policy, currency=self._policy.currency
        )
        review = (await review_all(material, now=now, news_since=news_since, policy=policy))[0]
        today = now.astimezone(ZoneInfo(person.timezone)).date()
        as_of = on_day(material.data_as_of.date(), today=today) if material.data_as_of else "an unknown day"
        return (_verdict(review, as_of), *explain(review.findings))


def _named_accounts(text: str, book: list[AccountFacts]) -> list[AccountFacts]:
    """The accounts whose name, or its first word, stands in the text; the longest match first."""
    lowered = text.casefold()
    full = [facts for facts in book if facts.account and facts.name.casefold() in lowered]
    if full:
        return sorted(full, key=lambda facts: -len(facts.name))
    words = set(re.findall(r"\w+", lowered))
    return [facts for facts in book if facts.account and facts.name.split()[0].casefold().strip(",.") in words]


def _verdict(review: AccountReview, as_of: str) -> str:
    count = len(review.signals)
    if not count:
        return f"{review.facts.name}: nothing stands out, by the CRM data of {as_of}. What I looked at:"
    return f"{review.facts.name}: {count} {'thing stands' if count == 1 else 'things stand'} out, by the CRM data of {as_of}:"
