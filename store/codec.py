"""Domain values to JSON text and back, through pydantic: what stands in the `body` columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import TypeAdapter

from store.domain.accounts import ENTITY_TYPES, Entity, Kind, Person, Pipeline, Stage
from store.domain.brief import Brief
from store.domain.proposals import WRITE, Recommendation, Write

_LISTS: Mapping[Kind, TypeAdapter[list[Any]]] = {kind: TypeAdapter(list[cls]) for kind, cls in ENTITY_TYPES.items()}  # type: ignore[valid-type]
_ENTITIES: Mapping[Kind, TypeAdapter[Any]] = {kind: TypeAdapter(cls) for kind, cls in ENTITY_TYPES.items()}
_PERSON = TypeAdapter(Person)
_STAGES = TypeAdapter(tuple[Stage, ...])
_RECOMMENDATION = TypeAdapter(Recommendation)
_BRIEF = TypeAdapter(Brief)


def encode_entity(entity: Entity) -> str:
    return _ENTITIES[entity.kind].dump_json(entity).decode()


def decode_entity(kind: Kind, body: str) -> Entity:
    entity: Entity = _ENTITIES[kind].validate_json(body)
    return entity


def decode_entities(kind: Kind, bodies: Iterable[str]) -> list[Any]:
    """Many of one kind at once, several times faster than one by one."""
    return _LISTS[kind].validate_json(f"[{','.join(bodies)}]")


def encode_person(person: Person) -> str:
    return _PERSON.dump_json(person).decode()


def decode_person(body: str) -> Person:
    return _PERSON.validate_json(body)


def encode_pipeline(pipeline: Pipeline) -> str:
    return _STAGES.dump_json(pipeline.stages).decode()


def decode_pipeline(body: str) -> Pipeline:
    return Pipeline(_STAGES.validate_json(body))


def encode_recommendation(recommendation: Recommendation) -> str:
    return _RECOMMENDATION.dump_json(recommendation).decode()


def decode_recommendation(body: str) -> Recommendation:
    return _RECOMMENDATION.validate_json(body)


def encode_write(write: Write) -> str:
    return WRITE.dump_json(write).decode()


def decode_write(body: str) -> Write:
    return WRITE.validate_json(body)


def encode_brief(brief: Brief) -> str:
    return _BRIEF.dump_json(brief).decode()


def decode_brief(body: str) -> Brief:
    return _BRIEF.validate_json(body)
