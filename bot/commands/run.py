"""Run a command. Errors become one sentence on standard error and an exit code (2 for bad input, 1 otherwise)."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable

from store.domain.errors import Ambiguous, BadInput, NotFound, SergasError

Command = Callable[[], Awaitable[int | None]]


def run(command: Command) -> int:
    """The exit code of the command."""
    try:
        return asyncio.run(_main(command)) or 0
    except (BadInput, NotFound, Ambiguous) as exc:
        print(f"sergas: {exc}", file=sys.stderr)  # noqa: T201 - the command line speaks here
        return 2
    except SergasError as exc:
        print(f"sergas: {exc}", file=sys.stderr)  # noqa: T201 - the command line's own voice
        return 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


async def _main(command: Command) -> int | None:
    return await command()
