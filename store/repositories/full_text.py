"""Find passages by their words: FTS5 with BM25 on SQLite, tsvector with a GIN index on PostgreSQL.

Both stem English words and match any of the query's words; a passage ranks higher the rarer the words and the more of them
it has. BM25 measures rarity over all passages; PostgreSQL doesn't measure it, so there it is counted over the accounts'
passages that match.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text

from store.domain.memory.passage import MemoryKind
from store.domain.memory.query import stem_of, words_of
from store.domain.memory.retrieval import Hit
from store.repositories.base import SQLITE, Repository, fetched
from store.tables.core import UtcDateTime
from store.tables.sealed import seals_of

NAMED_ACCOUNTS = (
    300  # on SQLite: up to this many accounts go into the full text query itself, more as a list of their passages
)
_moment: Any = UtcDateTime().dialect_impl(SQLITE).bind_processor(SQLITE)
LOOKED_THROUGH = 3_000  # on PostgreSQL: up to this many accounts have their passages scanned one by one
# One value, as JSON: the driver takes ten times as long to send an array.
_THEIRS = "p.account_id = ANY(ARRAY(SELECT json_array_elements_text(%(accounts)s::json)))"
SHORTLIST = 500  # on PostgreSQL: passages to rank in full, those with the most and rarest words


class FullText(Repository):
    async def search(
        self,
        account_ids: Collection[str],
        query: str,
        *,
        kinds: Collection[MemoryKind] = (),
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 50,
    ) -> list[Hit]:
        """Return the passages of these accounts that best match a person's query, best first; none for a query without a
        word.

        `kinds` (none: all), `since` and `until` (exclusive) narrow it. Nothing in the query is an operator. Scores are
        comparable within one answer only.
        """
        words = self._forms(words_of(query))
        if not words or not account_ids:
            return []
        conditions, given = self._narrowed(kinds, since, until)
        if self._is_postgres:
            return await self._by_tsvector(list(account_ids), words, conditions, given | {"limit": limit})
        return await self._by_fts5(list(account_ids), words, conditions, given | {"limit": limit})

    async def settle(self) -> None:
        """Optimise search after a bulk load; takes some tenths of a second for ten thousand passages."""
        if self._is_postgres:
            await self._connection.execute(text("ANALYZE memory_passage"))
        else:
            await self._connection.execute(text("INSERT INTO memory_text(memory_text) VALUES ('optimize')"))

    def _forms(self, words: Sequence[str]) -> Sequence[str]:
        """The words as the index has them: plain, and as digests where passages are sealed."""
        seals = seals_of(self._connection.dialect)
        return [*words, *(form for word in words for form in seals.forms(stem_of(word)))] if seals.ids else words

    async def _by_fts5(
        self, account_ids: Sequence[str], words: Sequence[str], conditions: str, given: Mapping[str, Any]
    ) -> list[Hit]:
        said = f"{{title text}} : ({' OR '.join(map(_quoted, words))})"
        named = len(account_ids) <= NAMED_ACCOUNTS
        if named:
            # The full text index treats an id as words, which another id may contain too: the outer query checks the
            # hits.
            said += f" AND {{account_id}} : ({' OR '.join(map(_quoted, account_ids))})"
        # The plus keeps SQLite from querying the full text once per passage in the list.
        theirs = f"""
            AND +rowid IN (
                SELECT p.number FROM memory_passage p
                WHERE p.account_id IN (SELECT value FROM json_each(:accounts)) AND NOT p.gone{conditions}
            )"""  # noqa: S608 - the conditions are ours
        ranked = f"""
            SELECT p.id, best.rank FROM (
                SELECT rowid AS number, bm25(memory_text, 0.0, 1.0, 1.0) AS rank FROM memory_text
                WHERE memory_text MATCH :said{"" if named and not conditions else theirs}
                ORDER BY rank, rowid LIMIT :limit
            ) AS best JOIN memory_passage p ON p.number = best.number
            WHERE p.account_id IN (SELECT value FROM json_each(:accounts)) ORDER BY best.rank, best.number
        """  # noqa: S608 - the conditions are ours
        values = {"said": said, "accounts": json.dumps(account_ids), **given}
        stored = {name: _moment(value) if isinstance(value, datetime) else value for name, value in values.items()}
        return [Hit(id, -rank) for id, rank in await fetched(self._connection, ranked, stored)]

    async def _by_tsvector(
        self, account_ids: Sequence[str], words: Sequence[str], conditions: str, given: Mapping[str, Any]
    ) -> list[Hit]:
        places = range(len(words))
        asked = {f"word{place}": word for place, word in enumerate(words)}
        few = len(account_ids) <= LOOKED_THROUGH
        statement = (_looking_through if few else _by_index)(places, conditions)
        values = {"accounts": json.dumps(account_ids), "shortlist": max(SHORTLIST, given["limit"]), **asked, **given}
        return [Hit(id, rank) for id, rank in await fetched(self._connection, statement, values)]

    def _narrowed(
        self, kinds: Collection[MemoryKind], since: datetime | None, until: datetime | None
    ) -> tuple[str, dict[str, Any]]:
        """Return further conditions on a passage `p`, and their values."""
        conditions: str = ""
        given: dict[str, Any] = {}
        if kinds:
            any_of = "= ANY(%(kinds)s)" if self._is_postgres else "IN (SELECT value FROM json_each(:kinds))"
            named = [str(kind) for kind in kinds]
            conditions, given["kinds"] = f" AND p.kind {any_of}", named if self._is_postgres else json.dumps(named)
        for name, moment, within in (("since", since, ">="), ("until", until, "<")):
            if moment is not None:
                value = f"%({name})s" if self._is_postgres else f":{name}"
                conditions, given[name] = f"{conditions} AND p.at {within} {value}", moment
        return conditions, given


def _looking_through(places: Sequence[int], conditions: str) -> str:
    """Scan every passage of these accounts. A comparison with TRUE bypasses the index of words, which covers everyone's
    passages and takes ten times as long for a few hundred accounts."""
    ranks = ", ".join(f"ts_rank(p.words, query{place}, 1) AS rank{place}" for place in places)
    held = ", ".join(f"count(*) FILTER (WHERE rank{place} > 0) AS held{place}" for place in places)
    rank = " + ".join(f"rank{place} * {_rarity(place)}" for place in places)
    return f"""
        {_asked(places)}, fitting AS MATERIALIZED (
            SELECT p.id, {ranks} FROM memory_passage p, asked
            WHERE (p.words @@ whole) IS TRUE AND {_THEIRS} AND NOT p.gone{conditions}
        ), counted AS MATERIALIZED (SELECT count(*) AS total, {held} FROM fitting)
        SELECT id, {rank} AS rank FROM fitting, counted ORDER BY rank DESC, id LIMIT %(limit)s
    """  # noqa: S608 - the conditions are ours


def _by_index(places: Sequence[int], conditions: str) -> str:
    """Use the index of words, and rank the passages with the most and rarest words in full."""
    has = ", ".join(f"(p.words @@ query{place})::int AS has{place}" for place in places)
    held = ", ".join(f"sum(has{place}) AS held{place}" for place in places)
    worth = " + ".join(f"has{place} * {_rarity(place)}" for place in places)
    rank = " + ".join(f"ts_rank(p.words, query{place}, 1) * {_rarity(place)}" for place in places)
    return f"""
        {_asked(places)}, fitting AS MATERIALIZED (
            SELECT p.number, {has} FROM memory_passage p, asked
            WHERE p.words @@ whole AND {_THEIRS} AND NOT p.gone{conditions}
        ), counted AS MATERIALIZED (SELECT count(*) AS total, {held} FROM fitting
        ), likely AS MATERIALIZED (
            SELECT number FROM fitting, counted ORDER BY {worth} DESC, number DESC LIMIT %(shortlist)s)
        SELECT p.id, {rank} AS rank FROM likely JOIN memory_passage p USING (number), counted, asked
        ORDER BY rank DESC, p.id LIMIT %(limit)s
    """  # noqa: S608 - the conditions are ours


def _asked(places: Sequence[int]) -> str:
    """Compute the query's terms once for all rows: in the generic plan that the server uses from the sixth call on,
    anything not MATERIALIZED is computed per row."""
    queries = ", ".join(f"plainto_tsquery('english', %(word{place})s) AS query{place}" for place in places)
    whole = " || ".join(f"query{place}" for place in places)
    return f"WITH asked AS MATERIALIZED (SELECT *, {whole} AS whole FROM (SELECT {queries}) AS words)"  # noqa: S608 - the parts are ours; values are bound


def _rarity(place: int) -> str:
    """The fewer matching passages have a word, the more it counts."""
    return f"ln(1 + total::float / greatest(held{place}, 1))"


def _quoted(token: str) -> str:
    return '"' + token.replace("\0", "").replace('"', '""') + '"'
