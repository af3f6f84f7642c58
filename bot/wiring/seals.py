"""The keys that seal texts in the database, from the setting."""

from __future__ import annotations

import binascii
import os
import stat
from base64 import b64decode
from pathlib import Path

from bot.settings.section import OFF
from bot.settings.storage import StorageSettings
from store.domain.errors import SettingError
from store.sealing import KEY_BYTES, SETTING, SealKey, Seals

FILE = "file:"


def seals_of(storage: StorageSettings) -> Seals:
    """No keys if the setting is empty. Raises: SettingError, which never repeats a key."""
    given = storage.seal_keys.get_secret_value().strip()
    if given.startswith(FILE):
        given = ",".join(_lines(Path(given.removeprefix(FILE)).expanduser()))
    entries = [entry.strip() for entry in given.split(",") if entry.strip()]
    if OFF in entries[1:]:
        raise SettingError(
            SETTING, f"may have “{OFF}” in the first place only: the keys after it open what they sealed."
        )
    return Seals.of([None if entry == OFF else _key(entry, place) for place, entry in enumerate(entries, start=1)])


def _key(entry: str, place: int) -> SealKey:
    try:
        secret = b64decode(entry.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if len(secret) != KEY_BYTES:
        raise SettingError(
            SETTING,
            f"has no key of {KEY_BYTES} bytes in base64 in place {place}: make one by `openssl rand -base64 32`.",
        )
    return SealKey(secret)


def _lines(path: Path) -> list[str]:
    try:
        with path.open(encoding="utf-8") as file:
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                raise SettingError(SETTING, f"names a file that others can read: run `chmod 600 {path}`.")
            lines = [line.strip() for line in file if line.strip() and not line.startswith("#")]
    except (OSError, UnicodeDecodeError) as exc:
        why = exc.strerror if isinstance(exc, OSError) else "it is not text"
        raise SettingError(SETTING, f"names the file {path}, which cannot be read: {why}.") from exc
    if not lines:
        raise SettingError(SETTING, f"names the file {path}, which has no key.")
    return lines
