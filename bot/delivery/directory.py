"""Link Slack users to CRM users, once, by the e-mail address in Slack's own directory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from agents.flows.access.identity import Caller, bind
from agents.ports import Clock
from bot.delivery.slack_errors import SLACK_ERRORS, Fate, fate_of
from store.database import Database
from store.domain.crm.accounts import Person
from store.domain.errors import NotFound, Refused

log = structlog.get_logger()

_OUTSIDERS = ("deleted", "is_bot", "is_stranger", "is_restricted", "is_ultra_restricted")


class Directory:
    """Readers are linked before their first message; managers without accounts when they first act."""

    def __init__(self, database: Database, client: AsyncWebClient, clock: Clock) -> None:
        self._database = database
        self._client = client
        self._clock = clock
        self._known_team = ""

    async def introduce(self, caller: Caller) -> Caller:
        """The same caller, linked to the CRM user with their address if one exists and neither is linked yet.

        Guests, users of other workspaces and bots are never linked. Raises: Refused if the CRM user is linked to another
        Slack user, or the caller said “Not me”.
        """
        async with self._database.reading() as tx:
            if await tx.links.person_of(caller.team_id, caller.user_id) is not None:
                return caller
        user = (await self._client.users_info(user=caller.user_id))["user"]
        team_id = await self._team_id()
        email = (user.get("profile") or {}).get("email")
        if email and team_id == caller.team_id and is_colleague(user, team_id):
            person = await self._bind(caller.team_id, caller.user_id, email)
            log.info("slack.introduced", known=person is not None)
        return caller

    async def user_of(self, person: Person) -> str:
        """The id of a CRM user's Slack user, found and linked by their address if necessary.

        Raises: NotFound if they have no Slack user in this workspace; Refused if that user is linked to another person or
        said “Not me”.
        """
        async with self._database.reading() as tx:
            bound = await tx.links.slack_of(person.id)
        if bound:
            return bound[1]
        user = await self._look_up(person)
        found = await self._bind(str(user["team_id"]), str(user["id"]), person.email)
        if found is None or found.id != person.id:
            raise Refused(f"{person.name}'s e-mail address belongs to another CRM user.")
        return str(user["id"])

    async def reaches(self, person: Person) -> bool:
        """Satisfies `agents.ports.Directory`."""
        try:
            await self.user_of(person)
        except (NotFound, Refused):
            return False
        except SLACK_ERRORS as exc:
            if fate_of(exc) is not Fate.REFUSED:
                raise
            log.warning("slack.lookup_refused", person_id=person.id, error=type(exc).__name__)
            return False  # a person whom Slack won't look up must not hold up the others
        return True

    async def has_left(self, person: Person) -> bool:
        """Satisfies `agents.ports.Directory`."""
        async with self._database.reading() as tx:
            bound = await tx.links.slack_of(person.id)
        if bound is None:
            return False
        try:
            user: Mapping[str, Any] = (await self._client.users_info(user=bound[1]))["user"]
        except SLACK_ERRORS as exc:
            log.warning("slack.lookup_refused", person_id=person.id, error=type(exc).__name__)
            return False  # what Slack doesn't say is asked again the next day
        return bool(user.get("deleted"))

    async def _look_up(self, person: Person) -> Mapping[str, Any]:
        try:
            user: Mapping[str, Any] = (await self._client.users_lookupByEmail(email=person.email))["user"]
        except SlackApiError as exc:
            if exc.response.get("error") == "users_not_found":
                raise NotFound(f"{person.name} has no Slack user with their CRM e-mail address.") from exc
            raise
        if not is_colleague(user, await self._team_id()):
            raise NotFound(f"{person.name} has no active Slack user in this workspace; guests don't count.")
        return user

    async def _team_id(self) -> str:
        """The workspace that the bot is in; its token never belongs to another."""
        if not self._known_team:
            self._known_team = str((await self._client.auth_test())["team_id"])
        return self._known_team

    async def _bind(self, team_id: str, user_id: str, email: str) -> Person | None:
        async with self._database.transaction(urgent=True) as tx:
            return await bind(tx, team_id=team_id, user_id=user_id, email=email, at=self._clock.now())


def is_colleague(user: Mapping[str, Any], team_id: str) -> bool:
    """Whether Slack's directory lists a full member of this workspace: no guest, outsider or bot."""
    return user.get("team_id") == team_id and not any(user.get(trait) for trait in _OUTSIDERS)
