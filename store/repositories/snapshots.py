"""The current version of every CRM record we read, and queries over them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, delete, func, or_, select, union

from store.codec import decode_entities, decode_entity, encode_entity
from store.domain.access.rules import Reach
from store.domain.crm.accounts import Account, AccountFacts, Activity, Contact, Deal, Entity, Kind, Note
from store.domain.crm.basis import RecordKey
from store.domain.crm.changes import ChangeKind, changed_name
from store.domain.text.redaction import clean
from store.repositories.base import Made, Repository, batches
from store.repositories.book import read_account, read_book
from store.repositories.sealed import perhaps
from store.tables.core import ChangeRow, DepartedRow, SnapshotRow, table_of

snapshots = table_of(SnapshotRow)
departed = table_of(DepartedRow)
changes = table_of(ChangeRow)

NAME_KEY_LENGTH = 300

# With a sort order, SQLite would scan all accounts.
_ACCOUNTS_OF = Made(
    lambda among: select(snapshots.c.id).where(snapshots.c.kind == Kind.ACCOUNT, among(snapshots.c.owner_id, "owners"))
)


class _Stay(NamedTuple):
    stage: str
    pipeline_name: str | None
    since: datetime


class Snapshots(Repository):
    async def versions(self, kind: Kind, ids: Collection[str]) -> dict[str, Entity]:
        """Return our versions of these records, by id, leaving out unknown ones."""
        found: dict[str, Entity] = {}
        for batch in batches(ids):
            rows = await self._connection.execute(
                select(snapshots.c.body).where(snapshots.c.kind == kind, snapshots.c.id.in_(batch))
            )
            found.update((entity.id, entity) for entity in decode_entities(kind, rows.scalars()))
        return found

    async def records(self, keys: Iterable[RecordKey]) -> dict[RecordKey, Entity | None]:
        """Return our versions of records of several kinds, leaving out unknown ones."""
        ids: dict[Kind, set[str]] = {}
        for kind, record_id in keys:
            ids.setdefault(kind, set()).add(record_id)
        return {
            (kind, record_id): entity
            for kind, wanted in ids.items()
            for record_id, entity in (await self.versions(kind, wanted)).items()
        }

    async def upsert(self, entities: Sequence[Entity], *, seen_at: datetime, baseline: bool = False) -> None:
        """Store these as the current versions. `baseline` means a first look, whose past is unknown.

        A deal's time in its stage starts at its last modification, on the first look or if its stage or pipeline changed; at its
        creation, if it is new since the last look; otherwise it stays as stored.
        """
        known = await self._stages([entity.id for entity in entities if isinstance(entity, Deal)])
        latest = {(entity.kind, entity.id): entity for entity in entities}
        rows = [
            _row(entity, seen_at=seen_at, stage_since=_stage_since(entity, known.get(entity.id), baseline=baseline))
            for entity in latest.values()
        ]
        await self._upsert(snapshots, rows)

    async def remove(self, kind: Kind, ids: Collection[str]) -> list[Entity]:
        """Delete these records; return the stored versions of those that existed."""
        removed = await self.versions(kind, ids)
        for batch in batches(removed.keys()):
            await self._connection.execute(delete(snapshots).where(snapshots.c.kind == kind, snapshots.c.id.in_(batch)))
        return list(removed.values())

    async def hanging_on(self, kind: Kind, ids: Collection[str]) -> dict[Kind, list[str]]:
        """Return, by kind, the records under these accounts or deals, and those at these contacts' account that name one of
        them."""
        if kind is Kind.CONTACT:
            return await self._naming(ids)
        if kind not in (Kind.ACCOUNT, Kind.DEAL):
            return {}
        column = snapshots.c.account_id if kind is Kind.ACCOUNT else snapshots.c.deal_id
        found: dict[Kind, list[str]] = {}
        for batch in batches(ids):
            rows = await self._connection.execute(
                select(snapshots.c.kind, snapshots.c.id).where(snapshots.c.kind != kind, column.in_(batch))
            )
            for child_kind, record_id in rows:
                found.setdefault(Kind(child_kind), []).append(record_id)
        return found

    async def _naming(self, contact_ids: Collection[str]) -> dict[Kind, list[str]]:
        accounts = select(departed.c.account_id).where(departed.c.contact_id.in_(list(contact_ids)))
        rows = await self._connection.execute(
            select(snapshots.c.kind, snapshots.c.body).where(
                snapshots.c.kind.in_((Kind.DEAL, Kind.ACTIVITY)), snapshots.c.account_id.in_(accounts)
            )
        )
        found: dict[Kind, list[str]] = {}
        for kind, body in rows:
            entity = decode_entity(Kind(kind), body)
            if isinstance(entity, Deal | Activity) and entity.contact_id in contact_ids:
                found.setdefault(Kind(kind), []).append(entity.id)
        return found

    async def keep_departed(self, contacts: Sequence[Contact], *, at: datetime) -> None:
        """Store contacts as they last were at the account they left."""
        rows = [
            {"account_id": each.account_id, "contact_id": each.id, "at": at, "body": encode_entity(each)}
            for each in contacts
            if each.account_id
        ]
        await self._upsert(departed, rows)

    async def departed(self, account_ids: Collection[str], *, since: datetime) -> dict[str, list[Contact]]:
        """Return, by account, the contacts that left these accounts at or after `since`, as they last were there."""
        found: dict[str, list[Contact]] = {}
        for batch in batches(account_ids):
            rows = await self._connection.execute(
                select(departed.c.account_id, departed.c.body)
                .where(departed.c.account_id.in_(batch), departed.c.at >= since)
                .order_by(departed.c.contact_id)
            )
            for account_id, body in rows:
                contact = decode_entity(Kind.CONTACT, body)
                assert isinstance(contact, Contact)
                found.setdefault(account_id, []).append(contact)
        return found

    async def names_of_departed(self, contact_ids: Collection[str]) -> dict[str, str]:
        """Return the names of contacts that left an account, by id, leaving out unknown ids."""
        found: dict[str, str] = {}
        for batch in batches(contact_ids):
            rows = await self._connection.execute(select(departed.c.body).where(departed.c.contact_id.in_(batch)))
            found.update((contact.id, contact.name) for contact in decode_entities(Kind.CONTACT, rows.scalars()))
        return found

    async def account_ids(self, owner_ids: Collection[str]) -> list[str]:
        """Return the accounts that belong to these people now, by id."""
        return sorted(row[0] for row in await _ACCOUNTS_OF.rows(self._connection, owners=owner_ids))

    async def accounts_of_deals(self, owner_id: str) -> set[str]:
        """Return the accounts on which this person owns a deal, by id; "" for deals without an account."""
        rows = await self._connection.execute(
            select(snapshots.c.account_id)
            .where(snapshots.c.kind == Kind.DEAL, snapshots.c.owner_id == owner_id)
            .distinct()
        )
        return {account_id or "" for account_id in rows.scalars()}

    async def in_other_currencies(self, account_ids: Collection[str], home: str) -> frozenset[str]:
        """Those of these accounts with a deal that is not in the organisation's currency, `home`."""
        currency, found = self._text_in(snapshots.c.body, "currency"), set[str]()
        for batch in batches(account_ids):
            rows = await self._connection.execute(
                select(snapshots.c.account_id)
                .where(snapshots.c.kind == Kind.DEAL, snapshots.c.account_id.in_(batch), currency != home)
                .distinct()
            )
            found.update(rows.scalars())
        return frozenset(found)

    async def entity(self, kind: Kind, record_id: str) -> Entity | None:
        found = await self._connection.execute(
            select(snapshots.c.body).where(snapshots.c.kind == kind, snapshots.c.id == record_id)
        )
        body = found.scalar_one_or_none()
        return decode_entity(kind, body) if body is not None else None

    async def book(self, owner_id: str) -> list[AccountFacts]:
        """Return everything one owner may see, one entry per account, by name.

        Their accounts come with everything on them. On other people's accounts they see the deals they own and the records
        under those (`partial`). Their deals without a known account come last, in one entry without an account.
        """
        return await read_book(self._connection, owner_id)

    async def account_facts(self, account_id: str) -> AccountFacts | None:
        """Return one account with everything on it, for any owner: the caller checks permissions first."""
        return await read_account(self._connection, account_id)

    async def touched(self, account_ids: Collection[str], *, since: datetime) -> set[str]:
        """Return those of these accounts of which a record was stored since then: their own, or one under them or their deals."""
        found: set[str] = set()
        deal = snapshots.alias()
        for batch in batches(account_ids):
            later = snapshots.c.seen_at >= since
            own = select(snapshots.c.id).where(snapshots.c.kind == Kind.ACCOUNT, snapshots.c.id.in_(batch), later)
            under = select(snapshots.c.account_id).where(
                snapshots.c.kind.in_(list(Kind)), snapshots.c.account_id.in_(batch), later
            )
            under_deals = (
                select(deal.c.account_id)
                .join(snapshots, and_(snapshots.c.kind.in_(list(Kind)), snapshots.c.deal_id == deal.c.id))
                .where(deal.c.kind == Kind.DEAL, deal.c.account_id.in_(batch), later)
            )
            found.update((await self._connection.execute(union(own, under, under_deals))).scalars())
        return found

    async def may_act_on(self, owner_id: str, kind: Kind, record_id: str) -> bool:
        """Whether the record belongs to this owner, by the CRM's last data: they own it, or they own the deal's account."""
        return Reach.of(owner_id).includes(*await self.owners_of(kind, record_id))

    async def owners_of(self, kind: Kind, record_id: str) -> list[str]:
        """Return the ids of the record's owner and of its account's; none for an unknown record."""
        account = snapshots.alias()
        found = await self._connection.execute(
            select(snapshots.c.owner_id, account.c.owner_id)
            .join_from(
                snapshots,
                account,
                and_(account.c.kind == Kind.ACCOUNT, account.c.id == snapshots.c.account_id),
                isouter=True,
            )
            .where(snapshots.c.kind == kind, snapshots.c.id == record_id)
        )
        return [owner_id for owners in found for owner_id in owners if owner_id]

    async def find_accounts(
        self, text: str, *, limit: int = 10, owner_ids: Collection[str] | None = None
    ) -> list[Account]:
        """Return accounts whose name equals, starts with or contains the text, in this order, ignoring case; with
        `owner_ids`, only those of these owners."""
        wanted = name_key(text)
        if not wanted:
            return []
        named = perhaps(snapshots.c.name_key, lambda name: name.contains(wanted, autoescape=True))
        conditions = [snapshots.c.kind == Kind.ACCOUNT, named]
        if owner_ids is not None:
            conditions.append(snapshots.c.owner_id.in_(owner_ids))
        rows = await self._connection.execute(select(snapshots.c.name_key, snapshots.c.id).where(*conditions))
        found = sorted((_rank(name, wanted), name, id) for name, id in rows if wanted in name)
        best = [id for _, _, id in found[:limit]]
        accounts = await self.versions(Kind.ACCOUNT, best)
        return [account for id in best if isinstance(account := accounts[id], Account)]

    async def stage_since(self, deal_ids: Collection[str]) -> dict[str, datetime]:
        """Return since when each deal has been in its stage, or the latest time at which it provably was."""
        return {deal_id: known.since for deal_id, known in (await self._stages(deal_ids)).items()}

    async def counts(self) -> dict[Kind, int]:
        """Count our records of each kind."""
        rows = await self._connection.execute(
            select(snapshots.c.kind, func.count().label("records")).group_by(snapshots.c.kind)
        )
        held = {row.kind: row.records for row in rows}
        return {kind: held.get(kind, 0) for kind in Kind}

    async def owner_ids(self) -> set[str]:
        """Return everyone who owns an account or a deal."""
        rows = await self._connection.execute(
            select(snapshots.c.owner_id).where(snapshots.c.kind.in_((Kind.ACCOUNT, Kind.DEAL))).distinct()
        )
        return set(rows.scalars())

    async def all_came_after(self, owner_id: str, moment: datetime) -> bool:
        """Whether someone owns accounts or deals, and we noticed after this moment that each of them came to them."""
        owned = and_(snapshots.c.kind.in_((Kind.ACCOUNT, Kind.DEAL)), snapshots.c.owner_id == owner_id)
        later = and_(
            changes.c.record_kind == snapshots.c.kind,
            changes.c.record_id == snapshots.c.id,
            changes.c.seen_at > moment,
            or_(changes.c.kind == ChangeKind.CREATED, changes.c.field == "owner_id"),
        )
        before = select(snapshots.c.id).where(owned, ~select(changes.c.id).where(later).exists()).limit(1)
        if (await self._connection.execute(before)).first() is not None:
            return False
        came: dict[tuple[str, str], bool] = {}
        for kind, id, how, after in await self._connection.execute(
            select(snapshots.c.kind, snapshots.c.id, changes.c.kind, changes.c.after).where(owned, later)
        ):
            came[kind, id] = came.get((kind, id), False) or how == ChangeKind.CREATED or after == owner_id
        return bool(came) and all(came.values())

    async def account_owners(self) -> set[str]:
        """Return everyone who owns an account; "" stands for accounts that the CRM shows without an owner."""
        rows = await self._connection.execute(
            select(snapshots.c.owner_id).where(snapshots.c.kind == Kind.ACCOUNT).distinct()
        )
        return set(rows.scalars())

    async def deals_without_account(self, owner_ids: Collection[str] | None = None) -> list[Deal]:
        """Return the deals without a known account, by id; with `owner_ids`, only those of these owners."""
        account = snapshots.alias()
        known = select(account.c.id).where(account.c.kind == Kind.ACCOUNT, account.c.id == snapshots.c.account_id)
        conditions = [snapshots.c.kind == Kind.DEAL, ~known.exists()]
        if owner_ids is not None:
            conditions.append(snapshots.c.owner_id.in_(owner_ids))
        rows = await self._connection.execute(select(snapshots.c.body).where(*conditions).order_by(snapshots.c.id))
        return [each for each in decode_entities(Kind.DEAL, rows.scalars()) if isinstance(each, Deal)]

    async def _stages(self, deal_ids: Collection[str]) -> dict[str, _Stay]:
        stages: dict[str, _Stay] = {}
        pipeline = self._text_in(snapshots.c.body, "pipeline_name")
        for batch in batches(deal_ids):
            rows = await self._connection.execute(
                select(snapshots.c.id, snapshots.c.stage, pipeline, snapshots.c.stage_since).where(
                    snapshots.c.kind == Kind.DEAL, snapshots.c.id.in_(batch)
                )
            )
            stages.update((deal_id, _Stay(stage, name, since)) for deal_id, stage, name, since in rows)
        return stages


