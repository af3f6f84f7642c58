"""The Author's input for one account: facts with short ids, the moves that the rules found, and earlier advice.

Code decides which facts may be cited and which moves are possible; the model chooses, orders and words them. Every id
resolves to evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from agents.author.facts import Known, of_evidence, of_records
from agents.model.question import Block
from store.domain.brief.brief import Card, Statement
from store.domain.brief.grouping import united
from store.domain.crm.accounts import AccountFacts, Kind, Pipeline
from store.domain.crm.evidence import Evidence, Source
from store.domain.crm.money import Currency
from store.domain.gate.proposals import Prior, Recommendation, State
from store.domain.grounding.citations import CitedFact, Common, held_to
from store.domain.grounding.compliance import EarlierAdvice, Text
from store.domain.memory.pieces import safe
from store.domain.text.wording import one_line

MOST_FACTS, MOST_HISTORY, MOST_EARLIER = 40, 16, 8
REJECTED_FOR = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A move that the rules found, with the ids of the facts behind it."""

    id: str
    recommendation: Recommendation
    rests_on: tuple[str, ...]

    @property
    def texts(self) -> Mapping[Text, str]:
        """The playbook's words for it."""
        return texts_of(self.recommendation)


_QUOTED = re.compile("^[^“]*“(.*)”[^”]*$")  # the subject in “Close “Call Eva””


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """`facts` and `history` by their ids, `F1` and `H1` onwards."""

    account_id: str
    account_name: str
    owner_name: str
    today: date
    now: datetime
    facts: Mapping[str, Known]
    history: Mapping[str, Known]
    candidates: tuple[Candidate, ...]
    priors: tuple[Prior, ...] = ()

    @property
    def citable(self) -> Mapping[str, CitedFact]:
        known = {**self.facts, **self.history}
        return {
            key: CitedFact(id=key, text=each.text, days=each.days, evidence=each.evidence, free=each.free)
            for key, each in known.items()
        }

    @property
    def earlier(self) -> tuple[EarlierAdvice, ...]:
        """Open and recently rejected advice, except what today's moves replace."""
        keys = {each.recommendation.key for each in self.candidates}
        return tuple(
            EarlierAdvice(prior.title, "pending" if prior.state is State.PENDING else "rejected")
            for prior in self.priors
            if prior.key not in keys and _counts(prior, self.now)
        )[:MOST_EARLIER]

    @property
    def made(self) -> tuple[str, ...]:
        """The subjects of tasks that approved advice made or changed."""
        names = [prior.name for prior in self.priors if prior.state is State.DONE and prior.name]
        return tuple(_QUOTED.sub(r"\1", each) for each in names)

    def common(self, candidate: Candidate | None = None) -> Common:
        """Words that need no citation: the account, its owner, and the rules' own words for this move."""
        texts, subject = [self.account_name, self.owner_name], ""
        if candidate is not None:
            write = candidate.recommendation.write
            texts += [*candidate.texts.values(), write.parent_name, *write.people()]
            subject = write.parent_name if write.parent_kind is Kind.DEAL else ""
        return Common(today=self.today, texts=tuple(each for each in texts if each), subject=subject, complete=True)

    def evidence(self, cites: Iterable[str]) -> tuple[Evidence, ...]:
        """The evidence behind these facts."""
        known = {**self.facts, **self.history}
        return united(known[each].evidence for each in cites if each in known)

    def people_in(self, *texts: str) -> tuple[Evidence, ...]:
        """The records of the contacts whom these texts name."""
        contacts = (each for known in self.facts.values() for each in known.evidence if each.kind is Kind.CONTACT)
        said = " ".join(texts)
        return united((each,) for each in contacts if each.record_name and each.record_name in said)

    def with_facts(self, more: Iterable[Known]) -> Dossier:
        """Add facts that say something new, as long as there is room."""
        facts = [each for each in more if not self._says(each)]
        return replace(self, facts=_numbered("F", [*self.facts.values(), *facts], MOST_FACTS))

    def with_history(self, more: Iterable[Known]) -> Dossier:
        return replace(self, history=_numbered("H", [*self.history.values(), *more], MOST_HISTORY))

    def _says(self, known: Known) -> bool:
        """Whether facts from the same fields already say all of it."""
        fields = {each.id for each in known.evidence}
        same = [key for key, each in self.facts.items() if fields & {one.id for one in each.evidence}]
        return bool(same) and not held_to(known.text, same, self.citable, self.common()).struck

    def block(self) -> Block:
        """The dossier as data for the Author's prompt."""
        return Block(
            "dossier",
            {
                "account": {"id": self.account_id, "name": self.account_name},
                "today": f"{self.today:%A} {self.today.isoformat()}",
                "owner": self.owner_name,
                "facts": [{"id": key, "text": each.text, "shown": each.shown} for key, each in self.facts.items()],
                "candidates": [_shown(each) for each in self.candidates],
                "history": [{"id": key, "text": each.text} for key, each in self.history.items()],
                "earlier": [{"title": _line(each.title), "state": each.state} for each in self.earlier],
            },
        )


