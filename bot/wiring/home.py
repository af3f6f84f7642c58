"""The home folder. It belongs to the user who runs the bot, and no one else may read it."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import structlog

from bot.settings.storage import ANCHOR_FILE, DATABASE_FILE, PINS_FILE
from store.domain.errors import BadInput

log = structlog.get_logger()

OTHERS = stat.S_IRWXG | stat.S_IRWXO
OURS = (f"{DATABASE_FILE}*", "engine.*", f"{ANCHOR_FILE}*", f"{PINS_FILE}*", "memory")


def prepare_home(home: Path) -> None:
    """Create the folder for this user alone, and make anything in it private that an earlier release left readable for
    others.

    Raises: BadInput if the folder, or the database in it, can't be created or written.
    """
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        _check_writable(home)
        open_to_others = [path for path in _files(home) if path.lstat().st_mode & OTHERS]
        for path in open_to_others:
            path.chmod(stat.S_IMODE(path.stat().st_mode) & ~OTHERS)
    except OSError as exc:
        raise BadInput(
            f"The folder {home} can't be used ({exc.strerror}): let this user write to it, or set SERGAS_HOME to another one."
        ) from exc
    if open_to_others:
        log.warning("home.closed_to_others", home=str(home), files=len(open_to_others))


def _check_writable(home: Path) -> None:
    """Raises: OSError, earlier and with more detail than SQLite would."""
    for path in (home, home / DATABASE_FILE):
        if path.exists() and not os.access(path, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))


def _files(home: Path) -> Iterator[Path]:
    """The folder itself and our own files in it; anything else in it is left alone."""
    yield home
    for pattern in OURS:
        yield from (path for path in home.glob(pattern) if not path.is_symlink())
