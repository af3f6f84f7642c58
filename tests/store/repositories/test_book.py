"""An owner's book: everything on their accounts, their own deals on others', and nothing else."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event

from store.database import Database
from store.domain.crm.accounts import AccountFacts, Entity, Kind
from tests.repetition import times
from tests.store.makers import ANNA, BEN, NOW, account, activity, contact, deal, note


async def book(database: Database, *entities: Entity, owner_id: str = ANNA.id) -> list[AccountFacts]:
    async with database.transaction() as tx:
        await tx.snapshots.upsert(entities, seen_at=NOW)
    async with database.reading() as tx:
        return await tx.snapshots.book(owner_id)


def ids(facts: AccountFacts) -> set[str]:
    return {item.id for items in (facts.deals, facts.contacts, facts.activities, facts.notes) for item in items}


async def test_an_owned_account_comes_with_everything_on_it_whoever_owns_that(database: Database) -> None:
    on_it = (
        deal("d1", "a1", BEN),
        contact("c1", "a1", BEN),
        activity("t1", "a1", owner_id=BEN.id),
        note("n1", "a1"),
        activity("t2", deal_id="d1"),
        note("n2", deal_id="d1"),
    )
    facts = await book(database, account("a1"), *on_it)
    assert facts == [
        AccountFacts(
            account=account("a1"),
            deals=(on_it[0],),
            contacts=(on_it[1],),
            activities=(on_it[2], on_it[4]),
            notes=(on_it[3], on_it[5]),
        )
    ]
    async with database.reading() as tx:
        assert await tx.snapshots.account_facts("a1") == facts[0]
        assert await tx.snapshots.account_facts("a2") is None
        assert [each.partial for each in await tx.snapshots.book(BEN.id)] == [True]


async def test_on_somebody_elses_account_only_the_own_deals_and_what_hangs_on_them_are_seen(database: Database) -> None:
    facts = await book(
        database,
        account("b1", BEN),
        deal("mine", "b1", contact_id="c-sponsor"),
        activity("t-mine", "b1", deal_id="mine", contact_id="c-called"),
        note("n-mine", deal_id="mine"),
        contact("c-sponsor", "b1"),
        contact("c-called", "b1"),
        deal("bens", "b1", BEN, contact_id="c-bens"),
        activity("t-bens", deal_id="bens"),
        activity("t-account", "b1"),
        note("n-bens", "b1"),
        contact("c-bens", "b1"),
        contact("c-other", "b1", ANNA),
    )
    assert [(each.id, each.partial) for each in facts] == [("b1", True)]
    assert ids(facts[0]) == {"mine", "t-mine", "n-mine", "c-sponsor", "c-called"}


async def test_what_hangs_on_a_deal_follows_the_deal_to_its_account(database: Database) -> None:
    facts = await book(
        database,
        account("a1"),
        account("b1", BEN),
        deal("on-a", "a1"),
        deal("on-b", "b1"),
        note("n1", "b1", deal_id="on-a"),
        note("n2", "a1"),
    )
    assert [ids(each) for each in facts] == [{"on-a", "n1", "n2"}, {"on-b"}]


async def test_deals_without_a_known_account_come_last_in_one_entry(database: Database) -> None:
    facts = await book(
        database, account("a1"), deal("none", None), deal("dangling", "gone"), note("n1", deal_id="none"), note("n2")
    )
    assert [each.account for each in facts] == [account("a1"), None]
    assert ids(facts[1]) == {"none", "dangling", "n1"}
    assert not facts[1].partial


async def test_a_contact_of_another_account_is_seen_where_a_deal_names_it_and_only_there(database: Database) -> None:
    facts = await book(
        database,
        account("a1"),
        deal("d1", "a1", contact_id="c9"),
        account("b1", BEN),
        deal("d2", "b1"),
        contact("c9", "b1"),
    )
    assert [ids(each) for each in facts] == [{"d1", "c9"}, {"d2"}]


async def test_somebody_who_owns_nothing_has_an_empty_book(database: Database) -> None:
    assert await book(database, account("b1", BEN), deal("d1", "b1", BEN), activity("t1", "b1")) == []


async def test_accounts_come_by_name(database: Database) -> None:
    facts = await book(database, account("1", name="beta"), account("2", name="Alpha"), account("3", name="Gamma"))
    assert [each.name for each in facts] == ["Alpha", "beta", "Gamma"]


owners = st.sampled_from([ANNA, BEN])
account_ids = st.sampled_from(["A1", "A2", "A3", None])
deal_ids = st.sampled_from(["D1", "D2", "D3", None])


@st.composite
def companies(draw: st.DrawFn) -> list[Entity]:
    """Three accounts and deals of two owners with things hanging on them in every way."""
    entities: list[Entity] = [account(id, draw(owners)) for id in ("A1", "A2", "A3")]
    entities += [deal(id, draw(account_ids), draw(owners)) for id in ("D1", "D2", "D3")]
    entities += [activity(f"T{n}", draw(account_ids), deal_id=draw(deal_ids)) for n in range(3)]
    entities += [note(f"N{n}", draw(account_ids), deal_id=draw(deal_ids)) for n in range(2)]
    return entities


@given(company=companies())
@settings(max_examples=times(25, 600), suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_a_book_holds_what_is_on_own_accounts_or_own_deals_each_once_and_nothing_else(
    sqlite_database: Database, company: list[Entity]
) -> None:
    async with sqlite_database.transaction() as tx:
        for kind, count in (await tx.snapshots.counts()).items():
            assert count in (0, 2, 3)
            await tx.snapshots.remove(kind, [f"{letter}{n}" for letter in "ADTN" for n in range(4)])
    facts = await book(sqlite_database, *company)
    seen = [item.id for each in facts for items in (each.deals, each.activities, each.notes) for item in items]
    assert sorted(seen) == sorted(_expected(company))


def _expected(company: list[Entity]) -> set[str]:
    """The rule once more, item by item."""
    own_accounts = {each.id for each in company if each.kind is Kind.ACCOUNT and each.owner_id == ANNA.id}
    deals = {
        each.id
        for each in company
        if each.kind is Kind.DEAL and (each.owner_id == ANNA.id or each.account_id in own_accounts)
    }
    hanging = {
        each.id
        for each in company
        if each.kind in (Kind.ACTIVITY, Kind.NOTE)
        and (each.account_id in own_accounts or getattr(each, "deal_id", None) in deals)
    }
    return deals | hanging


async def test_a_hundred_accounts_take_as_few_queries_as_one(database: Database) -> None:
    await book(database, *_account_with_everything(0))
    alone = await _queries_for_a_book(database)
    facts = await book(database, *(each for number in range(100) for each in _account_with_everything(number)))
    assert sum(len(ids(each)) for each in facts) == 2_000
    assert await _queries_for_a_book(database) == alone


def _account_with_everything(number: int) -> list[Entity]:
    return [
        account(f"a{number}"),
        *(contact(f"c{number}-{n}", f"a{number}") for n in range(4)),
        *(deal(f"d{number}-{n}", f"a{number}", contact_id=f"c{number}-{n}") for n in range(3)),
        *(activity(f"t{number}-{n}", deal_id=f"d{number}-{n % 3}") for n in range(10)),
        *(note(f"n{number}-{n}", f"a{number}") for n in range(3)),
    ]


async def _queries_for_a_book(database: Database) -> int:
    """How many statements the database is sent for Anna's book."""
    sent: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            sent.append(statement)

    event.listen(Engine, "before_cursor_execute", count)
    try:
        async with database.reading() as tx:
            await tx.snapshots.book(ANNA.id)
    finally:
        event.remove(Engine, "before_cursor_execute", count)
    assert sent
    return len(sent)
