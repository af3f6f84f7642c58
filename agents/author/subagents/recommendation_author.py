"""The Recommendation Author: chooses, orders and words the moves that the rules found, citing facts by id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from agents.author.dossier import Dossier
from agents.author.subagents.schemas import TEXT, TEXTS, closed, listed, optional
from agents.author.subagents.subagent import Assignment, Subagent, objects_in, text_in, texts_in
from agents.model.toolbox import Agent
from store.domain.grounding.compliance import LIMITS, Text

SUMMARY_LENGTH, LINE_LENGTH = 300, 120
AUTHOR = Subagent(
    agent=Agent.RECOMMENDATION_AUTHOR,
    schema=closed(
        summary=TEXT,
        cites=TEXTS,
        recommendations=listed(
            candidate=TEXT,
            title=TEXT,
            rationale=TEXT,
            cites=TEXTS,
            subject=TEXT,
            text=TEXT,
            email=optional(TEXT),
        ),
    ),
    variables={
        "summary": str(SUMMARY_LENGTH),
        **{f"{name}_length": str(LIMITS[name]) for name in Text} | {"text_length": str(LINE_LENGTH)},
    },
    max_tokens=2_500,
    seconds=25.0,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Worded:
    """A candidate in the Author's words; "" keeps the candidate's own."""

    candidate: str
    texts: Mapping[Text, str]
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The Author's answer, unchecked."""

    summary: str
    cites: tuple[str, ...]
    recommendations: tuple[Worded, ...]


async def write(asking: Assignment, dossier: Dossier) -> Draft:
    """Raises: ModelUnavailable, BudgetSpent."""
    answer = await asking.ask(AUTHOR, dossier.block())
    return Draft(
        summary=text_in(answer.value, "summary"),
        cites=texts_in(answer.value, "cites"),
        recommendations=tuple(
            Worded(
                candidate=text_in(each, "candidate"),
                texts={name: text_in(each, name) for name in Text},
                cites=texts_in(each, "cites"),
            )
            for each in objects_in(answer.value, "recommendations")
        ),
    )
