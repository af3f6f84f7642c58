"""Run a command. Errors become one sentence on standard error, or with --json one line of it on standard output, and an exit code
(2 for bad input, 1 otherwise)."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable

from bot.commands.console import write_json, write_line
from store.domain.errors import Ambiguous, BadInput, NotFound, SergasError

Command = Callable[[], Awaitable[int | None]]


def run(command: Command, *, as_json: bool = False) -> int:
    """The exit code of the command. `as_json` says that a program reads its output."""
    try:
        return asyncio.run(_main(command)) or 0
    except (BadInput, NotFound, Ambiguous) as exc:
        _tell(exc, as_json=as_json)
        return 2
    except SergasError as exc:
        _tell(exc, as_json=as_json)
        return 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _tell(problem: SergasError, *, as_json: bool) -> None:
    if not as_json:
        write_line(f"sergas: {problem}", sys.stderr)
        return
    choices = problem.choices if isinstance(problem, Ambiguous) else ()
    told = {"error": str(problem), "choices": [{"id": key, "name": name} for key, name in choices]}
    write_json(told)


async def _main(command: Command) -> int | None:
    return await command()
