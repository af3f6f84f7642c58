"""Link Slack users to CRM users, once, by the e-mail address in Slack's own directory, and look again whether they still match."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from agents.flows.access.identity import Caller, bind
from agents.flows.access.trail import OURSELVES, note
from agents.ports import Clock
from bot.delivery.slack_errors import SLACK_ERRORS, Fate, error_code, fate_of
from bot.delivery.strangers import Stranger, Strangers
from store.database import Database
from store.domain.access.addresses import is_same_address
from store.domain.crm.accounts import Person
from store.domain.errors import NotFound, Refused, SlackUnavailable
from store.domain.gate.links import Link

log = structlog.get_logger()

AHEAD = timedelta(hours=6)

_NOBODY = ("user_not_found", "user_not_visible", "users_not_found")
_OUTSIDERS = ("deleted", "is_bot", "is_stranger", "is_restricted", "is_ultra_restricted", "is_invited_user")


class Directory:
    """Readers are linked before their first message; managers without accounts when they first act."""

    def __init__(self, database: Database, client: AsyncWebClient, clock: Clock) -> None:
        self._database = database
        self._client = client
        self._clock = clock
        self._known_team = ""
        self._strangers = Strangers(clock)
        self._members: set[str] = set()  # who come from another workspace of the organisation

    async def at_home(self, caller: Caller) -> Caller:
        """The caller as a member of this workspace, if they are: on an Enterprise Grid, a request may name another workspace of the
        organisation, where they come from. Anyone else stays who they are. Raises: SlackUnavailable."""
        team_id = await self._team_id()
        if caller.team_id == team_id:
            return caller
        if caller.slack not in self._members and self._strangers.get(caller.slack) is None:
            if is_colleague(await self._user(caller.user_id), team_id):
                self._members.add(caller.slack)
            else:
                self._strangers.remember(caller.slack, Stranger(""))
        return replace(caller, team_id=team_id) if caller.slack in self._members else caller

    async def introduce(self, caller: Caller) -> Caller:
        """The same caller, linked to the CRM user with their address if one exists and neither is linked yet. A link that Slack
        was not asked about for a day is looked at again first; it doesn't hold while Slack shows someone else.

        `caller` is `at_home`; guests, users of other workspaces and bots are never linked. Raises: Refused if the CRM user is
        linked to another Slack user, or the caller said “Not me”; SlackUnavailable if Slack doesn't say who they are.
        """
        async with self._database.reading() as tx:
            link = await tx.links.of_slack(caller.team_id, caller.user_id)
        if link is not None and link.refused_at is None:
            await self._looked_again(link)
            return caller
        if await self._is_stranger(caller, refused=link is not None):
            return caller
        user = await self._user(caller.user_id)
        team_id = await self._team_id()
        email = str((user.get("profile") or {}).get("email") or "")
        found = None
        try:
            if email and team_id == caller.team_id and is_colleague(user, team_id):
                found = await self._bind(caller.team_id, caller.user_id, email)
                log.info("slack.introduced", known=found is not None)
        except Refused as refusal:
            self._strangers.remember(caller.slack, Stranger(email, str(refusal)))
            raise
        if found is None:
            self._strangers.remember(caller.slack, Stranger(email))
        return caller

    async def _is_stranger(self, caller: Caller, *, refused: bool) -> bool:
        """Whether Slack's answer of a moment ago still leads to no CRM user. If one with that address was added meanwhile, or they
        were unlinked, Slack is asked again. Raises: Refused if linking them was, and they still have the link that they refused.
        """
        stranger = self._strangers.get(caller.slack)
        if stranger is None:
            return False
        if refused and stranger.refusal:
            raise Refused(stranger.refusal)
        async with self._database.reading() as tx:
            return not stranger.email or await tx.people.by_email(stranger.email) is None

    async def user_of(self, person: Person) -> str:
        """The id of a CRM user's Slack user, found and linked by their address if necessary, and looked at again as in
        `introduce`.

        Raises: NotFound if they have no Slack user in this workspace, or not any more; Refused if that user is linked to
        another person or said “Not me”.
        """
        async with self._database.reading() as tx:
            link = await tx.links.of_person(person.id)
        if link is not None and link.refused_at is None:
            if not await self._looked_again(link):
                raise NotFound(f"{person.name}'s Slack user is no full member with their CRM e-mail address any more.")
            return link.user_id
        user = await self._look_up(person)
        found = await self._bind(await self._team_id(), str(user["id"]), person.email)
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
            link = await tx.links.of_person(person.id)
        if link is None or link.refused_at is not None:
            return False
        try:
            user: Mapping[str, Any] = (await self._client.users_info(user=link.user_id))["user"]
            await self._note(link, user)
        except SLACK_ERRORS as exc:
            log.warning("slack.lookup_refused", person_id=person.id, error=type(exc).__name__)
            return False  # the next look asks again
        return bool(user.get("deleted"))

    async def look_ahead(self) -> None:
        """Check already now the links that are due within hours, so that no brief in the morning waits for that."""
        now = self._clock.now()
        async with self._database.reading() as tx:
            links = [link for link in await tx.links.all() if link.holds and link.is_due(now + AHEAD)]
        for link in links:
            try:
                await self._note(link, await self._user(link.user_id))
            except SlackUnavailable as exc:
                log.warning("slack.not_looked_ahead", left=len(links), problem=str(exc))
                return

    async def _looked_again(self, link: Link) -> bool:
        """Whether the link holds, by what Slack said within the last day."""
        if not link.is_due(self._clock.now()):
            return link.holds
        return await self._note(link, await self._user(link.user_id))

    async def _note(self, link: Link, user: Mapping[str, Any]) -> bool:
        """Whether Slack shows the same person as when they were linked, which it stores."""
        now, team_id = self._clock.now(), await self._team_id()
        async with self._database.transaction(urgent=True) as tx:
            person = await tx.people.get(link.person_id)
            email = str((user.get("profile") or {}).get("email") or "")
            same = person is not None and is_colleague(user, team_id) and is_same_address(email, person.email)
            await tx.links.looked(link, now, same=same)
            if same == (link.lapsed_at is not None):
                await note(tx, OURSELVES, "link.restored" if same else "link.lapsed", link.person_id)
        return same

    async def _user(self, user_id: str) -> Mapping[str, Any]:
        try:
            user: Mapping[str, Any] = (await self._client.users_info(user=user_id))["user"]
        except SLACK_ERRORS as exc:
            if isinstance(exc, SlackApiError) and error_code(exc) in _NOBODY:
                return {}
            raise SlackUnavailable("Slack didn't say who you are, so nothing was done. Please try again.") from exc
        return user

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
    """Whether Slack's directory lists a full member of this workspace: no guest, outsider, bot or person who was only invited,
    and no one whose address Slack says is unconfirmed. On an Enterprise Grid, their own workspace may be another."""
    teams = (user.get("team_id"), *((user.get("enterprise_user") or {}).get("teams") or ()))
    is_member = team_id in teams and not any(user.get(trait) for trait in _OUTSIDERS)
    return is_member and user.get("is_email_confirmed") is not False
