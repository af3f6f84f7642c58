"""A model's answer while it is being written: the data that its tools returned, and the sentences that its reader may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from agents.author.sources import sources_of
from agents.author.subagents.thread_companion import understood, wishes_nothing
from agents.flows.conversation.thread import Talk
from agents.model.question import Used
from agents.model.toolbox import Agent, ToolAnswer, Toolbox, ToolSession
from store.computed import computed
from store.domain.conversation.on_topic import Asked
from store.domain.grounding import wishes
from store.domain.grounding.answer import OPENERS, Holding
from store.domain.grounding.citations import Common
from store.domain.running.messages import Earlier

LOOKING = {
    "zoho": "Looking in the CRM",
    "cognee": "Looking through earlier notes",
    "desk": "Looking at your day",
}


class LiveThread(Protocol):
    """A thread to answer in: its earlier messages, and how the reader watches the answer grow."""

    async def earlier(self) -> Sequence[Earlier]:
        """The earlier questions and answers of the thread, oldest first."""
        ...

    async def status(self, text: str) -> None:
        """Show the current step behind the bot's name."""
        ...

    async def step(self, title: str) -> None:
        """Show that a step of work begins; those before it are done."""
        ...

    async def so_far(self, text: str) -> None:
        """Show the beginning of the answer; each call's text begins with the text of the one before."""
        ...


class Recording(Toolbox):
    """The companion's tools, and the data they returned."""

    def __init__(self, sessions: Mapping[str, ToolSession]) -> None:
        super().__init__(Agent.THREAD_COMPANION, sessions)
        self.used: list[Used] = []

    async def call(self, name: str, arguments: object) -> ToolAnswer:
        answer = await super().call(name, arguments)
        given = arguments if isinstance(arguments, dict) else {}
        self.used.append(Used(tool=name, arguments=given, text=answer.text, is_error=answer.is_error))
        return answer


@dataclass(slots=True)
class Growing:
    """Shows an answer sentence by sentence as it arrives, each checked against the sources so far; never one with a
    wish."""

    talk: Talk
    text: str
    tools: Recording
    thread: LiveThread
    asked: Asked
    _looked_at: str = ""
    _shown: str = ""
    _holding: Holding | None = field(default=None)

    async def using(self, tool: str) -> None:
        self._holding = None
        await self.thread.step(LOOKING.get(tool.partition("_")[0], "Looking it up"))

    async def said(self, value: Mapping[str, Any]) -> None:
        coming = value.get("answer")
        if not isinstance(coming, str) or not wishes_nothing(value):
            return
        whole = _whole_sentences(coming)
        if not whole or whole == self._looked_at or wishes.asks_to_approve(self.text):
            return
        self._looked_at = whole
        shown = await computed(lambda: self._checked(whole, value))
        if len(shown) > len(self._shown) and shown.startswith(self._shown):
            self._shown = shown
            await self.thread.so_far(shown)

    def _checked(self, whole: str, value: Mapping[str, Any]) -> str:
        self._holding = self._holding or holding(self.talk, self.text, self.tools.used, self.asked)
        return self._holding.held(whole, understood(value).cites).text


def holding(talk: Talk, text: str, used: Sequence[Used], asked: Asked) -> Holding:
    """What a sentence of this answer may rest on: the conversation, and the data that the tools returned."""
    common = Common(today=talk.today, texts=(talk.person.name, "Sergas", "Zoho CRM", OPENERS), sign=talk.sign)
    return Holding(sources={**talk.sources(), **sources_of(used)}, common=common, asked=text, fits=asked.fits)


def _whole_sentences(coming: str) -> str:
    """All but the last sentence, which may still grow."""
    end = max(coming.rfind(mark) for mark in (". ", "! ", "? ", "\n"))
    return coming[: end + 1] if end > 0 else ""
