"""Reading over the wire: people, stages, single records, one account with everything on it, and the tools' questions."""

from __future__ import annotations

from datetime import timedelta

import pytest

from integrations.sandbox.history import CrmEvent
from store.domain.crm.accounts import (
    Account,
    Activity,
    ActivityType,
    Contact,
    Deal,
    Kind,
    Note,
    Role,
    StageOutcome,
    Stream,
)
from store.domain.errors import CrmRefused, NotFound
from tests.integrations.zoho import company as known
from tests.integrations.zoho.bench import Bench, bench
from tests.integrations.zoho.company import ANNA, BOB, HARBOUR, MIA, NORTHWIND, RENEWAL, SPONSOR, company


async def test_people_come_with_role_manager_and_time_zone_active_or_not(crm: Bench) -> None:
    people = {person.id: person for person in await crm.client.people()}

    assert {person_id: person.role for person_id, person in people.items()} == {
        known.ADA: Role.ADMIN,
        MIA: Role.MANAGER,
        ANNA: Role.OWNER,
        BOB: Role.OWNER,
        known.GONE: Role.OWNER,
    }
    assert (people[BOB].manager_id, people[BOB].timezone, people[BOB].email) == (MIA, "Asia/Tokyo", "bob@example.com")
    assert not people[known.GONE].active


async def test_stages_come_in_order_with_what_they_mean(crm: Bench) -> None:
    pipeline = await crm.client.pipeline()
    assert [stage.name for stage in pipeline.stages][:2] == ["Qualification", "Needs Analysis"]
    assert pipeline.outcome("Closed Won") is StageOutcome.WON
    assert pipeline.outcome("Closed Lost") is StageOutcome.LOST
    assert pipeline.stages[0].probability == 10


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/users$", {"users": [], "info": {"more_records": False}}),
        ("/layouts$", {"layouts": []}),
        ("/layouts$", {"layouts": [{"sections": []}]}),
    ],
)
async def test_a_crm_without_users_or_stages_is_an_error_and_not_an_empty_list(
    crm: Bench, path: str, body: dict[str, object]
) -> None:
    crm.sandbox.faults.answer("GET", path, status=200, body=body)
    with pytest.raises(CrmRefused, match="unexpected answer"):
        await (crm.client.people() if "users" in path else crm.client.pipeline())


async def test_an_account_comes_with_everything_on_it_and_on_its_deals(crm: Bench) -> None:
    facts = await crm.client.account(NORTHWIND)

    assert facts.account is not None
    assert (facts.account.name, facts.account.owner_id) == ("Northwind O'Neil", ANNA)
    assert {deal.id for deal in facts.deals} == {RENEWAL, known.WON}
    assert {contact.id for contact in facts.contacts} == {SPONSOR, known.USER}
    assert {activity.id for activity in facts.activities} == {
        known.OVERDUE,
        known.FINISHED,
        known.MEETING,
        known.UPCOMING,
        known.CALL,
        known.PLANNED_CALL,
    }
    assert {(note.id, note.account_id, note.deal_id) for note in facts.notes} == {
        (known.NOTE, NORTHWIND, None),
        (known.DEAL_NOTE, None, RENEWAL),
    }
    assert "example.org" not in repr(facts)


@pytest.mark.parametrize("account_id", ["4150868000002999999", "nonsense", "1/../../users", ""])
async def test_an_account_that_is_not_there_is_not_found(crm: Bench, account_id: str) -> None:
    with pytest.raises(NotFound):
        await crm.client.account(account_id)


@pytest.mark.parametrize(
    ("kind", "record_id", "of"),
    [
        (Kind.ACCOUNT, NORTHWIND, Account),
        (Kind.DEAL, RENEWAL, Deal),
        (Kind.CONTACT, SPONSOR, Contact),
        (Kind.NOTE, known.NOTE, Note),
        (Kind.ACTIVITY, known.CALL, Activity),
    ],
)
async def test_a_record_read_by_its_id_is_the_one_a_sync_brings(
    crm: Bench, kind: Kind, record_id: str, of: type
) -> None:
    synced = {
        entity.id: entity
        for stream in Stream
        if stream.kind is kind
        async for page, _ in crm.client.changed(stream, since=None)
        for entity in page
    }

    found = await crm.client.record(kind, record_id)

    assert isinstance(found, of)
    assert found == synced[record_id]


