"""Which Slack user is which CRM user, whether they confirmed it, and whether they still are. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

LOOK_AGAIN = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Made `at`, by the e-mail address in Slack's directory; later confirmed or refused by the person. Slack's directory is read
    again from time to time, last `looked_at`; since `lapsed_at` it shows someone who would not be linked."""

    team_id: str
    user_id: str
    person_id: str
    at: datetime
    confirmed_at: datetime | None = None
    refused_at: datetime | None = None
    looked_at: datetime | None = None
    lapsed_at: datetime | None = None

    @property
    def holds(self) -> bool:
        """Whether it is in force: until the person says that it is not them, and while Slack's directory shows the same person."""
        return self.refused_at is None and self.lapsed_at is None

    @property
    def is_confirmed(self) -> bool:
        """Whether it is in force and the person said that it is them. Nothing about accounts is shown by any other."""
        return self.holds and self.confirmed_at is not None

    def is_due(self, now: datetime) -> bool:
        """Whether Slack's directory must be read again before anyone acts or gets a message by this link."""
        return self.looked_at is None or self.lapsed_at is not None or now - self.looked_at >= LOOK_AGAIN

    @property
    def refusal_key(self) -> str:
        """The key of the one message to an administrator that it was refused."""
        return f"refused:{self.person_id}:{self.refused_at:%Y%m%dT%H%M%S}"

    @property
    def is_answered(self) -> bool:
        """Whether the person said if it is them."""
        return self.confirmed_at is not None or self.refused_at is not None
