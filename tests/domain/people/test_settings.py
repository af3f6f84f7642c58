"""Personal settings: their defaults, the way back to them, and values that are refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from store.domain.crm.accounts import Person
from store.domain.crm.people import is_working_day
from store.domain.crm.personal_settings import NOTHING_SET, Pause, PersonalSettings
from store.domain.crm.public_holidays import country_names, regions_of
from store.domain.gate.adjust_proposal import FieldProblems
from store.domain.gate.remind_and_offer import asks_from, is_working
from store.domain.people.mornings import comes_on
from store.domain.people.settings import (
    Defaults,
    Setting,
    as_own,
    back_to_default,
    changed,
    check_settings,
    in_force,
    personal,
    set_here,
    skipped_on,
)
from store.domain.signals.kinds import SignalKind

TODAY = date(2026, 3, 24)  # a Tuesday
DEFAULTS = Defaults(brief_time=time(7, 45), asks=4, by_mail=False)
ANNA = Person(id="1", name="Anna Berg", email="anna@example.com", timezone="Europe/Berlin")
OWN = PersonalSettings(
    brief_time=time(9),
    working_days=frozenset({0, 1, 2}),
    quiet=(time(17), time(9)),
    country="DE",
    region="BY",
    asks=2,
    signals_off=frozenset({SignalKind.NO_NEXT_STEP}),
    by_mail=True,
)


def test_unset_settings_come_from_the_installation_and_the_crm() -> None:
    found = in_force(ANNA, DEFAULTS)
    assert (found.brief_time, found.asks, found.by_mail) == (time(7, 45), 4, False)
    assert (found.working_days, found.quiet) == (frozenset(range(5)), (time(18), time(8)))
    assert (found.country, found.region, found.pause) == ("DE", None, None)


def test_a_persons_own_settings_come_first() -> None:
    found = in_force(replace(ANNA, settings=OWN), DEFAULTS)
    assert (found.brief_time, found.asks, found.by_mail, found.region) == (time(9), 2, True, "BY")
    assert personal(OWN, DEFAULTS) == tuple(Setting)


def test_the_installations_values_hold_for_whoever_set_none_of_their_own() -> None:
    usual = PersonalSettings(
        working_days=frozenset({0, 1}), quiet=(time(20), time(7)), country="DE", region="BY"
    )  # fmt: skip
    tom = replace(ANNA, timezone="America/New_York", usual=usual)
    found = in_force(tom, DEFAULTS)
    assert (found.working_days, found.quiet) == (frozenset({0, 1}), (time(20), time(7)))
    assert (found.country, found.region) == ("DE", "BY")
    epiphany = date(2026, 1, 6)  # a Tuesday off in Bavaria alone
    assert not is_working_day(tom, epiphany)
    assert not comes_on(tom, epiphany)
    own = replace(tom, settings=PersonalSettings(country="", working_days=frozenset({1})))
    assert is_working_day(own, epiphany)
    assert set_here(tom, DEFAULTS) == set(Setting) - {Setting.SIGNALS, Setting.MAIL}
    assert set_here(ANNA, Defaults()) == frozenset()


def test_without_a_mail_server_no_ones_wish_for_e_mails_is_shown() -> None:
    assert Setting.MAIL in personal(OWN, DEFAULTS)
    assert Setting.MAIL not in personal(OWN, Defaults())


@pytest.mark.parametrize("name", list(Setting))
def test_each_setting_goes_back_to_its_default_alone(name: Setting) -> None:
    left = back_to_default(OWN, name)
    assert set(personal(left, DEFAULTS)) == set(Setting) - {name}
    assert name is not Setting.HOLIDAYS or left.region is None


def test_a_form_sent_as_it_was_shown_sets_nothing() -> None:
    shown = in_force(ANNA, DEFAULTS)
    chosen = PersonalSettings(
        brief_time=shown.brief_time, working_days=shown.working_days, quiet=shown.quiet,
        asks=shown.asks, by_mail=shown.by_mail,
    )  # fmt: skip
    assert as_own(ANNA, chosen, DEFAULTS) == NOTHING_SET
    for own in (
        PersonalSettings(country="DE"),
        PersonalSettings(country="DE", region="BY"),
        PersonalSettings(country=""),
    ):
        assert as_own(ANNA, replace(chosen, country=own.country, region=own.region), DEFAULTS) == own


@pytest.mark.parametrize(
    ("settings", "field", "sentence"),
    [
        (PersonalSettings(working_days=frozenset()), "working_days", "at least one day, or pause"),
        (PersonalSettings(working_days=frozenset({7})), "working_days", "Monday to Sunday"),
        (PersonalSettings(quiet=(time(8), time(18))), "quiet", "go over night"),
        (PersonalSettings(quiet=(time(12), time(12))), "quiet", "at least two hours"),
        (PersonalSettings(quiet=(time(9, 30), time(8))), "quiet", "at least two hours"),
        (PersonalSettings(country="UA"), "country", "no public holidays of Ukraine in 2026"),
        (PersonalSettings(country="XX"), "country", "no public holidays of XX"),
        (PersonalSettings(country="DE", region="TX"), "region", "no region “TX” in Germany"),
        (PersonalSettings(asks=0), "asks", "between 1 and 20"),
        (PersonalSettings(asks=21), "asks", "between 1 and 20"),
        (PersonalSettings(signals_off=frozenset({"rumour"})), "signals_off", "one of these kinds"),
        (PersonalSettings(signals_off=frozenset(map(str, SignalKind))), "signals_off", "Leave at least one"),
        (PersonalSettings(pause=Pause(until=TODAY)), "until", "a day after today"),
        (PersonalSettings(pause=Pause(until=TODAY + timedelta(days=400))), "until", "a year at most"),
    ],
)
def test_a_refused_value_gets_one_sentence_beside_its_field(
    settings: PersonalSettings, field: str, sentence: str
) -> None:
    with pytest.raises(FieldProblems) as refused:
        check_settings(settings, today=TODAY)
    ((name, said),) = refused.value.problems
    assert (name, sentence in said) == (field, True)


def test_allowed_values_pass() -> None:
    for settings in (
        OWN,
        NOTHING_SET,
        PersonalSettings(country="", pause=Pause()),
        PersonalSettings(quiet=(time(), time(6))),
    ):
        check_settings(settings, today=TODAY)


def test_a_time_that_the_clocks_will_skip_on_a_working_day_is_foreseen() -> None:
    sundays, weekdays = frozenset({6}), frozenset(range(5))
    assert skipped_on("Europe/Berlin", time(2, 30), today=TODAY, days=sundays) == (date(2026, 3, 29), time(3, 30))
    assert skipped_on("Europe/Berlin", time(2, 30), today=TODAY, days=weekdays) is None
    assert skipped_on("Europe/Berlin", time(8), today=TODAY, days=sundays) is None
    assert skipped_on("UTC", time(2, 30), today=TODAY, days=sundays) is None


def test_the_trail_says_which_settings_changed_and_to_what() -> None:
    told = changed(NOTHING_SET, replace(OWN, pause=Pause(until=TODAY), by_mail=None))
    assert told == {
        "brief_time": "09:00", "working_days": [0, 1, 2], "quiet": ["17:00", "09:00"], "country": "DE", "asks": 2,
        "signals_off": ["no_next_step"], "region": "BY", "pause": TODAY,
    }  # fmt: skip
    assert changed(OWN, OWN) == {}


def test_reminders_come_outside_of_the_quiet_hours_on_the_days_and_holidays_they_set() -> None:
    late = replace(ANNA, settings=PersonalSettings(quiet=(time(22), time(14)), country="DE", region="BY"))
    zone = ZoneInfo("Europe/Berlin")
    moments = [datetime(2026, 3, 24, hour, tzinfo=zone) for hour in (9, 14, 21, 22)]
    assert [is_working(late, each) for each in moments] == [False, True, True, False]
    due = datetime(2026, 3, 24, 20, 30, tzinfo=zone)
    assert asks_from(late, due=due, expires_at=due + timedelta(hours=3)) == due
    early = datetime(2026, 3, 24, 1, tzinfo=zone)  # the last hour of the day before
    assert asks_from(late, due=early, expires_at=early + timedelta(hours=4)) == datetime(2026, 3, 23, 21, tzinfo=zone)
    assert not is_working_day(late, date(2026, 1, 6))  # Epiphany, in Bavaria alone
    assert is_working_day(replace(ANNA, settings=PersonalSettings(country="")), date(2026, 4, 3))  # Good Friday


def test_quiet_hours_may_begin_at_midnight() -> None:
    owl = replace(ANNA, settings=PersonalSettings(quiet=(time(), time(12))))
    zone = ZoneInfo("Europe/Berlin")
    moments = [datetime(2026, 3, 24, *at, tzinfo=zone) for at in ((11, 59), (12, 0), (23, 59))]
    assert [is_working(owl, each) for each in moments] == [False, True, True]
    due = datetime(2026, 3, 24, 6, tzinfo=zone)
    assert asks_from(owl, due=due, expires_at=due + timedelta(hours=7)) == datetime(2026, 3, 23, 23, tzinfo=zone)


def test_countries_and_regions_have_names() -> None:
    assert country_names()["DE"] == "Germany"
    assert regions_of("DE")["BY"] == "Bayern"
    assert regions_of("XX") == {}
