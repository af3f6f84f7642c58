"""Parse COQL text into a checked query; `coql_sql.py` runs it over the tables.

The subset of zoho.com/crm/developer/docs/api/v8/Get-Records-through-COQL-Query.html that reads of one module need. At most
two criteria may follow each other; more are nested in pairs, and `where` is mandatory, as with Zoho.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from integrations.sandbox.zoho.errors import ZohoRefusal

T = TypeVar("T")
Scalar = str | int | float | bool
MOST_ROWS = 2_000
MOST_REACHED = 100_000
MOST_COLUMNS = 50
MOST_CRITERIA = 25
MOST_VALUES = 50
_DEFAULT_ROWS = 200
_MOST_BRACKETS = 4 * MOST_CRITERIA  # more than that many criteria can need
_AGGREGATES = ("COUNT", "SUM", "MIN", "MAX", "AVG")
_OPERATORS = (
    "is not null", "is null", "not in", "in", "between", "not like", "like", "=", "!=", "<=", ">=", "<", ">",
)  # fmt: skip
_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>-?\d+(?:\.\d+)?)|(?P<name>[$A-Za-z_][\w$.]*)|(?P<sign><=|>=|!=|[=<>(),]))"
)


@dataclass(frozen=True, slots=True)
class Column:
    """`Amount`, or through a lookup `Account_Name.Industry`; with an aggregate `SUM(Amount)`."""

    name: str
    aggregate: str | None = None
    alias: str | None = None

    @property
    def key(self) -> str:
        """The column's name in the answer: `Stage`, `SUM(Amount)`, or its alias."""
        return self.alias or (f"{self.aggregate}({self.name})" if self.aggregate else self.name)


@dataclass(frozen=True, slots=True)
class Criterion:
    """`operator` is in lower case with single spaces, e.g. `not in`, `is null`, `between`."""

    column: str
    operator: str
    values: tuple[Scalar, ...] = ()


@dataclass(frozen=True, slots=True)
class Pair:
    joined_by: Literal["and", "or"]
    left: Where
    right: Where


Where = Criterion | Pair


@dataclass(frozen=True, slots=True)
class Query:
    columns: tuple[Column, ...]
    module: str
    where: Where
    group_by: tuple[str, ...] = ()
    order_by: tuple[tuple[str, str], ...] = ()
    limit: int = _DEFAULT_ROWS
    offset: int = 0

    @property
    def credits(self) -> int:
        """The call's cost: set by its LIMIT, however many rows it finds."""
        return 1 if self.limit <= 200 else 2 if self.limit <= 1_000 else 3


def parse(text: str) -> Query:
    """Raises: ZohoRefusal SYNTAX_ERROR for text that is not COQL, LIMIT_EXCEEDED if it asks for too much."""
    if text.count("(") > _MOST_BRACKETS:
        raise _too_much("criteria", MOST_CRITERIA)
    query = _Parser(text).query()
    if len(query.columns) > MOST_COLUMNS:
        raise ZohoRefusal("INVALID_QUERY", "the maximum number of columns is exceeded", {"limit": str(MOST_COLUMNS)})
    if sum(1 for _ in criteria(query.where)) > MOST_CRITERIA:
        raise _too_much("criteria", MOST_CRITERIA)
    if query.limit > MOST_ROWS:
        raise _too_much("limit", MOST_ROWS)
    if query.offset + query.limit > MOST_REACHED:
        raise _too_much("offset", MOST_REACHED)
    _check_names(query.columns)
    return query


def _check_names(columns: tuple[Column, ...]) -> None:
    """Raises: ZohoRefusal if a column or an alias appears twice."""
    seen: set[tuple[str | None, str]] = set()
    aliases: dict[str, str] = {}
    for column in columns:
        if (column.aggregate, column.name) in seen:
            aggregate = {"aggregate": column.aggregate} if column.aggregate else {}
            raise ZohoRefusal("DUPLICATE_DATA", "duplicate column", {"column_name": column.name, **aggregate})
        seen.add((column.aggregate, column.name))
        if column.alias and column.alias in aliases:
            referred = [aliases[column.alias], column.name]
            raise ZohoRefusal(
                "DUPLICATE_ALIAS", "duplicate alias", {"alias": column.alias, "referred_columns": referred}
            )
        if column.alias:
            aliases[column.alias] = column.name


def criteria(where: Where) -> Iterator[Criterion]:
    if isinstance(where, Criterion):
        yield where
    else:
        yield from criteria(where.left)
        yield from criteria(where.right)


def _too_much(what: str, most: int) -> ZohoRefusal:
    return ZohoRefusal("LIMIT_EXCEEDED", f"the {what} exceeds the allowed limit", {"limit": most})


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int

    @property
    def word(self) -> str:
        return self.text.lower() if self.kind in ("name", "sign") else ""


