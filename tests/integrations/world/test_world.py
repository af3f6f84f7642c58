"""The world as a whole: the same every time, sound in itself, and with a morning worth reading at its end."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.sandbox.history import MODULES, CrmEvent
from integrations.sandbox.world import World, build_world, stories
from integrations.sandbox.world.names import company_name
from integrations.sandbox.world.script import RECENT
from integrations.sandbox.world.storylines import STEADY
from store.domain.errors import BadInput
from store.domain.signals.kinds import NEWS, SignalKind

END = date(2026, 11, 20)
START = END - timedelta(days=120)
ROOT = Path(__file__).parents[3]

FIELDS = {
    "Accounts": "Account_Name Owner Industry Account_Type Rating Annual_Revenue Description Phone Website Employees",
    "Contacts": "First_Name Last_Name Owner Account_Name Title Email Phone Buying_Role",
    "Deals": "Deal_Name Owner Account_Name Stage Amount Closing_Date Next_Step Contact_Name Probability",
    "Tasks": "Subject Owner Status Due_Date Priority What_Id Who_Id $se_module Description Closed_Time",
    "Events": "Event_Title Start_DateTime End_DateTime What_Id Who_Id $se_module Owner",
    "Calls": "Subject Call_Type Call_Start_Time Call_Duration Outgoing_Call_Status What_Id Who_Id $se_module Owner",
    "Notes": "Note_Title Note_Content Parent_Id Owner",
}


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(end=END)


def test_the_same_arguments_give_the_same_world_in_another_process(world: World) -> None:
    program = (
        "from datetime import date; from tests.integrations.world.test_world import digest; "
        "from integrations.sandbox.world import build_world; print(digest(build_world(end=date(2026, 11, 20))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONHASHSEED": "4711"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == digest(world)


def test_another_seed_gives_another_world(world: World) -> None:
    assert digest(build_world(seed=8, end=END)) != digest(world)


def test_an_accounts_story_does_not_depend_on_how_many_there_are() -> None:
    many = {story.account_id: story for story in stories(owners=3, accounts_per_owner=30, end=END)}

    few = list(stories(owners=2, accounts_per_owner=4, end=END))

    assert len(few) == 8
    assert all(many[story.account_id] == story for story in few)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), days=st.integers(1, 120), noise=st.booleans())
def test_any_seed_gives_the_same_company_whatever_the_days(seed: int, days: int, noise: bool) -> None:
    arguments: dict[str, Any] = {"seed": seed, "owners": 2, "accounts_per_owner": 5, "end": END, "noise": noise}

    assert build_world(days=days, **arguments).company == build_world(**arguments).company


@pytest.mark.parametrize("days", [1, 5, 35, 75, 119])
def test_one_seed_gives_the_same_company_however_many_mornings_one_looks_at_it(world: World, days: int) -> None:
    fewer = build_world(end=END, days=days)

    assert fewer.company.events == world.company.events
    assert fewer.company.users == world.company.users
    assert truth(fewer, END - timedelta(days=days - 1)) == truth(world, END - timedelta(days=days - 1))


@pytest.mark.parametrize("days", [121, 200])
def test_more_mornings_than_the_stories_only_add_what_was_before_them(world: World, days: int) -> None:
    more = build_world(end=END, days=days)
    known = {event.id for event in world.company.events}
    added = [event for event in more.company.events if event.id not in known]

    assert [event for event in more.company.events if event.id in known] == world.company.events
    assert {event.op for event in added} == {"create"}
    assert max(event.at.date() for event in added) < START - timedelta(days=30)
    assert truth(more, START + timedelta(days=1)) == truth(world, START + timedelta(days=1))


def test_the_stories_one_by_one_are_the_world(world: World) -> None:
    told = list(stories(end=END))

    assert Counter(event.id for story in told for event in story.events) == Counter(e.id for e in world.company.events)
    assert tuple(label for story in told for label in story.labels) == world.labels


def test_events_come_in_order_and_end_before_the_last_look(world: World) -> None:
    moments = [event.at for event in world.company.events]

    assert moments == sorted(moments)
    assert moments[-1].isoformat() < "2026-11-20T06:00"
    assert all(moment.microsecond == 0 for moment in moments)


def test_records_are_created_once_before_anything_happens_to_them_and_lookups_lead_somewhere(world: World) -> None:
    users = {user.id for user in world.company.users}
    alive: dict[str, str] = {}
    for event in world.company.events:
        assert event.user_id in users
        assert (event.id in alive) is (event.op != "create"), event
        for module, record_id in lookups(event):
            assert record_id in users if module == "Owner" else alive[record_id] == module, event
        if event.op == "delete":
            del alive[event.id]
        else:
            alive[event.id] = event.module

    assert set(alive.values()) == set(MODULES)
    assert all(len(record_id) == 19 and record_id.isdigit() for record_id in {*alive, *users})


def test_only_fields_that_the_crm_has_are_written(world: World) -> None:
    allowed = {module: set(names.split()) for module, names in FIELDS.items()}

    assert not [event for event in world.company.events if not set(event.fields) <= allowed[event.module]]


def test_every_user_has_a_manager_who_is_a_user_and_an_address_of_their_own(world: World) -> None:
    users = {user.id: user for user in world.company.users}
    owners = [user for user in users.values() if user.active and user.role == "Account Executive"]

    assert len(owners) == 6
    assert len({owner.time_zone for owner in owners}) == 6
    assert all(users[owner.manager_id or ""].role == "Sales Manager" for owner in owners)
    assert len({user.email for user in users.values()}) == len(users)
    assert all(user.email.endswith(".example") for user in users.values())


def test_fifty_thousand_accounts_have_distinct_names(world: World) -> None:
    names = {company_name(7, owner=owner, account=account).name for owner in range(500) for account in range(100)}

    assert len(names) == 50_000
    written = [event.fields["Account_Name"] for event in world.company.events if created(event, "Accounts")]
    assert len(set(written)) == len(written) == 120


def test_every_kind_of_signal_occurs_in_the_default_world_and_on_its_last_morning(world: World) -> None:
    assert {label.kind for label in world.labels} == set(SignalKind) - {SignalKind.DEAL_REOPENED}
    assert {label.kind for label in world.labels if label.holds_on(END)} == set(SignalKind) - {SignalKind.DEAL_REOPENED}


def test_on_the_last_morning_every_owner_has_a_handful_of_accounts_to_look_at_and_some_news(world: World) -> None:
    owner_of = {story.account_id: story.owner_id for story in stories(end=END)}
    accounts, kinds, news = defaultdict(set), defaultdict(set), Counter[str]()
    for label in world.labels:
        owner = owner_of[label.account_id]
        if label.holds_on(END) and label.kind in NEWS:
            news[owner] += 1
        elif label.holds_on(END):
            accounts[owner].add(label.account_id)
            kinds[owner].add(label.kind)

    assert len(accounts) == 6
    assert all(3 <= len(found) <= 7 for found in accounts.values())
    assert all(len(found) >= 4 for found in kinds.values())
    assert all(news[owner] >= 2 for owner in accounts)


def test_every_live_story_has_something_to_say_on_the_last_morning(world: World) -> None:
    live = [story for story in stories(end=END) if story.live]

    assert len(live) == 42
    assert all(any(label.holds_on(END) for label in story.labels) for story in live)


def test_trouble_of_the_past_is_over_on_the_last_morning(world: World) -> None:
    over = [story for story in stories(end=END) if not story.live]

    assert len(over) == 78
    assert not [label for story in over for label in story.labels if label.holds_on(END) and label.kind not in NEWS]


def test_steady_accounts_have_nothing_but_news(world: World) -> None:
    steady = [story for story in stories(end=END) if story.storyline in STEADY]

    assert len(steady) == 36
    assert {label.kind for story in steady for label in story.labels} <= NEWS


def test_labels_lie_between_the_first_look_and_the_last_and_never_overlap(world: World) -> None:
    spans = defaultdict(list)
    for label in world.labels:
        last = label.last or END
        assert START <= label.first <= last <= END
        spans[label.kind, label.record_id].append((label.first, last))

    for held in spans.values():
        held.sort()
        assert all(earlier[1] < later[0] for earlier, later in pairwise(held))


def test_text_that_must_be_escaped_occurs_in_names_and_notes(world: World) -> None:
    names = [str(event.fields["Account_Name"]) for event in world.company.events if created(event, "Accounts")]
    notes = [str(event.fields["Note_Content"]) for event in world.company.events if created(event, "Notes")]

    assert sum(any(mark in name for mark in "<*`🌿_") for name in names) >= 2
    assert any("<!channel>" in note for note in notes)
    assert any("gnore your previous instructions" in note for note in notes)
    assert any("\u05d0" <= letter <= "\u05ea" for note in notes for letter in note)


def test_no_text_keeps_an_unfilled_variable(world: World) -> None:
    texts = [value for event in world.company.events for value in event.fields.values() if isinstance(value, str)]

    assert not [text for text in texts if "{" in text or "}" in text]


@pytest.mark.parametrize(
    "wrong", [{"owners": 0}, {"accounts_per_owner": 0}, {"accounts_per_owner": 10_000}, {"days": 0}]
)
def test_numbers_without_sense_are_refused_in_one_sentence(wrong: dict[str, int]) -> None:
    arguments: dict[str, Any] = {"end": END, **wrong}

    with pytest.raises(BadInput, match="A world has 1 to"):
        build_world(**arguments)


def truth(world: World, first: date) -> dict[date, set[tuple[SignalKind, str]]]:
    """The signals that hold on each morning from `first`. Changes that an earlier first look did not see are left out."""
    mornings = [first + timedelta(days=n) for n in range(RECENT, (END - first).days + 1)]
    return {day: {(each.kind, each.record_id) for each in world.labels if each.holds_on(day)} for day in mornings}


def digest(world: World) -> str:
    """A fingerprint of everything in a world."""
    told = [(e.at.isoformat(), e.op, e.module, e.id, e.user_id, e.fields) for e in world.company.events]
    text = json.dumps([told, [repr(label) for label in world.labels], [repr(user) for user in world.company.users]])
    return hashlib.sha256(text.encode()).hexdigest()


def created(event: CrmEvent, module: str) -> bool:
    return event.op == "create" and event.module == module


def lookups(event: CrmEvent) -> Iterator[tuple[str, str]]:
    """The records an event points to, as (module, id); users as ("Owner", id)."""
    values: dict[str, Any] = dict(event.fields)
    modules = {
        "Owner": "Owner",
        "Account_Name": "Accounts",
        "Contact_Name": "Contacts",
        "Who_Id": "Contacts",
        "What_Id": values.get("$se_module"),
    }
    for name, module in modules.items():
        value = values.get(name)
        if isinstance(value, dict) and module:
            yield module, value["id"]
    if parent := values.get("Parent_Id"):
        yield parent["module"]["api_name"], parent["id"]
