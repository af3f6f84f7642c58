"""Answer questions by rules, with or without a model. Text can ask; it never approves and never writes.

`rules` answers what it knows for sure; here is the question why an account is, or isn't, in the brief.
"""

from __future__ import annotations

from datetime import timedelta

from agents.flows.accounts.compose_brief import BriefPolicy
from agents.flows.accounts.review import gather, review_all
from agents.flows.conversation.rules.answering import UNKNOWN, answer
from agents.flows.conversation.rules.reading import Answer, Reading
from agents.flows.conversation.thread import Talk
from agents.ports import Clock
from store.database import Tx
from store.domain.attention.words import place_sentence
from store.domain.brief.account_review import AccountReview, not_read
from store.domain.brief.explain import explain
from store.domain.crm.people import local_day
from store.domain.grounding import wishes
from store.domain.text.wording import joined, on_day

_MOST_NAMESAKES = 5


class ThreadReply:
    def __init__(self, clock: Clock, policy: BriefPolicy) -> None:
        self._clock = clock
        self._policy = policy

    async def __call__(self, tx: Tx, talk: Talk, text: str, *, model: bool = False) -> Answer | None:
        """Answer from the store; None if no rule knows what is asked. With a `model`, why is its to put into words.

        Account names and CRM text in the lines are plain text.
        """
        if (found := await answer(self._reading(tx, talk), text)) is not None:
            return found
        if model or not wishes.is_why(text):
            return None
        looked = await self.look(tx, talk, text)
        return Answer(lines=looked) if looked else UNKNOWN

    def _reading(self, tx: Tx, talk: Talk) -> Reading:
        return Reading(tx=tx, talk=talk, policy=self._policy)

    async def look(self, tx: Tx, talk: Talk, text: str) -> tuple[str, ...]:
        """Explain the account that the text names; empty if it names none that the person may see."""
        reading, person = self._reading(tx, talk), talk.person
        found = await reading.named(text)
        if not found.groups:
            return ()
        named = [facts for each in found.groups[0] if (facts := await reading.facts(each)) is not None]
        if not named:
            return ()
        if len(named) > 1:
            names = joined([f"“{facts.name}”" for facts in named[:_MOST_NAMESAKES]])
            return (f"You may see {len(named)} accounts of that name. Please ask about one of them: {names}.",)
        facts = named[0]
        owner = await reading.owner_of(facts)
        now, policy = self._clock.now(), self._policy.signals
        since = await tx.briefs.last_posted(owner.id) or now - timedelta(days=policy.recent_days)
        news_since = min(since, now - timedelta(days=policy.recent_days))
        currency = self._policy.currency
        material = await gather(tx, owner, [facts], now=now, news_since=news_since, policy=policy, currency=currency)
        last = await tx.attention.last(owner.id)
        own = last.tally if last else None
        review = (await review_all(material, now=now, news_since=news_since, policy=policy, own=own)).reviews[0]
        as_of = (
            on_day(local_day(person, material.data_as_of), today=local_day(person, now))
            if material.data_as_of
            else "an unknown day"
        )
        place = place_sentence(facts.name, last, facts.id, today=local_day(person, now))
        return (_verdict(review, as_of), place, *explain(review.findings))


def _verdict(review: AccountReview, as_of: str) -> str:
    count = len(review.signals)
    if not count and (gap := not_read(review)):
        known = f"I noticed nothing in the CRM data from {as_of}, but can't read the {gap.field} of {gap.called}"
        return f"{review.facts.name}: {known}. What I looked at:"
    if not count:
        return f"{review.facts.name}: nothing stands out in the CRM data from {as_of}. What I looked at:"
    return (
        f"{review.facts.name}: {count} {'thing stands' if count == 1 else 'things stand'} out in the CRM "
        f"data from {as_of}:"
    )
