"""The flows' entries in the audit trail: who did what, when, from where, to which version. Never CRM content.

Entries are final, so their details hold only ids, numbers, times and words of our own. Text is left out even if a flow passes
it by mistake: prose belongs in rows that can be corrected.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Any

from agents.flows.access.identity import Caller
from store.database import Database, Tx
from store.domain.crm.accounts import Person
from store.domain.errors import BadInput, GateClosed, NotFound, Refused, SergasError
from store.domain.gate.audit import AuditEntry

OURSELVES, OPERATOR = "sergas", "operator"

_WORD = re.compile(r"[A-Za-z0-9_.:+/-]{0,128}")  # an id, a digest, a time, a name of ours; no prose, no e-mail address
_TOKEN = re.compile(
    r"xox[a-z]-|xapp-|sk-ant-|1000\.[0-9a-f]{32}", re.IGNORECASE
)  # Slack's, Anthropic's, Zoho's secrets


async def note(
    tx: Tx,
    who: Caller | str,
    action: str,
    subject: str,
    *,
    actor: Person | None = None,
    at: datetime | None = None,
    **detail: Any,
) -> AuditEntry:
    """Chain one entry to the trail, in the transaction it describes.

    `who` is the Slack identity that asked, recorded with its place, or the request id of the bot's own work. `actor` is the
    person behind the identity, if known. `at` defaults to the database's present.
    """
    asked = who if isinstance(who, Caller) else None
    return await tx.audit.append(
        at=at or await tx.proposals.now(),
        actor=actor.id if actor else _name_of(asked),
        action=action,
        subject=plain(subject),
        detail=plain(detail) | (_place_of(asked) if asked else {}),
        request_id=asked.request_id if asked else str(who),
    )


@asynccontextmanager
async def noting_refusal(
    database: Database, caller: Caller, asked: str, subject: str, **detail: Any
) -> AsyncIterator[None]:
    """Record any refusal inside the block as `request.refused`, and let it propagate.

    The entry has its own transaction, because a refused request rolls its transaction back; so this goes around the request's
    transaction, never inside it. `asked` names the action, for example `proposal.approve`.
    Raises: what the block raises; StoreUnavailable if the refusal cannot be recorded.
    """
    try:
        yield
    except (Refused, GateClosed, NotFound, BadInput) as refusal:
        await note_refusal(database, caller, asked, subject, refusal, **detail)
        raise


async def note_refusal(
    database: Database, caller: Caller, asked: str, subject: str, refusal: SergasError, **detail: Any
) -> None:
    """Write the entry of `noting_refusal` for a refusal that was already caught. Its sentence is left out: it may name an
    account."""
    state = refusal.state if isinstance(refusal, GateClosed) else None
    async with database.transaction(urgent=True) as tx:
        await note_refused(tx, caller, asked, subject, why=type(refusal).__name__, state=state, **detail)


async def note_refused(
    tx: Tx, caller: Caller, asked: str, subject: str, *, why: str, times: int = 1, **detail: Any
) -> None:
    """Record that the caller was refused. If they are refused the same for the same reason again within an hour, it is only
    counted: no flood of requests fills the trail. `SettleRefusals` writes the counts."""
    now = await tx.proposals.now()
    if await tx.fair_use.refused(caller.slack, asked, why, plain(subject), now, times=times):
        person_id = await tx.links.person_of(caller.team_id, caller.user_id)
        actor = await tx.people.get(person_id) if person_id else None
        await note(tx, caller, "request.refused", subject, actor=actor, at=now, asked=asked, why=why, **detail)


def plain(value: Any) -> Any:
    """Return the value as the trail may hold it: text of more than one word is replaced by its length."""
    match value:
        case None | bool() | int() | float():
            return value
        case date():
            return value.isoformat()
        case Mapping():
            return {str(plain(key)): plain(each) for key, each in value.items()}
        case str():
            return str(value) if _WORD.fullmatch(value) and not _TOKEN.search(value) else f"‹{len(value)} characters›"
        case list() | tuple() | set() | frozenset():
            return [plain(each) for each in value]
        case _:
            return f"‹{type(value).__name__}›"


def _name_of(asked: Caller | None) -> str:
    return plain(f"slack:{asked.team_id}/{asked.user_id}") if asked else OURSELVES


def _place_of(asked: Caller) -> dict[str, Any]:
    return {
        "slack_team": plain(asked.team_id),
        "slack_user": plain(asked.user_id),
        "slack_place": plain(asked.place),
    }
