"""The cases of `cases/*.yaml`: what an agent is given, and what must be true of its answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]  # it comes without types

from agents.author.subagents.compliance_reviewer import REVIEWER
from agents.author.subagents.memory_analyst import ANALYST
from agents.author.subagents.recommendation_author import AUTHOR
from agents.author.subagents.subagent import Subagent
from agents.author.subagents.thread_companion import COMPANION
from agents.author.subagents.translator import TRANSLATOR
from agents.author.subagents.zoho_scout import SCOUT
from agents.model.question import Block, Question
from agents.model.toolbox import Agent
from tests.evals.canned import CannedTools

FOLDER = Path(__file__).parent / "cases"
SUBAGENTS: Mapping[Agent, Subagent] = {
    each.agent: each for each in (SCOUT, ANALYST, AUTHOR, REVIEWER, COMPANION, TRANSLATOR)
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`tools` gives back the same for every use; None is one that cannot be reached."""

    agent: Agent
    name: str
    blocks: Mapping[str, Any]
    tools: Mapping[str, Any]
    expect: Mapping[str, Any]

    def question(self, model: str) -> Question:
        tools = CannedTools(self.agent, self.tools) if self.tools else None
        return SUBAGENTS[self.agent].question(model, [Block(*each) for each in self.blocks.items()], tools)


def cases_of(agent: Agent) -> list[Case]:
    told = yaml.safe_load((FOLDER / f"{agent}.yaml").read_text(encoding="utf-8"))
    return [
        Case(agent=agent, name=each["name"], blocks=each["blocks"], tools=each.get("tools", {}), expect=each["expect"])
        for each in told["cases"]
    ]
