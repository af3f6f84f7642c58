"""Token rotation: a bot token that lives twelve hours, renewed hours before its end by a refresh token that works once.

The newest pair is in the database, encrypted under a key that is derived from the client secret by HKDF (RFC 5869), and one process
renews it for all. Slack revokes a refresh token as soon as it was used. So if the answer is lost, or the process dies before
it has stored the new pair, no one can renew any more: the token in force lasts for the hours that are left, and the log says
what to do (https://docs.slack.dev/authentication/using-token-rotation).
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from agents.ports import Clock
from bot.delivery.slack_errors import SLACK_ERRORS, error_name
from store.database import Database, Tx
from store.domain.errors import StoreUnavailable
from store.domain.running.limits import Claim, SignIn

log = structlog.get_logger()

AHEAD = timedelta(hours=3)  # before its end: time for a person to help
LEASE = timedelta(seconds=45)  # longer than a call may take
REFUSED_FOR = timedelta(minutes=10)
AT_MOST = 5  # renewals in ten minutes
POLL, PATIENCE = 0.2, 30.0  # seconds, while another process asks
NONCE = 12
WHAT_TO_DO = "install the app again and set SERGAS_SLACK_REFRESH_TOKEN to the new refresh token"
# Slack no longer knows that refresh token, or doesn't know us.
_FINAL = (
    "invalid_refresh_token",
    "invalid_grant",
    "token_revoked",
    "bad_client_secret",
    "invalid_client_id",
    "access_denied",
)


@dataclass(frozen=True, slots=True)
class Pair:
    """A bot token with its end, and the refresh token for the next."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    ends: datetime


class NoToken(Exception):
    """There is no bot token that Slack would take."""


