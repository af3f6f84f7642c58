"""Read who is what: roles behind a name or in front of it, and a role that takes the place of a name."""

from __future__ import annotations

import re

from store.domain.grounding.claims import Figure
from store.domain.grounding.phrases import ONLY_ROLE, ROLE_SUBJECT, ROLES, TITLE
from store.domain.grounding.reading import NAME, Reading

_PAREN = re.compile(r"\( ?(?P<v>[MN]\d+|[a-z -]{3,40})(?: ?\)|(?=, last changed))")
_ROLE = rf"(?:N\d+|(?:new |former |old |current )?(?:{ROLES.pattern}))"
_ROLES = re.compile(
    rf"(?P<be>(?:is|was|are)(?P<still> still| now)? (?:the |a |an |our |your |their |its )?|, (?:the |a |an |our |your |their )?)"
    rf"(?P<roles>{_ROLE}(?:(?:,| and) (?:the )?{_ROLE}(?! (?:is|was|has)))*)(?: (?:of|at|for|on) (?P<of>N\d+))?(?![\w’'])"
)
_DECIDES = re.compile(r"(?<!who )decides(?=[.,]|$| on N\d+)")
_BEFORE = re.compile(r"(?:the |our |your |their |its )(?P<role>N\d+)(?:,| is| was|:)? (?P<who>N\d+)")


def bracket_at(reading: Reading, at: int) -> int | None:
    """`N0 (M0)`, `N0 (sponsor)`"""
    found = _PAREN.match(reading.text, at)
    if found is None or not reading.name:
        return None
    value = reading.values.get(found["v"])
    if isinstance(value, Figure):
        reading.add(reading.name, "amount", "is", {"is": value})
    elif isinstance(value, str):
        reading.add(reading.name, "label", "is", {"is": value})
    elif ROLES.fullmatch(found["v"].strip()):
        reading.add(reading.name, "role", "is", {"is": found["v"].strip().replace("-", " ")})
    else:
        return None
    return found.end()


def role_at(reading: Reading, at: int) -> int | None:
    """`N0 is the sponsor`, `N0, the sponsor of N1`"""
    found = _ROLES.match(reading.text, at)
    if found is None or reading.topic:
        return None
    behind = found["be"].startswith(",")
    roles = re.findall(_ROLE, found["roles"])
    if behind and not all(re.search(rf"(?:{ROLES.pattern})$", each) or reading.is_title(each) for each in roles):
        return None
    person = reading.name if behind else reading.subjects[-1] if reading.subjects else reading.name
    if not person:
        return None
    for each in roles:
        said = reading.values.get(each, each.replace("-", " "))
        assert isinstance(said, str)
        _has_role(reading, person, each, said, present=not behind and not found["be"].startswith("was"))
    if found["of"]:
        reading.note(found["of"])
        reading.add(person, "role of", "is", {"of": reading.name_in(found["of"])})
    reading.name = person
    return found.end()


def _has_role(reading: Reading, person: str, token: str, said: str, *, present: bool) -> None:
    """A role that a person has now is a role in office: who left has it no more."""
    if token in reading.values:
        reading.found.named.append(said)
    office = present and ROLES.fullmatch(said) is not None
    reading.add(person, "office" if office else "role", "is", {"is": said})


def decides_at(reading: Reading, at: int) -> int | None:
    """`N0 decides`"""
    found = _DECIDES.match(reading.text, at)
    if found is None or not reading.subjects:
        return None
    reading.add(reading.subjects[-1], "office", "is", {"is": "decision maker"})
    return found.end()


def title_at(reading: Reading, at: int) -> int | None:
    """`the sponsor Jo Lind`, `the sponsor is Jo Lind`, `the Finance Director, Jo Lind,`"""
    if (found := TITLE.match(reading.text, at)) is not None:
        said, token = found["role"].replace("-", " "), NAME.match(reading.text, found.end())
    elif (found := _BEFORE.match(reading.text, at)) is not None and reading.is_title(found["role"]):
        said, token = reading.name_in(found["role"]), NAME.match(reading.text, found.start("who"))
    else:
        return None
    if token is None:
        return None
    person = reading.name_in(token[0])
    reading.add(person, "role", "is", {"is": said})
    reading.subjects = [person]
    reading.note(token[0])
    return token.end()


def role_subject_at(reading: Reading, at: int) -> int | None:
    """`the sponsor has left`: whoever has that role, if it is one person."""
    if (found := ROLE_SUBJECT.match(reading.text, at)) is None:
        return None
    if found["of"]:
        deal = reading.name_in(found["of"])
        who = f"the contact of {deal}"
        reading.found.named.append(deal)
        reading.found.judged.add(deal)
    else:
        who = f"the {found['role'].replace('-', ' ')}"
    reading.subjects, reading.name, reading.open = [who], "", False
    return found.end()


def only_at(reading: Reading, at: int) -> int | None:
    """`you have only one contact, N0`"""
    found = ONLY_ROLE.match(reading.text, at)
    if found is None:
        return None
    reading.note(found["who"])
    reading.add(reading.name, "contacts", "only", {})
    reading.subjects = [reading.name]
    return found.end()
