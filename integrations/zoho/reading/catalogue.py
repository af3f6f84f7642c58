"""Which modules and fields this organisation's Zoho has: modules may be switched off, fields renamed or removed.

Sources: zoho.com/crm/developer/docs/api/v8/field-meta.html and …/modules-api.html.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from integrations.zoho.reading.field_map import FieldMap
from integrations.zoho.reading.paging import Rows, rows_of, some_rows_of
from integrations.zoho.reading.queries import MODULES
from integrations.zoho.transport import ReadTransport
from store.domain.crm.accounts import Kind
from store.domain.errors import CrmMissing, CrmRefused

log = structlog.get_logger()

FRESH = timedelta(minutes=10)  # reuse a description younger than this
# Zoho's codes for a missing module or column.
_MISSING = frozenset({"INVALID_QUERY", "INVALID_MODULE", "INVALID_URL_PATTERN", "NOT_SUPPORTED", "NO_PERMISSION"})


class Catalogue:
    """Asks Zoho for a module's description when there is a reason to. `problems` holds a sentence for each wanted field
    that can't be read; everything else is read anyway."""

    def __init__(self, transport: ReadTransport, *, fields: FieldMap, clock: Callable[[], datetime]) -> None:
        self._transport = transport
        self._map = fields
        self._clock = clock
        self._described: dict[str, tuple[datetime, Rows]] = {}
        self._asked: dict[str, tuple[str, ...]] = {}
        self.problems: dict[str, str] = {}

    async def describe(self, module: str) -> Rows:
        """Return Zoho's description of a module's fields. Raises: CrmError."""
        kept = self._described.get(module)
        if kept is None or self._clock() - kept[0] > FRESH:
            answer = await self._transport.get("/settings/fields", params={"module": module})
            kept = self._described[module] = (self._clock(), some_rows_of(answer, "fields"))
        return kept[1]

    async def fields_of(self, module: str) -> tuple[str, ...]:
        """Return Zoho's names of the fields to request, leaving out optional ones that don't exist. Raises: CrmError."""
        if module not in self._asked:
            certain = self._map.is_certain(module)
            self._asked[module] = self._map.wanted(module) if certain else await self._present(module)
        return self._asked[module]

    async def look_again(self, module: str, refusal: CrmRefused) -> None:
        """Explain a refused read of the module: return if another attempt may help, because its fields differ from our
        copy.

        Raises: CrmMissing if it was switched off, the refusal if neither explains it, CrmError.
        """
        if refusal.code not in _MISSING:
            raise refusal
        before = await self.fields_of(module)
        if not await self.is_on(module):
            sentence = (
                f"Zoho's module {module} is switched off or hidden from the user we sign in as, so it is not read."
            )
            raise CrmMissing(sentence, code=refusal.code) from refusal
        self._described.pop(module, None)
        self._asked[module] = await self._present(module)
        if self._asked[module] == before:
            raise refusal

    async def is_on(self, module: str) -> bool:
        """Whether the organisation uses this module and lets us see it. Raises: CrmError."""
        modules = rows_of(await self._transport.get("/settings/modules"), "modules")
        return any(each.get("api_name") == module and each.get("api_supported", True) for each in modules)

    def standard(self, module: str, rows: Rows) -> Rows:
        """Return the rows under Zoho's standard names."""
        return self._map.standard(module, rows)

    def unread(self, kind: Kind) -> frozenset[str]:
        """Our fields of this kind that are not read: their stored values stay as they are."""
        asked = {module: self._asked.get(module, self._map.wanted(module)) for module in MODULES[kind]}
        return self._map.unread(kind, asked)

    async def _present(self, module: str) -> tuple[str, ...]:
        known = {str(field.get("api_name")) for field in await self.describe(module)}
        missing = self._map.dispensable(module) - known
        for name in self._map.wanted(module):
            if name in missing and name not in self._map.optional(module):
                self._note(module, name)
            else:
                self.problems.pop(f"{module}.{name}", None)
        return tuple(name for name in self._map.wanted(module) if name not in missing)

    def _note(self, module: str, name: str) -> None:
        log.warning("zoho.field_missing", module=module, field=name)
        self.problems[f"{module}.{name}"] = (
            f"Zoho's {module} have no field {name}, so it is not read: name the one in use in SERGAS_ZOHO_FIELDS."
        )
