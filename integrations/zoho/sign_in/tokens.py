"""Where the access token is kept: in this process alone, or, encrypted, in the database for all processes.

The database alone reveals nothing: the token is sealed by AES-256-GCM under a key derived from the refresh token by HKDF
(RFC 5869).
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
import secrets
from base64 import b64decode, b64encode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from store.database import Database
from store.domain.errors import CrmAuth, CrmError, CrmUnavailable, StoreUnavailable
from store.domain.running.limits import Claim, SignIn

log = structlog.get_logger()

MARGIN = timedelta(minutes=2)  # a token this close to its end is replaced before use
ASKING = timedelta(seconds=10)  # limit for asking Zoho
LEASE = timedelta(seconds=15)  # after which another process takes over from one that died while asking
PATIENCE = 30.0  # seconds that a caller waits for another process's answer
POLL = 0.1  # seconds between two checks for it, roughly
AT_MOST = 8  # tokens per ten minutes, of the ten that Zoho issues

NONCE = 12  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """An access token, its API address, its end, and the scopes that Zoho named (empty: none)."""

    value: str = field(repr=False)
    api_url: str
    expires_at: datetime
    scopes: tuple[str, ...] = ()


class SignInRefusal(Exception):
    """Zoho's answer will not change for this long: asking again would only use up the ten."""

    def __init__(self, error: CrmAuth | CrmUnavailable, pause: timedelta) -> None:
        super().__init__(str(error))
        self.error = error
        self.pause = pause


class NoToken(CrmUnavailable):
    """Zoho was unreachable or failing: it certainly issued no token, and this does not count as one asked for."""


Ask = Callable[[], Awaitable[Token]]  # raises Refusal, CrmUnavailable


class Tokens(Protocol):
    async def obtain(self, rejected: Token | None, ask: Ask) -> Token:
        """Return a token other than `rejected`, asking for one if there is none. Raises: CrmAuth, CrmUnavailable."""
        ...


