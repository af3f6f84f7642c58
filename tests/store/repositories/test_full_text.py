"""Full text: the passages that fit best, of the accounts asked for alone, whatever a person types."""

from __future__ import annotations

from datetime import timedelta
from time import process_time

import pytest

from store.database import Database
from store.domain.memory.passage import MemoryKind, passage_id
from store.domain.memory.pieces import safe
from store.domain.memory.query import MAX_WORDS, words_in, words_of
from tests.injection.corpus import FOLDER, OURS, strings
from tests.store.makers import NOW
from tests.store.repositories.test_memory import passage, put

DAY = timedelta(days=1)
NAUGHTY = strings() if FOLDER.exists() else list(OURS)


async def found(database: Database, query: str, *account_ids: str, **narrowed: object) -> list[str]:
    async with database.reading() as tx:
        hits = await tx.full_text.search(account_ids or ("a1",), query, **narrowed)  # type: ignore[arg-type]  # given as plain keywords
    return [hit.passage_id for hit in hits]


async def test_the_passage_with_more_and_rarer_of_the_words_comes_first(database: Database) -> None:
    await put(
        database,
        *(passage(passage_id("note", f"common{number}"), text="The renewal was on the agenda.") for number in range(3)),
        *(passage(passage_id("note", f"else{number}"), text="They asked for a bicycle shed.") for number in range(20)),
        passage("note:best#0", text="The renewal fails because of the security audit."),
        passage("note:rare#0", text="The security audit is over."),
    )  # fmt: skip
    ids = await found(database, "What does the security audit mean for the renewal?")
    assert ids[0] == "note:best#0"
    assert ids.index("note:rare#0") == 1
    assert len(ids) == 5


async def test_forms_of_a_word_are_found(database: Database) -> None:
    await put(database, passage(text="Prices were discussed; they find our pricing too high."))
    async with database.reading() as tx:
        (hit,) = await tx.full_text.search(["a1"], "price discussions bicycle")
    assert hit.score > 0


async def test_nothing_of_other_accounts_is_found_however_many_are_asked_for(database: Database) -> None:
    await put(
        database, passage(), passage("note:n2#0", "a2"), passage("note:n3#0", "a-1"), passage("note:n4#0", "a 1 2")
    )
    assert await found(database, "like") == ["note:n1#0"]
    assert await found(database, "like", "a-1") == ["note:n3#0"]
    assert await found(database, "like", "a") == await found(database, "like", 'a1" OR "a2') == []
    assert await found(database, "like", "a1", *(f"x{number}" for number in range(40_000))) == ["note:n1#0"]
    async with database.reading() as tx:
        assert await tx.full_text.search([], "like") == []


async def test_kinds_and_times_narrow_what_is_found(database: Database) -> None:
    await put(database, passage(), passage("call:c1#0"), passage("note:old#0", at=NOW - 9 * DAY))
    assert set(await found(database, "like", kinds=[MemoryKind.NOTE])) == {"note:n1#0", "note:old#0"}
    assert await found(database, "like", kinds=[MemoryKind.NOTE], since=NOW - DAY) == ["note:n1#0"]
    assert await found(database, "like", until=NOW) == ["note:old#0"]
    assert len(await found(database, "like", limit=2)) == 2


async def test_what_changed_or_went_is_no_longer_found_by_its_old_words(database: Database) -> None:
    await put(database, passage(text="The penguin signs."), passage("note:n2#0", text="The penguin waits."))
    await put(database, passage(text="The walrus signs."))
    async with database.transaction() as tx:
        await tx.memory.remove(["note:n2#0"])
    assert await found(database, "penguin") == []
    assert await found(database, "walrus") == ["note:n1#0"]
    await put(database, passage("note:n2#0", text="The penguin is back."))
    assert await found(database, "penguin") == ["note:n2#0"]


@pytest.mark.parametrize("query", ["", "  ", "???", "_", "\0", "\ud800", "\u200b", '"'])
async def test_a_query_without_a_word_finds_nothing(database: Database, query: str) -> None:
    await put(database, passage())
    assert await found(database, query) == []


async def test_no_string_is_an_operator(database: Database) -> None:
    await put(database, passage(text="Nothing but prose."))
    operators = ['NEAR("a" "b", 3)', "title:prose*", "NOT prose AND (", '"unclosed', "a & !b | <-> c:*", "-- ';DROP"]
    async with database.reading() as tx:
        for query in (*NAUGHTY, *operators):
            for hit in await tx.full_text.search(["a1"], query):
                assert hit.passage_id == "note:n1#0"
    assert await found(database, "prose") == ["note:n1#0"]


async def test_naughty_text_is_kept_and_found(database: Database) -> None:
    texts = [f"{safe(text, limit=1_000)} zebra" for text in NAUGHTY]
    await put(database, *(passage(passage_id("note", f"n{place}"), text=text) for place, text in enumerate(texts)))
    assert len(await found(database, "zebra", limit=10_000)) == len(texts)
    async with database.reading() as tx:
        assert {each.text for each in await tx.memory.everything_of("a1")} == set(texts)


def test_words_are_told_apart_once_and_common_ones_left_out() -> None:
    assert words_of("What did the Client say about PRICES and prices?") == ("client", "say", "prices")
    assert words_of("what is that") == ("what", "is", "that")
    assert len(words_of(" ".join(f"w{number}" for number in range(999)))) == MAX_WORDS
    began = process_time()
    words_of("é " * 5_000_000)
    assert process_time() - began < 1


def test_words_are_told_in_whatever_form_they_stand_there() -> None:
    text = "Prices, discussions, renewals and Überzeugungen; implemented."
    assert words_in(("price", "discussed", "renewal", "überzeugung", "implementation", "bicycle"), text) == (
        "price",
        "discussed",
        "renewal",
        "implementation",
    )
    assert words_in((), text) == ()
