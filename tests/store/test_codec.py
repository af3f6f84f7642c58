"""What is encoded comes back equal, whatever stands in it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.codec import (
    decode_brief,
    decode_entities,
    decode_entity,
    decode_person,
    decode_pipeline,
    decode_recommendation,
    decode_settings,
    decode_write,
    encode_brief,
    encode_entity,
    encode_person,
    encode_pipeline,
    encode_recommendation,
    encode_settings,
    encode_write,
)
from store.domain.crm.accounts import ENTITY_TYPES, Entity, Kind, Person, Pipeline, Stage
from store.domain.crm.evidence import Confidence, Evidence
from store.domain.crm.personal_settings import NOTHING_SET, PersonalSettings
from store.domain.gate.proposals import Recommendation
from store.domain.gate.write import Write, digest_of
from store.domain.gate.writes.add_note import AddNote
from store.domain.gate.writes.create_task import CreateTask
from store.domain.gate.writes.update_account import UpdateAccount
from tests.repetition import times
from tests.store.makers import brief, deal

T = TypeVar("T")

moments = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))
money = st.floats(allow_nan=False, allow_infinity=False)
OURS: dict[Any, st.SearchStrategy[Any]] = {
    datetime: moments,
    datetime | None: st.none() | moments,
    float: money,
    float | None: st.none() | money,
}


def any_of(cls: type[T], **given: st.SearchStrategy[Any]) -> st.SearchStrategy[T]:
    """Values of a domain class: aware times and finite numbers, everything else as wild as it comes."""
    ours = {name: OURS[hint] for name, hint in get_type_hints(cls).items() if hint in OURS}
    return st.builds(cls, **ours | given)


entities: st.SearchStrategy[Entity] = st.one_of([any_of(cls) for cls in ENTITY_TYPES.values()])
writes: st.SearchStrategy[Write] = st.one_of(any_of(CreateTask), any_of(AddNote), any_of(UpdateAccount))
recommendations = any_of(
    Recommendation,
    write=writes,
    evidence=st.lists(any_of(Evidence), max_size=2).map(tuple),
    confidence=any_of(Confidence),
)


@given(entity=entities)
@settings(max_examples=times(100, 2000))
def test_every_kind_of_record_comes_back_equal(entity: Entity) -> None:
    body = encode_entity(entity)
    assert decode_entity(entity.kind, body) == entity
    assert decode_entities(entity.kind, [body, body]) == [entity, entity]


@given(write=writes)
def test_a_write_comes_back_equal_and_with_the_same_digest(write: Write) -> None:
    back = decode_write(encode_write(write))
    assert back == write
    assert digest_of(back) == digest_of(write)


@given(recommendation=recommendations)
@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
def test_a_recommendation_comes_back_equal(recommendation: Recommendation) -> None:
    assert decode_recommendation(encode_recommendation(recommendation)) == recommendation


@given(person=st.from_type(Person))
def test_a_person_comes_back_equal_without_any_settings(person: Person) -> None:
    assert decode_person(encode_person(person)) == replace(person, settings=NOTHING_SET, usual=NOTHING_SET)


@given(chosen=st.from_type(PersonalSettings))
def test_a_persons_own_settings_come_back_equal(chosen: PersonalSettings) -> None:
    assert decode_settings(encode_settings(chosen)) == chosen


@given(stages=st.lists(st.from_type(Stage), max_size=5, unique_by=lambda stage: stage.name).map(tuple))
def test_a_pipeline_comes_back_equal_and_still_knows_its_stages(stages: tuple[Stage, ...]) -> None:
    back = decode_pipeline(encode_pipeline(Pipeline(stages)))
    assert back == Pipeline(stages)
    for stage in stages:
        assert back.position(stage.name) == Pipeline(stages).position(stage.name)
        assert (back.position(stage.name) is not None) is stage.offered


def test_a_brief_comes_back_equal() -> None:
    assert decode_brief(encode_brief(brief())) == brief()


@pytest.mark.parametrize("body", ["{}", "[]", "", '{"id": 1}'])
def test_a_body_of_another_shape_is_refused(body: str) -> None:
    with pytest.raises(ValueError, match="validation error"):
        decode_brief(body)


def test_a_deal_stored_before_pipelines_were_read_names_none() -> None:
    kept = deal("d1", "a1", pipeline_name="Renewals")
    body = json.loads(encode_entity(kept))
    del body["pipeline_name"]
    assert decode_entity(Kind.DEAL, json.dumps(body)) == replace(kept, pipeline_name=None)
