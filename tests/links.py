"""Everyone in Slack says that they are who the CRM takes them for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from integrations.sandbox.slack import SlackUser
from store.database import Database

TEAM = "T0SERGAS"


async def confirm_everyone(database: Database, users: Iterable[SlackUser], at: datetime) -> None:
    """Bind every colleague in Slack whom the CRM knows and nobody bound yet, and say for them that this is right."""
    async with database.transaction() as tx:
        for user in users:
            person = None if user.guest else await tx.people.by_email(user.email)
            if person and not await tx.links.of_slack(TEAM, user.id) and not await tx.links.of_person(person.id):
                await tx.links.link(TEAM, user.id, person.id, at)
                await tx.links.confirm(TEAM, user.id, at)
