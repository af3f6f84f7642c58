"""What the rules read for one message: the person's accounts and those of the people they may see, as of the last sync."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from agents.flows.accounts.compose_brief import BriefPolicy
from agents.flows.accounts.review import Material, context_of, gather
from agents.flows.conversation.thread import Talk
from store.database import Tx
from store.domain.conversation.choices import Choice
from store.domain.conversation.figures import Figures
from store.domain.conversation.names import Found, find_accounts
from store.domain.conversation.nearest import example_words
from store.domain.conversation.phrases import VOCABULARY
from store.domain.crm.accounts import AccountFacts, Activity, Deal, Person, Pipeline
from store.domain.crm.money import Currency
from store.domain.grounding.answer import Origin, SourceText
from store.domain.signals.context import SignalContext
from store.domain.text.wording import on_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`lines` are plain text and say everything; `figures` show it better, with `lines` reduced to their first. `sources` lead to
    the records; `choices` are its possible meanings. An answer that isn't `sure` found nothing: a model may do better."""

    lines: tuple[str, ...]
    sources: tuple[SourceText, ...] = ()
    choices: tuple[Choice, ...] = ()
    figures: Figures | None = None
    sure: bool = True


@dataclass(slots=True)
class Reading:
    """Everything is read once, and only when an answer needs it. `about` is the person whose day is asked about, if it isn't the
    asker's own; `chosen` is the account that the asker picked, of those that the message may mean. With `whole_team`, the
    accounts of everyone whom they may see are meant."""

    tx: Tx
    talk: Talk
    policy: BriefPolicy
    about: Person | None = None
    chosen: str = ""
    whole_team: bool = False
    seen: set[str] = field(default_factory=set)
    _books: dict[str, list[AccountFacts]] = field(default_factory=dict)
    _people: dict[str, Person] = field(default_factory=dict)
    _pipeline: Pipeline | None = None

    @property
    def person(self) -> Person:
        return self.talk.person

    @property
    def whose(self) -> Person:
        return self.about or self.person

    @property
    def their(self) -> str:
        """`your`; `their` if it is someone else's day."""
        return "their" if self.about else "your"

    @property
    def today(self) -> date:
        return self.talk.today

    async def people(self) -> dict[str, Person]:
        if not self._people:
            self._people = {each.id: each for each in await self.tx.people.all()}
        return self._people

    async def book(self, owner_id: str) -> list[AccountFacts]:
        if owner_id not in self._books:
            self._books[owner_id] = await self.tx.snapshots.book(owner_id)
        return self._books[owner_id]

    async def own(self) -> list[AccountFacts]:
        """The accounts to speak of if none is named: the person's own, or else those of everyone they may see."""
        own = [] if self.whole_team and len(self.talk.owners) > 1 else await self.book(self.whose.id)
        if own or self.about or len(self.talk.owners) == 1:
            return own
        self.seen.update(self.talk.owners)
        return [facts for owner_id in self.talk.owners for facts in await self.book(owner_id)]

    async def all(self) -> list[AccountFacts]:
        return [facts for owner_id in self.talk.owners for facts in await self.book(owner_id)]

    async def named(self, message: str) -> Found:
        """The accounts that the message names, among all that the person may see."""
        names = {facts.id: facts.name for facts in await self.all() if facts.account and not facts.partial}
        found = find_accounts(message, names, other=VOCABULARY | example_words())
        if self.chosen in found.ids:
            groups = tuple((self.chosen,) if self.chosen in group else group for group in found.groups)
            found = replace(found, groups=tuple(dict.fromkeys(groups)), guessed=frozenset())
        return found

    async def facts(self, account_id: str) -> AccountFacts | None:
        found = next((each for each in await self.all() if each.id == account_id and not each.partial), None)
        if found is not None and found.account is not None:
            self.seen.add(found.account.owner_id)
        return found

    async def owner_of(self, facts: AccountFacts) -> Person:
        people = await self.people()
        return people.get(facts.account.owner_id if facts.account else "", self.person)

    async def pipeline(self) -> Pipeline:
        if self._pipeline is None:
            self._pipeline = await self.tx.sync.pipeline() or Pipeline(())
        return self._pipeline

    async def currency(self) -> Currency:
        return await self.tx.sync.currency(self.policy.currency)

    async def material(self, owner: Person, facts: Sequence[AccountFacts]) -> Material:
        since = self.talk.now - timedelta(days=self.policy.signals.recent_days)
        return await gather(
            self.tx,
            owner,
            facts,
            now=self.talk.now,
            news_since=since,
            policy=self.policy.signals,
            currency=self.policy.currency,
        )

    async def context(self, facts: AccountFacts) -> SignalContext:
        """What the signals know about this account; days are counted for the person who asks."""
        material = await self.material(self.person, [facts])
        since = self.talk.now - timedelta(days=self.policy.signals.recent_days)
        return context_of(facts, material, now=self.talk.now, news_since=since, policy=self.policy.signals)

    async def plain_context(self) -> SignalContext:
        """The days and the currency alone, for figures over many accounts."""
        return SignalContext(
            now=self.talk.now,
            today=self.today,
            pipeline=await self.pipeline(),
            news_since=self.talk.now,
            policy=self.policy.signals,
            timezone=self.person.timezone,
            currency=await self.currency(),
        )

    def day(self, day: date) -> str:
        return on_day(day, today=self.today)


def of_account(facts: AccountFacts) -> SourceText:
    return _source(Origin(kind=facts.account.kind, record_id=facts.id, name=facts.name)) if facts.account else _source()


def of_deal(deal: Deal) -> SourceText:
    return _source(Origin(kind=deal.kind, record_id=deal.id, name=deal.name))


def of_activity(activity: Activity) -> SourceText:
    return _source(Origin(kind=activity.kind, record_id=activity.id, name=activity.subject))


def _source(*origins: Origin) -> SourceText:
    return SourceText(id=origins[0].record_id if origins else "", text="", origins=origins)
