"""The accounts server: exchanges refresh tokens for access tokens, and checks what each allows.

Zoho: OAuth 2.0 for CRM. It answers a wrong code or refresh token with HTTP 200 and an `error`, and issues at most ten
access tokens in ten minutes.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from integrations.sandbox.zoho.errors import ZohoRefusal, invalid_token

LIFETIME = timedelta(seconds=3600)
TOKENS_PER_WINDOW = 10
WINDOW = timedelta(minutes=10)
CODE_LIFETIME = timedelta(minutes=2)
SCOPES = (
    "ZohoCRM.modules.ALL", "ZohoCRM.coql.READ", "ZohoCRM.users.READ", "ZohoCRM.org.READ", "ZohoCRM.settings.ALL",
    "ZohoSearch.securesearch.READ", "ZohoCRM.bulk.READ", "ZohoCRM.notifications.ALL",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ZohoCredentials:
    """A client's sign-in data; `code` is a reusable code for `scopes`."""

    client_id: str = "sandbox-client"
    client_secret: str = field(default="sandbox-secret", repr=False)
    refresh_token: str = field(default="sandbox-refresh-token", repr=False)
    code: str = field(default="sandbox-grant-code", repr=False)
    scopes: tuple[str, ...] = SCOPES


@dataclass(frozen=True, slots=True)
class TokenAnswer:
    status: int
    body: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Code:
    """A code without a redirect address belongs to a self-client."""

    until: datetime
    scopes: tuple[str, ...]
    redirect_uri: str | None = None
    challenge: str = ""


@dataclass(frozen=True, slots=True)
class _Token:
    until: datetime
    scopes: tuple[str, ...]


