"""The workspace, the installed app with its credentials, and the people."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

Json = dict[str, Any]
Clock = Callable[[], datetime]


class Refusal(Exception):
    """Slack refused: `code` is its error code, `messages` the lines of `response_metadata.messages`."""

    def __init__(self, code: str, messages: Iterable[str] = ()) -> None:
        super().__init__(code)
        self.code = code
        self.messages = list(messages)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackUser:
    """A person in the workspace. `tz` is an IANA name; `title` appears beside the name; a guest sees only some channels. `home` is
    the workspace of the same Enterprise Grid that they come from, if it is another."""

    id: str
    name: str
    email: str
    tz: str = "UTC"
    title: str = ""
    guest: bool = False
    invited: bool = False
    email_confirmed: bool = True
    home: str = ""

    @property
    def username(self) -> str:
        return self.email.partition("@")[0]

    @property
    def channel(self) -> str:
        """The id of their direct message conversation with the app."""
        return "D" + self.id[1:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """The app in the workspace. It signs in with the two tokens and the secret, which never show in its repr. `deactivated` are
    the ids of people whose accounts were closed: they can still be looked up by id, not by e-mail address. `changed` are
    people as the directory shows them now, where that differs. With an `organisation`, the id of an Enterprise Grid, the app is
    installed for all of its workspaces, and interactions name no workspace of their own."""

    users: tuple[SlackUser, ...]
    team_id: str
    bot_token: str = field(repr=False)
    app_token: str = field(repr=False)
    signing_secret: str = field(repr=False)
    team_name: str = "Sergas"
    team_domain: str = "sergas"
    app_id: str = "A0SERGAS"
    bot_id: str = "B0SERGAS"
    bot_user_id: str = "U0SERGASBOT"
    app_name: str = "Sergas"
    organisation: str | None = None
    deactivated: set[str] = field(default_factory=set, init=False)
    changed: dict[str, SlackUser] = field(default_factory=dict, init=False)

    def user(self, user_id: str | None) -> SlackUser:
        """Raises: Refusal `user_not_found`."""
        for user in self.users:
            if user.id == user_id:
                return self.changed.get(user.id, user)
        raise Refusal("user_not_found")

    def by_email(self, email: str | None) -> SlackUser:
        """Raises: Refusal `users_not_found`."""
        for user in (self.changed.get(each.id, each) for each in self.users):
            known = email and user.email.lower() == email.strip().lower()
            if known and user.id not in self.deactivated:
                return user
        raise Refusal("users_not_found")

    def user_object(self, user: SlackUser, now: datetime) -> Json:
        """Return a person as users.info does."""
        offset = now.astimezone(ZoneInfo(user.tz)).utcoffset()
        return {
            "id": user.id,
            "team_id": user.home or self.team_id,
            **({"enterprise_user": _in_organisation(user, self.team_id)} if user.home else {}),
            "name": user.username,
            "deleted": user.id in self.deactivated,
            "real_name": user.name,
            "tz": user.tz,
            "tz_label": user.tz,
            "tz_offset": int(offset.total_seconds()) if offset else 0,
            "profile": {
                "real_name": user.name,
                "display_name": user.name,
                "email": user.email,
                "title": user.title,
                "team": self.team_id,
            },
            "is_admin": False,
            "is_owner": False,
            "is_bot": False,
            "is_app_user": False,
            "is_restricted": user.guest,
            "is_ultra_restricted": False,
            "is_invited_user": user.invited,
            "is_email_confirmed": user.email_confirmed,
            "updated": int(now.timestamp()),
        }

    def bot_object(self, now: datetime) -> Json:
        """Return the app's own user as users.info does."""
        bot = SlackUser(id=self.bot_user_id, name=self.app_name, email=f"{self.team_domain}@bots.invalid")
        about = self.user_object(bot, now) | {"is_bot": True}
        about["profile"] = {
            "real_name": self.app_name,
            "bot_id": self.bot_id,
            "api_app_id": self.app_id,
            "team": self.team_id,
        }
        return about


def _in_organisation(user: SlackUser, team_id: str) -> Json:
    return {"id": user.id, "enterprise_id": "E0SANDBOX", "teams": [user.home, team_id]}
