"""Accounts and their people, as a script writes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from integrations.sandbox.history import Json
from integrations.sandbox.world.awkward import awkward_name
from integrations.sandbox.world.names import ascii_word, company_name, person_name
from integrations.sandbox.world.records import Account, Contact
from integrations.sandbox.world.script import Script

# People at the customer: title and buying role, the sponsor of the deals first.
_SEATS = (
    (("Chief Operating Officer", "Managing Director", "Head of Operations", "VP Supply Chain"), "Sponsor"),
    (("Operations Manager", "Project Lead", "Process Owner", "Plant Manager"), "Champion"),
    (("Chief Financial Officer", "Finance Director", "Head of Procurement"), "Decision maker"),
    (("Purchasing Manager", "Executive Assistant", "Contracts Manager"), "Gatekeeper"),
    (("Shift Supervisor", "Data Analyst", "Customer Service Lead"), "User"),
    (("IT Manager", "Security Officer", "Systems Administrator"), "User"),
)


def found_account(script: Script, *, contacts: int, customer: bool) -> Account:
    """Write the account with this many contacts; it exists for months or years before the first look."""
    rng, part = script.rng, script.part
    named = company_name(part.seed, owner=part.owner_number, account=part.account_number)
    name = awkward_name(named.name, number=part.owner_number * 7 + part.account_number)
    opened = script.diary.at_work(script.start - script.days(130, 1_400))
    account_id = script.create(
        "Accounts",
        opened,
        {
            "Account_Name": name,
            "Industry": named.industry,
            "Account_Type": "Customer" if customer else "Prospect",
            "Rating": rng.choice(("Active", "Active", "Acquired")),
            "Annual_Revenue": round(rng.lognormvariate(16.5, 1.1), -4),
            "Employees": int(rng.lognormvariate(5.2, 1.0)) + 4,
            "Phone": _phone(script),
            "Website": f"https://{named.domain}",
            "Description": f"{named.industry} company. {rng.choice(_ABOUT)}",
        },
    )
    account = script.account = Account(account_id, name, named.short, named.domain, opened, customer)
    for _ in range(contacts):
        add_contact(script, account, opened)
    return account


def add_contact(script: Script, account: Account, at: datetime) -> Contact:
    """Write one more person at the account; seats are filled from the sponsor down."""
    titles, role = _SEATS[len(account.contacts) % len(_SEATS)]
    first, last = _new_name(script, account)
    title = script.rng.choice(titles)
    fields: dict[str, Json] = {
        "First_Name": first,
        "Last_Name": last,
        "Account_Name": script.link(account.id),
        "Title": title,
        "Email": f"{ascii_word(first)}.{ascii_word(last)}@{account.domain}",
        "Phone": _phone(script),
        "Buying_Role": role,
    }
    contact = Contact(script.create("Contacts", at, fields), first, last, title, at)
    account.contacts.append(contact)
    return contact


def leave(script: Script, contact: Contact, at: datetime) -> None:
    """Remove the contact from the account: the record stays, its account is emptied."""
    contact.left = at
    script.update("Contacts", contact.id, at, {"Account_Name": None})


def erase(script: Script, contact: Contact, at: datetime) -> None:
    """Delete the contact's record."""
    contact.left = at
    script.delete("Contacts", contact.id, at)


def now_a_customer(script: Script, account: Account, at: datetime) -> None:
    """Mark the prospect as a customer after a deal was won."""
    if not account.customer:
        account.customer = True
        script.update("Accounts", account.id, at, {"Account_Type": "Customer"})


def hand_over(script: Script, records: Sequence[tuple[str, str]]) -> None:
    """At `script.handover`, give every record under the account to its owner. `records` are (module, id)."""
    assert script.handover is not None
    for module, record_id in records:
        script.update(module, record_id, script.handover, {"Owner": script.link(script.part.owner_id)})


def _new_name(script: Script, account: Account) -> tuple[str, str]:
    """Return a name that is new to the account."""
    taken = {(contact.first, contact.last) for contact in account.contacts}
    while (name := person_name(script.rng)) in taken:
        pass
    return name


def _phone(script: Script) -> str:
    return f"+1 555 01{script.rng.randint(0, 99):02d}"  # 555-0100 to 555-0199 are reserved for fiction


_ABOUT = (
    "Came to us through a trade fair; buys once a year.",
    "Family-owned, decides slowly and stays for long.",
    "Growing quickly; new sites every year.",
    "Part of a larger group, purchasing is central.",
    "Price-conscious, values a short way to support.",
    "Long-standing customer, reference in its region.",
)
