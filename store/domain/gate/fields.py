"""What the CRM itself takes in the fields that our writes fill in: an administrator may have made one mandatory or read-only,
taken a value from a picklist, or taken the field off the page. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from store.domain.gate.proposals import (
    EDITABLE_ACCOUNT_FIELDS,
    AddNote,
    CreateTask,
    RemoveRecord,
    Tool,
    UpdateAccount,
    Write,
)

Value = str | date | None
# "\n\n" and the mark that the writer puts at the end of a text.
MARK_ROOM = 18
STATUS = "Not Started"

_TEXTS = frozenset({"text", "textarea", "picklist"})
_TYPES: Mapping[str, frozenset[str]] = {"due": frozenset({"date"}), "assignee_id": frozenset({"ownerlookup"})}
_LABELS: Mapping[str, str] = {
    "subject": "Subject",
    "due": "Due date",
    "priority": "Priority",
    "assignee_id": "Owner",
    "status": "Status",
    "title": "Title",
    "text": "Text",
    **EDITABLE_ACCOUNT_FIELDS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRule:
    """One field by the CRM's own description. `type` is its word for it (`text`, `picklist`, `date` …), `length` in characters
    (None: unlimited), `choices` are a picklist's values."""

    label: str
    type: str
    length: int | None = None
    required: bool = False
    read_only: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRules:
    """The fields that a write fills in, by our names; one that is not here is not on the page any more. `also_required` are
    the labels of mandatory fields that the write never fills in."""

    fields: Mapping[str, FieldRule]
    also_required: tuple[str, ...] = ()


# By what is written; a tool that is not here was never read, and nothing is known of its fields.
FieldRules = Mapping[Tool, RecordRules]


def field_problems(write: Write, rules: FieldRules) -> list[tuple[str, str]]:
    """What the CRM would not take, as (field of the write, one sentence); "" for what belongs to no field of ours."""
    known = rules.get(write.tool)
    if known is None:
        return []
    found = [
        (field, sentence)
        for field, value in _values(write)
        for sentence in _problems(field, value, known.fields.get(field))
    ]
    return [*found, *(("", f"Zoho wants “{label}”, which cannot be filled in here.") for label in known.also_required)]


def picklists(rules: FieldRules, tool: Tool) -> dict[str, tuple[str, ...]]:
    """The values that the picklists among the fields of a write offer, by our field name."""
    known = rules.get(tool)
    return {field: rule.choices for field, rule in known.fields.items() if rule.choices} if known else {}


def _values(write: Write) -> Iterator[tuple[str, Value]]:
    match write:
        case CreateTask():
            yield from (("subject", write.subject), ("description", _marked(write.description)), ("due", write.due))
            yield from (("priority", write.priority), ("assignee_id", write.assignee_id), ("status", STATUS))
        case AddNote():
            yield from (("title", write.title), ("text", _marked(write.text)))
        case UpdateAccount():
            for change in write.changes:
                marked = change.field == "description" and change.after
                yield change.field, _marked(change.after or "") if marked else change.after
        case RemoveRecord():
            return


def _marked(text: str) -> str:
    return text + " " * MARK_ROOM


def _problems(field: str, value: Value, rule: FieldRule | None) -> Iterator[str]:
    if rule is None:
        yield f"Zoho has no field “{_LABELS.get(field, field)}” here any more."
    elif rule.read_only:
        yield f"“{rule.label}” is read-only in Zoho."
    elif rule.type not in _TYPES.get(field, _TEXTS):
        yield f"“{rule.label}” is of another kind in Zoho now ({rule.type})."
    elif value is None or not str(value).strip():
        if rule.required:
            yield f"“{rule.label}” must not be empty in Zoho."
    elif rule.length and len(str(value)) > rule.length and rule.type in _TEXTS:
        yield f"This is {len(str(value)) - rule.length} characters too long for Zoho."
    elif rule.type == "picklist" and str(value) not in rule.choices:
        yield f"“{rule.label}” must be one of: {', '.join(rule.choices)}."
