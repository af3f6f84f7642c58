"""The draft for deals: fields, and how a deal got from its creation to its present stage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from integrations.sandbox.imports.cells import is_blank
from integrations.sandbox.imports.suggest.joins import Join, Target, join_of, keys_of
from integrations.sandbox.imports.suggest.money import amount_source, currency_source
from integrations.sandbox.imports.suggest.parts import Part, Said, days_of, days_of_lines
from integrations.sandbox.imports.suggest.stages import Stages
from integrations.sandbox.imports.suggest.tables import Column, Table

ACCOUNT = ("account id", "account", "account name", "expected account", "parent account")
CONTACT = ("contact id", "contact", "contact name", "primary contact")
OWNER = (
    "owner id",
    "owner",
    "owner name",
    "owner email",
    "user id",
    "user",
    "manager id",
    "manager",
    "sales owner",
    "sales contact",
)
CREATED = ("created date", "created", "date created", "registered", "date")


def lookup(join: Join | None, module: str, *, via: str = "") -> Said | None:
    """Return a source that points to a module, or to what its record points to."""
    if join is None:
        return None
    value = {"column": join.column, "lookup": module} | ({"via": via} if via else {})
    return Said(value, join.why(module))


def created_of(table: Table, own: str) -> Column | None:
    """Return the column of the day on which its records were made."""
    column = table.find(*CREATED, own=own, kind="days")
    return (
        None
        if column is not None and {"close", "modified", "expected", "last", "next", "due"} & set(column.words)
        else column
    )


def deals_part(table: Table, stages: Stages, accounts: Target, contacts: Target, people: Target | None) -> Part:
    part = Part("Deals", table)
    key = keys_of(table, own="deal")
    taken = frozenset(filter(None, (key, stages.column, stages.outcome_column)))
    if key:
        part.settings["key"] = Said(key, _twice(table.columns[key]))
    name = table.find("name", "title", "subject", "deal", "description", "product", own="deal", kind="words", but=taken)
    account = join_of(table, accounts, *ACCOUNT, own="deal")
    instead = table.find("account name", "account", kind="words", but=taken) if account else None
    part.fields["Deal_Name"] = _name(name, key, instead if instead and "id" not in instead.words else None)
    found = {
        "Account_Name": lookup(account, "Accounts"),
        "Contact_Name": lookup(join_of(table, contacts, *CONTACT, own="deal"), "Contacts"),
        "Owner": lookup(join_of(table, people, *OWNER, own="deal"), "Users") if people else None,
    }
    part.fields |= {field: said for field, said in found.items() if said}
    amount = table.find("expected amount", "amount", "deal amount", "close amount", own="deal", kind="numbers")
    if amount:
        part.fields["Amount"] = amount_source(amount)
    if currency := currency_source(table):
        part.fields["Currency"] = currency
    plain = {
        "Next_Step": ("next stage",),
        "Pipeline": ("pipeline", "pipeline name"),
        "Description": ("description", "note"),
    }
    for field, phrases in plain.items():
        column = table.find(*phrases, own="deal", kind="text", but=taken | {name.name if name else ""})
        if column and set(phrases[0].split()) <= set(column.words):
            part.fields[field] = Said(column.name)
    _events(part, stages)
    return part


def _name(name: Column | None, key: str | None, account: Column | None) -> Said:
    if name is not None:
        instead = [name.name, *((key,) if key and not name.is_full else ())]
        return Said(name.name if name.is_full or not key else {"first_of": instead})
    unnamed = "check: the deals have no names"
    if account is not None and key:
        return Said({"join": [account.name, key]}, unnamed)
    return Said(key or (account.name if account else {"constant": "Deal"}), unnamed)


def _twice(column: Column) -> str:
    twice = [cell for cell, count in column.counts.items() if count > 1]
    return f"check: “{twice[0]}” is there twice; the last line counts" if twice else ""


def _events(part: Part, stages: Stages) -> None:
    """A deal is created, perhaps in its stage for some days, and closed; closed deals began in the first stage."""
    table = part.table
    created = created_of(table, "deal")
    actual, expected = _closings(table, stages)
    modified = table.find("modified", "modified date", own="deal", kind="days")
    ages = table.find("days stage", "days in stage", "stage age", "stage days", kind="numbers")
    closing = [column.name for column in (*actual, *expected)]
    if closing:
        part.fields["Closing_Date"] = Said(closing[0] if len(closing) == 1 else {"first_of": closing})
    one_column = stages.outcome_column == stages.column
    creation: dict[str, Said] = {"on": Said([created.name])} if created else {}
    creation["fields"] = Said({"Stage": _at_first(table, stages, whole=ages is not None)})
    if stages.closed and one_column:
        creation["fields"].why = f"check: deals closed since begin as “{stages.first}”"
    part.events.append(creation)
    current = stages.source(table, stages.column)
    if ages is not None and stages.column:
        skip = {"skip": Said({stages.outcome_column: list(stages.closed)})} if stages.closed else {}
        part.events.append({"days_ago": Said(ages.name), **skip, "fields": Said({"Stage": current})})
    when = _end_day(table, stages, [*actual, *([modified] if modified else [])], expected, created)
    for takes, stage in stages.endings(table):
        filters = {name: Said(value) for name, value in takes.items()}
        part.events.append({**when, **filters, "fields": Said({"Stage": stage})})
    part.dated = tuple(column.name for column in (created, *actual, modified) if column)
    if not (actual or modified):
        closed = [line for line in table.lines if stages.ended(line.cells)]
        part.ended = tuple(days_of_lines(closed, *(column.name for column in expected)))
    part.planned = tuple(column.name for column in expected)


def _end_day(
    table: Table, stages: Stages, known: Sequence[Column], expected: Sequence[Column], created: Column | None
) -> dict[str, Said]:
    """Return when deals end. Without a day of its end, that is the day on which a deal was expected to close, but no later than
    the last day of the file; else that of its creation."""
    names = [each.name for each in known]
    ends = [each.name for each in (*known, *expected, *([created] if created else []))]
    closed = [line for line in table.lines if stages.ended(line.cells)]
    undated = [line for line in closed if all(is_blank(line.cells[name]) for name in names)]
    said: dict[str, Said] = {}
    if ends:
        rest = ends[len(names) :]
        lack = f"check: {len(undated):,} closed deals have no {' and '.join(f'“{name}”' for name in names) or 'day of their end'}"
        unsure = bool(undated) and (bool(names) or not expected)
        said["on"] = Said(ends, f"{lack}; they end on “{rest[0]}”" if unsure and rest else lack if unsure else "")
        last = max(days_of(table, *names, *([created.name] if created else [])), default=None)
        if names and last and any(day > last for day in days_of_lines(undated, *(each.name for each in expected))):
            said["at_latest"] = Said(last)
    return said


def _at_first(table: Table, stages: Stages, *, whole: bool) -> object:
    if stages.column is None or whole:
        return {"constant": stages.first}
    if stages.outcome_column == stages.column:
        return stages.source(table, stages.column, as_first=True)
    return stages.source(table, stages.column, closed=False)


def _closings(table: Table, stages: Stages) -> tuple[list[Column], list[Column]]:
    """Return the columns of the day on which deals closed, and are expected to: the latter are filled for open deals too."""
    phrases = ("close date", "close", "won date", "lost date", "end date")
    actual: list[Column] = []
    expected: list[Column] = []
    for column in table.columns.values():
        if not column.is_days or not any(set(phrase.split()) <= set(column.words) for phrase in phrases):
            continue
        (expected if _filled_while_open(table, column, stages) else actual).append(column)
    return actual, expected


def _filled_while_open(table: Table, column: Column, stages: Stages) -> bool:
    if stages.outcome_column is None:
        return True
    outcomes = table.columns[stages.outcome_column].cells
    filled: Counter[bool] = Counter()
    for outcome, cell in zip(outcomes, column.cells, strict=True):
        if outcome not in stages.closed:
            filled[bool(cell)] += 1
    return filled[True] * 4 > filled.total()
