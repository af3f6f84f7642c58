"""Read a marked text from left to right: its records, the claims about them, and the words that no phrase explains."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from store.domain.grounding.claims import Figure
from store.domain.grounding.days import ClaimedDay
from store.domain.grounding.marks import Marked
from store.domain.grounding.phrases import (
    HEADS,
    JUDGED,
    KINDS,
    NEUTRAL,
    PARTS,
    PRONOUN,
    ROLES,
    TITLE,
    TOPIC,
    TOPICS,
    TOTAL,
    Head,
)
from store.domain.grounding.statements import Claim, Value

_WORD = re.compile(r"[\w’'-]+|[^\w\s]")
_NAME = re.compile(r"N\d+(?:[’']s?)?")
_PAREN = re.compile(r"\( ?(?P<v>[MN]\d+|[a-z -]{3,40})(?: ?\)|(?=, last changed))")
_JOIN = re.compile(r"\s*(?:,|and|, and|&|or)\s+(?=N\d+)")
_ROLE = rf"(?:N\d+|(?:new |former |old |current )?(?:{ROLES.pattern}))"
_ROLES = re.compile(
    rf"(?P<be>(?:is|was|are)(?: still| now)? (?:the |a |an |our |their |its )?|, (?:the |a |an |our |their )?)"
    rf"(?P<roles>{_ROLE}(?:, (?:the )?{_ROLE}(?! (?:is|was|has)))*)(?: (?:of|at|for|on) (?P<of>N\d+))?(?![\w’'])"
)
_PUNCTUATION = frozenset(".,;:!?–—-)[]“”\"'’&/…→·")


@dataclass(slots=True)
class Read:
    """`claims` with the totals that the text sums up; `rest` are the words that no phrase explains, `judged` the names
    that the writer has an opinion of, `idle` those about which nothing is said."""

    claims: list[Claim] = field(default_factory=list)
    totals: list[tuple[tuple[str, ...], Figure]] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)
    idle: set[str] = field(default_factory=set)
    named: list[str] = field(default_factory=list)
    judged: set[str] = field(default_factory=set)
    unclear: bool = False


def read(marked: Marked, *, subject: str | None = None) -> Read:
    """`subject` is the record that “it” means at the beginning."""
    return _Reader(marked, subject).run()


class _Reader:
    def __init__(self, marked: Marked, subject: str | None) -> None:
        self._text = marked.text
        self._values = marked.values
        self._subjects: list[str] = [subject] if subject is not None else []
        self._topic = ""
        self._name = ""  # the last name read, for the brackets behind it
        self._open = False  # whether a further name joins the subjects
        self._found = Read()

    def run(self) -> Read:
        at = 0
        while at < len(self._text):
            if self._text[at].isspace():
                at += 1
                continue
            at = self._step(at)
        used = {each.record for each in self._found.claims}
        used |= {value for each in self._found.claims for value in each.slots.values() if isinstance(value, str)}
        used |= {name for names, _ in self._found.totals for name in names}
        self._found.idle = set(self._found.named) - used - self._found.judged
        return self._found

    def _step(self, at: int) -> int:
        for step in (
            self._total,
            self._bracket,
            self._role,
            self._topics,
            self._heads,
            self._kind,
            self._title,
            self._subject,
            self._pronoun,
            self._judgement,
        ):
            if (end := step(at)) is not None:
                return end
        return self._word(at)

    def _word(self, at: int) -> int:
        found = _WORD.match(self._text, at)
        assert found is not None
        word = found[0]
        if (word[0] in "NMPSFDWX" and word[1:].isdigit()) or (word not in NEUTRAL and word not in _PUNCTUATION):
            self._found.rest.append(word)
        if word in (".", ";", "but", "while", "whereas"):
            self._topic, self._open = "", False
        return found.end()

    def _total(self, at: int) -> int | None:
        found = TOTAL.match(self._text, at)
        if found is None or len(self._subjects) < 2:
            return None
        token = next(each for each in found.groups() if each)
        figure = self._values[token]
        assert isinstance(figure, Figure)
        self._found.totals.append((tuple(self._subjects), figure))
        return found.end()

    def _bracket(self, at: int) -> int | None:
        found = _PAREN.match(self._text, at)
        if found is None or not self._name:
            return None
        value = self._values.get(found["v"])
        if isinstance(value, Figure):
            self._add(self._name, "amount", "is", {"is": value})
        elif isinstance(value, str):
            self._add(self._name, "label", "is", {"is": value})
        elif ROLES.fullmatch(found["v"].strip()):
            self._add(self._name, "role", "is", {"is": found["v"].strip().replace("-", " ")})
        else:
            return None
        return found.end()

    def _role(self, at: int) -> int | None:
        found = _ROLES.match(self._text, at)
        if found is None or not (self._subjects or self._name):
            return None
        person = self._name if found["be"].startswith(",") else self._subjects[-1] if self._subjects else self._name
        roles = re.findall(_ROLE, found["roles"])
        if found["be"].startswith(",") and not all(re.search(rf"(?:{ROLES.pattern})$", each) for each in roles):
            return None
        if not person:
            return None
        for each in roles:
            said = self._values.get(each, each.replace("-", " "))
            assert isinstance(said, str)
            self._note(each)
            self._add(person, "role", "is", {"is": said})
        if found["of"]:
            self._note(found["of"])
            self._add(person, "role of", "is", {"of": self._name_in(found["of"])})
        return found.end()

    def _topics(self, at: int) -> int | None:
        found = TOPIC.match(self._text, at)
        if found is None:
            return None
        self._topic = TOPICS[found["topic"]]
        if found["of"]:
            self._subject(found.start("of"))
        return found.end()

    def _heads(self, at: int) -> int | None:
        for head in HEADS:
            found = head.pattern.match(self._text, at)
            if found is None or (head.field == "" and head.relation == "is" and not self._topic):
                continue
            slots = {part: self._values[found[group]] for group, part in head.slots if found[group] in self._values}
            for group, _ in head.slots:
                self._note(found[group])
            end, direction = self._parts(found.end(), slots)
            of = self._field(head, slots)
            relation = direction or head.relation
            if head.field == "" and of == "closing_date" and relation in ("less", "more"):
                relation = "earlier" if relation == "less" else "later"
            if of == "":
                self._found.unclear = True
                return end
            self._about(of, relation, slots)
            self._topic, self._open = (self._topic if of == self._topic else ""), False
            return end
        return None

    def _parts(self, at: int, slots: dict[str, Value]) -> tuple[int, str]:
        """Read the values behind a head; return where they end, and a direction that they add."""
        direction = ""
        while True:
            rest = re.match(r"[ ,]*", self._text[at:])
            begin = at + (rest.end() if rest else 0)
            for pattern, slot in PARTS:
                found = pattern.match(self._text, begin)
                if found is None or slot in slots or not _may_take(slot, found, self._text, begin, at):
                    continue
                slots[slot] = self._values[found["v"]]
                self._note(found["v"])
                if slot == "between":
                    slots["and"] = self._values[found["v2"]]
                if slot == "for" and found["least"]:
                    slots["least"] = "at least"
                if slot == "since" and found["touch"]:
                    slots["touch"] = found["touch"]
                if slot == "by" and (word := re.search(r"later|earlier|less|more", found[0])):
                    direction = word[0]
                at = found.end()
                break
            else:
                return at, direction

    def _field(self, head: Head, slots: dict[str, Value]) -> str:
        if head.field:
            return head.field
        if self._topic:
            return self._topic
        values = [slots[each] for each in ("to", "from", "by", "is") if each in slots]
        if any(isinstance(each, ClaimedDay) for each in values):
            return "closing_date"
        if any(isinstance(each, Figure) and each.unit in ("day", "month") for each in values):
            return "closing_date"
        if any(isinstance(each, Figure) for each in values):
            return "amount"
        return "stage" if any(isinstance(each, str) for each in values) else ""

    def _about(self, of: str, relation: str, slots: dict[str, Value]) -> None:
        if of in ("silence", "owner", "deals"):
            records = self._subjects if of == "deals" and self._subjects else [""]
        else:
            records = self._subjects
        if "of" in slots and of not in ("contact", "role of"):
            slots = dict(slots)
            named = slots.pop("of")
            records = self._subjects = [named] if isinstance(named, str) else []
        if of == "contact" and relation == "is" and len(self._found.named) >= 2:
            records = [self._found.named[-2]]  # the person; the last name is the deal's
        if not records:
            self._found.unclear = True
        for record in records:
            self._add(record, of, relation, slots)

    def _kind(self, at: int) -> int | None:
        found = KINDS.match(self._text, at)
        if found is None:
            return None
        token = _NAME.match(self._text, found.end() + 1)
        kind = found["kind"] or found["task"]
        if kind in ("call", "meeting", "task"):
            self._add(self._name_in(token[0]) if token else "", "kind", kind, {})
        return found.end()

    def _title(self, at: int) -> int | None:
        """`the sponsor Jo Lind`"""
        found = TITLE.match(self._text, at)
        token = _NAME.match(self._text, found.end() + 1) if found else None
        if found is None or token is None:
            return None
        self._add(self._name_in(token[0]), "role", "is", {"is": found["role"].replace("-", " ")})
        return found.end()

    def _subject(self, at: int) -> int | None:
        found = _NAME.match(self._text, at)
        if found is None:
            return None
        name = self._name_in(found[0])
        self._note(_token_of(found[0]))
        joins = self._open and _joined(self._text, at)
        self._subjects = [*self._subjects, name] if joins else [name]
        self._open, self._topic = True, "" if joins else self._topic
        return found.end()

    def _pronoun(self, at: int) -> int | None:
        found = PRONOUN.match(self._text, at)
        return found.end() if found else None

    def _judgement(self, at: int) -> int | None:
        found = JUDGED.match(self._text, at)
        if found is None or not self._subjects:
            return None
        self._found.judged |= set(self._subjects)
        return found.end()

    def _note(self, token: str | None) -> None:
        if token and token[0] == "N" and token in self._values:
            self._name = self._name_in(token)
            self._found.named.append(self._name)

    def _name_in(self, words: str) -> str:
        """The name of `N3`, also as `N3’s`."""
        name = self._values[_token_of(words)]
        assert isinstance(name, str)
        return name

    def _add(self, record: str, of: str, relation: str, slots: dict[str, Value]) -> None:
        self._found.claims.append(Claim(record, of, relation, dict(slots)))


def _token_of(words: str) -> str:
    return re.sub(r"[’'].*", "", words)


def _may_take(slot: str, found: re.Match[str], text: str, begin: int, at: int) -> bool:
    """Whether a value still belongs to the phrase: behind a comma it needs a word of its own, such as “from”."""
    bare = found[0][0] in "SPMD" and found[0][1:2].isdigit()
    return "," not in text[at:begin] or not bare or (slot == "by" and " " in found[0])


def _joined(text: str, at: int) -> bool:
    return re.search(r"N\d+(?: \( ?[MN]\d+ ?\))?\s*(?:,|and|, and|&)\s+$", text[:at]) is not None
