"""How long the bot waits before it tries again: every back-off of the project, computed by tenacity.

Loops that count their own failures ask `Backoff.after`; loops that tenacity runs take the same objects as `wait`.
"""

from __future__ import annotations

from tenacity import RetryCallState, Retrying, wait_exponential, wait_random_exponential


class Backoff(wait_exponential):
    """Waits `first` seconds, twice as long each time, and never longer than `longest`, however often it fails."""

    def __init__(self, first: float, longest: float) -> None:
        super().__init__(multiplier=first, max=longest)

    def after(self, failures: int) -> float:
        """The seconds to wait after so many failures in a row, at least one."""
        state = RetryCallState(Retrying(), None, (), {})
        state.attempt_number = failures
        return self(state)


MEMORY = Backoff(1, 60)  # a memory process, or an index, that was lost
CRM_SLOWDOWN = Backoff(1, 60)  # Zoho asked us to slow down without saying for how long
CRM_EXPORT = Backoff(2, 30)  # a bulk export that isn't ready yet
MODEL_BATCH = Backoff(5, 60)  # a batch of Claude's that hasn't ended yet

# These spread their callers, so that they don't all come back at the same moment.
CRM_READ = wait_random_exponential(multiplier=0.5, max=8)
MODEL = wait_exponential(multiplier=0.25, max=4) + wait_random_exponential(
    multiplier=0.25, max=4
)  # from half to all of it
