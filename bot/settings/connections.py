"""How a process divides the connections to PostgreSQL that it may open."""

from __future__ import annotations

from dataclasses import dataclass

FEWEST, FEWEST_OF_MEMORY = 12, 4
LOCK = 1  # a lock belongs to a connection of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Connections:
    """Of a process of the bot, with one more for the engine's lock. `memory` is for the memory process it starts."""

    tables: int
    engine: int
    memory: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryConnections:
    """Of a memory process, with one more for the index's lock."""

    tables: int
    index: int


def divided(total: int) -> Connections:
    """A third for the engine, a quarter for the memory, and the rest for the tables."""
    total = max(total, FEWEST)
    engine, memory = total // 3, max(total // 4, FEWEST_OF_MEMORY)
    return Connections(tables=total - LOCK - engine - memory, engine=engine, memory=memory)


def divided_in_memory(total: int) -> MemoryConnections:
    """Half for the index and its lock, half for the tables."""
    total = max(total, FEWEST_OF_MEMORY)
    tables = total // 2
    return MemoryConnections(tables=tables, index=total - LOCK - tables)
