"""The base of the stand-ins that share one desk."""

from __future__ import annotations

from tests.bot.desk import Desk


class StandIn:
    def __init__(self, desk: Desk) -> None:
        self.desk = desk
