"""Review one account now: read it fresh from the CRM and give the morning's advice, or the reason why there is none."""

from __future__ import annotations

import difflib
import hashlib
import re
from dataclasses import dataclass, replace
from datetime import timedelta
from secrets import token_hex

import structlog

from agents.flows.access.identity import Caller, circle_of, known_person
from agents.flows.access.scope import owners_seen_by
from agents.flows.access.trail import note, noting_refusal
from agents.flows.accounts.compose_brief import BriefPolicy
from agents.flows.accounts.recall_memory import RecallMemory
from agents.flows.accounts.review import context_of, gather, review_all
from agents.flows.accounts.shared import Shared
from agents.flows.gate.propose import propose
from agents.flows.records.sync_accounts import SyncAccounts
from agents.ports import Clock, Crm, Delivery, Enrich, TellStep
from store.database import Database, Tx
from store.domain.access.rules import check_may_see
from store.domain.brief.brief import Brief
from store.domain.brief.overview import overview
from store.domain.brief.ranking import assemble_review
from store.domain.crm.accounts import Account, AccountFacts, Kind, Person
from store.domain.crm.namesakes import told_apart
from store.domain.crm.people import local_day
from store.domain.errors import Ambiguous, CrmUnavailable, NotFound, Refused

log = structlog.get_logger()


_APART = re.compile(r" \([^()]{1,40}\)$")
REFRESHING, RECALLING = "Reading the account in the CRM", "Looking through earlier notes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A brief of one account, already posted to its reader."""

    brief: Brief
    account: Account


