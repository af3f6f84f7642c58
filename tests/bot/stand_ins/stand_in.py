"""What most stand-ins are made over."""

from __future__ import annotations

from tests.bot.desk import Desk


class StandIn:
    def __init__(self, desk: Desk) -> None:
        self.desk = desk
