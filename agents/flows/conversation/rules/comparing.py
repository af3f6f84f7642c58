"""Compare the accounts that a message names, and say which of its names no account has."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agents.flows.conversation.rules import one_account
from agents.flows.conversation.rules.focus import account_in_focus, accounts_before
from agents.flows.conversation.rules.reading import Answer, Reading
from store.domain.conversation.choices import accounts
from store.domain.conversation.names import Found, words_left
from store.domain.conversation.phrases import VOCABULARY
from store.domain.crm.accounts import AccountFacts
from store.domain.text.shorthand import spelled_out
from store.domain.text.wording import joined

_MOST, _MOST_CHOICES = 4, 5
_BETWEEN = re.compile(r"\s+(?:and|with|versus|vs\.?|or|to|n|against)\s+|\s*[,&/+:?]\s*", re.IGNORECASE)
_BESIDE = re.compile(
    r"\bx(?:\s*,|\s*&|\s+(?:and|or|vs\.?))\s+(?P<after>[A-Z][\w&.’'-]+(?: [A-Z][\w&.’'-]+)*)"
    r"|(?P<before>[A-Z][\w&.’'-]+(?: [A-Z][\w&.’'-]+)*)(?:\s*,|\s*&|\s+(?:and|or|vs\.?))\s+x\b"
)
_ASIDE = frozenset(("side", "wise", "comparison", "compared", "against", "worse", "riskier", "stronger", "ahead"))


async def compared(reading: Reading, message: str, found: Found) -> Answer | None:
    """Two accounts or more, line by line; about a name that no account has, it says so."""
    if several := next((group for group in found.groups if len(group) > 1), None):
        return await which_one(reading, several)
    unknown, ids = _unknown(found.rest), found.ids
    if not ids and not unknown:
        ids = await accounts_before(reading)
    if len(ids) == 1 and not unknown and (other := await account_in_focus(reading, message)) not in (None, ids[0]):
        ids = (str(other), ids[0])
    seen = [facts for each in ids[:_MOST] if (facts := await reading.facts(each)) is not None]
    if unknown:
        return await _without(reading, unknown, seen)
    if len(seen) == 1:
        return Answer(lines=(f"With which account shall I compare {seen[0].name}?",))
    return await one_account.compare(reading, seen) if seen else None


def unknown_beside(rest: str) -> str:
    """The name written with a capital beside a known account, which stands as “x” in `rest`: “x and Foo”."""
    found = _BESIDE.search(rest)
    name = (found["after"] or found["before"] or "") if found else ""
    return " ".join(words_left(name, other=VOCABULARY))


def cant_find(names: Sequence[str]) -> str:
    return f"I can't find {joined([f'“{each}”' for each in names])} among your accounts."


async def which_one(reading: Reading, ids: Sequence[str]) -> Answer | None:
    """Ask, with only the accounts that fit."""
    seen = [facts for each in ids if (facts := await reading.facts(each)) is not None]
    if not seen:
        return None
    names = [f"“{each.name}”" for each in seen[:_MOST_CHOICES]]
    more = f" There are {len(seen) - len(names)} more." if len(seen) > len(names) else ""
    asked = f"Which one do you mean: {joined(names).replace(' and ', ' or ')}?{more}"
    return Answer(lines=(asked,), choices=accounts(tuple((each.id, each.name) for each in seen[:_MOST_CHOICES])))


async def _without(reading: Reading, unknown: Sequence[str], seen: Sequence[AccountFacts]) -> Answer:
    """What there is about the others."""
    lost = cant_find(unknown)
    if not seen:
        return Answer(lines=(f"{lost} Please use the account's name as it is in the CRM.",))
    made = await (one_account.compare(reading, seen) if len(seen) > 1 else one_account.status(reading, seen[0]))
    return Answer(lines=(lost, *made.lines), sources=made.sources)


def _unknown(rest: str) -> list[str]:
    """The names on either side of the comparison that no account has."""
    parts = [each for each in _BETWEEN.split(spelled_out(rest)) if not re.search(r"\bx\b", each)]
    return [name for part in parts for name in words_left(part, other=VOCABULARY.union(_ASIDE))]
