"""The copy of a brief that its reader gets by e-mail: one row each, handed to the mail server at most once. Pure.

The row says `handing` before the mail server gets the text. If the connection, or the process, ends after that and before an
answer, no one can find out whether the server took it (SMTP has no way to ask), so it is not sent again: the brief is in
Slack, and a copy may be missing rather than come twice. An attempt that ends before that is repeated.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

KEEP = timedelta(hours=12)  # a morning's copy is of no use after its day
LEASE = timedelta(minutes=10)  # how long an attempt belongs to the process that began it
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 20, 30))


class MailState(StrEnum):
    """`refused`: finally; its reader hears so once. `uncertain`: the answer was lost, see above. `late`: not sent within KEEP.
    `dropped`: its reader no longer wants it, or may not have it."""

    WAITING = "waiting"
    HANDING = "handing"
    SENT = "sent"
    REFUSED = "refused"
    UNCERTAIN = "uncertain"
    LATE = "late"
    DROPPED = "dropped"


class Trouble(StrEnum):
    """Why a copy was not sent yet, or not at all."""

    UNREACHABLE = "unreachable"
    NO_TLS = "no_tls"
    SIGN_IN = "sign_in"
    SENDER = "sender"
    BUSY = "busy"
    ADDRESS = "address"
    CONTENT = "content"
    CUT_OFF = "cut_off"
    SLACK = "slack"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailCopy:
    """`tries` counts the attempts; the next is due at `due_at`, which during an attempt is the end of its lease. `code` is the mail
    server's last answer, such as `550 5.1.1`, without its words."""

    brief_id: str
    person_id: str
    made_at: datetime
    due_at: datetime
    state: MailState = MailState.WAITING
    tries: int = 0
    trouble: Trouble | None = None
    code: str = ""

    def is_late(self, now: datetime) -> bool:
        return now >= self.made_at + KEEP

    def next_due(self, now: datetime) -> datetime:
        """When to try again after so many attempts."""
        return now + PAUSES[min(max(self.tries, 1), len(PAUSES)) - 1]
