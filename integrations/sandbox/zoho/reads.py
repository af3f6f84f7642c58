"""Lists, related lists, single records, deleted records and timelines, as plain functions of a request's parts."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from integrations.sandbox.zoho.errors import ZohoRefusal, invalid_id, invalid_param, missing_param
from integrations.sandbox.zoho.fields import PARENT_MODULE, Module, in_use
from integrations.sandbox.zoho.ids import module_id
from integrations.sandbox.zoho.paging import Pages, Params, Window, bound_to
from integrations.sandbox.zoho.tables import Row, Tables
from integrations.sandbox.zoho.values import Cell, record_id
from integrations.sandbox.zoho.wire import Renderer

MOST_FIELDS = 50
# The recycle bin keeps a record for 60 days, then deletes it permanently (Zoho: Recycle Bin).
RECYCLED_FOR = timedelta(days=60)
_SORTABLE = ("id", "Created_Time", "Modified_Time")


@dataclass(frozen=True, slots=True)
class Condition:
    """A piece of WHERE and its values."""

    sql: str = "1"
    values: tuple[Cell, ...] = ()


@dataclass(slots=True)
class Reads:
    tables: Tables
    modules: Mapping[str, Module]
    render: Renderer
    clock: Callable[[], datetime]
    search_lag: Callable[[], float]
    coql_notes: bool = False
    pages: Pages = field(init=False)

    def __post_init__(self) -> None:
        self.pages = Pages(self.clock)

    def listed(
        self, module: Module, path: str, params: Params, *, since: int | None, only: Condition | None = None
    ) -> dict[str, Any] | None:
        """Return one page of a module's records modified after `since`; None if there are none. Raises: ZohoRefusal."""
        names = wanted_fields(params)
        sort_by, order = _sorting(params)
        window = self.pages.window(bound_to(path, params, str(since)), params)
        conditions = [only or Condition(), _ids(params), self.indexed()]
        if since is not None:
            conditions.append(Condition('"Modified_Time" > ?', (since,)))
        rows = self._page(module, conditions, window, sort_by=sort_by, order=order)
        shown = rows[: window.size]
        if not shown:
            return None
        last = (shown[-1][sort_by], shown[-1]["id"])
        info = self.pages.info(window, count=len(shown), last=last, more=len(rows) > window.size)
        return {
            "data": self.render.records(module, shown, names),
            "info": info | {"sort_by": sort_by, "sort_order": order},
        }

    def found(self, module: Module, path: str, params: Params, condition: Condition) -> dict[str, Any] | None:
        """Return one page of a search's hits; omitted `fields` mean all. Raises: ZohoRefusal."""
        names = params["fields"].split(",") if params.get("fields") else None
        sort_by, order = _sorting(params)
        window = self.pages.window(bound_to(path, params, None), params)
        rows = self._page(module, [condition, self.indexed()], window, sort_by=sort_by, order=order)
        shown = rows[: window.size]
        if not shown:
            return None
        info = {
            "per_page": window.size,
            "count": len(shown),
            "page": window.page,
            "more_records": len(rows) > window.size,
        }
        return {"data": self.render.records(module, shown, names), "info": info}

    def counted(self, module: Module, condition: Condition) -> int:
        """Count a search's hits among the indexed records."""
        known = self.indexed()
        sql = f'select count(*) as n from "{module.api_name}" where ({condition.sql}) and {known.sql}'  # noqa: S608 - names of our own schema; values are bound
        return int(self.tables.query(sql, [*condition.values, *known.values])[0]["n"] or 0)

    def related(
        self, module: Module, parent_id: str, related: str, path: str, params: Params, *, since: int | None
    ) -> dict[str, Any] | None:
        """Return one page of a record's related list. Raises: ZohoRefusal if the record or list does not exist."""
        if related not in module.related or in_use(self.modules, module.related[related][0]) is None:
            raise ZohoRefusal("INVALID_DATA", "the relation name given seems to be invalid", {"resource_path_index": 2})
        key = self.existing(module, parent_id)["id"]
        child, lookup = module.related[related]
        only = hanging_on(self.modules[child], lookup, module, key)
        page = self.listed(self.modules[child], path, params, since=since, only=only)
        if page is not None:
            page["info"] = {name: value for name, value in page["info"].items() if not name.startswith("sort_")}
        return page

    def one(self, module: Module, key: str, params: Params) -> dict[str, Any] | None:
        """Return one record; None if there is none with this id. Raises: ZohoRefusal for an invalid id."""
        row = self.tables.row(module.api_name, path_id(key))
        names = params["fields"].split(",") if params.get("fields") else None
        return {"data": self.render.records(module, [row], names)} if row else None

    def existing(self, module: Module, key: str) -> Row:
        row = self.tables.row(module.api_name, path_id(key))
        if row is None:
            raise invalid_id()
        return row

    def indexed(self, at: str = '"Created_Time"') -> Condition:
        """The records in the indexes by now: all but those within the lag. `at` is the column with the time of the write."""
        lag = self.search_lag()
        return Condition(f"{at} <= ?", (int(self.clock().timestamp() - lag),)) if lag else Condition()

    def deleted(self, module: Module, path: str, params: Params, *, since: int | None) -> dict[str, Any] | None:
        """Return one page of the records deleted after `since`, newest first. Raises: ZohoRefusal for an unknown `type`."""
        kind = params.get("type", "all")
        if kind not in ("all", "recycle", "permanent"):
            raise invalid_param("type")
        window = self.pages.window(bound_to(path, params, str(since)), params)
        gone_before = int((self.clock() - RECYCLED_FOR).timestamp())
        bounds = {"all": "1 or ?", "recycle": "at > ?", "permanent": "at <= ?"}
        rows = self.tables.query(
            f"select * from deleted where module = ? and at > ? and ({bounds[kind]}) order by at desc, id limit ? offset ?",  # noqa: S608 - names of our own schema; values are bound
            (module.api_name, since or 0, gone_before, window.size + 1, window.skip),
        )
        shown = [self._deleted(row, permanent=int(row["at"] or 0) <= gone_before) for row in rows[: window.size]]
        more = len(rows) > window.size
        info = {"per_page": window.size, "count": len(shown), "page": window.page, "more_records": more}
        return {"data": shown, "info": info} if shown else None

    def timeline(self, module: Module, key: str, path: str, params: Params) -> dict[str, Any]:
        """Return one page of a record's timeline, newest first unless asked otherwise. Raises: ZohoRefusal."""
        row = self.existing(module, key)
        window = self.pages.window(bound_to(path, params, None), params)
        start = int(window.after[0] or 0) if window.after else window.skip
        entries = self._timeline(module, row)
        if params.get("sort_order", "desc") == "desc":
            entries.reverse()
        shown = entries[start : start + window.size]
        end = start + len(shown)
        info = self.pages.info(window, count=len(shown), last=(end, None), more=end < len(entries))
        del info["page_token_expiry"]
        return {"__timeline": shown, "info": info}

    def _page(
        self, module: Module, conditions: Sequence[Condition], window: Window, *, sort_by: str, order: str
    ) -> list[dict[str, Cell]]:
        if window.after is not None:
            sign = ">" if order == "asc" else "<"
            conditions = [*conditions, Condition(f'("{sort_by}", id) {sign} (?, ?)', window.after)]
        where = " and ".join(f"({condition.sql})" for condition in conditions)
        values = [value for condition in conditions for value in condition.values]
        sql = (
            f'select * from "{module.api_name}" where {where} '  # noqa: S608 - names of our own schema; values are bound
            f'order by "{sort_by}" {order}, id {order} limit ? offset ?'
        )
        return self.tables.query(sql, [*values, window.size + 1, window.skip])

    def _deleted(self, row: Row, *, permanent: bool) -> dict[str, Any]:
        return {
            "id": str(row["id"]),
            "display_name": row["name"],
            "type": "permanent" if permanent else "recycle",
            "deleted_time": self.render.time(row["at"]),
            "deleted_by": self.render.user(row["user_id"]),
            "created_by": self.render.user(row["created_by"]),
        }

    def _timeline(self, module: Module, row: Row) -> list[dict[str, Any]]:
        """Return a record's timeline, oldest first: its creation, then each update with the changed fields."""
        name, key = row[module.name_field], str(row["id"])
        record = {
            "id": key,
            "name": name,
            "module": {"api_name": module.api_name, "id": module_id(self.modules, module.api_name)},
        }
        added = self._entry(f"{key}0", "added", row["Created_Time"], row["Created_By"], "crm_ui", record)
        known = self.indexed("at")
        changes = self.tables.query(
            f"select * from history where record_id = ? and {known.sql} order by number",  # noqa: S608 - names of our own schema; values are bound
            (row["id"], *known.values),
        )
        return [added] + [
            self._entry(
                f"{key}{change['number']}", "updated", change["at"], change["user_id"], change["source"], record
            )
            | {"field_history": self._field_history(module, row, json.loads(str(change["changes"])))}
            for change in changes
        ]

    def _entry(
        self, key: str, action: str, at: Cell, user: Cell, source: Cell, record: Mapping[str, Any]
    ) -> dict[str, Any]:
        return {
            "id": key,
            "action": action,
            "audited_time": self.render.time(at),
            "source": source,
            "type": "timeline",
            "done_by": self.render.user(user),
            "record": record,
            "field_history": None,
        }

    def _field_history(self, module: Module, row: Row, changes: Mapping[str, Sequence[Cell]]) -> list[dict[str, Any]]:
        return [
            {
                "api_name": name,
                "field_label": module.fields[name].label,
                "data_type": module.fields[name].data_type,
                "_value": {
                    "old": self.render.label(row, module.fields[name], old),
                    "new": self.render.label(row, module.fields[name], new),
                },
            }
            for name, (old, new) in changes.items()
            if name in module.fields and not module.fields[name].hidden
        ]


