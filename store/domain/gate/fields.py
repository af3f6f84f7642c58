"""The CRM's own rules for the fields that our writes fill in: an administrator may have made a field mandatory or
read-only, removed a picklist value, or taken the field off the page. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from store.domain.gate.write import TEXT_TYPES, Field, Problem, Write


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRule:
    """One field as the CRM describes it. `type` is the CRM's word (`text`, `picklist`, `date` …), `length` in
    characters (None: unlimited), `choices` are a picklist's values."""

    label: str
    type: str
    length: int | None = None
    required: bool = False
    read_only: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRules:
    """The fields that a write fills in, by our names; a missing one is no longer on the page. `also_required` are the
    labels of mandatory fields that the write never fills in."""

    fields: Mapping[str, FieldRule]
    also_required: tuple[str, ...] = ()


# By the kind of write; a missing kind was never read, and nothing is known about its fields.
FieldRules = Mapping[str, RecordRules]


def field_problems(write: Write, rules: FieldRules) -> list[Problem]:
    """The problems that the CRM would have with a write; "" for those of no field of ours."""
    known = rules.get(write.kind)
    if known is None:
        return []
    found = [
        (field.name, sentence)
        for field in write.fields()
        for sentence in _problems(field, known.fields.get(field.name))
    ]
    return [
        *found,
        *(("", f"Zoho requires “{label}”, which can't be filled in here.") for label in known.also_required),
    ]


def picklists(rules: FieldRules, kind: str) -> dict[str, tuple[str, ...]]:
    """The picklist values of the fields of a kind of write, by our field name."""
    known = rules.get(kind)
    return {field: rule.choices for field, rule in known.fields.items() if rule.choices} if known else {}


def _problems(field: Field, rule: FieldRule | None) -> Iterator[str]:
    value = field.value
    if rule is None:
        yield f"Zoho no longer has a field “{field.label}” here."
    elif rule.read_only:
        yield f"“{rule.label}” is read-only in Zoho."
    elif rule.type not in field.types:
        yield f"“{rule.label}” now has another type in Zoho ({rule.type})."
    elif value is None or not str(value).strip():
        if rule.required:
            yield f"“{rule.label}” must not be empty in Zoho."
    elif rule.length and len(str(value)) > rule.length and rule.type in TEXT_TYPES:
        yield f"This is {len(str(value)) - rule.length} characters too long for Zoho."
    elif rule.type == "picklist" and str(value) not in rule.choices:
        yield f"“{rule.label}” must be one of: {', '.join(rule.choices)}."
