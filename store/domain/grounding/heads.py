"""Read a head and the values behind it, such as `slipped S0 to D0`, as a claim about the records in front of it."""

from __future__ import annotations

import re

from store.domain.grounding.claims import Figure
from store.domain.grounding.days import ClaimedDay
from store.domain.grounding.patterns import Head
from store.domain.grounding.phrases import HEADS, PARTS
from store.domain.grounding.reading import Reading
from store.domain.grounding.statements import Value

_WITHOUT_RECORD = frozenset({"silence", "owner", "last", "had", "plans"})


def head_at(reading: Reading, at: int) -> int | None:
    for head in HEADS:
        found = head.pattern.match(reading.text, at)
        if found is None or (head.field == "" and head.relation == "is" and not reading.topic):
            continue
        if head.relation == "set" and not reading.found.named and "of" not in dict(head.slots).values():
            continue
        slots = {part: reading.values[found[group]] for group, part in head.slots if found[group] in reading.values}
        for group, _ in head.slots:
            reading.note(found[group])
        end, direction = _parts(reading, found.end(), slots)
        of = _field(reading, head, slots)
        relation = direction or head.relation
        if head.field == "" and of == "closing_date" and relation in ("less", "more"):
            relation = "earlier" if relation == "less" else "later"
        if of == "":
            reading.found.unclear = True
            return end
        _about(reading, of, relation, slots)
        reading.topic, reading.open = (reading.topic if of == reading.topic else ""), False
        return end
    return None


def _parts(reading: Reading, at: int, slots: dict[str, Value]) -> tuple[int, str]:
    """Read the values behind a head; return where they end, and a direction that they add."""
    text, direction = reading.text, ""
    while True:
        rest = re.match(r"[ ,]*", text[at:])
        begin = at + (rest.end() if rest else 0)
        for pattern, slot in PARTS:
            found = pattern.match(text, begin)
            if found is None or slot in slots or not _may_take(slot, found, text, begin, at):
                continue
            slots[slot] = reading.values[found["v"]]
            reading.note(found["v"])
            direction = _more_of(reading, slot, found, slots) or direction
            at = found.end()
            break
        else:
            return at, direction


def _more_of(reading: Reading, slot: str, found: re.Match[str], slots: dict[str, Value]) -> str:
    """Take what else a part carries; return the direction that it adds."""
    if slot == "between":
        slots["and"] = reading.values[found["v2"]]
    if slot == "for" and found["least"]:
        slots["least"] = "at least"
    if slot == "since" and found["touch"]:
        slots["touch"] = found["touch"]
    word = re.search(r"later|earlier|less|more", found[0]) if slot == "by" else None
    return word[0] if word else ""


def _field(reading: Reading, head: Head, slots: dict[str, Value]) -> str:
    if head.field:
        return head.field
    if reading.topic:
        return reading.topic
    values = [slots[each] for each in ("to", "from", "by", "is") if each in slots]
    if any(isinstance(each, ClaimedDay) for each in values):
        return "closing_date"
    if any(isinstance(each, Figure) and each.unit in ("day", "month") for each in values):
        return "closing_date"
    if any(isinstance(each, Figure) for each in values):
        return "amount"
    return "stage" if any(isinstance(each, str) for each in values) else ""


def _about(reading: Reading, of: str, relation: str, slots: dict[str, Value]) -> None:
    found = reading.found
    of_account = of in _WITHOUT_RECORD or (of == "deals" and not reading.subjects)
    records = [""] if of_account else reading.subjects
    if "of" in slots and (of, relation) not in (("contact", "is"), ("contact", "was"), ("role of", "is")):
        slots = dict(slots)
        if (of, relation) == ("contact", "changed") and "to" not in slots and reading.subjects:
            slots["to"] = reading.subjects[-1]
        named = slots.pop("of")
        records = reading.subjects = [named] if isinstance(named, str) else []
    if of == "contact" and relation in ("is", "was") and len(found.named) >= 2:
        records = [found.named[-2]]  # the person; the last name is the deal's
    if of == "owner" and "to" not in slots and reading.subjects and reading.subjects[-1] != slots.get("from"):
        slots = {**slots, "to": reading.subjects[-1]}
    if not records:
        found.unclear = True
    for record in records:
        reading.add(record, of, relation, slots)


def _may_take(slot: str, found: re.Match[str], text: str, begin: int, at: int) -> bool:
    """Whether a value still belongs to the phrase: behind a comma it needs a word of its own, such as “from”."""
    bare = found[0][0] in "SPMD" and found[0][1:2].isdigit()
    return "," not in text[at:begin] or not bare or (slot == "by" and " " in found[0])
