"""Administrators switch features off and on for everyone, with effect at once and in every process. A feature that the settings
rule out stays off."""

from __future__ import annotations

from collections.abc import Mapping

import structlog

from agents.flows.access.identity import Caller, known_person
from agents.flows.access.trail import note, noting_refusal
from agents.ports import Clock, SwitchedOn
from store.database import Database
from store.domain.access.rules import check_may_operate
from store.domain.errors import Refused
from store.domain.running.features import Feature, Standing, standings

log = structlog.get_logger()


class SwitchFeatures:
    def __init__(self, database: Database, clock: Clock, forbidden: Mapping[Feature, str]) -> None:
        """`forbidden` are the features that the settings rule out, each with the setting's name."""
        self._database = database
        self._clock = clock
        self._forbidden = forbidden

    async def listed(self, caller: Caller) -> tuple[Standing, ...]:
        """Every feature as it is now. Raises: Refused for anyone but an administrator; Unconfirmed."""
        async with noting_refusal(self._database, caller, "features.show", "features"), self._database.reading() as tx:
            check_may_operate(await known_person(tx, caller), confirmed=True)
            return standings(await tx.features.all(), self._forbidden)

    async def switch(self, caller: Caller, wanted: Mapping[Feature, bool]) -> tuple[Feature, ...]:
        """Switch these features, all or none; return those that changed. Each change is an entry of the audit trail.

        Raises: Refused for anyone but an administrator, and if the settings rule out one to switch on; Unconfirmed.
        """
        async with (
            noting_refusal(self._database, caller, "feature.switch", next(iter(wanted), "features")),
            self._database.transaction(urgent=True) as tx,
        ):
            person = await known_person(tx, caller)
            check_may_operate(person, confirmed=True)
            now, moved = self._clock.now(), []
            for feature, on in wanted.items():
                if on and (setting := self._forbidden.get(feature)):
                    raise Refused(
                        f"“{feature.label}” is off by the setting {setting}, so it can't be switched on here."
                    )
                if await tx.features.switch(feature, on=on, by=person.id, at=now):
                    before, after = ("off", "on") if on else ("on", "off")
                    await note(tx, caller, "feature.switched", feature, actor=person, before=before, after=after)
                    moved.append(feature)
        log.info("features.switched", person_id=person.id, features=[f"{each}={wanted[each]}" for each in moved])
        return tuple(moved)


def switched_on(database: Database, feature: Feature) -> SwitchedOn:
    """Asks the store each time, so that a switch holds everywhere at once."""

    async def ask() -> bool:
        async with database.reading() as tx:
            return feature not in await tx.features.off()

    return ask
