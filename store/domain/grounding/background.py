"""Everything a writer was given, read once: the names in it, who left, who has which role, and which call was the last.

A sentence holds by the facts that it cites; which record a name means, and what else is known of it, all facts decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from store.domain.grounding.claims import quotes_in
from store.domain.grounding.grammar import read
from store.domain.grounding.implied import activities, gone_in, implied, last_ones
from store.domain.grounding.marks import Names, mark
from store.domain.grounding.phrases import ROLES
from store.domain.grounding.stated import Stated, told_by
from store.domain.grounding.statements import Claim, closed_under_meaning
from store.domain.grounding.vocabulary import ADVICE, DENIED


@dataclass(frozen=True, slots=True)
class Background:
    """`claims` are those of all facts, `titles` the names that are titles of people, `last` what was the last of its kind, if the
    facts leave out none of the latest. `gone` are the people who left."""

    today: date
    names: Names
    claims: tuple[Claim, ...]
    titles: frozenset[str]
    gone: frozenset[str]
    last: tuple[Claim, ...] = ()

    @classmethod
    def of(
        cls,
        facts: Sequence[Stated],
        *,
        today: date,
        common: Sequence[str] = (),
        subject: str = "",
        complete: bool = False,
    ) -> Background:
        told = [told_by(each) for each in facts]
        sure = [each.record_name for fact in facts for each in fact.evidence]
        sure += [each for lines in told for line in lines for _, each in quotes_in(line)]
        whole = (*sure, *filter(is_name, common), subject)
        names = Names.of((*(each.text for each in facts), *common), today=today, whole=whole)
        plain = [claim for lines in told for line in lines for claim in claims_of(line, names, today)]
        claims = implied(closed_under_meaning(plain), today)
        titles = {said for each in claims if each.field == "role" and isinstance(said := each.slots.get("is"), str)}
        titles -= {each.record for each in claims} | {each for each in titles if ROLES.fullmatch(each)}
        last = tuple(last_ones(claims, names, today)) if complete else ()
        return cls(today, names, claims, frozenset(titles), gone_in(claims), last)

    def claims_in(self, facts: Iterable[Stated]) -> tuple[list[Claim], ...]:
        """What each of these facts states."""
        return tuple(
            [claim for line in told_by(fact) for claim in claims_of(line, self.names, self.today)] for fact in facts
        )

    def follow(self, claims: Iterable[Claim]) -> tuple[Claim, ...]:
        """The claims, and what follows from them and from what is known besides."""
        found = implied(closed_under_meaning(claims), self.today, gone=self.gone)
        return (*found, *activities(found, self.names, self.today), *self.last)


def claims_of(sentence: str, names: Names, today: date) -> Iterable[Claim]:
    """A fact's claims: none if it only advises, or denies something that no phrase explains."""
    found = read(mark(sentence, names, today))
    asks = ADVICE.search(sentence.casefold()) is not None
    return () if asks or DENIED.search(" ".join(found.rest)) else found.claims


def is_name(text: str) -> bool:
    words = text.split()
    return 0 < len(words) <= 8 and text[:1].isupper() and not text.rstrip().endswith((".", "?", "!"))
