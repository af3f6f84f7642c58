"""People who get nothing, and why: each once, with the trouble to mend first."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from store.domain.crm.accounts import Person
from store.domain.gate.links import Link
from store.domain.running.administration import LATE, Delivery, Trouble, Unreached, unreached

NOW = datetime(2026, 3, 24, 9, 0, tzinfo=UTC)
ANNA = Person(id="1", name="Anna", email="anna@example.com")
BOB = Person(id="2", name="Bob", email="bob@example.com")
LINK = Link(team_id="T", user_id="U", person_id="1", at=NOW - timedelta(days=9), confirmed_at=NOW - timedelta(days=8))
DUE = Delivery(due=NOW - timedelta(hours=1), written=True)


def trouble(link: Link | None, brief: Delivery | None = None, *, person: Person = ANNA) -> Trouble | None:
    found = unreached([person], {person.id: link} if link else {}, {person.id: brief} if brief else {}, now=NOW)
    return found[0].trouble if found else None


def test_someone_who_has_their_brief_or_is_owed_none_is_not_named() -> None:
    assert trouble(LINK) is None
    assert trouble(LINK, replace(DUE, delivered=True)) is None
    assert trouble(None) is None


def test_a_link_that_was_refused_or_no_longer_fits_is_the_trouble_to_mend() -> None:
    refused, lapsed = replace(LINK, refused_at=NOW), replace(LINK, lapsed_at=NOW)
    assert trouble(refused, DUE) is Trouble.NOT_THEM
    assert trouble(lapsed, replace(DUE, failed=True)) is Trouble.LEFT
    assert trouble(replace(refused, lapsed_at=NOW)) is Trouble.NOT_THEM


def test_someone_who_does_not_say_who_they_are_is_named_after_a_day_even_if_their_brief_waits() -> None:
    asked = replace(LINK, confirmed_at=None, at=NOW - timedelta(hours=23))
    waiting = replace(DUE, delivered=True)
    assert trouble(asked, waiting) is None
    assert trouble(replace(asked, at=NOW - timedelta(hours=24)), waiting) is Trouble.SILENT


def test_a_written_brief_without_a_slack_user_says_that_there_is_none() -> None:
    assert trouble(None, DUE) is Trouble.STRANGER
    assert trouble(None, replace(DUE, written=False)) is Trouble.LATE


def test_a_brief_is_late_after_a_quarter_of_an_hour_and_failed_at_once() -> None:
    just = Delivery(due=NOW - LATE + timedelta(seconds=1))
    assert trouble(LINK, just) is None
    assert trouble(LINK, replace(just, due=NOW - LATE)) is Trouble.LATE
    assert trouble(LINK, replace(just, failed=True)) is Trouble.FAILED


def test_people_come_by_trouble_and_name_and_former_ones_not_at_all() -> None:
    gone = replace(BOB, id="3", name="Abe", active=False)
    found = unreached(
        [BOB, ANNA, gone],
        {"2": replace(LINK, person_id="2", refused_at=NOW), "3": replace(LINK, person_id="3", refused_at=NOW)},
        {"1": DUE},
        now=NOW,
    )
    assert found == (
        Unreached(person=BOB, trouble=Trouble.NOT_THEM, since=NOW),
        Unreached(person=ANNA, trouble=Trouble.STRANGER),
    )
