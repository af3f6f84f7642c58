"""Files that leave the product."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from store.domain.errors import BadInput
from store.private_files import private_file as written_whole


@contextmanager
def private_file(out: Path) -> Iterator[TextIO]:
    """Write a text file that its owner alone may read; it appears once it is complete. Raises: BadInput."""
    try:
        with written_whole(out) as file:
            yield file
    except OSError as exc:
        raise BadInput(f"{out} can't be written: {exc.strerror}.") from exc