class RotatingToken:
    """`client` has no token of its own; `refresh_token` is the first one, from the settings."""

    def __init__(
        self,
        database: Database,
        client: AsyncWebClient,
        clock: Clock,
        *,
        client_id: str,
        client_secret: str,
        refresh_token: str,
    ) -> None:
        self._database = database
        self._client = client
        self._clock = clock
        self._client_id, self._client_secret, self._first = client_id, client_secret, refresh_token
        self._key = hashlib.sha256(f"slack\0{client_id}\0{refresh_token}".encode()).hexdigest()
        derived = HKDF(algorithm=SHA256(), length=32, salt=client_id.encode(), info=b"sergas: slack's tokens, 1")
        self._cipher = AESGCM(derived.derive(client_secret.encode()))
        self._holder = secrets.token_hex(8)
        self._pair: Pair | None = None
        self._unsaved = False
        self._turn = asyncio.Lock()

    async def current(self, *, rejected: str = "") -> str:
        """The bot token, never the one that Slack `rejected`. Raises: NoToken."""
        if (pair := self._pair) is None or self._unsaved or not self._good(pair, rejected, AHEAD):
            async with self._turn:
                pair = await self._renewed(rejected)
        return pair.access

    async def _renewed(self, rejected: str) -> Pair:
        async with asyncio.timeout(PATIENCE + 60):
            while True:
                if self._unsaved and self._pair is not None:
                    await self._keep(self._pair)
                if self._pair is not None and self._good(self._pair, rejected, AHEAD):
                    return self._pair
                try:
                    claim = await self._claim(rejected)
                except StoreUnavailable:
                    log.warning("slack.token_not_shared")
                    return self._last(rejected)
                if claim is Claim.OURS:
                    return await self._ask(rejected)
                if claim is Claim.SPENT or (self._pair is not None and self._good(self._pair, rejected, timedelta())):
                    return self._last(rejected)  # another process asks, or has been refused; this one lasts for now
                await asyncio.sleep(POLL)

    async def _claim(self, rejected: str) -> Claim:
        """Take what another process stored, or the right to ask."""
        async with self._database.reading() as tx:
            standing = await tx.sign_ins.get(self._key)
        if (stored := self._opened(standing)) is not None:
            self._pair = stored
            if self._good(stored, rejected, AHEAD):
                return Claim.MOVED
        if standing.refused_for > timedelta():
            return Claim.SPENT
        async with self._database.transaction(urgent=True) as tx:
            return await tx.sign_ins.claim(
                self._key, holder=self._holder, seen=standing.sealed, lease=LEASE, at_most=AT_MOST
            )

    async def _ask(self, rejected: str) -> Pair:
        """Use up the refresh token for a new pair, and store it at once."""
        try:
            answer = await self._client.oauth_v2_access(
                client_id=self._client_id,
                client_secret=self._client_secret,
                grant_type="refresh_token",
                refresh_token=self._pair.refresh if self._pair is not None else self._first,
            )
        except SLACK_ERRORS as exc:
            await self._note_failure(exc)
            return self._last(rejected)
        pair = Pair(
            access=str(answer["access_token"]),
            refresh=str(answer["refresh_token"]),
            ends=self._clock.now() + timedelta(seconds=int(answer["expires_in"])),
        )
        self._pair, self._unsaved = pair, True
        await self._keep(pair)
        log.info("slack.token_renewed", until=pair.ends.isoformat())
        return pair

    async def _keep(self, pair: Pair) -> None:
        """Store a pair; if the database is away, again before the next call."""
        try:
            async with self._database.transaction(urgent=True) as tx:
                if not await self._kept(tx, pair):
                    # The lease ended while the database was away; no one else can have a newer pair.
                    seen = (await tx.sign_ins.get(self._key)).sealed
                    claim = await tx.sign_ins.claim(self._key, holder=self._holder, seen=seen, lease=LEASE, at_most=100)
                    if claim is Claim.OURS:
                        await self._kept(tx, pair)
        except StoreUnavailable:
            log.error("slack.token_not_stored", what_to_do="keep this process running until the database is back")
        else:
            self._unsaved = False

    async def _kept(self, tx: Tx, pair: Pair) -> bool:
        """Whether the lease to store it was still ours."""
        lifetime = pair.ends - self._clock.now()
        return await tx.sign_ins.keep(self._key, holder=self._holder, sealed=self._sealed(pair), lifetime=lifetime)

    async def _note_failure(self, error: Exception) -> None:
        code = error_name(error)
        final = isinstance(error, SlackApiError) and code in _FINAL
        until = self._pair.ends.isoformat() if self._pair is not None else None
        log.error("slack.token_not_renewed", error=code, until=until, what_to_do=WHAT_TO_DO if final else "nothing yet")
        try:
            async with self._database.transaction(urgent=True) as tx:
                if final:
                    await tx.sign_ins.refuse(
                        self._key, holder=self._holder, refusal=json.dumps(code), pause=REFUSED_FOR
                    )
                else:
                    await tx.sign_ins.release(self._key, holder=self._holder)
        except StoreUnavailable:
            log.warning("slack.token_not_shared")

    def _last(self, rejected: str) -> Pair:
        """The token in force, while it lasts."""
        if self._pair is not None and self._good(self._pair, rejected, timedelta()):
            return self._pair
        raise NoToken

    def _good(self, pair: Pair, rejected: str, ahead: timedelta) -> bool:
        return pair.access != rejected and self._clock.now() + ahead < pair.ends

    def _sealed(self, pair: Pair) -> str:
        nonce = secrets.token_bytes(NONCE)
        told = json.dumps([pair.access, pair.refresh]).encode()
        return b64encode(nonce + self._cipher.encrypt(nonce, told, self._key.encode())).decode()

    def _opened(self, standing: SignIn) -> Pair | None:
        if standing.sealed is None:
            return None
        try:
            raw = b64decode(standing.sealed, validate=True)
            access, refresh = json.loads(self._cipher.decrypt(raw[:NONCE], raw[NONCE:], self._key.encode()))
        except (ValueError, InvalidTag):
            log.error("slack.token_unreadable", what_to_do=WHAT_TO_DO)
            return None
        return Pair(access, refresh, self._clock.now() + standing.left)
