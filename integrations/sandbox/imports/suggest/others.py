"""The drafts for accounts, contacts and notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from integrations.sandbox.imports.numbers import looks_like_number, number_of
from integrations.sandbox.imports.suggest.deals import ACCOUNT, CONTACT, OWNER, created_of, lookup
from integrations.sandbox.imports.suggest.joins import Target, join_of, keys_of
from integrations.sandbox.imports.suggest.money import amount_source
from integrations.sandbox.imports.suggest.parts import Part, Said
from integrations.sandbox.imports.suggest.tables import Column, Table

_ACCOUNT_FIELDS = {
    "Industry": ("industry", ""),
    "Phone": ("phone", ""),
    "Website": ("website", ""),
    "Employees": ("employees", "numbers"),
    "Description": ("description", "text"),
}
_CONTACT_FIELDS = {
    "Title": ("title", "text"),
    "Email": ("email", "emails"),
    "Phone": ("phone", ""),
    "Description": ("description", "text"),
}
_ABOUT = ("what id", "parent id", "related id", "regarding", "related", "record id")


def account_name(table: Table) -> Column | None:
    """Return the column of the accounts' names."""
    key = keys_of(table, own="account")
    but = frozenset((key,)) if key else frozenset()
    return table.find("account name", "name", "account", "title", own="account", kind="words", but=but)


def accounts_part(table: Table, people: Target | None, *, by_deals: bool) -> Part:
    part = Part("Accounts", table)
    key, name = keys_of(table, own="account"), account_name(table)
    chosen = key or (name.name if name and name.is_unique else None)
    if chosen:
        part.settings["key"] = Said(chosen)
    part.fields["Account_Name"] = _first_of([name.name if name else None, key], full=bool(name and name.is_full))
    owner = join_of(table, people, *OWNER, own="account") if people else None
    if owner is not None:
        part.fields["Owner"] = Said({"column": owner.column, "lookup": "Users"}, owner.why("Users"))
    elif by_deals:
        part.fields["Owner"] = _by_deals()
    _plain(part, _ACCOUNT_FIELDS, own="account")
    if revenue := table.find("annual amount", "amount", own="account", kind="numbers"):
        said = amount_source(revenue)
        part.fields["Annual_Revenue"] = said if said.why else Said(revenue.name, _unit(revenue))
    _created(part, "account")
    return part


def accounts_from(table: Table, *, by_deals: bool) -> Part | None:
    """Draft the accounts that only another file names; None if it names none."""
    key = table.find(*ACCOUNT)
    if key is None or "account" not in key.words or key.is_days:
        return None
    name = table.find("account name", "account", kind="words", but=frozenset((key.name,))) or key
    part = Part("Accounts", table, notes=(f"No file is about accounts; these are the ones that {table.file} names.",))
    part.settings = {"key": Said(key.name), "distinct": Said(True)}
    if not key.is_full:
        part.settings["skip"] = Said({key.name: ""})
    part.fields["Account_Name"] = _first_of(list(dict.fromkeys((name.name, key.name))), full=name.is_full)
    if by_deals:
        part.fields["Owner"] = _by_deals()
    return part


def contacts_part(table: Table, accounts: Target, people: Target | None) -> Part:
    part = Part("Contacts", table)
    key = keys_of(table, own="contact")
    if key:
        part.settings["key"] = Said(key)
    first, last = contact_names(table)
    full = True
    account = join_of(table, accounts, *ACCOUNT, own="contact")
    if first is not None and last is not None:
        part.fields["First_Name"] = Said(first.name)
        part.fields["Last_Name"] = _first_of([last.name, first.name], full=last.is_full)
        full = all(a or b for a, b in zip(first.cells, last.cells, strict=True))
    elif last is not None:
        part.fields["First_Name"] = Said({"column": last.name, "part": "first"})
        part.fields["Last_Name"] = Said({"column": last.name, "part": "last"})
        full = last.is_full
    if last is not None and not full:
        part.settings["skip"] = Said({last.name: ""}, "check: some lines have no name")
    said = lookup(account, "Accounts")
    if said:
        part.fields["Account_Name"] = said
    own = join_of(table, people, *OWNER, own="contact") if people else None
    owner = lookup(own, "Users") or lookup(account, "Accounts", via="Owner")
    if owner:
        part.fields["Owner"] = Said(owner.value, "" if own else "check: the account's owner")
    _plain(part, _CONTACT_FIELDS, own="contact")
    if "Title" not in part.fields and (role := table.find("role", kind="text")):
        part.fields["Title"] = Said(role.name)
    _created(part, "contact")
    return part


def contact_names(table: Table) -> tuple[Column | None, Column | None]:
    """Return the columns of first and last names; without the former, the latter has whole names."""
    first, last = table.find("first name", "first"), table.find("last name", "last")
    if first is not None and last is not None and "first" in first.words and "last" in last.words:
        return first, last
    key = keys_of(table, own="contact")
    but = frozenset((key,)) if key else frozenset()
    return None, table.find("contact name", "full name", "name", "contact", own="contact", kind="words", but=but)


def parents_of(table: Table, targets: Mapping[str, Target]) -> dict[str, Said]:
    """Return how a record of this file finds its deal, account and contact. Without a column of its own, the account is the
    contact's."""
    contact = join_of(table, targets["Contacts"], *CONTACT, "who id", *_ABOUT, own="")
    found = {
        "Deals": lookup(join_of(table, targets["Deals"], "deal id", "deal", "deal name", *_ABOUT, own=""), "Deals"),
        "Accounts": lookup(join_of(table, targets["Accounts"], *ACCOUNT, *_ABOUT, own=""), "Accounts")
        or lookup(contact, "Contacts", via="Account_Name"),
        "Contacts": lookup(contact, "Contacts"),
    }
    return {module: said for module, said in found.items() if said}


def owner_of(table: Table, people: Target | None, parents: Mapping[str, Said]) -> Said | None:
    """Return the owner a file names, or that of the record it belongs to."""
    own = lookup(join_of(table, people, *OWNER, own="activity"), "Users") if people else None
    if own is not None:
        return own
    for module in ("Deals", "Accounts", "Contacts"):
        value = parents[module].value if module in parents else None
        if isinstance(value, dict) and "via" not in value:
            return Said({**value, "via": "Owner"}, f"check: the owner of its {module[:-1].lower()}")
    return None


def _by_deals() -> Said:
    return Said({"owner_of_most": "Deals"}, "check: whoever owns most of an account's deals")


def _first_of(columns: Sequence[str | None], *, full: bool) -> Said:
    names = [name for name in columns if name]
    if not names:
        return Said({"constant": ""}, "check: no column looks like a name")
    return Said(
        names[0] if full or len(names) == 1 else {"first_of": names}, "" if full else "check: some names are missing"
    )


def _unit(column: Column) -> str:
    """Revenues that are all small are probably in millions."""
    amounts = [number_of(cell, ".") for cell in column.counts if looks_like_number(cell) and "," not in cell]
    return "check: whole amounts? else { column = …, times = 1_000_000 }" if amounts and max(amounts) < 100_000 else ""


def _plain(part: Part, wanted: Mapping[str, tuple[str, str]], *, own: str) -> None:
    for field, (phrase, kind) in wanted.items():
        column = part.table.find(phrase, own=own, kind=kind)
        if column:
            part.fields[field] = Said(column.name)


def _created(part: Part, own: str) -> None:
    created = created_of(part.table, own)
    if created is not None:
        part.events.append({"on": Said([created.name])})
        part.dated = (created.name,)
