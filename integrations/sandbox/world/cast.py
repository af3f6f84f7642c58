"""Which account plays which storyline, and whether its trouble is live on the last morning.

An owner's first twenty accounts are cast for a full but bearable morning: five live troubles, two pieces of news, seven
past troubles, six accounts without any. All further ones are drawn, with fewer troubles. An account's cast depends on the
seed, its owner's number and its own, never on how many there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import cycle, islice

from integrations.sandbox.world.dice import seeded
from integrations.sandbox.world.storylines import ANSWERED, NEWS, STEADY, TROUBLE, Storyline

_LIVE, _NEWS, _PAST = 5, 2, 6
_TROUBLES, _NEWS_LINES = tuple(TROUBLE.values()), tuple(NEWS.values())
_STEADY = tuple(STEADY.values())
_FULL_CAST = 20


@dataclass(frozen=True, slots=True)
class Role:
    storyline: Storyline
    live: bool = False


def role_of(seed: int, *, owner: int, account: int) -> Role:
    """The role of one account."""
    if account < _FULL_CAST:
        return _first_twenty(seed, owner)[account]
    rng = seeded(seed, "role", owner, account)
    chance = rng.random()
    if chance < 0.06:
        return Role(rng.choice(_TROUBLES), live=True)
    if chance < 0.08:
        return Role(rng.choice(_NEWS_LINES), live=True)
    if chance < 0.25:
        return Role(rng.choice((*_TROUBLES, *_NEWS_LINES, *ANSWERED.values())))
    return Role(rng.choice(_STEADY))


def _first_twenty(seed: int, owner: int) -> list[Role]:
    """Owners take turns through the troubles, so that a few of them show every kind."""
    troubles = [Role(line, live=True) for line in _turn(_TROUBLES, owner * _LIVE, _LIVE)]
    news = [Role(line, live=True) for line in _turn(_NEWS_LINES, owner * _NEWS, _NEWS)]
    past = [Role(line) for line in _turn(_TROUBLES, owner * _PAST + _LIVE, _PAST)]
    answered = [Role(line) for line in ANSWERED.values()]
    rest = _FULL_CAST - len(troubles) - len(news) - len(past) - len(answered)
    steady = [Role(line) for line in _turn(_STEADY, 0, rest)]
    roles = [*troubles, *news, *past, *answered, *steady]
    seeded(seed, "cast", owner).shuffle(roles)
    return roles


def _turn(lines: tuple[Storyline, ...], start: int, count: int) -> list[Storyline]:
    return list(islice(cycle(lines), start % len(lines), start % len(lines) + count))
