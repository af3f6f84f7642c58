"""The durable engine: DBOS records each step of the bot's work, and work whose process died continues after its last finished step.

The only module that imports dbos. The records are in a separate SQLite file, or in the schema `dbos` of a shared PostgreSQL.
The bot's own rows are the truth: losing the records loses no brief and no write.
"""

from __future__ import annotations

import asyncio
import logging
import re
import sqlite3
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    closing,
)
from datetime import UTC, datetime, timedelta
from time import time

import structlog
from dbos import (
    DBOS,
    DBOSClient,
    DBOSPortableJSONSerializer,
    EnqueueOptions,
    PortableWorkflowError,
    SetWorkflowID,
    StepOptions,
    WorkflowHandleAsync,
    WorkflowStatus,
)
from dbos import error as dbos_error
from sqlalchemy.exc import SQLAlchemyError

from bot.jobs.job import Job, ProcessRole
from bot.jobs.locks import FileLock, ServerLock, holding_file, holding_on_server
from bot.jobs.policy import EnginePolicy
from bot.jobs.steps import StepRunner
from bot.jobs.work import LOWEST, Ending, Failed, StepFunction, Value, Work
from store.domain.errors import StoreUnavailable
from store.failures import sentence_of
from store.retry import Backoff

log = structlog.get_logger()

APPLICATION = "sergas"
SCHEMA = "dbos"
POLL_SECONDS = 0.2
# How much a worker takes from a queue in advance, so that no slot stays empty until the next poll.
AHEAD = 2
RESULT_SECONDS = 0.1
LONGEST_PAUSE = timedelta(days=1)  # between two tries of failed work
UNDER_WAY = ("ENQUEUED", "DELAYED", "PENDING")
ENDED = ("SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")


