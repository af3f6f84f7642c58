"""Answer questions by rules, with or without a model. Text can ask; it never approves and never writes.

`rules` answers questions that it knows for sure; this file explains why an account is, or isn't, in the brief.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from agents.flows.accounts.compose_brief import BriefPolicy
from agents.flows.accounts.review import gather, review_all
from agents.flows.conversation.rules.answering import UNKNOWN, answer, asked_about
from agents.flows.conversation.rules.comparing import which_one
from agents.flows.conversation.rules.focus import account_in_focus
from agents.flows.conversation.rules.reading import Answer, Reading, of_account
from agents.flows.conversation.rules.small_talk import SAYINGS
from agents.flows.conversation.thread import Talk
from agents.ports import Clock
from store.database import Tx
from store.domain.attention.words import place_sentence
from store.domain.brief.account_review import AccountReview, not_read
from store.domain.brief.explain import explain, explain_shortly
from store.domain.conversation.intents import Intent, needs_account
from store.domain.conversation.languages import language_of
from store.domain.conversation.names import names_someone_else
from store.domain.conversation.on_topic import Asked
from store.domain.conversation.phrases import intents_of
from store.domain.crm.accounts import AccountFacts, Entity
from store.domain.crm.people import local_day
from store.domain.grounding import wishes
from store.domain.signals.kinds import Finding
from store.domain.text.wording import on_day


class ThreadReply:
    def __init__(self, clock: Clock, policy: BriefPolicy) -> None:
        self._clock = clock
        self.policy = policy

    async def __call__(self, tx: Tx, talk: Talk, text: str, *, model: bool = False) -> Answer | None:
        """Answer from the store; None if no rule knows the question. With a `model`, it is left to that to explain why.

        Account names and CRM text in the lines are plain text.
        """
        if (found := await answer(self.reading(tx, talk), text)) is not None:
            return found
        if model or not wishes.is_why(text):
            return None
        return await self.why(tx, talk, text)

    def reading(self, tx: Tx, talk: Talk) -> Reading:
        """What rules read for one message."""
        return Reading(tx=tx, talk=talk, policy=self.policy, chosen=talk.chosen_account, seen=talk.seen)

    async def why(self, tx: Tx, talk: Talk, text: str) -> Answer:
        """Why an account is, or isn't, in the brief, in a few lines; which one, if the text may mean several."""
        reading = self.reading(tx, talk)
        facts, choice = await self._one(reading, text)
        if facts is None:
            return choice or UNKNOWN
        lines = await self._explained(reading, facts, explain_shortly)
        if wishes.misses_on_list(text):  # where it is in the brief comes first
            lines = (lines[1], lines[0], *lines[2:])
        return Answer(lines=lines, sources=(of_account(facts),))

    async def language(self, tx: Tx, talk: Talk, text: str) -> tuple[str | None, str]:
        """The language of the text, None for English; and the account's name in it, to give an example of a question."""
        found = await self.reading(tx, talk).named(text)
        if Intent.THANKS in intents_of(text)[:1]:
            return None, ""
        code = language_of(found.rest)
        facts = await self.reading(tx, talk).facts(found.single) if code and found.single else None
        return code, facts.name if facts else ""

    async def foreign(self, tx: Tx, talk: Talk, text: str) -> Answer | None:
        """The rules' answer to a text in another language, if it asks in words that are English, too."""
        found = await self.reading(tx, talk).named(text)
        kinds = [each for each in intents_of(found.rest) if each not in (Intent.STATUS, *SAYINGS)]
        ruled = await answer(self.reading(tx, talk), text) if kinds else None
        return ruled if ruled is not None and ruled.sure else None

    async def asked(self, tx: Tx, talk: Talk, text: str) -> Asked:
        """The accounts that the text asks about, and the kind of question, to hold an answer to them."""
        reading = self.reading(tx, talk)
        found = await asked_about(reading, text)
        intent = next((each for each in intents_of(found.rest) if needs_account(each)), None)
        accounts = set(found.ids)
        if not accounts and intent is not None and (focus := await account_in_focus(reading, text)) is not None:
            accounts = {focus}
        account_of = {each.proposal.id: each.proposal.account_id for each in talk.cards}
        for facts in await reading.all():
            if facts.account is not None:
                kinds: tuple[Sequence[Entity], ...] = (facts.deals, facts.contacts, facts.activities, facts.notes)
                account_of.update({each.id: facts.id for records in kinds for each in records} | {facts.id: facts.id})
        if len(accounts) == 1:
            account_of["why_not"] = next(iter(accounts))
        return Asked(accounts=frozenset(accounts), intent=intent, account_of=account_of, message=text)

    async def names(self, tx: Tx, talk: Talk, accounts: Iterable[str]) -> list[str]:
        """Of those that the person may see."""
        reading = self.reading(tx, talk)
        return [facts.name for each in sorted(accounts) if (facts := await reading.facts(each)) is not None]

    async def look(self, tx: Tx, talk: Talk, text: str) -> tuple[str, ...]:
        """Explain the account that the text names, for a model: with every check. Empty if it names none, or several."""
        reading = self.reading(tx, talk)
        facts, _ = await self._one(reading, text)
        return await self._explained(reading, facts, explain) if facts is not None else ()

    async def _one(self, reading: Reading, text: str) -> tuple[AccountFacts | None, Answer | None]:
        """The account meant, or the question which."""
        found = await asked_about(reading, text)
        focus = None if found.groups else await account_in_focus(reading, text)
        if focus is not None and not names_someone_else(text, known=()):
            return await reading.facts(focus), None
        if not found.groups:
            return None, None
        if len(found.groups[0]) > 1:
            return None, await which_one(reading, found.groups[0])
        return await reading.facts(found.groups[0][0]), None

    async def _explained(
        self, reading: Reading, facts: AccountFacts, explained: Callable[[Sequence[Finding]], tuple[str, ...]]
    ) -> tuple[str, ...]:
        tx, person = reading.tx, reading.person
        owner = await reading.owner_of(facts)
        now, policy = self._clock.now(), self.policy.signals
        since = await tx.briefs.last_posted(owner.id) or now - timedelta(days=policy.recent_days)
        news_since = min(since, now - timedelta(days=policy.recent_days))
        currency = self.policy.currency
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
        return (_verdict(review, as_of), place, *explained(review.findings))


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
