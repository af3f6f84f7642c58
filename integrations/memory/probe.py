"""Looking through the files of an index before they are opened, in a process of its own: on broken files the native engines
may die, or never come back, and some damage shows only when something is written.

`python -m integrations.memory.probe FOLDER PENDING` ends with 0 where both halves can be read in full, agree with each other and
can be written; `PENDING` is how many passages a process that was killed may have left in one half alone. It takes one or two
seconds and imports nothing of Cognee.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import structlog

from integrations.memory.cognee_settings import BUFFER_POOL_BYTES, MAX_GRAPH_BYTES

log = structlog.get_logger(__name__)

SECONDS = 120.0
SOUND = 0
PROBED = "probe"

_COUNTS = (
    "MATCH (:Node)-[r:EDGE]->(:Node) RETURN count(r)",
    "MATCH (:Node)<-[r:EDGE]-(:Node) RETURN count(*)",
    "MATCH ()-[r:EDGE]->() RETURN count(r)",
    "MATCH ()<-[r:EDGE]-() RETURN count(*)",
)


async def is_sound(files: Path, *, pending: int) -> bool:
    """Whether the files can be opened and worked with. The caller holds the index."""
    command = [sys.executable, "-m", "integrations.memory.probe", str(files), str(pending)]
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


def main(files: Path, pending: int) -> None:
    """Raises whatever the engines do; ValueError where the halves disagree."""
    vectors, passages = _vectors(files / "vectors.lancedb"), _graph(files / "graph")
    if len(vectors ^ passages) > pending:
        raise ValueError("The halves of the index do not hold the same passages.")


def _vectors(folder: Path) -> set[str]:
    """The keys, after every row was read."""
    import lance

    keys: set[str] = set()
    for batch in lance.dataset(str(folder / "passages.lance")).to_batches():
        batch.validate(full=True)
        keys.update(batch.column("id").to_pylist())
    return keys


def _graph(file: Path) -> set[str]:
    """The keys of its passages, after everything was read, found by its key, and counted from both ends; then writes and takes
    it back."""
    import ladybug

    database = ladybug.Database(str(file), buffer_pool_size=BUFFER_POOL_BYTES, max_db_size=MAX_GRAPH_BYTES)
    connection = ladybug.Connection(database)

    def asked(query: str, **given: Any) -> list[Any]:
        result: Any = connection.execute(query, given or None)
        rows: list[Any] = []
        while result.has_next():
            rows.append(result.get_next())
        return rows

    nodes = dict(asked("MATCH (n:Node) RETURN n.id, n.type"))
    edges = asked("MATCH (a:Node)-[r:EDGE]->(b:Node) RETURN a.id, r.relationship_name, b.id")
    found = asked("UNWIND $ids AS i MATCH (n:Node {id: i}) RETURN count(n)", ids=list(nodes)) if nodes else [[0]]
    counts = {asked(query)[0][0] for query in _COUNTS}
    ends = {key for one, _, other in edges for key in (one, other)}
    if found != [[len(nodes)]] or counts != {len(edges)} or not ends <= nodes.keys():
        raise ValueError("The graph does not hold what it counts.")
    asked("MERGE (n:Node {id: $id})", id=PROBED)
    asked("MATCH (n:Node {id: $id}) DELETE n", id=PROBED)
    asked("CHECKPOINT")
    connection.close()
    database.close()
    return {key for key, kind in nodes.items() if kind == "Passage"}


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