async def test_an_activity_is_found_whatever_module_keeps_it(crm: Bench) -> None:
    kinds = [await crm.client.record(Kind.ACTIVITY, each) for each in (known.OVERDUE, known.MEETING, known.CALL)]
    assert [each.type for each in kinds if isinstance(each, Activity)] == list(ActivityType)


async def test_a_record_that_is_gone_is_none(crm: Bench) -> None:
    for kind in Kind:
        assert await crm.client.record(kind, "4150868000009999999") is None


async def test_the_custom_field_is_asked_for_only_once_known_and_its_existence_read_once(crm: Bench) -> None:
    for _ in range(2):
        sponsor = await crm.client.record(Kind.CONTACT, SPONSOR)
        assert isinstance(sponsor, Contact)
        assert sponsor.buying_role == "Sponsor"
    assert len(crm.sent("/settings/fields")) == 1


async def test_without_the_custom_field_contacts_are_read_all_the_same(crm: Bench) -> None:
    fields = {"fields": [{"api_name": "Last_Name"}]}
    crm.sandbox.faults.answer("GET", "/settings/fields$", status=200, body=fields)

    sponsor = await crm.client.record(Kind.CONTACT, SPONSOR)

    assert isinstance(sponsor, Contact)
    assert (sponsor.name, sponsor.buying_role) == ("Sam Okafor", None)


async def test_accounts_are_given_page_by_page_and_only_of_the_owners_asked_for() -> None:
    events: list[CrmEvent] = [
        *known.accounts(5),
        known.create("Accounts", "4150868000002900001", user=BOB, Account_Name="B"),
    ]
    async with bench(company(events)) as crm:
        found, after = list[str](), None
        while True:
            page = await crm.client.accounts(owners={ANNA}, after=after, limit=2)
            found += [account.id for account in page.items]
            after = page.next
            if after is None:
                break
        assert found == [event.id for event in known.accounts(5)]
        for owners, count in ((None, 6), ({BOB}, 1), (set[str](), 0)):
            assert len((await crm.client.accounts(owners=owners, after=None, limit=50)).items) == count


@pytest.mark.parametrize(("part", "owners", "found"), [
    ("o'neil", None, [NORTHWIND]),
    ("NORTH", {ANNA}, [NORTHWIND]),
    ("north", {BOB}, []),
    ("100%", None, [HARBOUR]),
    ("' or id is not null", None, []),
])  # fmt: skip
async def test_accounts_are_found_by_part_of_their_name(
    crm: Bench, part: str, owners: set[str] | None, found: list[str]
) -> None:
    assert [account.id for account in (await crm.client.search_accounts(part, owners=owners, limit=10)).items] == found


async def test_deals_of_an_account_and_open_deals_of_an_owner(crm: Bench) -> None:
    on_account = await crm.client.deals(NORTHWIND, after=None, limit=50)
    still_open = await crm.client.open_deals(owners={ANNA}, after=None, limit=50)

    assert [deal.id for deal in on_account.items] == [RENEWAL, known.WON]
    assert [deal.id for deal in still_open.items] == [RENEWAL, known.LOOSE]


async def test_history_tells_what_moved_newest_first() -> None:
    def update(days: int, **fields: str | float) -> CrmEvent:
        at = known.START + timedelta(days=days)
        return CrmEvent(at=at, op="update", module="Deals", id=RENEWAL, user_id=ANNA, fields=fields)

    events = [
        *known.standard_events(),
        update(1, Stage="Needs Analysis"),
        update(2, Stage="Qualification", Amount=40_000.0),
    ]
    async with bench(company(events)) as crm:
        page = await crm.client.history(Kind.DEAL, RENEWAL)

    stages = [(move.before, move.after) for move in page.items if move.field == "Stage"]
    assert stages[:2] == [("Needs Analysis", "Qualification"), ("Negotiation/Review", "Needs Analysis")]
    assert {move.by for move in page.items} == {ANNA}


