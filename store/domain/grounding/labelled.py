"""Say what a labelled value states as a plain sentence, so that one grammar reads facts of every form.

`Closing date of “Renewal”: 21 Sep → 30 Sep, 9 days later.`, `Renewal, Closing date: 30 Sep`, and the lines of a tool's result.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from store.domain.crm.evidence import Evidence, Source
from store.domain.crm.money import sign_of

_OF = re.compile(r"^(?P<label>[A-Z][\w ]{2,30}) of “(?P<name>[^”]+)”: (?P<value>.+)$")
_BEHIND = re.compile(r"^(?P<name>.{2,100}), (?P<label>[A-Z][\w ]{2,30}): (?P<value>.+)$")
_LINE = re.compile(r"^(?P<key>[a-z][a-z ]{1,30}): (?P<value>.+)$")
_ARROW = re.compile(
    r"^(?P<before>.+?) → (?P<after>.+?)(?:, (?P<by>[^,]+? (?:later|less)))?(?:,? (?P<on>(?:on|between) \d.*))?$"
)
_ACTIVITIES = frozenset({"call", "meeting", "task", "event"})


def sentences_of_label(line: str) -> list[str]:
    """The sentences that a labelled line states; none if it has another form."""
    found = _OF.match(line) or _BEHIND.match(line)
    return list(said_of(found["name"], found["label"], found["value"].rstrip("."))) if found else []


def sentences_of_evidence(evidence: Evidence) -> list[str]:
    if evidence.source is Source.NOTE or not evidence.record_name.strip():
        return []
    return list(said_of(evidence.record_name, evidence.label, evidence.value))


def sentences_of_record(text: str, sign: str) -> list[str]:
    """What the lines `field: value` of one record state. `sign` is that of an amount in no other currency."""
    lines = [found for line in text.splitlines() if (found := _LINE.match(line))]
    fields: dict[str, str] = {}
    for found in lines:
        fields.setdefault(found["key"], found["value"])
    name = next((fields[key] for key in ("name", "subject") if key in fields), "")
    if not name or len(lines) < 2:
        return []
    return list(_of_fields(name, fields, sign_of(fields["currency"]) if "currency" in fields else sign))


def said_of(name: str, label: str, value: str) -> Iterator[str]:
    """What a record's labelled value states."""
    who, small = f"“{name}”", label.casefold()
    moved = _ARROW.match(value)
    on = f" {moved['on']}" if moved and moved["on"] else ""
    way = f"from {_quoted(moved['before'])} to {_quoted(moved['after'])}{on}" if moved else ""
    if small == "closing date":
        by = f"slipped {moved['by'].removesuffix(' later')}" if moved and moved["by"] else "moved"
        yield (
            f"{who} {by} from {moved['before']} to {moved['after']}{on}."
            if moved
            else f"{who} is to close on {value.split(', ')[0]}."
        )
    elif small == "amount":
        by = f"lost {moved['by'].removesuffix(' less')}" if moved and moved["by"] else "moved"
        yield f"{who} {by} from {moved['before']} to {moved['after']}{on}." if moved else f"{who} is worth {value}."
    elif small == "stage":
        stage, _, since = value.partition(" since ")
        yield f"{who} moved {way}." if moved else f"{who} is in {_quoted(stage.split(';')[0])}."
        span = re.search(r"; (?P<span>(?:at least )?\d+ days?)", since)
        if span:
            yield f"{who} has been in {_quoted(stage)} for {span['span']} since {since.split(';')[0]}."
    elif small == "next step":
        yield f"{who} has no next step." if value.startswith("empty") else f"{who} has the next step “{value}”."
    elif small == "primary contact":
        yield f"{who} changed its contact {way}." if moved else f"“{value}”, the contact of {who}."
    elif small in ("role", "buying role", "title"):
        yield from (f"{who} ({_quoted(each)})." for each in re.split(r", ", value) if each)
    elif small == "contact":
        yield f"{who} {value}."
    elif small == "owner" and moved:
        yield f"The account went {way}."
    elif small == "due date":
        yield f"{who} was due on {value.split(', ')[0]}."
    elif small in _ACTIVITIES and (day := value.rpartition(", ")[2]) and day[:1].isdigit():
        yield f"The {small} {who} was on {day}."
    elif small == "last touch":
        yield from _silence(value)
    elif small == "new deal":
        yield f"{who} {value}."


def _silence(value: str) -> Iterator[str]:
    """`a note on 2 Feb; nothing for 50 days; usually 14 …`"""
    span = re.search(r"nothing for (?P<span>(?:at least )?\d+ days?)", value)
    since = f" since {value.split(';')[0]}" if re.match(r"an? ", value) else ""
    if span:
        yield f"Nothing logged for {span['span']}{since}."


def _of_fields(name: str, fields: Mapping[str, str], sign: str) -> Iterator[str]:
    who = f"“{name}”"
    if "stage" in fields:
        yield f"{who} is in {_quoted(fields['stage'])}."
    if re.fullmatch(r"\d+(?:\.\d+)?", fields.get("amount", "")):
        yield f"{who} is worth {sign}{fields['amount']}."
    if "closing date" in fields:
        yield f"{who} is to close on {fields['closing date'][:10]}."
    if "next step" in fields:
        yield f"{who} has the next step “{fields['next step']}”."
    if "modified at" in fields:
        yield f"{who} last changed {fields['modified at'][:10]}."
    if "there are" in fields and (count := re.match(r"(\d+|no) open deals?", fields["there are"])):
        yield f"{who} has {count[0]}."
    yield from (f"{who} ({_quoted(fields[key])})." for key in ("title", "buying role") if key in fields)
    if "type" in fields and "at" in fields:
        yield from _of_activity(who, fields)


def _of_activity(who: str, fields: Mapping[str, str]) -> Iterator[str]:
    kind = {"event": "meeting"}.get(fields["type"], fields["type"])
    day, done = fields["at"][:10], fields.get("done", "").casefold() in ("true", "yes")
    if kind == "task":
        yield f"The task {who} was {'done on ' + fields.get('done at', day)[:10] if done else 'due on ' + day}."
    else:
        yield f"The {kind} {who} {'took place on' if done else 'is set for'} {day}."


def _quoted(value: str) -> str:
    return f"“{value.strip()}”"