class TokenDesk:
    """Issues access tokens and checks them. A grant gives the refresh token the requested scopes, replacing its old ones.
    `issued` counts the tokens issued so far."""

    def __init__(self, credentials: ZohoCredentials, *, clock: Callable[[], datetime]) -> None:
        self._credentials = credentials
        self._clock = clock
        self._scopes = credentials.scopes
        self._tokens: dict[str, _Token] = {}
        self._recent: deque[datetime] = deque()
        self._revoked = False
        self._codes: dict[str, _Code] = {}
        self.issued = 0

    def answer(self, form: Mapping[str, str], *, api_domain: str) -> TokenAnswer:
        """The answer to `POST /oauth/v2/token`."""
        if not self._is_client(form):
            return TokenAnswer(200, {"error": "invalid_client"})
        grant = form.get("grant_type")
        if (
            grant == "refresh_token"
            and not self._revoked
            and _same(form.get("refresh_token"), self._credentials.refresh_token)
        ):
            return self._issue(api_domain)
        if grant == "authorization_code" and (scopes := self._granted_by(form)) is not None:
            self._revoked, self._scopes = False, scopes
            return self._issue(api_domain, refresh_token=self._credentials.refresh_token)
        known = grant in ("refresh_token", "authorization_code")
        return TokenAnswer(200, {"error": "invalid_code" if known else "unsupported_grant_type"})

    def consent(self, asked: Mapping[str, str], *, accounts_url: str) -> str:
        """Answer `GET /oauth/v2/auth` when the person agrees: the address to go back to.

        Raises: ValueError for a request that Zoho's page refuses.
        """
        back = asked.get("redirect_uri", "")
        if asked.get("response_type") != "code" or not _same(asked.get("client_id"), self._credentials.client_id):
            raise ValueError("invalid_client")
        if not back.startswith(("http://", "https://")):
            raise ValueError("invalid_redirect_uri")
        if asked.get("access_type") != "offline":
            raise ValueError("invalid_scope")
        challenge = asked.get("code_challenge", "") if asked.get("code_challenge_method") == "S256" else ""
        code = self._coded(asked.get("scope", ""), redirect_uri=back, challenge=challenge)
        told = {"code": code, "location": "us", "accounts-server": accounts_url, "state": asked.get("state", "")}
        return f"{back}?{urlencode(told)}"

    def generate_code(self, scope: str) -> str:
        """Return a code for these scopes, separated by commas, as *Generate Code* of the API console's Self Client does. It
        works once, for two minutes. Raises: ValueError for scopes that the console refuses."""
        return self._coded(scope)

    def _coded(self, scope: str, *, redirect_uri: str | None = None, challenge: str = "") -> str:
        scopes = tuple(each.strip() for each in scope.split(",") if each.strip())
        if not scopes or not all(_granted(each, SCOPES) for each in scopes):
            raise ValueError("invalid_scope")
        code = f"1000.{secrets.token_hex(16)}.{secrets.token_hex(16)}"
        until = self._clock() + CODE_LIFETIME
        self._codes[code] = _Code(until=until, scopes=scopes, redirect_uri=redirect_uri, challenge=challenge)
        return code

    def _granted_by(self, form: Mapping[str, str]) -> tuple[str, ...] | None:
        """A code works once, for two minutes; one from the consent page only with its redirect address and the PKCE of its
        requester."""
        if _same(form.get("code"), self._credentials.code):
            return self._credentials.scopes
        known = self._codes.pop(form.get("code", ""), None)
        if known is None or self._clock() >= known.until or form.get("redirect_uri") != known.redirect_uri:
            return None
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        fits = not known.challenge or _same(urlsafe_b64encode(digest).rstrip(b"=").decode(), known.challenge)
        return known.scopes if fits else None

    def check(self, authorization: str | None, scope: str) -> None:
        """Admit a call. Raises: ZohoRefusal INVALID_TOKEN or OAUTH_SCOPE_MISMATCH."""
        kind, _, token = (authorization or "").partition(" ")
        known = self._tokens.get(token)
        if kind != "Zoho-oauthtoken" or known is None or self._clock() >= known.until:
            raise invalid_token()
        if not _granted(scope, known.scopes):
            raise ZohoRefusal("OAUTH_SCOPE_MISMATCH", "invalid oauth scope to access this URL", status=401)

    def revoke_all(self) -> None:
        """End every access token issued so far."""
        self._tokens.clear()

    def revoke_refresh_token(self) -> None:
        """End the refresh token and all its access tokens, until someone grants access again with a code."""
        self._revoked = True
        self._tokens.clear()

    def revoke(self, token: str) -> TokenAnswer:
        """Answer `POST /oauth/v2/token/revoke`, which takes a refresh token or an access token."""
        if _same(token, self._credentials.refresh_token) and not self._revoked:
            self.revoke_refresh_token()
        elif self._tokens.pop(token, None) is None:
            return TokenAnswer(200, {"error": "invalid_code"})
        return TokenAnswer(200, {"status": "success"})

    def _is_client(self, form: Mapping[str, str]) -> bool:
        known = self._credentials
        return _same(form.get("client_id"), known.client_id) and _same(form.get("client_secret"), known.client_secret)

    def _issue(self, api_domain: str, **more: str) -> TokenAnswer:
        now = self._clock()
        while self._recent and self._recent[0] <= now - WINDOW:
            self._recent.popleft()
        if len(self._recent) >= TOKENS_PER_WINDOW:
            description = "You have made too many requests continuously. Please try again after some time."
            return TokenAnswer(400, {"error": "Access Denied", "error_description": description, "status": "failure"})
        self._recent.append(now)
        self.issued += 1
        token = f"1000.{secrets.token_hex(16)}.{secrets.token_hex(16)}"
        self._tokens = {old: known for old, known in self._tokens.items() if known.until > now}
        self._tokens[token] = _Token(now + LIFETIME, self._scopes)
        body = {"access_token": token, "scope": " ".join(self._scopes), "api_domain": api_domain}
        return TokenAnswer(200, body | {"token_type": "Bearer", "expires_in": int(LIFETIME.total_seconds())} | more)


def _same(given: str | None, expected: str) -> bool:
    return hmac.compare_digest((given or "").encode(), expected.encode())


def _granted(scope: str, granted: tuple[str, ...]) -> bool:
    """`ZohoCRM.modules.Deals.READ` is granted directly and by each wider scope: `…Deals.ALL`, `ZohoCRM.modules.READ`,
    `….ALL`."""
    service, _, operation = scope.rpartition(".")
    parents = {service, service.rpartition(".")[0] if service.count(".") > 1 else service}
    return any(f"{parent}.{right}" in granted for parent in parents for right in (operation, "ALL"))