@dataclass(slots=True)
class _Parser:
    """Recursive descent, one method per rule of the grammar."""

    source: str
    _tokens: list[_Token] = field(init=False, default_factory=list)
    _next: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        position, end = 0, len(self.source.rstrip().rstrip(";"))
        while position < end:
            match = _TOKEN.match(self.source, position, end)
            if match is None or match.lastgroup is None:
                blank = len(self.source[position:]) - len(self.source[position:].lstrip())
                raise self._error(position + blank)
            self._tokens.append(_Token(match.lastgroup, match[match.lastgroup], match.start(match.lastgroup)))
            position = match.end()
        self._tokens.append(_Token("end", "", end))

    def query(self) -> Query:
        self._expect("select")
        columns = self._list(self._column)
        self._expect("from")
        module = self._name()
        if not self._take("where"):
            raise ZohoRefusal("SYNTAX_ERROR", "missing clause", {"clause": "where"})
        where = self._where()
        group_by = self._list(self._name) if self._take("group", "by") else ()
        order_by = self._list(self._ordering) if self._take("order", "by") else ()
        limit, offset = self._limit()
        if self._peek().kind != "end":
            raise self._error()
        return Query(columns, module, where, group_by, order_by, limit, offset)

    def _column(self) -> Column:
        aggregate, name = self._selected()
        alias = self._name() if self._take("as") else None
        return Column(name, aggregate, alias)

    def _selected(self) -> tuple[str | None, str]:
        """Read `Amount` or `SUM(Amount)`: the aggregate, if any, and the name."""
        name = self._name()
        if name.upper() not in _AGGREGATES or not self._take("("):
            return None, name
        aggregate, name = name.upper(), self._name()
        self._expect(")")
        return aggregate, name

    def _ordering(self) -> tuple[str, str]:
        """Read the sort key, named as in the answer (a column, an alias or `SUM(Amount)`), and the direction."""
        aggregate, plain = self._selected()
        name = Column(plain, aggregate).key
        return name, next((way for way in ("asc", "desc") if self._take(way)), "asc")

    def _limit(self) -> tuple[int, int]:
        """Read `limit n`, `limit n offset m` or the older `limit m, n`."""
        if not self._take("limit"):
            return _DEFAULT_ROWS, 0
        first = self._whole_number()
        if self._take(","):
            return self._whole_number(), first
        return first, self._whole_number() if self._take("offset") else 0

    def _where(self) -> Where:
        left = self._operand()
        for word in ("and", "or"):
            if self._take(word):
                return Pair("and" if word == "and" else "or", left, self._operand())
        return left

    def _operand(self) -> Where:
        if self._take("("):
            where = self._where()
            self._expect(")")
            return where
        return self._criterion()

    def _criterion(self) -> Criterion:
        column = self._name()
        operator = next((words for words in _OPERATORS if self._take(*words.split())), None)
        if operator is None:
            raise self._error()
        if operator.endswith("null"):
            return Criterion(column, operator)
        if operator.endswith("in"):
            return Criterion(column, operator, self._values())
        first = self._value()
        if operator != "between":
            return Criterion(column, operator, (first,))
        self._expect("and")
        return Criterion(column, operator, (first, self._value()))

    def _values(self) -> tuple[Scalar, ...]:
        self._expect("(")
        values = self._list(self._value)
        self._expect(")")
        if len(values) > MOST_VALUES:
            raise _too_much("number of values", MOST_VALUES)
        return values

    def _value(self) -> Scalar:
        token = self._peek()
        self._next += 1
        if token.kind == "text":
            return token.text[1:-1].replace("''", "'")
        if token.kind == "number":
            return float(token.text) if "." in token.text else int(token.text)
        if token.word in ("true", "false"):
            return token.word == "true"
        raise self._error(token.at)

    def _whole_number(self) -> int:
        value = self._value()
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise self._error(self._tokens[self._next - 1].at)
        return value

    def _name(self) -> str:
        token = self._peek()
        if token.kind != "name":
            raise self._error()
        self._next += 1
        return token.text

    def _list(self, item: Callable[[], T]) -> tuple[T, ...]:
        items = [item()]
        while self._take(","):
            items.append(item())
        return tuple(items)

    def _peek(self) -> _Token:
        return self._tokens[self._next]

    def _take(self, *words: str) -> bool:
        """Skip these words if they come next."""
        ahead = self._tokens[self._next : self._next + len(words)]
        if [token.word for token in ahead] != list(words):
            return False
        self._next += len(words)
        return True

    def _expect(self, word: str) -> None:
        if not self._take(word):
            raise self._error()

    def _error(self, at: int | None = None) -> ZohoRefusal:
        at = self._peek().at if at is None else at
        line = self.source.count("\n", 0, at) + 1
        column = at - (self.source.rfind("\n", 0, at) + 1) + 1
        near = self.source[at : at + 40].split("\n")[0]
        return ZohoRefusal(
            "SYNTAX_ERROR", "error occured while parsing the query", {"line": line, "column": column, "near": near}
        )