def name_key(name: str) -> str:
    """Normalise a name for comparing and searching."""
    return clean(name, limit=NAME_KEY_LENGTH).casefold()


def _rank(name: str, wanted: str) -> int:
    return 0 if name == wanted else 1 if name.startswith(wanted) else 2


def _stage_since(entity: Entity, known: _Stay | None, *, baseline: bool) -> datetime | None:
    if not isinstance(entity, Deal):
        return None
    if known is None:
        return entity.modified_at if baseline else entity.created_at
    elsewhere = changed_name(known.pipeline_name, entity.pipeline_name)
    return entity.modified_at if elsewhere or known.stage != entity.stage else known.since


def _row(entity: Entity, *, seen_at: datetime, stage_since: datetime | None) -> dict[str, Any]:
    deal_id = entity.id if isinstance(entity, Deal) else None
    return {
        "kind": entity.kind,
        "id": entity.id,
        "owner_id": entity.owner_id,
        "account_id": entity.account_id,
        "deal_id": entity.deal_id if isinstance(entity, Activity | Note) else deal_id,
        "name_key": name_key(entity.name) if isinstance(entity, Account) else None,
        "stage": entity.stage if isinstance(entity, Deal) else None,
        "stage_since": stage_since,
        "seen_at": seen_at,
        "body": encode_entity(entity),
    }
