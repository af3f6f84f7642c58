"""Check the files of an index in a separate process before opening them: on broken files the native engine may crash or
hang, and some damage shows only on a write.

`python -m integrations.memory.probe FOLDER` exits with 0 if everything can be read. It takes a second and imports no
Cognee.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import structlog

log = structlog.get_logger(__name__)

SECONDS = 120.0
SOUND = 0


async def is_sound(files: Path) -> bool:
    """Whether the files can be opened and used. The caller holds the index."""
    command = [sys.executable, "-m", "integrations.memory.probe", str(files)]
    nothing, pipe = asyncio.subprocess.DEVNULL, asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdin=nothing, stdout=nothing, stderr=pipe)
    try:
        async with asyncio.timeout(SECONDS):
            _, said = await process.communicate()
    except TimeoutError:
        said = b"it does not come back"
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != SOUND:
        lines = said.decode(errors="replace").strip().splitlines() or [""]
        log.warning("memory.index.unsound", ended_with=process.returncode, said=lines[-1][:200])
    return process.returncode == SOUND


def main(files: Path) -> None:
    """Read every row and find it by its key. Raises whatever the engine raises."""
    import lance

    dataset = lance.dataset(str(files / "vectors.lancedb" / "passages.lance"))
    keys: set[str] = set()
    for batch in dataset.to_batches():
        batch.validate(full=True)
        keys.update(batch.column("id").to_pylist())
    if len(keys) != dataset.count_rows():
        raise ValueError("The index holds fewer or more rows than it counts.")
    for name in ("id", "account_id"):  # reads through the indexes, if there are any
        dataset.count_rows(filter=f"{name} >= ''")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
