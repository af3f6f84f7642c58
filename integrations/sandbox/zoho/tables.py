"""The sandbox CRM's records in SQLite: one table per module, one column per field, plus changes and deletions.

Nothing here depends on HTTP. Cells are those of `values.py`; times are whole seconds since 1970.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from integrations.sandbox.zoho.fields import PARENT_MODULE, Field, Module
from integrations.sandbox.zoho.values import Cell
from store.domain.errors import BadInput

Row = Mapping[str, Cell]
Source = Literal["crm_ui", "crm_api"]
# Records created through the API get ids from here on: above every id of an imported or invented company.
FIRST_OWN_ID = 9_000_000_000_000_000_001
_TYPES = {"currency": "REAL", "double": "REAL"} | dict.fromkeys(
    ("integer", "bigint", "boolean", "datetime", "lookup", "ownerlookup"), "INTEGER"
)
_FIXED = """
create table if not exists meta (name text primary key, value text) without rowid;
create table if not exists history (
  number integer primary key, module text, record_id integer, at integer, user_id integer, source text, changes text);
create index if not exists history_of on history (record_id);
create table if not exists deleted (
  module text, id integer, name text, at integer, user_id integer, created_by integer, parent text,
  primary key (module, at, id)) without rowid;
create index if not exists deleted_id on deleted (id);
create table if not exists recycled (id integer primary key, module text, cells text);
"""


class Tables:
    """The database of one sandbox CRM; `path` None keeps it in memory."""

    def __init__(self, modules: Mapping[str, Module], path: Path | None) -> None:
        self._modules = modules
        self._in_memory = path is None
        self._db = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        self._db.executescript("pragma journal_mode = wal; pragma synchronous = normal; pragma cache_size = -64000;")
        self._db.executescript(_FIXED)
        self._inserts: dict[str, tuple[str, tuple[str, ...]]] = {}
        for module in modules.values():
            self._create(module)

    @staticmethod
    def peek(path: Path, name: str) -> str | None:
        """Return one stored value of a file without changing it; None if it is not a sandbox file."""
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as db:
            try:
                row = db.execute("select value from meta where name = ?", (name,)).fetchone()
            except sqlite3.DatabaseError:
                return None
        return None if row is None else str(row[0])

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit everything or, if it raises, nothing."""
        self._db.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._db.execute("rollback")
            raise
        self._db.execute("commit")

    def insert(self, module: str, row: Row) -> None:
        statement, columns = self._inserts[module]
        self._db.execute(statement, [row.get(column) for column in columns])

    def update(self, module: str, record_id: int, cells: Row) -> None:
        columns = ", ".join(f'"{name}" = ?' for name in cells)
        self._db.execute(f'update "{module}" set {columns} where id = ?', [*cells.values(), record_id])  # noqa: S608 - names of our own schema; values are bound

    def delete(self, module: str, record_id: int, *, at: int, user_id: int) -> bool:
        """Move a record to the recycle bin, if it exists; lookups keep pointing to it, in case it is restored."""
        row = self.row(module, record_id)
        if row is None:
            return False
        name = row[self._modules[module].name_field]
        parent = row.get(PARENT_MODULE)
        cells = (module, record_id, name, at, user_id, row["Created_By"], parent)
        self._db.execute("insert into deleted values (?, ?, ?, ?, ?, ?, ?)", cells)
        self._db.execute("insert or replace into recycled values (?, ?, ?)", (record_id, module, json.dumps(row)))
        self._db.execute(f'delete from "{module}" where id = ?', (record_id,))  # noqa: S608 - names of our own schema; values are bound
        return True

    def restore(self, module: str, record_id: int) -> bool:
        """Bring a record back from the recycle bin exactly as it was, if it is there."""
        bin_of = "from recycled where id = ? and module = ?"
        found = self._db.execute(f"select cells {bin_of}", (record_id, module)).fetchone()
        if found is None:
            return False
        self._db.execute(f"delete {bin_of}", (record_id, module))
        self._db.execute("delete from deleted where id = ? and module = ?", (record_id, module))
        self.insert(module, json.loads(found["cells"]))
        return True

    def pointing(self, module: str, lookup: str, target: int, *, parent: str | None) -> list[int]:
        """Return the records whose `lookup` points to a record; `parent` is its module if the lookup may point to several."""
        rows = self.query(
            f'select id from "{module}" where "{lookup}" = ? and {_of_module(parent)} order by id',  # noqa: S608 - names of our own schema; values are bound
            [target, *([parent] if parent else [])],
        )
        return [int(row["id"] or 0) for row in rows]

    def repoint(self, module: str, lookup: str, old: int, new: int, *, parent: str | None) -> None:
        """Redirect lookups from one record to another, and change nothing else."""
        self._db.execute(
            f'update "{module}" set "{lookup}" = ? where "{lookup}" = ? and {_of_module(parent)}',  # noqa: S608 - names of our own schema; values are bound
            [new, old, *([parent] if parent else [])],
        )

    def rename_column(self, module: str, old: str, new: str) -> None:
        """Raises: BadInput if the tables are in a file, which would have the field's old name when opened again."""
        if not self._in_memory:
            raise BadInput("A field can be renamed only in a sandbox CRM in memory, not in one kept in a file.")
        self._db.execute(f'alter table "{module}" rename column "{old}" to "{new}"')
        self._db.execute(
            "update history set changes = replace(changes, ?, ?) where module = ?",
            (f"{json.dumps(old)}: [", f"{json.dumps(new)}: [", module),
        )
        statement, columns = self._inserts[module]
        renamed = tuple(new if column == old else column for column in columns)
        self._inserts[module] = (statement.replace(f'"{old}"', f'"{new}"'), renamed)

    def note_change(self, module: str, before: Row, cells: Row, *, at: int, user_id: int, source: Source) -> None:
        """Record an update's changes for the timeline."""
        changes = {name: [before[name], value] for name, value in cells.items() if before[name] != value}
        if changes:
            entry = (module, before["id"], at, user_id, source, json.dumps(changes))
            self._db.execute(
                "insert into history (module, record_id, at, user_id, source, changes) values (?, ?, ?, ?, ?, ?)", entry
            )

    def row(self, module: str, record_id: int) -> dict[str, Cell] | None:
        found = self._db.execute(f'select * from "{module}" where id = ?', (record_id,)).fetchone()  # noqa: S608 - names of our own schema; values are bound
        return dict(found) if found else None

    def query(self, sql: str, values: Sequence[Cell] = ()) -> list[dict[str, Cell]]:
        """Run a statement made of checked names and bound values."""
        return [dict(row) for row in self._db.execute(sql, values)]

    def names(self, module: str, ids: Iterable[Cell]) -> dict[Cell, str | None]:
        """Return the names of the records with these ids, including those in the recycle bin."""
        wanted = json.dumps(list(ids))
        name = self._modules[module].name_field
        found = self._db.execute(
            f'select id, "{name}" as name from "{module}" where id in (select value from json_each(?)) '  # noqa: S608 - names of our own schema; values are bound
            "union all select id, name from deleted where module = ? and id in (select value from json_each(?))",
            (wanted, module, wanted),
        )
        return {row["id"]: row["name"] for row in found}

    def used_values(self, module: str, field: Field) -> tuple[str, ...]:
        """Return a picklist's values in use: an imported company may have others than the standard ones."""
        column = f'"{field.api_name}"'
        rows = self._db.execute(f'select distinct {column} from "{module}" where {column} is not null order by 1')  # noqa: S608 - names of our own schema; values are bound
        return tuple(str(row[0]) for row in rows)

    def next_id(self) -> int:
        number = int(self.meta("next_id") or FIRST_OWN_ID)
        self.keep("next_id", str(number + 1))
        return number

    def meta(self, name: str) -> str | None:
        row = self._db.execute("select value from meta where name = ?", (name,)).fetchone()
        return None if row is None else str(row["value"])

    def keep(self, name: str, value: str) -> None:
        self._db.execute("insert or replace into meta values (?, ?)", (name, value))

    def _create(self, module: Module) -> None:
        columns = ["id integer primary key"]
        columns += [
            f'"{f.api_name}" {_TYPES.get(f.data_type, "TEXT")}' for f in module.fields.values() if f.api_name != "id"
        ]
        self._db.execute(f'create table if not exists "{module.api_name}" ({", ".join(columns)})')
        indexed = ["Modified_Time", *(f.api_name for f in module.fields.values() if f.data_type == "lookup")]
        for name in indexed:
            self._db.execute(
                f'create index if not exists "{module.api_name}_{name}" on "{module.api_name}" ("{name}", id)'
            )
        names = tuple(module.fields)
        marks = ", ".join("?" for _ in names)
        quoted = ", ".join(f'"{name}"' for name in names)
        self._inserts[module.api_name] = (f'insert into "{module.api_name}" ({quoted}) values ({marks})', names)  # noqa: S608 - names of our own schema; values are bound


def _of_module(parent: str | None) -> str:
    return f'"{PARENT_MODULE}" = ?' if parent else "1"
