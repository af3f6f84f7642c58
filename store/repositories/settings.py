"""People's own settings. `People` returns each person with them; here they are changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from store.codec import decode_settings, encode_settings
from store.domain.crm.personal_settings import NOTHING_SET, PersonalSettings
from store.repositories.base import Repository
from store.tables.core import table_of
from store.tables.people import PersonalSettingRow

personal = table_of(PersonalSettingRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSettings:
    """`before` are the settings before the last change, None if there was none."""

    settings: PersonalSettings = NOTHING_SET
    before: PersonalSettings | None = None


class Settings(Repository):
    async def of(self, person_id: str, *, lock: bool = False) -> KeptSettings:
        """Return a person's settings; with `lock`, no one else changes them until the transaction ends."""
        wanted = select(personal.c.body, personal.c.before).where(personal.c.person_id == person_id)
        found = await self._connection.execute(wanted.with_for_update() if lock else wanted)
        row = found.one_or_none()
        if row is None:
            return KeptSettings()
        return KeptSettings(settings=decode_settings(row.body), before=decode_settings(row.before))

    async def keep(self, person_id: str, settings: PersonalSettings, *, before: PersonalSettings, at: datetime) -> None:
        """Store a person's settings, and those `before` for Undo."""
        row = {"body": encode_settings(settings), "before": encode_settings(before), "changed_at": at}
        await self._upsert(personal, [{"person_id": person_id, **row}])
