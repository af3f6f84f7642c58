"""Each statement is compiled once a session, not once a database: every test has databases of its own, and a tenth of its time
went into text that the test before had made."""

from __future__ import annotations

from functools import partial
from typing import Any

from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.util import LRUCache

import store.engines
from store.tables.sealed import seals_of


def compile_once() -> None:
    """Let all engines of our own share what was compiled. A dialect is part of the key, and those of one kind are alike here: there
    is one SQLite, and one PostgreSQL server. Only those with other keys for sealed texts are not."""
    DefaultDialect.__eq__ = _of_one_kind  # type: ignore[method-assign,assignment]  # a class of the library
    DefaultDialect.__hash__ = lambda dialect: hash(type(dialect))  # type: ignore[method-assign,assignment]  # a class of the library
    shared: LRUCache[Any, Any] = LRUCache(5_000)
    store.engines.create_async_engine = partial(  # type: ignore[attr-defined]  # what it imports
        create_async_engine, execution_options={"compiled_cache": shared}
    )


def _of_one_kind(dialect: DefaultDialect, other: object) -> bool:
    return isinstance(other, DefaultDialect) and type(dialect) is type(other) and seals_of(dialect) is seals_of(other)
