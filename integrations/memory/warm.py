"""`python -m integrations.memory.warm`: import Cognee once, so that its bytecode is compiled for the processes that need
it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from integrations.memory.cognee_settings import configure


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        configure(Path(folder))
        import cognee.infrastructure.databases.vector.lancedb.LanceDBAdapter
        import cognee.infrastructure.databases.vector.pgvector.PGVectorAdapter  # noqa: F401 - imported for its side effect


if __name__ == "__main__":
    main()