class ReviewAccount:
    def __init__(
        self,
        database: Database,
        crm: Crm,
        sync: SyncAccounts,
        recall: RecallMemory,
        delivery: Delivery,
        clock: Clock,
        policy: BriefPolicy,
        enrich: Enrich | None = None,
    ) -> None:
        self._database = database
        self._delivery = delivery
        self._crm = crm
        self._sync = sync
        self._recall = recall
        self._clock = clock
        self._policy = policy
        self._enrich = enrich
        # Both only save work, so each process has its own: what two processes do at once is done twice, and harmlessly.
        self._reads: Shared[str, str | None] = Shared()
        self._reviews: Shared[tuple[str, str], Review] = Shared()

    async def by_name(self, caller: Caller, name: str, *, progress: TellStep | None = None) -> Review:
        """Review the account of this name.

        Raises: NotFound with the nearest names, Ambiguous with the choices, Refused if it is someone else's.
        """
        async with (
            noting_refusal(self._database, caller, "account.review", "by_name"),
            self._database.reading() as tx,
        ):
            actor = await known_person(tx, caller)
            account = await self._find(tx, actor, name.strip())
        return await self.by_id(caller, account.id, progress=progress)

    async def by_id(self, caller: Caller, account_id: str, *, progress: TellStep | None = None) -> Review:
        """Review this account; `progress` receives each step. If the same person's review of it is still running, this is that
        one. Raises: NotFound, Refused."""
        async with (
            noting_refusal(self._database, caller, "account.review", account_id),
            self._database.transaction(urgent=True) as tx,
        ):
            actor = await known_person(tx, caller)
            owner = await self._owner_of(tx, account_id)
            standing = check_may_see(actor, await circle_of(tx, owner.id) if owner else None)
            await note(tx, caller, "review.requested", account_id, actor=actor, standing=str(standing))
        progress = progress if self._enrich is not None else None  # without a model there is nothing to wait for
        return await self._reviews.of(
            (actor.id, account_id), lambda: self._reviewed(caller, account_id, progress=progress)
        )

    async def _reviewed(self, caller: Caller, account_id: str, *, progress: TellStep | None) -> Review:
        await _tell(progress, REFRESHING)
        problem = await self._reads.of(account_id, lambda: self._refresh(account_id))
        return await self._review(caller, account_id, problem, progress)

    async def _find(self, tx: Tx, actor: Person, name: str) -> Account:
        if not name:
            raise NotFound("Which account? Write, for example, /review-account Acme.")
        mine = await tx.snapshots.find_accounts(name, limit=25, owner_ids=await owners_seen_by(tx, actor))
        exact = [account for account in mine if account.name.casefold() == name.casefold()] or await self._apart(
            tx, actor, name
        )
        if len(exact) == 1:
            return exact[0]
        if len(mine) > 1:
            apart = told_apart(mine, await tx.people.names())
            choices = [
                (each.id, f"{each.name} ({apart[each.id]})" if each.id in apart else each.name) for each in mine[:10]
            ]
            raise Ambiguous(f"“{name}” matches {len(mine)} of your accounts.", choices)
        if mine:
            return mine[0]
        others = await tx.snapshots.find_accounts(name, limit=1)
        if others and others[0].name.casefold() == name.casefold():
            raise Refused(f"“{name}” belongs to someone else. Only its owner or their manager can review it.")
        raise NotFound(await self._unknown(tx, actor, name))

    async def _apart(self, tx: Tx, actor: Person, name: str) -> list[Account]:
        """The account of this full name, as briefs tell it apart: `Acme (Retail)`."""
        front = _APART.sub("", name)
        if front == name:
            return []
        alike = await tx.snapshots.find_accounts(front, limit=25, owner_ids=await owners_seen_by(tx, actor))
        apart = told_apart(alike)
        return [each for each in alike if f"{each.name} ({apart.get(each.id, '')})".casefold() == name.casefold()]

    async def _unknown(self, tx: Tx, actor: Person, name: str) -> str:
        names = [facts.name for facts in await tx.snapshots.book(actor.id) if facts.account]
        close = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
        hint = (
            f" Did you mean {' or '.join(f'“{n}”' for n in close)}?" if close else " Please check its name in the CRM."
        )
        return f"You have no account called “{name}”.{hint}"

    async def _owner_of(self, tx: Tx, account_id: str) -> Person | None:
        account = await tx.snapshots.entity(Kind.ACCOUNT, account_id)
        if not isinstance(account, Account):
            raise NotFound("I can't find this account any more; it may have been deleted in the CRM.")
        return await tx.people.get(account.owner_id)

    async def _refresh(self, account_id: str) -> str | None:
        """Read the account now. If that fails, return a sentence for the reader: the review then uses the data we have."""
        try:
            facts = await self._crm.account(account_id)
        except CrmUnavailable as exc:
            log.warning("review.stale", account_id=account_id, problem=str(exc))
            return "The CRM could not be read right now, so this uses the last nightly read."
        now = self._clock.now()
        if facts.account:
            await self._sync.keep(Kind.ACCOUNT, [facts.account], seen_at=now)
        for kind, entities in (
            (Kind.CONTACT, facts.contacts),
            (Kind.DEAL, facts.deals),
            (Kind.ACTIVITY, facts.activities),
            (Kind.NOTE, facts.notes),
        ):
            await self._sync.keep(kind, entities, seen_at=now)
        return None

    async def _review(self, caller: Caller, account_id: str, problem: str | None, progress: TellStep | None) -> Review:
        now, policy = self._clock.now(), self._policy
        news_since = now - timedelta(days=policy.signals.recent_days)
        async with self._database.reading() as tx:
            actor = await known_person(tx, caller)
            owner = await self._owner_of(tx, account_id)  # read again: its owner may have changed while we read
            check_may_see(actor, await circle_of(tx, owner.id) if owner else None)
            assert owner is not None
            facts = await tx.snapshots.account_facts(account_id)
            assert isinstance(facts, AccountFacts)
            assert facts.account is not None
            material = await gather(
                tx, owner, [facts], now=now, news_since=news_since, policy=policy.signals, currency=policy.currency
            )
            last = await tx.attention.last(owner.id)
        reviewed = await review_all(
            material,
            now=now,
            news_since=news_since,
            policy=policy.signals,
            attention=policy.attention,
            own=last.tally if last else None,
        )
        brief = assemble_review(
            owner,
            reviewed.reviews[0],
            brief_id=_review_id(caller),
            local_date=local_day(owner, now),
            now=now,
            data_as_of=now if problem is None else material.data_as_of,
            problems=(problem,) if problem else (),
            currency=material.currency.sign,
            overview=overview(
                facts, context_of(facts, material, now=now, news_since=news_since, policy=policy.signals)
            ),
        )
        brief = replace(brief, reader_id=actor.id)
        await _tell(progress, RECALLING)
        brief = await self._recall(brief)
        if self._enrich is not None:
            brief = await self._enrich(brief, progress=progress)
        kept, touched = await self._keep(brief, caller, account_id)
        for earlier in touched:
            await self._delivery.refresh(earlier)
        await self._delivery.brief(kept.id)
        return Review(brief=kept, account=facts.account)

    async def _keep(self, brief: Brief, caller: Caller, account_id: str) -> tuple[Brief, frozenset[str]]:
        """Store the review with its proposals; return it and the earlier briefs it took some over from. If the same
        request was handled before, return the review made then."""
        policy = self._policy
        async with self._database.transaction() as tx:
            if not await tx.briefs.begin_review(brief):
                return await tx.briefs.get(brief.id) or brief, frozenset()
            proposed = await propose(
                tx,
                brief,
                now=brief.generated_at,
                lifetime=policy.lifetime,
                stakes=policy.stakes,
                request_id=caller.request_id,
            )
            made = replace(proposed.brief, decided=await _decided(tx, proposed.brief, account_id))
            await tx.briefs.save(made)
        return made, proposed.touched


async def _decided(tx: Tx, brief: Brief, account_id: str) -> tuple[str, ...]:
    """Return the proposals whose advice the review doesn't give again, because someone decided them lately: each can be taken
    back."""
    given = {advice.key for card in brief.cards for advice in card.recommendations}
    lately = {
        each.recommendation.key: each
        for each in reversed(await tx.proposals.decided_lately(brief.owner_id, account_id))
    }
    return tuple(each.id for key, each in lately.items() if key not in given)


async def _tell(progress: TellStep | None, step: str) -> None:
    if progress is not None:
        await progress(step)


def _review_id(caller: Caller) -> str:
    """The same id if the same request is handled again, so that it makes one review."""
    return hashlib.sha256(f"review:{caller.key}".encode()).hexdigest()[:16] if caller.key else token_hex(8)
