"""Compose an owner's brief as it would be now, without storing or sending anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from agents.flows.accounts.handover import handover_of
from agents.flows.accounts.learn_from_answers import learned
from agents.flows.accounts.review import gather, review_all
from agents.flows.gate.retract_proposals import over_now
from agents.ports import Clock
from store.database import Database, Tx
from store.domain.attention.answers import weighed
from store.domain.attention.ledger import Tally
from store.domain.attention.policy import AttentionPolicy
from store.domain.attention.rarity import united
from store.domain.brief.account_review import AccountReview
from store.domain.brief.brief import MOST_OUTCOMES, Brief, CameOfIt
from store.domain.brief.ranking import Morning, assemble
from store.domain.crm.accounts import Person
from store.domain.crm.people import local_day
from store.domain.errors import NotFound
from store.domain.gate.stakes import StakesPolicy
from store.domain.people.settings import asks_of
from store.domain.signals.context import SignalPolicy
from store.domain.text.wording import on_day


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefPolicy:
    """`lifetime` is how long a proposal stays open; `currency` is the sign to show for the organisation's currency, "" for its
    own; a brief says so if its data is older than `fresh`."""

    signals: SignalPolicy
    attention: AttentionPolicy = field(default_factory=AttentionPolicy)
    stakes: StakesPolicy = field(default_factory=StakesPolicy)
    lifetime: timedelta = timedelta(hours=72)
    currency: str = ""
    fresh: timedelta = timedelta(hours=26)


class ComposeBrief:
    def __init__(self, database: Database, clock: Clock, policy: BriefPolicy) -> None:
        self._database = database
        self._clock = clock
        self._policy = policy
        self._tallied: dict[date, Tally] = {}

    async def preview(self, owner_id: str) -> Brief:
        """The brief as it would be now; nothing is stored, sent or proposed. Raises: NotFound."""
        now = self._clock.now()
        async with self._database.reading() as tx:
            owner = await tx.people.get(owner_id)
            if owner is None:
                raise NotFound(f"There is no CRM user with the id {owner_id}.")
            return (await self.compose(tx, owner, brief_id="preview", day=local_day(owner, now), now=now)).brief

    async def compose(self, tx: Tx, owner: Person, *, brief_id: str, day: date, now: datetime) -> Morning:
        """Look at everything the owner may see and compose the brief of `day`, without proposals."""
        signals, attention = own_policy(owner, self._policy)
        news_since = await tx.briefs.last_posted(owner.id) or now - timedelta(days=signals.recent_days)
        book = await tx.snapshots.book(owner.id)
        material = await gather(
            tx, owner, book, now=now, news_since=news_since, policy=signals, currency=self._policy.currency
        )
        last = await tx.attention.before(owner.id, day)
        company = await self._company(tx, day)
        reviewed = await review_all(
            material,
            now=now,
            news_since=news_since,
            policy=signals,
            attention=attention,
            company=company,
        )
        taught = await learned(tx, owner.id, company=company, last=last, day=day, now=now)
        reviews = reviewed.reviews
        handover = await handover_of(tx, material, reviews, news_since=news_since, today=day, now=now, policy=attention)
        came = {each.account_id for each in handover.accounts if not handover.first_told} if handover else set()
        keys = [each.key for review in reviews for each in review.recommendations]
        gaps = (*self._problems(material.data_as_of, now), *material.unread)
        made = assemble(
            owner,
            [review for review in reviews if review.facts.id not in came],
            brief_id=brief_id,
            local_date=day,
            now=now,
            data_as_of=material.data_as_of,
            problems=gaps,
            whole=not gaps,
            currency=material.currency.sign,
            before=last.by_account() if last else None,
            snoozed=await tx.proposals.snoozed_among(owner.id, keys),
            answers=taught.factors,
            tally=replace(reviewed.tally, answers=weighed(taught.own)),
            policy=attention,
        )
        came_of_it = await _came_of_it(tx, reviews)
        accounts = made.brief.accounts + len(came)
        brief = replace(made.brief, accounts=accounts, came_of_it=came_of_it, handover=handover)
        names = {person.id: person.name for person in material.people.values()}
        return replace(made, brief=brief, over=await over_now(tx, owner, reviews, now=now, people=names))

    async def _company(self, tx: Tx, day: date) -> Tally:
        """The figures of all owners' last briefs before this day. They stay the same all day, so one reading serves all; at any
        time there are at most three days on Earth."""
        if day not in self._tallied:
            latest = sorted(self._tallied.items())[-2:]
            self._tallied = dict(latest) | {day: united(await tx.attention.tallies_before(day))}
        return self._tallied[day]

    def _problems(self, data_as_of: datetime | None, now: datetime) -> tuple[str, ...]:
        if data_as_of is None:
            return ("The CRM has not been read yet, so this brief knows nothing new.",)
        if now - data_as_of > self._policy.fresh:
            day = on_day(data_as_of.date(), today=now.date())
            return (f"The CRM could not be read recently: this brief uses data from {day}.",)
        return ()


def own_policy(owner: Person, policy: BriefPolicy) -> tuple[SignalPolicy, AttentionPolicy]:
    """What the owner's brief looks for and how much it asks: the installation's policy with their own settings."""
    left_in = policy.signals.enabled - owner.settings.signals_off
    asks = asks_of(owner, policy.attention.asks)
    return replace(policy.signals, enabled=left_in), replace(policy.attention, asks=asks)


async def _came_of_it(tx: Tx, reviews: Sequence[AccountReview]) -> tuple[CameOfIt, ...]:
    """Outcomes that no brief has shown yet, on accounts that the owner has now: as many as one brief holds."""
    names = {each.facts.id: each.facts.name for each in reviews if each.facts.account and not each.facts.partial}
    outcomes = await tx.outcomes.untold(list(names), limit=MOST_OUTCOMES)
    advice = {each.id: each.name for each in await tx.proposals.by_ids([each.proposal_id for each in outcomes])}
    return tuple(
        CameOfIt.of(each, account_name=names[each.account_id], title=advice[each.proposal_id])
        for each in outcomes
        if each.proposal_id in advice
    )