class OwnTokens:
    """For one process that shares nothing."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._refusal: tuple[CrmError, datetime] | None = None

    async def obtain(self, rejected: Token | None, ask: Ask) -> Token:
        if self._refusal is not None and self._clock() < self._refusal[1]:
            raise self._refusal[0]
        try:
            return await ask()
        except SignInRefusal as refusal:
            self._refusal = (refusal.error, self._clock() + refusal.pause)
            raise refusal.error from None


class SharedTokens:
    """For all processes over one database: one of them asks, the others wait for its answer and use it."""

    def __init__(
        self,
        database: Database,
        *,
        client_id: str,
        refresh_token: str,
        clock: Callable[[], datetime],
        may_serve: Callable[[str], bool],
        lease: timedelta = LEASE,
        patience: float = PATIENCE,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._database = database
        self._key = credentials_key(client_id=client_id, refresh_token=refresh_token)
        self._seal = Seal(self._key, client_id=client_id, refresh_token=refresh_token)
        self._clock = clock
        self._may_serve = may_serve
        self._lease = lease
        self._patience = patience
        self._sleep = sleep
        self._holder = secrets.token_hex(8)

    async def obtain(self, rejected: Token | None, ask: Ask) -> Token:
        try:
            async with asyncio.timeout(self._patience):
                if (token := await self._shared_or_claimed(rejected)) is not None:
                    return token
        except TimeoutError as exc:
            raise CrmUnavailable("Another process has been signing in to Zoho for too long; try again later.") from exc
        except StoreUnavailable as exc:
            raise CrmUnavailable("Signing in to Zoho goes through our database, which cannot be reached.") from exc
        return await self._asked(ask)

    async def _shared_or_claimed(self, rejected: Token | None) -> Token | None:
        """Return a token that another process got; None once this process has the right to ask."""
        while True:
            async with self._database.reading() as tx:
                standing = await tx.sign_ins.get(self._key)
            if (token := self._usable(standing, rejected)) is not None:
                return token
            _raise_refusal(standing)
            async with self._database.transaction(urgent=True) as tx:
                claim = await tx.sign_ins.claim(
                    self._key, holder=self._holder, seen=standing.sealed, lease=self._lease, at_most=AT_MOST
                )
            if claim is Claim.OURS:
                return None
            if claim is Claim.SPENT:
                raise CrmUnavailable(
                    f"Zoho was asked for {AT_MOST} access tokens within ten minutes, and we ask for no more; find out what "
                    "revokes them, and try again in ten minutes.",
                    retry_after=600,
                )
            await self._sleep(POLL * random.uniform(0.5, 1.5))  # noqa: S311 - spreads callers, guards nothing

    async def _asked(self, ask: Ask) -> Token:
        try:
            async with asyncio.timeout(ASKING.total_seconds()):
                token = await ask()
        except SignInRefusal as refusal:
            await self._tell(refusal)
            raise refusal.error from None
        except TimeoutError as exc:
            await self._let_go()
            raise CrmUnavailable("Zoho's sign-in is taking too long to answer; try again later.") from exc
        except NoToken:
            await self._let_go(counted=False)
            raise
        except BaseException:
            await self._let_go()
            raise
        await self._share(token)
        return token

    def _usable(self, standing: SignIn, rejected: Token | None) -> Token | None:
        """Return the shared token, unless there is none, or it is about to end, rejected, or for an untrusted address."""
        if standing.sealed is None or standing.left <= MARGIN:
            return None
        opened = self._seal.open(standing.sealed)
        if opened is None or (rejected is not None and opened["value"] == rejected.value):
            return None
        if not self._may_serve(opened["api_url"]):
            return None
        return Token(
            value=opened["value"],
            api_url=opened["api_url"],
            expires_at=self._clock() + standing.left,
            scopes=tuple(opened["scopes"].split()),
        )

    async def _share(self, token: Token) -> None:
        sealed = self._seal.close({"value": token.value, "api_url": token.api_url, "scopes": " ".join(token.scopes)})
        lifetime = token.expires_at - self._clock()
        try:
            async with self._database.transaction(urgent=True) as tx:
                await tx.sign_ins.keep(self._key, holder=self._holder, sealed=sealed, lifetime=lifetime)
        except StoreUnavailable:  # the token is valid anyway
            log.warning("zoho.token_not_shared")

    async def _tell(self, refusal: SignInRefusal) -> None:
        kind = "auth" if isinstance(refusal.error, CrmAuth) else "unavailable"
        told = json.dumps({"kind": kind, "problem": str(refusal.error)})
        try:
            async with self._database.transaction(urgent=True) as tx:
                await tx.sign_ins.refuse(self._key, holder=self._holder, refusal=told, pause=refusal.pause)
        except StoreUnavailable:
            log.warning("zoho.refusal_not_shared")

    async def _let_go(self, *, counted: bool = True) -> None:
        try:
            async with self._database.transaction(urgent=True) as tx:
                await tx.sign_ins.release(self._key, holder=self._holder, counted=counted)
        except StoreUnavailable:
            log.warning("zoho.lease_not_released")  # the lease ends on its own


class Seal:
    """Encrypts for holders of the refresh token."""

    def __init__(self, key: str, *, client_id: str, refresh_token: str) -> None:
        derived = HKDF(algorithm=SHA256(), length=32, salt=client_id.encode(), info=b"sergas: shared access token, 1")
        self._cipher = AESGCM(derived.derive(refresh_token.encode()))
        self._bound = key.encode()

    def close(self, told: dict[str, str]) -> str:
        nonce = secrets.token_bytes(NONCE)
        return b64encode(nonce + self._cipher.encrypt(nonce, json.dumps(told).encode(), self._bound)).decode()

    def open(self, sealed: str) -> dict[str, str] | None:
        """Return None if it was sealed under another key, or changed."""
        try:
            raw = b64decode(sealed, validate=True)
            told = json.loads(self._cipher.decrypt(raw[:NONCE], raw[NONCE:], self._bound))
        except (ValueError, InvalidTag):
            return None
        return told if isinstance(told, dict) else None


def credentials_key(*, client_id: str, refresh_token: str) -> str:
    """Return the identifier of these credentials in the database."""
    return hashlib.sha256(f"{client_id}\0{refresh_token}".encode()).hexdigest()


def _raise_refusal(standing: SignIn) -> None:
    if standing.refusal is None or standing.refused_for <= timedelta():
        return
    told = json.loads(standing.refusal)
    if told["kind"] == "auth":
        raise CrmAuth(told["problem"])
    raise CrmUnavailable(told["problem"], retry_after=standing.refused_for.total_seconds())