def hanging_on(child: Module, lookup: str, parent: Module, key: Cell) -> Condition:
    """The children whose lookup points to this record, in this module if it may point to several."""
    if child.fields[lookup].lookup == PARENT_MODULE:
        return Condition(f'"{lookup}" = ? and "{PARENT_MODULE}" = ?', (key, parent.api_name))
    return Condition(f'"{lookup}" = ?', (key,))


def wanted_fields(params: Params) -> list[str]:
    """Return a list's mandatory `fields`. Raises: ZohoRefusal if they are missing or too many."""
    names = [name.strip() for name in params.get("fields", "").split(",") if name.strip()]
    if not names:
        raise missing_param("fields")
    if len(names) > MOST_FIELDS:
        raise ZohoRefusal("LIMIT_EXCEEDED", "more fields than allowed", {"param_name": "fields", "limit": MOST_FIELDS})
    return names


def path_id(text: str) -> int:
    """Raises: ZohoRefusal for an invalid id."""
    try:
        return record_id(text)
    except (ValueError, TypeError) as exc:
        raise invalid_id() from exc


def _sorting(params: Params) -> tuple[str, str]:
    sort_by, order = params.get("sort_by", "id"), params.get("sort_order", "desc")
    if sort_by not in _SORTABLE:
        raise invalid_param("sort_by")
    if order not in ("asc", "desc"):
        raise invalid_param("sort_order")
    return sort_by, order


def _ids(params: Params) -> Condition:
    if "ids" not in params:
        return Condition()
    wanted = json.dumps([path_id(part.strip()) for part in params["ids"].split(",")])
    return Condition("id in (select value from json_each(?))", (wanted,))
