"""Distinguish accounts of the same name, for people who would otherwise see the same line twice. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from store.domain.crm.accounts import Account
from store.domain.text.redaction import clean
from store.domain.text.wording import one_line

_SHORTEST = 4  # digits of an id
_LONGEST = 30  # characters of a property


def told_apart(accounts: Iterable[Account], owners: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return a few words for each account that shares its name with another of these, by id: a property that only it has (its
    industry, its type, its owner among `owners`), else the end of its id."""
    alike: dict[str, list[Account]] = defaultdict(list)
    for account in accounts:
        alike[" ".join(clean(account.name, limit=200).casefold().split())].append(account)
    return {
        account.id: words
        for group in alike.values()
        if len(group) > 1
        for account, words in zip(group, _words(group, owners or {}), strict=True)
    }


def _words(group: Sequence[Account], owners: Mapping[str, str]) -> list[str]:
    properties = [
        [
            _shown(value)
            for value in (account.industry, account.account_type, account.rating, owners.get(account.owner_id))
        ]
        for account in group
    ]
    counts = Counter(value for values in properties for value in {each.casefold() for each in values})
    ids = [account.id for account in group]
    own = [next((each for each in values if each and counts[each.casefold()] == 1), "") for values in properties]
    return [said or f"no. …{_end_of(id, ids)}" for said, id in zip(own, ids, strict=True)]


def _shown(value: str | None) -> str:
    return one_line(value or "", limit=_LONGEST)


def _end_of(id: str, ids: Sequence[str]) -> str:
    """The shortest end of an id that no other has."""
    for length in range(_SHORTEST, len(id)):
        if sum(each.endswith(id[-length:]) for each in ids) == 1:
            return id[-length:]
    return id
