"""Features that administrators switched off or on again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from store.domain.running.features import Feature, Switched
from store.repositories.base import Repository
from store.tables.core import table_of
from store.tables.features import FeatureRow

features = table_of(FeatureRow)


class Features(Repository):
    async def all(self) -> dict[Feature, Switched]:
        """Return every feature that was ever switched, and by whom last."""
        rows = await self._connection.execute(select(features))
        return {
            Feature(row.feature): Switched(is_on=row.is_on, by=row.switched_by, at=row.switched_at)
            for row in rows
            if row.feature in set(Feature)
        }

    async def off(self) -> frozenset[Feature]:
        """Return the features that are switched off."""
        return frozenset(feature for feature, switched in (await self.all()).items() if not switched.is_on)

    async def switch(self, feature: Feature, *, on: bool, by: str, at: datetime) -> bool:
        """Switch a feature; return False if it already was so. Of two requests at the same moment one switches it."""
        values = {"is_on": on, "switched_by": by, "switched_at": at}
        moved = await self._connection.execute(
            update(features).where(features.c.feature == feature, features.c.is_on.is_(not on)).values(values)
        )
        if moved.rowcount:
            return True
        return not on and await self._insert_once(features, {"feature": feature, **values})
