"""The evidence behind one card of a brief, for a person who may see its account: read from the rows, as things are now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from agents.flows.access.identity import Caller, circle_of, known_person
from agents.flows.access.trail import noting_refusal
from store.database import Database, Tx
from store.domain.access.rules import Standing, check_may_decide, check_may_see
from store.domain.attention.ledger import Place
from store.domain.attention.policy import AttentionPolicy
from store.domain.brief.brief import Brief, Card
from store.domain.brief.why_you import Came, Cause
from store.domain.crm.accounts import Account, Kind, Person
from store.domain.errors import NotFound, Refused
from store.domain.gate.proposals import Proposal
from store.domain.people.settings import asks_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """A card of a brief, and its proposals: each in its newest version, by the id that the card names, and what undoes it. `came`
    is how it came to the person who asks."""

    brief: Brief
    card: Card
    proposals: Mapping[str, Proposal]
    came: Came


class Why:
    def __init__(self, database: Database, *, asks: int = AttentionPolicy().asks) -> None:
        """`asks` is how many decisions a brief asks for, unless its reader sets that."""
        self._database = database
        self._asks = asks

    async def __call__(self, caller: Caller, brief_id: str, account_id: str) -> Behind:
        """Read the card of this account in this brief.

        Raises: NotFound for an unknown brief or card; Refused if the person may not see the account (any more).
        """
        async with (
            noting_refusal(self._database, caller, "why", brief_id, account_id=account_id),
            self._database.reading() as tx,
        ):
            person = await known_person(tx, caller)
            brief = await tx.briefs.get(brief_id)
            card = _card(brief, account_id) if brief else None
            if brief is None or card is None:
                raise NotFound("I can't find this card any more; it may be from an older brief.")
            standing = await _check(tx, person, brief, card)
            proposals = await tx.proposals.in_force(card.proposal_ids)
            came = await self._came(tx, person, brief, card, standing)
            came = replace(came, reason=_reason(person, proposals.values()))
            if person.id != (brief.reader_id or brief.owner_id):
                card = _for_others(card)
            return Behind(brief=brief, card=card, proposals=proposals, came=came)

    async def _came(self, tx: Tx, person: Person, brief: Brief, card: Card, standing: Standing) -> Came:
        account = await tx.snapshots.entity(Kind.ACCOUNT, card.account_id) if card.account_id else None
        absence = await tx.absences.of(brief.owner_id) if standing is Standing.DELEGATE else None
        is_asked = brief.kind == "morning" and person.id == brief.owner_id and card.place in (Place.ASK, Place.QUESTION)
        return Came(
            standing=standing,
            owner=brief.owner_name,
            has_account=bool(card.account_id),
            account_owner=isinstance(account, Account) and account.owner_id == person.id,
            until=absence.last_day(person) if absence else None,
            asks=asks_of(person, self._asks) if is_asked else None,
            is_own=person.settings.asks is not None,
        )


def _reason(person: Person, proposals: Iterable[Proposal]) -> Cause:
    """Why someone else than the owner was asked, as the rows say."""
    for each in (each for each in proposals if each.owner_id != person.id):
        if each.endorsed_by is not None:
            return "second"
        if each.offered_to == person.id:
            return "passed" if each.passed_by is not None else "expiring"
    return ""


def _card(brief: Brief, account_id: str) -> Card | None:
    return next((each for each in brief.cards if each.account_id == account_id), None)


def _for_others(card: Card) -> Card:
    """The card for anyone but the brief's reader: without that reader's news and habits."""
    waits = card.since is not None and card.place is not Place.ASK
    return replace(card, worth=replace(card.worth, answers=1.0) if card.worth and waits else None)


async def _check(tx: Tx, person: Person, brief: Brief, card: Card) -> Standing:
    """In what capacity the person sees it. Raises: Refused."""
    circle = await circle_of(tx, brief.owner_id)
    # An administrator sees no records by that role alone, but may read a brief sent to them to decide.
    standing = (check_may_decide if brief.reader_id == person.id else check_may_see)(person, circle)
    records = [(advice.write.parent_kind, advice.write.parent_id) for advice in card.recommendations]
    for kind, record_id in records or [(Kind.ACCOUNT, card.account_id)]:
        if not await tx.snapshots.may_act_on(brief.owner_id, kind, record_id):
            raise Refused(f"“{card.account_name}” has a new owner in the CRM, so I can't show more about it here.")
    return standing
