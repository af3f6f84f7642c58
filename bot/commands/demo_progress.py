"""The progress of `sergas demo` while it starts: a line with a spinner on a terminal, plain lines anywhere else.

Each step is shown when it begins. A terminal shows every part of a long step; elsewhere a line comes every few seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn

from bot.commands.console import Terminal
from store.domain.text.controls import harmless

EVERY_SECONDS = 5.0


class DemoProgress:
    """Shows the steps in their order. `clock` is in seconds."""

    def __init__(self, console: Terminal, *, clock: Callable[[], float] = monotonic) -> None:
        self._console = console
        self._clock = clock
        self._said_at = clock()
        self._now = ""
        self._bars = _bars(console) if console.is_terminal else None
        self._task: TaskID | None = None

    def __enter__(self) -> DemoProgress:
        if self._bars is not None:
            self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Take the spinner away."""
        if self._bars is not None:
            self._bars.stop()

    def step(self, what: str, done: int = 0, total: int = 0) -> None:
        """Show that `what` is going on; `total` 0 means that its parts aren't counted."""
        if self._bars is not None:
            self._spin(self._bars, what, done, total)
        elif what != self._now:
            self._say(f"{what} …" if not total else f"{what}: {done} of {total} …")
        elif done == total or self._clock() - self._said_at >= EVERY_SECONDS:
            self._say(f"{what}: {done} of {total}{'.' if done == total else ' …'}")
        self._now = what

    def _say(self, line: str) -> None:
        self._said_at = self._clock()
        self._console.print(f"  {harmless(line)}", soft_wrap=True)

    def _spin(self, bars: Progress, what: str, done: int, total: int) -> None:
        if what != self._now:
            if self._task is not None:
                bars.remove_task(self._task)
            self._task = bars.add_task(what, total=total or None)
        if self._task is not None and total:
            bars.update(self._task, completed=done)


def _bars(console: Terminal) -> Progress:
    columns = (SpinnerColumn(), TextColumn("{task.description:<32}"), BarColumn(bar_width=24), MofNCompleteColumn())
    return Progress(*columns, console=console, transient=True)
