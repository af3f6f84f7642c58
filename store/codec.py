"""Convert domain values to JSON text for the `body` columns and back, with pydantic."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import TypeAdapter

from store.domain.brief.brief import Brief
from store.domain.crm.accounts import ENTITY_TYPES, Entity, Kind, Person, Pipeline, Stage
from store.domain.crm.basis import Difference, Fact
from store.domain.crm.personal_settings import PersonalSettings
from store.domain.gate.fields import FieldRules, RecordRules
from store.domain.gate.proposals import Recommendation
from store.domain.gate.registry import StoredWrite, kind_named
from store.domain.gate.write import Write

_LISTS: Mapping[Kind, TypeAdapter[list[Any]]] = {kind: TypeAdapter(list[cls]) for kind, cls in ENTITY_TYPES.items()}  # type: ignore[valid-type]  # the class is known only at run time
_ENTITIES: Mapping[Kind, TypeAdapter[Any]] = {kind: TypeAdapter(cls) for kind, cls in ENTITY_TYPES.items()}
_PERSON = TypeAdapter(Person)
_SETTINGS = TypeAdapter(PersonalSettings)
_STAGES = TypeAdapter(tuple[Stage, ...])
_RECOMMENDATION = TypeAdapter(Recommendation)
_BRIEF = TypeAdapter(Brief)
_FIELD_RULES: TypeAdapter[FieldRules] = TypeAdapter(dict[str, RecordRules])
_WRITE: TypeAdapter[Write] = TypeAdapter(StoredWrite)
_BASIS = TypeAdapter(tuple[Fact, ...])
_DIFFERENCES = TypeAdapter(tuple[Difference, ...])


def encode_entity(entity: Entity) -> str:
    return _ENTITIES[entity.kind].dump_json(entity).decode()


def decode_entity(kind: Kind, body: str) -> Entity:
    entity: Entity = _ENTITIES[kind].validate_json(body)
    return entity


def decode_entities(kind: Kind, bodies: Iterable[str]) -> list[Any]:
    """Decode many entities of one kind at once, several times faster than one by one."""
    return _LISTS[kind].validate_json(f"[{','.join(bodies)}]")


def encode_person(person: Person) -> str:
    """What the CRM says about them, without any settings."""
    return _PERSON.dump_json(person, exclude={"settings", "usual"}).decode()


def decode_person(body: str) -> Person:
    return _PERSON.validate_json(body)


def encode_settings(settings: PersonalSettings) -> str:
    return _SETTINGS.dump_json(settings, exclude_defaults=True).decode()


def decode_settings(body: str) -> PersonalSettings:
    return _SETTINGS.validate_json(body)


def encode_pipeline(pipeline: Pipeline) -> str:
    return _STAGES.dump_json(pipeline.stages).decode()


def decode_pipeline(body: str) -> Pipeline:
    return Pipeline(_STAGES.validate_json(body))


def encode_field_rules(rules: FieldRules) -> str:
    return _FIELD_RULES.dump_json(dict(rules)).decode()


def decode_field_rules(body: str) -> FieldRules:
    return {kind_named(name).kind: rules for name, rules in _FIELD_RULES.validate_json(body).items()}


def encode_recommendation(recommendation: Recommendation) -> str:
    return _RECOMMENDATION.dump_json(recommendation).decode()


def decode_recommendation(body: str) -> Recommendation:
    return _RECOMMENDATION.validate_json(body)


def encode_write(write: Write) -> str:
    return _WRITE.dump_json(write).decode()


def decode_write(body: str) -> Write:
    return _WRITE.validate_json(body)


def encode_basis(basis: tuple[Fact, ...]) -> str:
    return _BASIS.dump_json(basis).decode()


def decode_basis(body: str) -> tuple[Fact, ...]:
    return _BASIS.validate_json(body)


def encode_differences(differences: tuple[Difference, ...]) -> str:
    return _DIFFERENCES.dump_json(differences).decode()


def decode_differences(body: str) -> tuple[Difference, ...]:
    return _DIFFERENCES.validate_json(body)


def encode_brief(brief: Brief) -> str:
    return _BRIEF.dump_json(brief).decode()


def decode_brief(body: str) -> Brief:
    return _BRIEF.validate_json(body)
