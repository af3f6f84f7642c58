"""Who is an administrator for the bot: the users and profiles that its settings name. What Zoho calls a profile gives no rights,
since anyone who may rename profiles could give them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from integrations.zoho.cells import Row, identifier
from store.domain.access.addresses import is_same_address


@dataclass(frozen=True, slots=True, kw_only=True)
class Administrators:
    """`users` are ids or e-mail addresses of users, `profiles` ids of profiles. Empty ones name no one."""

    users: frozenset[str] = frozenset()
    profiles: frozenset[str] = frozenset()

    def includes(self, user: Row) -> bool:
        """Whether this user of Zoho is one of them."""
        return _profile_of(user) in self.profiles or any(_is(user, name) for name in self.users)

    def unknown(self, users: Iterable[Row]) -> Iterator[str]:
        """The users and profiles in the settings that no active user is or has."""
        active = [user for user in users if user.get("status") == "active"]
        yield from sorted(name for name in self.users if not any(_is(user, name) for user in active))
        yield from sorted(self.profiles - {_profile_of(user) for user in active})


def _is(user: Row, name: str) -> bool:
    return is_same_address(str(user.get("email") or ""), name) if "@" in name else identifier(user.get("id")) == name


def _profile_of(user: Row) -> str | None:
    profile = user.get("profile")
    return identifier(profile.get("id")) if isinstance(profile, Mapping) else None
