"""The company's own people: owners in several time zones, their managers, former colleagues, one administrator."""

from __future__ import annotations

from dataclasses import dataclass

from integrations.sandbox.history import CrmUser
from integrations.sandbox.world.names import ascii_word, staff_names

TEAM = 5  # owners per manager
_ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Asia/Tokyo",
    "America/Los_Angeles",
    "Europe/London",
    "Australia/Sydney",
)
_DOMAIN = "aldermere.example"

_ADMIN, _MANAGER, _FORMER, _OWNER = range(4)


def owner_id(owner: int) -> str:
    return _user_id(_OWNER, owner)


def manager_id(owner: int) -> str:
    return _user_id(_MANAGER, owner // TEAM)


def predecessor_id(owner: int) -> str:
    """The former colleague who looked after the accounts that this owner's team took over."""
    return _user_id(_FORMER, owner // TEAM)


def zone_of(owner: int) -> str:
    return _ZONES[owner % len(_ZONES)]


def staff(seed: int, owners: int) -> tuple[CrmUser, ...]:
    """Return everyone with a seat in the CRM: the administrator and, per team, a manager, a former colleague and the
    owners."""
    teams = (owners + TEAM - 1) // TEAM
    names = staff_names(seed, _seat(_OWNER, owners))
    seats = [
        _Seat(_ADMIN, 0, role="CEO", profile="Administrator"),
        *(_Seat(_MANAGER, team, role="Sales Manager") for team in range(teams)),
        *(_Seat(_FORMER, team, manager=_user_id(_MANAGER, team), active=False) for team in range(teams)),
        *(_Seat(_OWNER, owner, manager=manager_id(owner)) for owner in range(owners)),
    ]
    return tuple(_user(seat, names) for seat in seats)


@dataclass(frozen=True, slots=True)
class _Seat:
    group: int
    number: int
    role: str = "Account Executive"
    profile: str = "Standard"
    manager: str | None = None
    active: bool = True


def _user(seat: _Seat, names: list[tuple[str, str]]) -> CrmUser:
    position = _seat(seat.group, seat.number)
    first, last = names[position]
    namesakes = names[:position].count(names[position])
    suffix = str(namesakes + 1) if namesakes else ""
    return CrmUser(
        id=_user_id(seat.group, seat.number),
        first_name=first,
        last_name=last,
        email=f"{ascii_word(first)}.{ascii_word(last)}{suffix}@{_DOMAIN}",
        time_zone=zone_of(seat.number if seat.group == _OWNER else seat.number * TEAM),
        role=seat.role,
        profile=seat.profile,
        manager_id=seat.manager,
        active=seat.active,
    )


def _seat(group: int, number: int) -> int:
    """Return a person's position among all, for any size of company: the administrator, then team by team."""
    if group == _ADMIN:
        return 0
    team, rest = divmod(number, TEAM) if group == _OWNER else (number, group - _OWNER)
    return 3 + team * (TEAM + 2) + rest


def _user_id(group: int, number: int) -> str:
    return f"4150{99_990 + group}{number:010d}"
