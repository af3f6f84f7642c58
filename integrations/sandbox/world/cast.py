"""Which account plays which storyline, and whether its trouble is live on the last morning.

An owner's first twenty accounts are cast for a full but bearable morning: five live troubles, two pieces of news, seven
past troubles, six accounts without any. All further ones are drawn, with fewer troubles. With noise, the records of three of
those six and of every fifth further account are wrong or late at some time. An account's cast depends on the seed, its owner's
number and its own, never on how many there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import cycle, islice

from integrations.sandbox.world.dice import seeded
from integrations.sandbox.world.storylines import ANSWERED, NEWS, NOISE, STEADY, TROUBLE, Storyline

_LIVE, _NEWS, _PAST, _NOISY = 5, 2, 6, 3
_TROUBLES, _NEWS_LINES = tuple(TROUBLE.values()), tuple(NEWS.values())
_STEADY, _NOISE = tuple(STEADY.values()), tuple(NOISE.values())
_FULL_CAST = 20


@dataclass(frozen=True, slots=True)
class Role:
    storyline: Storyline
    live: bool = False


def role_of(seed: int, *, owner: int, account: int, noise: bool = False) -> Role:
    """The role of one account."""
    if account < _FULL_CAST:
        return _first_twenty(seed, owner, noise)[account]
    rng = seeded(seed, "role", owner, account)
    chance = rng.random()
    if chance < 0.06:
        return Role(rng.choice(_TROUBLES), live=True)
    if chance < 0.08:
        return Role(rng.choice(_NEWS_LINES), live=True)
    if chance < 0.25:
        return Role(rng.choice((*_TROUBLES, *_NEWS_LINES, *ANSWERED.values())))
    if noise and chance < 0.45:
        return Role(rng.choice(_NOISE), live=rng.random() < 1 / 3)
    return Role(rng.choice(_STEADY))


def is_steady(role: Role) -> bool:
    return role.storyline in _STEADY


@cache
def _first_twenty(seed: int, owner: int, noise: bool) -> list[Role]:
    """Owners take turns through the troubles, so that a few of them show every kind."""
    troubles = [Role(line, live=True) for line in _turn(_TROUBLES, owner * _LIVE, _LIVE)]
    news = [Role(line, live=True) for line in _turn(_NEWS_LINES, owner * _NEWS, _NEWS)]
    past = [Role(line) for line in _turn(_TROUBLES, owner * _PAST + _LIVE, _PAST)]
    answered = [Role(line) for line in ANSWERED.values()]
    rest = _FULL_CAST - len(troubles) - len(news) - len(past) - len(answered)
    steady = [Role(line) for line in _turn(_STEADY, 0, rest)]
    if noise:
        noisy = enumerate(_turn(_NOISE, owner * _NOISY, _NOISY))
        steady[-_NOISY:] = [Role(line, live=number == owner % _NOISY) for number, line in noisy]
    roles = [*troubles, *news, *past, *answered, *steady]
    seeded(seed, "cast", owner).shuffle(roles)
    return roles


def _turn(lines: tuple[Storyline, ...], start: int, count: int) -> list[Storyline]:
    return list(islice(cycle(lines), start % len(lines), start % len(lines) + count))
