"""A secret in a file that only its owner can read."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from store.domain.errors import BadInput


class FileStore:
    """Writes the file whole or not at all, with mode 0600; refuses a file that others can read."""

    def __init__(self, path: str) -> None:
        self._path = Path(path).expanduser()

    def read(self) -> str:
        try:
            with self._path.open(encoding="utf-8") as file:
                if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                    raise BadInput(f"{self._path} can be read by others; run `chmod 600` on it, or sign in again.")
                secret = file.read().strip()
        except OSError as exc:
            raise BadInput(f"{self._path} cannot be read ({exc.strerror}); run `sergas zoho login`.") from exc
        if not secret:
            raise BadInput(f"{self._path} is empty; run `sergas zoho login`.")
        return secret

    def write(self, secret: str) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=f".{self._path.name}.")  # mode 0600
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    file.write(secret + "\n")
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(name, self._path)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
        except OSError as exc:
            raise BadInput(f"{self._path} cannot be written ({exc.strerror}).") from exc
