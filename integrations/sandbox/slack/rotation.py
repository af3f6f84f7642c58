"""Token rotation as strict as Slack's: bot tokens that end after twelve hours, and refresh tokens that work once.

https://docs.slack.dev/authentication/using-token-rotation and the page of oauth.v2.access.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from secrets import token_hex

from integrations.sandbox.slack.installation import Clock, Json, Refusal

LIFETIME = timedelta(hours=12)
MOST_AT_ONCE = 2  # tokens in force: a third ends the oldest


class Rotation:
    """The app's credentials, the refresh token in force, and the bot tokens with their ends, the newest last."""

    client_id = "2141029472.691202649728"
    client_secret = "sandbox-client-secret"  # noqa: S105 - of a sandbox, and no secret

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.refresh_token = _new("xoxe-1-")
        self.exchanges = 0
        self._live: dict[str, datetime] = {}
        self._ended: set[str] = set()

    def exchange(self, given: Json, *, client_id: str, client_secret: str) -> Json:
        """Raises: Refusal `invalid_client_id`, `bad_client_secret`, `invalid_grant_type`, `invalid_refresh_token`."""
        if client_id != self.client_id:
            raise Refusal("invalid_client_id")
        if client_secret != self.client_secret:
            raise Refusal("bad_client_secret")
        if given.get("grant_type") != "refresh_token":
            raise Refusal("invalid_grant_type")
        if given.get("refresh_token") != self.refresh_token:
            raise Refusal("invalid_refresh_token")
        self.exchanges += 1
        self.refresh_token, access = _new("xoxe-1-"), _new("xoxe.xoxb-1-")
        self._live[access] = self._clock() + LIFETIME
        while len(self._live) > MOST_AT_ONCE:
            self.revoke(next(iter(self._live)))
        return {
            "access_token": access,
            "expires_in": int(LIFETIME.total_seconds()),
            "refresh_token": self.refresh_token,
            "token_type": "bot",
            "scope": "chat:write,commands,im:history,im:write,users:read,users:read.email",
        }

    def revoke(self, access: str) -> None:
        """End a token before its time."""
        self._live.pop(access, None)
        self._ended.add(access)

    @property
    def tokens(self) -> list[str]:
        """The bot tokens in force, the newest last."""
        return list(self._live)

    def check(self, token: str) -> None:
        """Raises: Refusal `token_expired`, `invalid_auth`."""
        ends = self._live.get(token)
        if token in self._ended or (ends is not None and ends <= self._clock()):
            raise Refusal("token_expired")
        if ends is None:
            raise Refusal("invalid_auth")


def _new(prefix: str) -> str:
    return f"{prefix}{token_hex(16)}"
