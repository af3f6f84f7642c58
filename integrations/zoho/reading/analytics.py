"""Figures that Zoho adds up itself, over COQL: a dozen calls, however many records there are.

Source: zoho.com/crm/developer/docs/api/v8/COQL-Overview.html (aggregate functions, GROUP BY).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from integrations.zoho.errors import unexpected
from integrations.zoho.reading import queries
from integrations.zoho.reading.paging import Rows, more_after, rows_of
from integrations.zoho.transport import ReadTransport
from store.domain.crm.accounts import ActivityType
from store.domain.crm.analytics import ActivityFigures, Due, DueFigures, Grouping, StageFigures

MONTH = timedelta(days=30)
_COLUMN = {Grouping.OWNER: "Owner", Grouping.SEGMENT: "Account_Name.Industry"}
_MODULES = {ActivityType.TASK: "Tasks", ActivityType.EVENT: "Events", ActivityType.CALL: "Calls"}
_FIGURES = ("COUNT(id)", "SUM(Amount)")


class ZohoAnalytics:
    """Aggregates over some owners' records (None: everyone's). `closed` lists the stages in which a deal is not open.
    Methods raise CrmError."""

    def __init__(
        self,
        transport: ReadTransport,
        *,
        owners: Collection[str] | None,
        closed: Sequence[str],
        currency: str | None = None,
    ) -> None:
        """`currency` is the field with a deal's currency, if this organisation has several."""
        self._transport = transport
        self._currency = currency
        self._nobody = owners is not None and not owners
        self._owned = (queries.one_of("Owner", owners),) if owners else ()
        self._open = (*((queries.none_of("Stage", closed),) if closed else ()), *self._owned)

    async def pipeline(self, by: Grouping) -> tuple[StageFigures, ...]:
        """Return each group's open deals by stage."""
        rows = await self._grouped("Deals", (_COLUMN[by], "Stage", *self._each), _FIGURES, *self._open)
        return tuple(
            StageFigures(group=_group(row, by), stage=str(row.get("Stage") or ""), **self._figures(row)) for row in rows
        )

    async def ageing(self, by: Grouping, today: date) -> tuple[DueFigures, ...]:
        """Return each group's open deals by due date."""
        figures: list[DueFigures] = []
        for due, condition in _dues(today).items():
            rows = await self._grouped("Deals", (_COLUMN[by], *self._each), _FIGURES, condition, *self._open)
            figures += [DueFigures(group=_group(row, by), due=due, **self._figures(row)) for row in rows]
        return tuple(figures)

    async def activity(self, since: date) -> tuple[ActivityFigures, ...]:
        """Count each owner's tasks, meetings and calls created since then."""
        moment = queries.stamp(datetime.combine(since, time(), tzinfo=UTC))
        figures: list[ActivityFigures] = []
        for of, module in _MODULES.items():
            made = f"Created_Time >= '{moment}'"
            rows = await self._grouped(module, ("Owner",), ("COUNT(id)",), made, *self._owned)
            figures += [
                ActivityFigures(owner_id=_group(row, Grouping.OWNER), type=of, count=_count(row)) for row in rows
            ]
        return tuple(figures)

    @property
    def _each(self) -> tuple[str, ...]:
        return (self._currency,) if self._currency else ()

    def _figures(self, row: dict[str, Any]) -> dict[str, Any]:
        currency = str(row.get(self._currency) or "") or None if self._currency else None
        return {"deals": _count(row), "amount": _sum(row), "currency": currency}

    async def _grouped(
        self, module: str, columns: Sequence[str], figures: Sequence[str], *conditions: str
    ) -> list[dict[str, Any]]:
        """Return all groups, page by page. Groups are few, so pages are numbered: there is no id to continue from."""
        if self._nobody:
            return []
        found: Rows = []
        query = queries.select_groups(module, columns, figures, *(conditions or ("id is not null",)))
        while True:
            answer = await self._transport.query(
                f"{query} limit {queries.ROWS} offset {len(found)}", limit=queries.ROWS
            )
            rows = rows_of(answer)
            found += rows
            if not more_after(answer):
                return found
            if not rows:
                raise unexpected(f"the groups of {module} do not advance")


def _dues(today: date) -> dict[Due, str]:
    """Return conditions of which exactly one holds for every deal."""
    day, before, after = today.isoformat(), (today - MONTH).isoformat(), (today + MONTH).isoformat()
    return {
        Due.OVERDUE_LONG: f"Closing_Date < '{before}'",
        Due.OVERDUE: f"(Closing_Date >= '{before}' and Closing_Date < '{day}')",
        Due.SOON: f"(Closing_Date >= '{day}' and Closing_Date <= '{after}')",
        Due.LATER: f"Closing_Date > '{after}'",
        Due.UNKNOWN: "Closing_Date is null",
    }


def _group(row: dict[str, Any], by: Grouping) -> str:
    value = row.get(_COLUMN[by])
    return str((value.get("id") if isinstance(value, dict) else value) or "")


def _count(row: dict[str, Any]) -> int:
    value = row.get("COUNT(id)")
    if not isinstance(value, int):
        raise unexpected("a group does not say how many records it holds")
    return value


def _sum(row: dict[str, Any]) -> float:
    return float(row.get("SUM(Amount)") or 0)
