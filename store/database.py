"""The database: SQLite in one file or PostgreSQL by URL, with one way to read and one way to write.

`transaction()` commits once, at the end, or not at all. On SQLite it begins IMMEDIATE, so a writer waits at the start and
never fails half-way; writers in one process queue fairly. `reading()` sees one consistent state and cannot write. Don't
open a transaction inside another one: on SQLite the inner one would wait for the outer until it times out.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

import structlog
from sqlalchemy.exc import DatabaseError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from store.domain.crm.personal_settings import NOTHING_SET, PersonalSettings
from store.domain.errors import StoreUnavailable
from store.domain.gate.moves import ProposalMoved
from store.engines import SQLITE_READERS, WAIT_SECONDS, parsed, postgres_engine, sqlite_engine
from store.failures import ADDRESS, OPTION, sentence_of
from store.lanes import Lanes, rank_of
from store.repositories.absences import Absences
from store.repositories.answers import Answers
from store.repositories.asked import Asked
from store.repositories.attention import Attention
from store.repositories.audit import Audit
from store.repositories.briefs import Briefs
from store.repositories.changes import Changes
from store.repositories.fair_use import FairUse
from store.repositories.features import Features
from store.repositories.forgotten import ForgottenAccounts
from store.repositories.full_text import FullText
from store.repositories.held_briefs import HeldBriefs
from store.repositories.holdings import Holdings
from store.repositories.inbox import Inbox
from store.repositories.links import Links
from store.repositories.mails import Mails
from store.repositories.memory import Memory
from store.repositories.messages import Messages
from store.repositories.model_calls import ModelCalls
from store.repositories.norms import CompanyNorms
from store.repositories.openings import Openings
from store.repositories.outcomes import Outcomes
from store.repositories.overview import Overview
from store.repositories.pace import Pace
from store.repositories.people import People
from store.repositories.pilot import Pilot
from store.repositories.present import Present
from store.repositories.proposals import Proposals
from store.repositories.quarantine import Quarantine
from store.repositories.sealed_rows import COLUMNS, SealedRows
from store.repositories.settings import Settings
from store.repositories.sign_ins import SignIns
from store.repositories.signal_questions import SignalQuestions
from store.repositories.slack_calls import SlackCalls
from store.repositories.snapshots import Snapshots
from store.repositories.surveys import Surveys
from store.repositories.sync import Sync
from store.repositories.usage import ApiUsage
from store.schema import check
from store.sealing import Seals
from store.tables.sealed import NO_SEALS, give_seals

log = structlog.get_logger()

# Learns of moves that were just kept. It must be quick, because it runs before the transaction returns.
Subscriber = Callable[[Sequence[ProposalMoved]], None]

_POSTGRES_WRITES = {"isolation_level": "READ COMMITTED", "postgresql_readonly": False}


@dataclass(frozen=True, slots=True)
class Tx:
    """The repositories of one transaction."""

    people: People
    settings: Settings
    snapshots: Snapshots
    changes: Changes
    sync: Sync
    proposals: Proposals
    briefs: Briefs
    held: HeldBriefs
    messages: Messages
    links: Links
    inbox: Inbox
    fair_use: FairUse
    features: Features
    audit: Audit
    absences: Absences
    sign_ins: SignIns
    usage: ApiUsage
    pace: Pace
    slack_calls: SlackCalls
    overview: Overview
    memory: Memory
    full_text: FullText
    forgotten: ForgottenAccounts
    outcomes: Outcomes
    holdings: Holdings
    model_calls: ModelCalls
    attention: Attention
    norms: CompanyNorms
    questions: SignalQuestions
    answers: Answers
    asked: Asked
    present: Present
    quarantine: Quarantine
    mails: Mails
    sealed: SealedRows
    openings: Openings
    surveys: Surveys
    pilot: Pilot

    @classmethod
    def over(
        cls,
        connection: AsyncConnection,
        clock: Callable[[], datetime] | None,
        moved: list[ProposalMoved] | None = None,
        *,
        usual: PersonalSettings = NOTHING_SET,
    ) -> Self:
        return cls(
            people=People(connection, usual),
            settings=Settings(connection),
            snapshots=Snapshots(connection),
            changes=Changes(connection),
            sync=Sync(connection),
            proposals=Proposals(connection, clock, moved),
            briefs=Briefs(connection),
            held=HeldBriefs(connection),
            messages=Messages(connection, clock),
            links=Links(connection),
            inbox=Inbox(connection),
            fair_use=FairUse(connection),
            features=Features(connection),
            audit=Audit(connection),
            absences=Absences(connection, clock),
            sign_ins=SignIns(connection, clock),
            usage=ApiUsage(connection, clock),
            pace=Pace(connection, clock),
            slack_calls=SlackCalls(connection, clock),
            overview=Overview(connection, clock),
            memory=Memory(connection, clock),
            full_text=FullText(connection),
            forgotten=ForgottenAccounts(connection),
            outcomes=Outcomes(connection),
            holdings=Holdings(connection),
            attention=Attention(connection),
            norms=CompanyNorms(connection),
            questions=SignalQuestions(connection),
            answers=Answers(connection),
            asked=Asked(connection),
            model_calls=ModelCalls(connection),
            present=Present(connection),
            quarantine=Quarantine(connection),
            mails=Mails(connection),
            sealed=SealedRows(connection),
            openings=Openings(connection),
            surveys=Surveys(connection),
            pilot=Pilot(connection),
        )


class Database:
    """Belongs to one event loop. `clock` replaces the database's own clock in simulations. To PostgreSQL it opens at most
    `connections` connections. `seals` are the keys for texts that are sealed at rest. `usual` are the settings of
    people who set none of their own.

    Raises: SettingError for a URL of any other kind of database.
    """

    def __init__(
        self,
        url: str,
        *,
        clock: Callable[[], datetime] | None = None,
        connections: int = 10,
        seals: Seals = NO_SEALS,
        usual: PersonalSettings = NOTHING_SET,
    ) -> None:
        self._url = parsed(url)
        self._usual = usual
        self._clock = clock
        self._is_sqlite = self._url.get_backend_name() == "sqlite"
        if self._is_sqlite:
            self._reader, self._writer = sqlite_engine(self._url, writes=False), sqlite_engine(self._url, writes=True)
        else:
            self._reader = postgres_engine(self._url, connections)
            self._writer = self._reader.execution_options(**_POSTGRES_WRITES)
        for engine in (self._reader, self._writer):
            give_seals(engine.dialect, seals)
        self._seals = seals
        # SQLite has one writer at a time; its pool opens at most twice its size.
        self._writing = Lanes(1)
        self._places = (
            Lanes(2 * SQLITE_READERS, spare=2) if self._is_sqlite else Lanes(connections, spare=connections > 2)
        )
        self._subscribers: list[Subscriber] = []
        self._has_written = False

    @property
    def is_postgres(self) -> bool:
        """Whether several processes may share the database."""
        return not self._is_sqlite

    @property
    def seal_key_id(self) -> str:
        """The key that seals new texts; "" if they are not sealed."""
        return self._seals.current_id

    @property
    def sealed_tables(self) -> Sequence[str]:
        """The tables with texts that can be sealed."""
        return tuple(COLUMNS)

    def subscribe(self, subscriber: Subscriber) -> None:
        """Call `subscriber` with the proposal moves of each transaction that this process commits, after the commit. A process
        that dies first calls no one, so the rows themselves must show the remaining work."""
        self._subscribers.append(subscriber)

    async def migrate(self) -> None:
        """Bring the tables up to date. Raises: BadInput if a newer version of the product made them, or a key is missing."""
        from store.migrations import upgrade  # a slow import (Alembic, 0.25 s) that only migrating pays for

        if self._is_sqlite and self._url.database:
            Path(self._url.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        async with self._connection(self._writer) as connection:
            await connection.run_sync(upgrade)
            await SealedRows(connection).agree(record=True)
            await connection.commit()

    async def check(self) -> None:
        """Look whether the tables have this release's form, and change nothing. Raises: BadInput if not; StoreUnavailable."""
        async with self._connection(self._reader) as connection:
            await connection.run_sync(check)
            await SealedRows(connection).agree()

    @asynccontextmanager
    async def transaction(self, *, urgent: bool = False) -> AsyncIterator[Tx]:
        """Write: the block's changes are all committed when it ends, or all rolled back when it raises.

        `urgent` is for work a person waits for. It goes ahead of the nightly work, and a press ahead of everything else
        (`store.lanes`), while they wait for SQLite's one writer or a connection to PostgreSQL.
        Raises: StoreUnavailable if the database is unreachable, full, or busy for 30 seconds.
        """
        async with self._connection(self._writer, urgent=urgent) as connection:
            moved: list[ProposalMoved] = []
            yield Tx.over(connection, self._clock, moved, usual=self._usual)
            await connection.commit()
            self._has_written = True
            if moved:
                self._publish(moved)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Tx]:
        """Read one consistent state. Raises: StoreUnavailable."""
        async with self._connection(self._reader, urgent=True) as connection:
            yield Tx.over(connection, self._clock, usual=self._usual)
            if not self._is_sqlite:
                # There is nothing to commit; but after a rollback the driver forgets the server's prepared statements,
                # and each then costs a millisecond more.
                await connection.commit()

    async def scrub(self) -> bool:
        """Rewrite the database so that its files keep no bytes of removed rows; see `store.vacuum`.

        Everyone else waits meanwhile. Returns False if a steady reader kept some bytes in place.
        Raises: StoreUnavailable.
        """
        from store.vacuum import scrub_postgres, scrub_sqlite

        scrub = scrub_sqlite if self._is_sqlite else scrub_postgres
        engine = self._writer if self._is_sqlite else self._reader  # PostgreSQL's is the plain one
        bare = engine.execution_options(isolation_level="AUTOCOMMIT", bare=True)
        async with self._queue(self._writer, urgent=False), self._connection(bare) as connection:
            return await scrub(connection)

    async def checkpoint(self) -> bool:
        """On SQLite, move the write-ahead log into the database and empty it: until then it keeps what was removed or replaced.
        Returns False if a reader kept it in place. Raises: StoreUnavailable."""
        if not self._is_sqlite:
            return True
        from store.vacuum import empty_log

        bare = self._writer.execution_options(isolation_level="AUTOCOMMIT", bare=True)
        async with self._queue(self._writer, urgent=False), self._connection(bare) as connection:
            return await empty_log(connection)

    async def close(self) -> None:
        """Empties SQLite's write-ahead log, too, unless another process reads or the file is out of reach."""
        await self._reader.dispose()
        if self._is_sqlite:
            if self._has_written:
                with suppress(StoreUnavailable):
                    await self.checkpoint()
            await self._writer.dispose()

    def _publish(self, moved: Sequence[ProposalMoved]) -> None:
        for subscriber in self._subscribers:
            try:
                subscriber(moved)
            except Exception as exc:  # the commit holds even if a subscriber fails
                log.error("proposals.move_not_told", error=type(exc).__name__, exc_info=exc)

    @asynccontextmanager
    async def _connection(self, engine: AsyncEngine, *, urgent: bool = False) -> AsyncIterator[AsyncConnection]:
        try:
            async with self._queue(engine, urgent=urgent), engine.connect() as connection:
                yield connection
        except (OperationalError, InterfaceError, PoolTimeout) as exc:
            raise StoreUnavailable(sentence_of(exc)) from exc
        except DatabaseError as exc:
            # SQLite raises exactly this for a damaged file; a subclass is a bug of ours, or an option in the address.
            if type(exc) is not DatabaseError and sentence_of(exc) != OPTION.format(url=ADDRESS):
                raise
            raise StoreUnavailable(sentence_of(exc)) from exc

    @asynccontextmanager
    async def _queue(self, engine: AsyncEngine, *, urgent: bool) -> AsyncIterator[None]:
        """Admit as many as there are connections, in order of rank and arrival: one writer on SQLite."""
        if engine not in (self._reader, self._writer):
            yield
            return
        lanes = self._writing if self._is_sqlite and engine is self._writer else self._places
        async with AsyncExitStack() as place:
            try:
                async with asyncio.timeout(WAIT_SECONDS):
                    await place.enter_async_context(lanes.place(rank_of(urgent=urgent)))
            except TimeoutError as exc:
                raise StoreUnavailable("The database is busy; please try again.") from exc
            yield
