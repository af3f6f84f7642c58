"""The features that administrators switch, wired: the flows that run while one is on, and those that the settings rule out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from agents.flows.access.identity import Caller
from agents.flows.conversation.converse import Converse
from agents.flows.conversation.growing_answer import LiveThread
from agents.flows.conversation.said import Said
from agents.flows.conversation.thread import Where
from agents.flows.people.switch_features import switched_on
from agents.ports import Enrich, SwitchedOn, TellStep
from bot.settings.claude import ClaudeSettings
from bot.settings.mail import MailSettings
from bot.settings.memory import MemorySettings
from bot.wiring.memory_link import MemoryLink
from bot.wiring.resources import Services
from store.database import Database
from store.domain.brief.brief import Brief
from store.domain.conversation.choices import Choice
from store.domain.errors import StoreUnavailable
from store.domain.running.features import Feature

log = structlog.get_logger()


def forbidden(services: Services) -> dict[Feature, str]:
    """The features that the settings rule out, each with the setting's name."""
    found: dict[Feature, str] = {}
    if services.models is None:
        claude = services.settings.claude
        setting = ClaudeSettings.variable("author" if claude.author == "playbook" else "api_key")
        found |= dict.fromkeys((Feature.MODEL_BRIEFS, Feature.MODEL_ANSWERS), setting)
    if services.memory is None:
        found[Feature.MEMORY] = MemorySettings.variable("url")
    if not services.settings.mail.is_on:
        found[Feature.MAIL] = MailSettings.variable("host")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchedEnrich:
    """Satisfies `agents.ports.Enrich`. While Claude's words are switched off, a brief keeps the playbook's; while earlier notes
    are, Claude doesn't read them."""

    with_notes: Enrich
    without_notes: Enrich
    is_on: SwitchedOn
    has_notes: SwitchedOn

    async def __call__(self, brief: Brief, *, progress: TellStep | None = None) -> Brief:
        try:
            if not await self.is_on():
                return brief
            enrich = self.with_notes if await self.has_notes() else self.without_notes
        except StoreUnavailable as exc:
            log.warning("features.unknown", problem=str(exc))
            return brief
        return await enrich(brief, progress=progress)


def switched_enrich(
    database: Database, memory: MemoryLink | None, enriching: Callable[[MemoryLink | None], Enrich | None]
) -> Enrich | None:
    """`enriching` makes what words briefs, with this memory or with none; None if there is no model."""
    with_notes, without_notes = enriching(memory), enriching(None)
    if with_notes is None or without_notes is None:
        return None
    return SwitchedEnrich(
        with_notes=with_notes,
        without_notes=without_notes,
        is_on=switched_on(database, Feature.MODEL_BRIEFS),
        has_notes=switched_on(database, Feature.MEMORY),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchedConverse:
    """Answers by rules alone while Claude's answers are switched off."""

    by_model: Converse
    by_rules: Converse
    is_on: SwitchedOn

    async def __call__(
        self, caller: Caller, text: str, where: Where, thread: LiveThread, chosen: Choice | None = None, /
    ) -> Said:
        converse = self.by_model if await self.is_on() else self.by_rules
        return await converse(caller, text, where, thread, chosen)
