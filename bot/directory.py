"""Who somebody in Slack is in the CRM: bound once, by the e-mail address that Slack's own directory tells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from agents.flows.people import Caller, bind
from agents.ports import Clock
from store.database import Database

log = structlog.get_logger()

_OUTSIDERS = ("deleted", "is_bot", "is_stranger", "is_restricted", "is_ultra_restricted")


class Directory:
    """Owners are bound when their first brief is sent; a manager without accounts is bound here, when they first act."""

    def __init__(self, database: Database, client: AsyncWebClient, clock: Clock) -> None:
        self._database = database
        self._client = client
        self._clock = clock

    async def introduce(self, caller: Caller) -> Caller:
        """The same caller, bound to the CRM user with their address where there is one and neither is bound yet.

        Guests, strangers from other workspaces and bots are never bound. Raises: Refused where the CRM user is somebody
        else's already.
        """
        async with self._database.reading() as tx:
            if await tx.links.person_of(caller.team_id, caller.user_id) is not None:
                return caller
        user = (await self._client.users_info(user=caller.user_id))["user"]
        team_id = (await self._client.auth_test())["team_id"]
        email = (user.get("profile") or {}).get("email")
        if email and team_id == caller.team_id and is_colleague(user, team_id):
            async with self._database.transaction(urgent=True) as tx:
                person = await bind(
                    tx, team_id=caller.team_id, user_id=caller.user_id, email=email, at=self._clock.now()
                )
            log.info("slack.introduced", known=person is not None)
        return caller


def is_colleague(user: Mapping[str, Any], team_id: str) -> bool:
    """Whether Slack's directory tells of a full member of this workspace: no guest, no stranger, no bot."""
    return user.get("team_id") == team_id and not any(user.get(trait) for trait in _OUTSIDERS)
