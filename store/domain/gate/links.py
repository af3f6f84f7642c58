"""Which Slack user is which CRM user, and whether they confirmed it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Made `at`, by the e-mail address in Slack's directory; later confirmed or refused by the person."""

    team_id: str
    user_id: str
    person_id: str
    at: datetime
    confirmed_at: datetime | None = None
    refused_at: datetime | None = None

    @property
    def holds(self) -> bool:
        """Whether it is in force: until the person says that it is not them."""
        return self.refused_at is None

    @property
    def is_answered(self) -> bool:
        """Whether the person said if it is them."""
        return self.confirmed_at is not None or self.refused_at is not None
