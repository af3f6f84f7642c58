"""A point at which the bot is killed: its name, the place, what brings the bot there, and what a survival proves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.crash.acts import Act
from tests.crash.places import Place
from tests.crash.scenes import Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """The bot passes the place `skips` times first; with `passages` it may be let past so many times less one more, by the
    round. `then` is where the next life ends; without one it ends at the same place now and then. `settings` are the bot's.
    """

    name: str
    place: Place
    act: Act
    proves: str
    scene: Scene = Scene.MORNING
    passages: int = 1
    skips: int = 0
    then: Place | None = None
    settings: Mapping[str, object] = field(default_factory=dict)