class DurableEngine:
    """Satisfies `bot.jobs.work.Engine`. DBOS allows one instance per process, so only one of these may run."""

    def __init__(self, policy: EnginePolicy) -> None:
        self._policy = policy
        self._works: dict[str, Work] = {}
        self._workflows: dict[str, StepFunction] = {}
        self._door: type[DBOS] | DBOSClient = DBOS
        self._lock: FileLock | ServerLock = FileLock()
        self._steps: dict[str, StepRunner] = {}
        self._given_up: set[str] = set()

    def carry(self, work: Work) -> None:
        self._works[work.name] = work
        self._steps[work.name] = StepRunner(do=_do, pause=DBOS.sleep_async, at_once=work.at_once)

    @asynccontextmanager
    async def running(self, role: ProcessRole) -> AsyncIterator[None]:
        """Runs work in a worker; other processes only start it."""
        _tame_log()
        async with AsyncExitStack() as stack:
            try:
                if role.covers(ProcessRole.WORKER):
                    self._lock = await stack.enter_async_context(self._locked())
                    stack.push_async_callback(self._end)
                    await self._launch()
                else:
                    self._door = client = await asyncio.to_thread(self._connect)
                    stack.push_async_callback(asyncio.to_thread, client.destroy)
            except SQLAlchemyError as exc:
                raise StoreUnavailable(sentence_of(exc, url="SERGAS_ENGINE_URL")) from None  # it may name the address
            yield

    async def start(
        self, name: str, key: str, *arguments: str, priority: int = LOWEST, urgent: bool = False
    ) -> Ending | None:
        work, latest = self._works[name], await self._latest(key)
        tries = 0
        if latest is not None:
            if latest.status in UNDER_WAY or not (work.endless or self._is_due(work, key, latest)):
                return None
            tries = _try_of(key, latest) + 1
        workflow_id = f"{key}:{tries}" if tries else key
        handle = await self._start(name, workflow_id, arguments, priority, now=urgent and name in self._workflows)
        return lambda: _result(handle)

    def upkeep(self) -> Sequence[Job]:
        return (
            Job("engine.purge", self._purge, timedelta(hours=6), ProcessRole.CLOCK),
            Job("engine.reap", self._reap, self._policy.reap, ProcessRole.WORKER),
        )

    async def _start(
        self, name: str, workflow_id: str, arguments: Sequence[str], priority: int, *, now: bool
    ) -> WorkflowHandleAsync[Value]:
        if now:
            with SetWorkflowID(workflow_id):
                return await DBOS.start_workflow_async(self._workflows[name], *arguments)
        options: EnqueueOptions = {
            "workflow_name": name,
            "queue_name": name,
            "workflow_id": workflow_id,
            "app_version": self._policy.version,
            "priority": priority,
        }
        if isinstance(self._door, DBOSClient):
            return await self._door.enqueue_async(options, *arguments)
        return await DBOS.enqueue_workflow_with_options_async(options, *arguments)

    async def _latest(self, key: str) -> WorkflowStatus | None:
        """The latest try of this key. The first is recorded under the key itself, later ones under `key:1`, `key:2` …"""
        first = await self._door.list_workflows_async(workflow_ids=[key], load_input=False, load_output=False)
        if not first or first[0].status in UNDER_WAY:
            return first[0] if first else None
        more = await self._door.list_workflows_async(workflow_id_prefix=f"{key}:", load_input=False, load_output=False)
        tries = [each for each in more if re.fullmatch(r"\d+", each.workflow_id.removeprefix(f"{key}:"))]
        return max(tries, key=lambda each: _try_of(key, each), default=first[0])

    def _is_due(self, work: Work, key: str, latest: WorkflowStatus) -> bool:
        """Whether this try failed and another one is due."""
        if latest.status == "SUCCESS":
            return False
        tries = _try_of(key, latest) + 1
        if tries >= work.tries:
            self._give_up(key, tries)
            return False
        pauses = Backoff(self._policy.pause.total_seconds(), LONGEST_PAUSE.total_seconds())
        return time() >= (latest.updated_at or 0) / 1000 + pauses.after(tries)

    def _give_up(self, key: str, tries: int) -> None:
        if key not in self._given_up:
            self._given_up.add(key)
            log.error("work.given_up", key=key, tries=tries)

    def _locked(self) -> AbstractAsyncContextManager[FileLock | ServerLock]:
        policy = self._policy
        if policy.is_sqlite:
            return holding_file(policy.lock_file)
        return holding_on_server(policy.conninfo, policy.executor_id)

    async def _launch(self) -> None:
        """Launch on the loop's own thread, because DBOS runs work on the loop that launched it."""
        policy = self._policy
        if policy.is_sqlite:
            with closing(sqlite3.connect(str(policy.url.database))) as connection:
                connection.execute(
                    "PRAGMA journal_mode=WAL"
                )  # stored in the file; DBOS leaves it at the slower default
        DBOS(
            config={
                "name": APPLICATION,
                "system_database_url": policy.address,
                "dbos_system_schema": SCHEMA,
                "application_version": policy.version,
                "executor_id": policy.executor_id,
                "sys_db_pool_size": policy.connections,
                "serializer": DBOSPortableJSONSerializer(),
                "log_level": "WARNING",
            }
        )
        self._workflows = {
            work.name: DBOS.workflow(name=work.name)(self._as_workflow(work)) for work in self._works.values()
        }
        DBOS.launch()
        await self._abandon(policy.executor_id)
        for work in self._works.values():
            await DBOS.register_queue_async(
                work.name,
                worker_concurrency=min(work.at_once * AHEAD, work.everywhere or work.at_once * AHEAD),
                global_concurrency=work.everywhere,
                polling_interval_sec=POLL_SECONDS,
                on_conflict="always_update",
            )

    def _connect(self) -> DBOSClient:
        DBOS.migrate(self._policy.address, schema=SCHEMA)
        return DBOSClient(
            system_database_url=self._policy.address,
            dbos_system_schema=SCHEMA,
            serializer=DBOSPortableJSONSerializer(),
            application_name=APPLICATION,
            system_database_pool_size=self._policy.connections,
        )

    def _as_workflow(self, work: Work) -> StepFunction:
        steps = self._steps[work.name]

        async def workflow(*arguments: str) -> Value:
            with steps.carrying():
                return await work.run(steps, *arguments)

        return workflow

    async def _end(self) -> None:
        await asyncio.gather(*(steps.drain() for steps in self._steps.values()))
        await asyncio.to_thread(DBOS.destroy, destroy_registry=True)
        self._workflows = {}
        # DBOS replaced the loop's threads with its own, which have now ended.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(thread_name_prefix="asyncio"))

    async def _reap(self) -> None:
        """Take over the work of dead processes."""
        pending = await DBOS.list_workflows_async(status="PENDING", load_input=False, load_output=False)
        for executor_id in {each.executor_id for each in pending} - {None, self._policy.executor_id}:
            if executor_id and await self._lock.borrow(executor_id):
                try:
                    await self._abandon(executor_id)
                    taken = await asyncio.to_thread(DBOS._recover_pending_workflows, [executor_id])
                finally:
                    await self._lock.give_back(executor_id)
                log.warning("engine.took_over", executor_id=executor_id, works=len(taken))

    async def _abandon(self, executor_id: str) -> None:
        """Cancel another release's work in the queues or at this executor: due work starts afresh instead of being replayed."""
        under_way = await DBOS.list_workflows_async(status=list(UNDER_WAY), load_input=False, load_output=False)
        left = [
            each.workflow_id
            for each in under_way
            if each.app_version != self._policy.version and each.executor_id in (None, executor_id)
        ]
        if left:
            await DBOS.cancel_workflows_async(left)
            log.info("engine.abandoned", works=len(left))

    async def _purge(self) -> None:
        """Delete records of work that ended long ago."""
        before = (datetime.now(UTC) - self._policy.keep).isoformat()
        while old := await self._door.list_workflows_async(
            status=list(ENDED), completed_before=before, limit=500, load_input=False, load_output=False
        ):
            await self._door.delete_workflows_async([each.workflow_id for each in old])
            log.info("engine.purged", works=len(old))


async def _do(function: StepFunction, *arguments: str) -> Value:
    """Run a step without retries: it may be a request that must not be repeated."""
    return await DBOS.run_step_async(StepOptions(name=function.__name__), function, *arguments)


def _try_of(key: str, status: WorkflowStatus) -> int:
    """0 for the first try of a key, 1 for the next …"""
    return int(status.workflow_id.removeprefix(key).removeprefix(":") or 0)


async def _result(handle: WorkflowHandleAsync[Value]) -> Value:
    try:
        return await handle.get_result(polling_interval_sec=RESULT_SECONDS)
    except (Failed, PortableWorkflowError, dbos_error.DBOSException):  # as it failed here, or elsewhere
        return None


def _tame_log() -> None:
    """Let DBOS log through our pipeline, without its own handler and without what the jobs already log."""
    logger = logging.getLogger("dbos")
    logger.propagate = True
    if not any(isinstance(each, _Quiet) for each in logger.filters):
        logger.addHandler(logging.NullHandler())  # otherwise it creates its own
        logger.addFilter(_Quiet())


class _Quiet(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        return not isinstance(error, Failed | PortableWorkflowError) and "task cancelled" not in record.getMessage()
