"""Take one account from its dossier to its card: which agents run in which order, and which may be missing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from typing import Any

import structlog

from agents.author.checking import checked, written
from agents.author.depth import Depth
from agents.author.dossier import Dossier, texts_of
from agents.author.facts import Known
from agents.author.subagents.compliance_reviewer import review
from agents.author.subagents.memory_analyst import analyse
from agents.author.subagents.recommendation_author import Draft, Worded, write
from agents.author.subagents.subagent import Assignment
from agents.author.subagents.zoho_scout import scout
from agents.model.question import Model, Models, Scope
from agents.model.toolbox import Agent, Toolbox, ToolsChanged, ToolsUnavailable
from agents.ports import TellStep
from store.computed import computed
from store.domain.brief.brief import Card
from store.domain.crm.accounts import AccountFacts
from store.domain.errors import BadInput, BudgetSpent, ModelUnavailable
from store.domain.grounding.citations import Struck
from store.domain.text.wording import one_line

log = structlog.get_logger()

STRUCK = 20  # struck sentences kept per account
Tools = Callable[[Agent, str], Toolbox | None]
READING, WRITING, CHECKING = (
    "Going through its history and earlier promises",
    "Writing the advice",
    "Checking every sentence",
)
NO_SCOUT, NO_ANALYST = "Claude’s own look into the CRM is missing:", "Claude’s look back into the memory is missing:"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRun:
    """The input of one account's run; `facts` is the account as its owner may see it. `asked_by` is who asked for it, "" for the
    bot's own work."""

    card: Card
    dossier: Dossier
    facts: AccountFacts | None
    owner_id: str
    trace: str
    asked_by: str = ""

    @property
    def scope(self) -> Scope:
        return Scope(trace=self.trace, owner_id=self.owner_id, account_id=self.card.account_id, asked_by=self.asked_by)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrichedCard:
    """The card, and one sentence per missing part."""

    card: Card
    gaps: tuple[str, ...] = ()


class OneAccount:
    """`called` is the model's name in the brief, such as Claude. `tools` returns an agent's toolbox for an owner, or None if
    its server isn't there."""

    def __init__(self, model: Model, models: Models, tools: Tools, *, called: str) -> None:
        self._model = model
        self._models = models
        self._tools = tools
        self._called = called

    async def run(self, account: AccountRun, depth: Depth, *, progress: TellStep) -> EnrichedCard:
        """Raises: ModelUnavailable, BudgetSpent, BadInput. The card is unchanged then."""
        strong = depth is Depth.FULL
        name = self._models.strong if strong else self._models.small
        asking = Assignment(model=self._model, name=name, scope=account.scope)
        gaps: tuple[str, ...] = ()
        dossier = account.dossier
        if strong:
            await progress(READING)
            dossier, gaps = await self._gathered(account)
        await progress(WRITING)
        draft = await write(asking, dossier)
        found = await computed(lambda: checked(draft, dossier))
        await progress(CHECKING)
        verdicts = await review(asking, found.texts, dossier.earlier) if found.texts else {}
        card, struck = await computed(lambda: written(account.card, dossier, found, verdicts))
        kept = tuple(
            Struck(one_line(each.text, limit=200), one_line(each.reason, limit=200)) for each in struck[:STRUCK]
        )
        if struck:
            log.info("author.struck", account_id=card.account_id, trace=account.trace, sentences=len(struck))
        signed = _signed(card, account.card, f"{self._called} ({name})")
        return EnrichedCard(card=replace(signed, struck=kept), gaps=gaps)

    async def _gathered(self, account: AccountRun) -> tuple[Dossier, tuple[str, ...]]:
        """The dossier with the findings of Scout and Analyst, which run side by side; either may be missing."""
        dossier = account.dossier
        asking = Assignment(model=self._model, name=self._models.small, scope=account.scope)
        common = dossier.common()
        crm = self._tools(Agent.ZOHO_SCOUT, account.owner_id)
        memory = self._tools(Agent.MEMORY_ANALYST, account.owner_id)
        facts = account.facts
        theirs = facts is not None and facts.account is not None and not facts.partial  # otherwise only its deals are
        scouting = scout(asking, facts, crm, common) if crm and facts and theirs else None
        analysing = (
            analyse(asking, dossier.account_id, dossier.account_name, memory, common) if memory and theirs else None
        )
        read, looked_back = await asyncio.gather(_found(scouting, NO_SCOUT), _found(analysing, NO_ANALYST))
        gaps = [each.missing for each in (read, looked_back) if each.missing]
        for each in (read, looked_back):
            if each.spent is not None:
                raise each.spent
        return dossier.with_facts(read.known).with_history(looked_back.known), tuple(gaps)


def kept(account: AccountRun, before: Card) -> Card:
    """Yesterday's reviewed words, as far as today's facts still support them."""
    dossier = account.dossier
    by_key = {each.recommendation.key: each for each in dossier.candidates}
    drafted = tuple(
        Worded(
            candidate=by_key[each.key].id,
            texts=texts_of(each),
            cites=_facts_of(dossier, {e.id for e in each.evidence}),
        )
        for each in before.recommendations
        if each.key in by_key
    )
    summary = before.summary
    draft = Draft(
        summary=summary.text if summary else "",
        cites=_facts_of(dossier, {each.id for each in summary.evidence}) if summary else (),
        recommendations=drafted,
    )
    found = checked(draft, dossier)
    card, _ = written(account.card, dossier, found, {})
    return _signed(card, account.card, before.author)


def _signed(card: Card, plain: Card, author: str) -> Card:
    """The card, signed by the model if any of its words are the model's."""
    theirs = card.summary is not None or card.recommendations != plain.recommendations
    return replace(card, author=author if theirs else plain.author)


def _facts_of(dossier: Dossier, evidence: set[str]) -> tuple[str, ...]:
    known = {**dossier.facts, **dossier.history}
    return tuple(key for key, each in known.items() if each.evidence and {e.id for e in each.evidence} <= evidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """An agent's findings, or a sentence if it didn't answer. Raises: BudgetSpent."""

    known: Sequence[Known] = ()
    missing: str = ""
    spent: BudgetSpent | None = None


async def _found(asked: Coroutine[Any, Any, list[Known]] | None, missing: str) -> _Found:
    """The findings of an agent that isn't asked: none."""
    if asked is None:
        return _Found()
    try:
        return _Found(known=await asked)
    except BudgetSpent as exc:
        return _Found(spent=exc)
    except (ModelUnavailable, ToolsChanged, ToolsUnavailable, BadInput) as exc:
        log.warning("author.without", problem=str(exc))
        return _Found(missing=f"{missing} {exc}")
