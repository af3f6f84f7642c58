"""Confidence follows from the evidence: what raises it, what lowers it, and that it says why."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.domain.brief.confidence import confidence, in_words
from store.domain.crm.accounts import Kind
from store.domain.crm.evidence import ConfidenceLevel, Evidence, Source
from store.domain.gate.proposals import Action, Prior, State
from store.domain.signals.kinds import SignalKind
from tests.domain.makers import DAY, NOW

ages = st.timedeltas(min_value=timedelta(0), max_value=400 * DAY)
longer = st.timedeltas(min_value=timedelta(0), max_value=400 * DAY)


def cited(source: Source = Source.FIELD, *, age: timedelta = DAY, record: str = "d1", field: str = "stage") -> Evidence:
    return Evidence(
        source=source,
        kind=Kind.DEAL,
        record_id=record,
        record_name="Renewal",
        field=field,
        label="Stage",
        value="a call on 14 Nov",
        at=NOW - age,
    )


def prior(state: State, *, still_there: bool | None = None) -> Prior:
    return Prior(
        key="k",
        title="Call Acme",
        action=Action.FOLLOW_UP,
        signals=(SignalKind.NO_ACTIVITY,),
        state=state,
        decided_by="Anna Berg",
        decided_at=NOW - 9 * DAY,
        reason=None,
        created_at=NOW - 10 * DAY,
        still_there=still_there,
    )


evidence_lists = st.lists(
    st.builds(
        lambda source, age, record: cited(source, age=age, record=record),
        st.sampled_from(Source),
        ages,
        st.sampled_from(["d1", "d2", "d3"]),
    ),
    max_size=6,
)
prior_lists = st.lists(
    st.builds(
        lambda state, there: prior(state, still_there=there),
        st.sampled_from(State),
        st.sampled_from([True, False, None]),
    ),
    max_size=5,
)


def score(evidence: list[Evidence], **given_fields: object) -> float:
    fields = {"now": NOW, "data_as_of": NOW} | given_fields
    return confidence(evidence, **fields).score  # type: ignore[arg-type]  # given as plain keywords


@given(evidence_lists, prior_lists, evidence_lists)
def test_the_score_lies_between_nought_and_one_and_the_reason_is_one_sentence(
    evidence: list[Evidence], priors: list[Prior], against: list[Evidence]
) -> None:
    result = confidence(evidence, now=NOW, data_as_of=NOW, priors=priors, against=against)
    assert 0.0 <= result.score <= 1.0
    assert result.because[0].isupper()
    assert result.because.endswith(".")


@given(evidence_lists, st.sampled_from([Source.NOTE, Source.HISTORY]), ages, longer)
def test_an_older_note_or_history_never_raises_confidence(
    others: list[Evidence], source: Source, age: timedelta, more: timedelta
) -> None:
    assert score([*others, cited(source, age=age + more)]) <= score([*others, cited(source, age=age)])


@given(evidence_lists, ages, longer)
def test_a_change_that_has_stood_for_longer_never_lowers_confidence(
    others: list[Evidence], age: timedelta, more: timedelta
) -> None:
    now, before = cited(Source.CHANGE, age=age), cited(Source.CHANGE, age=age + more)
    assert score([*others, before]) >= score([*others, now])


@given(ages)
def test_a_value_that_each_sync_confirms_does_not_fade(age: timedelta) -> None:
    assert score([cited(age=age)]) == score([cited()])


@given(evidence_lists, ages, longer)
def test_an_older_sync_never_raises_confidence_and_none_at_all_is_worst(
    evidence: list[Evidence], age: timedelta, more: timedelta
) -> None:
    recent, old = score(evidence, data_as_of=NOW - age), score(evidence, data_as_of=NOW - age - more)
    assert score(evidence, data_as_of=None) <= old <= recent


@given(evidence_lists, evidence_lists)
def test_more_evidence_never_lowers_confidence(some: list[Evidence], more: list[Evidence]) -> None:
    assert score([*some, *more]) >= score(some)


@given(evidence_lists, evidence_lists, evidence_lists)
def test_more_evidence_against_never_raises_confidence(
    evidence: list[Evidence], against: list[Evidence], more: list[Evidence]
) -> None:
    assert score(evidence, against=[*against, *more]) <= score(evidence, against=against)


@given(evidence_lists, evidence_lists)
def test_records_that_go_with_the_evidence_never_lower_confidence_and_prove_nothing_alone(
    evidence: list[Evidence], supporting: list[Evidence]
) -> None:
    assert score(evidence, supporting=supporting) >= score(evidence)
    assert score([], supporting=supporting) == 0.0


def test_a_field_that_people_keep_up_late_proves_less_than_another() -> None:
    assert score([cited(field="closing_date")]) < score([cited(field="stage")])
    assert confidence([cited(field="closing_date")], now=NOW, data_as_of=NOW).because == (
        "The stage shows it, but such dates are often updated late."
    )


@given(ages, ages)
def test_what_became_so_only_after_the_last_read_is_doubtful_unless_that_read_is_fresh(
    read: timedelta, since: timedelta
) -> None:
    known = score([cited()], data_as_of=NOW - read)
    late = score([cited()], data_as_of=NOW - read, since=NOW - since)
    assert (late < known) is (read > timedelta(hours=26) and since < read)


@given(evidence_lists, prior_lists)
def test_a_rejection_never_raises_and_advice_that_helped_never_lowers_confidence(
    evidence: list[Evidence], priors: list[Prior]
) -> None:
    plain = score(evidence, priors=priors)
    assert score(evidence, priors=[*priors, prior(State.REJECTED)]) <= plain
    assert score(evidence, priors=[*priors, prior(State.DONE, still_there=False)]) >= plain


def test_a_change_counts_more_than_a_field_and_so_on_down_to_our_own_history() -> None:
    order = [Source.CHANGE, Source.FIELD, Source.ABSENCE, Source.NOTE, Source.HISTORY]
    scores = [score([cited(source, age=4 * DAY)]) for source in order]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == len(scores)


def test_two_fields_of_one_record_prove_no_more_than_one_but_two_records_do() -> None:
    one = score([cited()])
    assert score([cited(), cited(field="amount")]) == one
    assert score([cited(), cited(record="d2")]) > one


def test_advice_that_was_done_without_effect_counts_neither_way() -> None:
    assert score([cited()], priors=[prior(State.DONE, still_there=True)]) == score([cited()])


@pytest.mark.parametrize(
    ("evidence", "level"),
    [
        ([], ConfidenceLevel.LOW),
        ([cited(Source.NOTE)], ConfidenceLevel.LOW),
        ([cited(Source.ABSENCE)], ConfidenceLevel.MEDIUM),
        ([cited(field="closing_date")], ConfidenceLevel.MEDIUM),
        ([cited(Source.CHANGE)], ConfidenceLevel.MEDIUM),
        ([cited(Source.CHANGE, age=4 * DAY)], ConfidenceLevel.HIGH),
        ([cited(Source.FIELD)], ConfidenceLevel.HIGH),
    ],
)
def test_the_level_follows_the_score(evidence: list[Evidence], level: ConfidenceLevel) -> None:
    assert confidence(evidence, now=NOW, data_as_of=NOW).level is level


def test_the_reason_names_what_agrees_what_speaks_against_it_and_what_happened_before() -> None:
    agreeing = [cited(Source.CHANGE, age=2 * DAY), cited(Source.FIELD)]
    assert confidence(agreeing, now=NOW, data_as_of=NOW).because == "The CRM dates the change."
    noted = replace(cited(Source.NOTE), value="a note on 14 Nov")
    new = confidence([cited(Source.CHANGE)], now=NOW, data_as_of=NOW, supporting=[noted])
    assert (
        new.because
        == "The CRM dates the change and there is a note on 14 Nov, but it is new and may still be corrected."
    )
    old = confidence([cited()], now=NOW, data_as_of=NOW - 3 * DAY, since=NOW - DAY)
    assert old.because == "The stage shows it, but the data is 3 days old and it became so only after that."
    doubted = confidence([cited()], now=NOW, data_as_of=NOW, against=[cited()], priors=[prior(State.REJECTED)] * 2)
    assert doubted.because == (
        "The stage shows it, but a call on 14 Nov speaks against it and similar advice was rejected twice."
    )
    helped = confidence([cited()], now=NOW, data_as_of=NOW - 3 * DAY, priors=[prior(State.DONE, still_there=False)])
    assert helped.because == "The stage shows it and similar advice helped here once, but the data is 3 days old."


def test_how_sure_we_are_is_said_in_plain_words() -> None:
    sure = confidence([cited(Source.CHANGE, age=2 * DAY), cited(Source.FIELD)], now=NOW, data_as_of=NOW)
    assert in_words(sure) == "Sure: the CRM dates the change."
    assert in_words(confidence([cited()], now=NOW, data_as_of=NOW)) == "Sure: the stage shows it."
    both = [cited(), replace(cited(record="d2"), label="Closing date")]
    assert in_words(confidence(both, now=NOW, data_as_of=NOW)) == "Sure: the stage and closing date show it."
    silence = confidence([cited(Source.ABSENCE), cited(record="d2")], now=NOW, data_as_of=NOW)
    assert in_words(silence) == "Sure: the CRM has no entry, but not everything is entered there."
    assert in_words(confidence([], now=NOW, data_as_of=NOW)) == "Not sure: nothing supports it."