def dossier_of(
    card: Card,
    facts: AccountFacts | None,
    pipeline: Pipeline,
    *,
    owner: str,
    today: date,
    now: datetime,
    currency: Currency,
) -> Dossier:
    """The dossier of a brief's card. `facts` is the account as its owner may see it, or None if it is no longer theirs."""
    told = [_of_statement(each) for each in card.statements]
    said = {each.id for statement in card.statements for each in statement.evidence}
    behind = united(rec.evidence for rec in card.recommendations)
    cited = [of_evidence(each) for each in behind if each.id not in said and not _is_person(each)]
    records = list(of_records(facts, pipeline, today=today, now=now, currency=currency)) if facts else []
    numbered = _numbered("F", [*told, *cited, *records], MOST_FACTS)
    return Dossier(
        account_id=card.account_id,
        account_name=card.account_name,
        owner_name=owner,
        today=today,
        now=now,
        facts=numbered,
        history=_numbered("H", [_of_statement(each) for each in card.remembered], MOST_HISTORY),
        candidates=tuple(
            Candidate(id=f"R{number}", recommendation=each, rests_on=_rests_on(each, numbered))
            for number, each in enumerate(card.recommendations, start=1)
        ),
        priors=card.priors,
    )


def _is_person(evidence: Evidence) -> bool:
    """Whether it only says who a contact is: another fact says that in a sentence."""
    return evidence.kind is Kind.CONTACT and evidence.source is Source.FIELD


def texts_of(recommendation: Recommendation) -> Mapping[Text, str]:
    """A recommendation's texts by name; "" for each it lacks."""
    wording = recommendation.write.wording()
    return {
        Text.TITLE: recommendation.title,
        Text.RATIONALE: recommendation.rationale,
        Text.SUBJECT: wording.short if wording else "",
        Text.TEXT: wording.long if wording else "",
        Text.EMAIL: recommendation.draft_email or "",
    }


def _of_statement(statement: Statement) -> Known:
    return Known(text=safe(statement.text, limit=1_000), evidence=statement.evidence, shown=True)


def _rests_on(recommendation: Recommendation, facts: Mapping[str, Known]) -> tuple[str, ...]:
    """The facts whose evidence the recommendation already has, and those on the record that its write is for."""
    own = {each.id for each in recommendation.evidence}
    record = recommendation.write.parent_id

    def about(known: Known) -> bool:
        return {each.id for each in known.evidence} <= own or all(each.record_id == record for each in known.evidence)

    return tuple(key for key, known in facts.items() if known.evidence and about(known))


def _numbered(letter: str, known: Sequence[Known], most: int) -> dict[str, Known]:
    once = list({each.text: each for each in reversed(known)}.values())[::-1]
    return {f"{letter}{number}": each for number, each in enumerate(once[:most], start=1)}


def _shown(candidate: Candidate) -> dict[str, Any]:
    texts = {name: safe(text, limit=4_000) for name, text in candidate.texts.items()}
    return {
        "id": candidate.id,
        "title": texts[Text.TITLE],
        "why": texts[Text.RATIONALE],
        "rests_on": list(candidate.rests_on),
        "action": str(candidate.recommendation.action),
        "subject": texts[Text.SUBJECT],
        "text": texts[Text.TEXT],
        "email": texts[Text.EMAIL] or None,
    }


def _counts(prior: Prior, now: datetime) -> bool:
    if prior.state is State.PENDING:
        return True
    return prior.state is State.REJECTED and now - (prior.decided_at or prior.created_at) < REJECTED_FOR


def _line(text: str) -> str:
    return one_line(safe(text, limit=400), limit=200)
