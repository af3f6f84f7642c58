"""What the flows put into the audit trail: who did what, when, from where, to which version. Never what the CRM says.

Entries cannot be taken back, so their details hold ids, numbers, moments and words of ours alone. Text is left out even where
a flow hands it over by mistake: prose belongs into rows that can be corrected.
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

_WORD = re.compile(
    r"[A-Za-z0-9_.:+/-]{0,128}"
)  # an id, a digest, a moment, a name of ours; no prose, no e-mail address
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
    """Chain one entry to the trail, in the transaction of what it tells of.

    `who` is the Slack identity that asked, whose place is noted too, or the request id of work of our own. `actor` is the
    person behind the identity, where that is known. `at` is the database's present unless told otherwise.
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
    """Note as `request.refused` whatever is refused inside the block, and let the refusal go on.

    The entry has a transaction of its own, since that of the refused request leaves nothing behind; so this goes around the
    request's transaction, never into it. `asked` names what was wanted, for example `proposal.approve`.
    Raises: what the block raises; StoreUnavailable where the refusal cannot be noted.
    """
    try:
        yield
    except (Refused, GateClosed, NotFound, BadInput) as refusal:
        await note_refusal(database, caller, asked, subject, refusal, **detail)
        raise


async def note_refusal(
    database: Database, caller: Caller, asked: str, subject: str, refusal: SergasError, **detail: Any
) -> None:
    """The entry that `noting_refusal` writes, for those who have caught the refusal already. Its sentence is not kept: it
    may name an account."""
    async with database.transaction(urgent=True) as tx:
        person_id = await tx.links.person_of(caller.team_id, caller.user_id)
        actor = await tx.people.get(person_id) if person_id else None
        state = refusal.state if isinstance(refusal, GateClosed) else None
        why = type(refusal).__name__
        await note(tx, caller, "request.refused", subject, actor=actor, asked=asked, why=why, state=state, **detail)


def plain(value: Any) -> Any:
    """The value as it may stand in the trail: text that is no single word is replaced by its length."""
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
