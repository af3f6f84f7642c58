"""The base of all subagents: asking one, and reading its answer without trusting its shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agents.author.subagents.schemas import Schema
from agents.model.prompt import load_prompt
from agents.model.question import Answer, Block, Listener, Model, Question, Scope, Used
from agents.model.toolbox import Agent, Toolbox
from store.domain.errors import BadInput


@dataclass(frozen=True, slots=True, kw_only=True)
class Subagent:
    """`variables` are the names its prompt may use. `max_tokens` bounds one answer, `seconds` the whole run."""

    agent: Agent
    schema: Schema
    variables: Mapping[str, str] = field(default_factory=dict)
    rounds: int = 0
    max_tokens: int = 2_000
    seconds: float = 30.0

    def question(
        self, model: str, blocks: Sequence[Block], tools: Toolbox | None = None, looked_up: Sequence[Used] = ()
    ) -> Question:
        """Raises: BadInput for an unusable prompt file."""
        prompt = load_prompt(self.agent)
        return Question(
            agent=self.agent,
            model=model,
            prompt=prompt,
            system=self.system(),
            blocks=blocks,
            schema=self.schema,
            tools=tools,
            looked_up=tuple(looked_up),
            rounds=self.rounds if tools else 0,
            max_tokens=self.max_tokens,
            seconds=self.seconds,
        )

    def system(self) -> str:
        """The rendered prompt. Raises: BadInput if the file is missing or uses an unknown variable."""
        try:
            return load_prompt(self.agent).render(f"{self.agent}.system", self.variables)
        except (KeyError, ValueError, OSError) as exc:
            problem = (
                str(exc.args[0]) if isinstance(exc, KeyError) else f"prompts/{self.agent}.md cannot be read: {exc}"
            )
            raise BadInput(problem) from exc


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """The model to ask, the purpose, and the listener for progress."""

    model: Model
    name: str
    scope: Scope
    listener: Listener | None = None

    async def ask(
        self, subagent: Subagent, *blocks: Block, tools: Toolbox | None = None, looked_up: Sequence[Used] = ()
    ) -> Answer:
        """Raises: ModelUnavailable, BudgetSpent; BadInput for an unusable prompt."""
        question = subagent.question(self.name, blocks, tools, looked_up)
        return await self.model.ask(question, scope=self.scope, listener=self.listener)


def text_in(value: Mapping[str, Any], name: str) -> str:
    found = value.get(name)
    return found.strip() if isinstance(found, str) else ""


def texts_in(value: Mapping[str, Any], name: str) -> tuple[str, ...]:
    found = value.get(name)
    return tuple(each for each in found if isinstance(each, str)) if isinstance(found, list) else ()


def objects_in(value: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = value.get(name)
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []
