"""All detectors: order, switches, and that every statement has its evidence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import fields

import pytest
from hypothesis import given

from store.domain.crm.accounts import ENTITY_TYPES
from store.domain.crm.evidence import parse_evidence_id
from store.domain.signals.context import SignalPolicy
from store.domain.signals.detectors import DETECTORS, look_at
from store.domain.signals.kinds import Signal, SignalKind
from tests.domain.makers import context, deal, facts, signals_of
from tests.domain.troubles import TROUBLES, Trouble, troubled_deals

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def assert_numbers_are_cited(signals: Sequence[Signal]) -> None:
    for signal in signals:
        assert signal.evidence
        cited = _NUMBER.findall(" ".join(f"{each.value} {each.record_name}" for each in signal.evidence))
        uncited = [number for number in _NUMBER.findall(signal.statement) if number not in cited]
        assert not uncited, signal.statement


def test_there_is_a_detector_for_every_kind_and_findings_come_in_the_order_of_the_kinds() -> None:
    assert set(DETECTORS) == set(SignalKind)
    assert [finding.kind for finding in look_at(facts(deal()), context())] == list(SignalKind)


def test_a_calm_account_has_no_signal_and_every_detector_says_why_not() -> None:
    for finding in look_at(facts(deal()), context()):
        assert finding.signals == ()
        assert re.fullmatch(r"[A-Z].*\.", finding.why_not)


def test_the_troubled_accounts_show_every_kind_there_is() -> None:
    shown = {signal.kind for trouble in TROUBLES for signal in signals_of(trouble.facts, trouble.context)}
    assert shown == set(SignalKind)


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.name)
def test_a_kind_that_is_switched_off_is_silent_and_says_so(trouble: Trouble) -> None:
    for kind in {signal.kind for signal in signals_of(trouble.facts, trouble.context)}:
        enabled = frozenset(SignalKind) - {kind}
        off = context(
            *trouble.context.changes, policy=SignalPolicy(enabled=enabled), stage_since=trouble.context.stage_since
        )
        finding = next(each for each in look_at(trouble.facts, off) if each.kind is kind)
        assert finding.signals == ()
        assert finding.why_not == "This signal is switched off."


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.name)
def test_every_number_of_a_statement_stands_in_its_evidence(trouble: Trouble) -> None:
    assert_numbers_are_cited(signals_of(trouble.facts, trouble.context))


@given(troubled_deals())
def test_every_number_of_a_statement_stands_in_its_evidence_whatever_moved(trouble: Trouble) -> None:
    assert_numbers_are_cited(signals_of(trouble.facts, trouble.context))


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.name)
def test_every_evidence_id_names_a_record_and_a_field_that_exist(trouble: Trouble) -> None:
    known = trouble.facts
    records = (known.account, *known.deals, *known.contacts, *known.activities, *known.notes, *trouble.context.departed)
    ids = {(record.kind, record.id) for record in records if record is not None}
    changes = {change.id for change in trouble.context.changes}
    for signal in signals_of(known, trouble.context):
        for cited in signal.evidence:
            reference = parse_evidence_id(cited.id)
            names = {each.name for each in fields(ENTITY_TYPES[reference.kind])}
            assert (reference.kind, reference.record_id) in ids
            assert reference.field in names or (reference.field == "" and reference.change_id)
            assert reference.change_id is None or reference.change_id in changes


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.name)
def test_weights_lie_between_nought_and_one_and_statements_are_one_line(trouble: Trouble) -> None:
    for signal in signals_of(trouble.facts, trouble.context):
        assert 0 < signal.weight < 1
        assert "\n" not in signal.statement
        assert signal.statement.startswith(signal.subject)
        assert signal.account_id == trouble.facts.id