async def test_the_stages_of_a_deal_come_whole_and_oldest_first() -> None:
    def update(day: int, **fields: str | float) -> CrmEvent:
        at = known.START + timedelta(days=day)
        return CrmEvent(at=at, op="update", module="Deals", id=RENEWAL, user_id=ANNA, fields=fields)

    moves = [update(1, Stage="Needs Analysis"), update(2, Amount=40_000.0), update(3, Stage="Closed Won")]
    async with bench(company([*known.standard_events(), *moves])) as crm:
        found = await crm.client.stage_moves(RENEWAL)

    assert found is not None
    assert [(move.before, move.after) for move in found][-2:] == [
        ("Negotiation/Review", "Needs Analysis"),
        ("Needs Analysis", "Closed Won"),
    ]


async def test_the_stages_of_a_deal_begin_where_it_joined_its_pipeline() -> None:
    def update(day: int, **fields: str) -> CrmEvent:
        at = known.START + timedelta(days=day)
        return CrmEvent(at=at, op="update", module="Deals", id=RENEWAL, user_id=ANNA, fields=fields)

    moves = [
        update(1, Pipeline="Enterprise"),  # named for the first time, which is no move
        update(2, Stage="Needs Analysis"),
        update(3, Stage="Negotiation/Review", Pipeline="Standard"),
        update(4, Stage="Closed Won"),
    ]
    async with bench(company([*known.standard_events(), *moves[:2]])) as crm:
        whole = await crm.client.stage_moves(RENEWAL)
    async with bench(company([*known.standard_events(), *moves])) as crm:
        found = await crm.client.stage_moves(RENEWAL)
    assert whole is not None
    assert found is not None
    assert whole[-1].before == "Negotiation/Review"
    assert [(move.at.day, move.before, move.after) for move in found] == [
        (5, None, "Negotiation/Review"),
        (6, "Negotiation/Review", "Closed Won"),
    ]


async def test_stages_are_unknown_if_there_are_more_changes_than_fit_on_a_page() -> None:
    edits = [
        CrmEvent(
            at=known.START + timedelta(days=1, minutes=minute),
            op="update",
            module="Deals",
            id=RENEWAL,
            user_id=ANNA,
            fields={"Amount": 1_000.0 + minute},
        )
        for minute in range(210)
    ]
    async with bench(company([*known.standard_events(), *edits])) as crm:
        assert await crm.client.stage_moves(RENEWAL) is None


async def test_a_deal_names_its_pipeline_however_it_is_read(crm: Bench) -> None:
    named = {"Pipeline": "Standard"}
    crm.sandbox.happens(CrmEvent(at=crm.clock(), op="update", module="Deals", id=RENEWAL, user_id=ANNA, fields=named))
    listed = [deal async for page, _ in crm.client.changed(Stream.DEALS, since=None) for deal in page]
    facts = await crm.client.account(NORTHWIND)
    one, again = await crm.client.record(Kind.DEAL, RENEWAL), await crm.client.records(Kind.DEAL, [RENEWAL])
    read = [deal for deal in (*listed, *facts.deals, one, *again) if isinstance(deal, Deal) and deal.id == RENEWAL]
    assert [deal.pipeline_name for deal in read] == ["Standard"] * 4


async def test_where_deals_have_no_pipeline_they_are_read_without_and_nothing_is_said(crm: Bench) -> None:
    crm.sandbox.hide_field("Deals", "Pipeline")
    facts = await crm.client.account(NORTHWIND)
    assert {deal.pipeline_name for deal in facts.deals} == {None}
    assert crm.client.problems() == ()
    assert "pipeline_name" in crm.client.unread(Kind.DEAL)
