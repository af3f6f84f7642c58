"""Which of Zoho's fields we read, and this organisation's names for them.

An organisation may keep a value in a field of its own (`Deals.Amount` in `ACV`), or not want us to hold it at all. This
module settles both at the edge: rows get Zoho's standard names before other code sees them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from integrations.zoho.reading.queries import FIELDS, MODULES, OPTIONAL_FIELDS
from store.domain.crm.accounts import Kind

# Our name of each field that may be renamed or left out, by kind: module → standard name. Fields that identify or link
# a record, or that we write, keep their names.
_OURS: Mapping[Kind, Mapping[str, Mapping[str, str]]] = {
    Kind.ACCOUNT: {
        "industry": {"Accounts": "Industry"},
        "annual_revenue": {"Accounts": "Annual_Revenue"},
    },
    Kind.DEAL: {
        "amount": {"Deals": "Amount"},
        "closing_date": {"Deals": "Closing_Date"},
        "next_step": {"Deals": "Next_Step"},
        "pipeline_name": {"Deals": "Pipeline"},
        "contact_id": {"Deals": "Contact_Name"},
        "currency": {"Deals": "Currency"},
        "exchange_rate": {"Deals": "Exchange_Rate"},
    },
    Kind.CONTACT: {"title": {"Contacts": "Title"}, "buying_role": {"Contacts": "Buying_Role"}},
    Kind.ACTIVITY: {
        "priority": {"Tasks": "Priority"},
        "contact_id": {"Tasks": "Who_Id", "Events": "Who_Id", "Calls": "Who_Id"},
    },
    Kind.NOTE: {"title": {"Notes": "Note_Title"}},
}


@dataclass(frozen=True, slots=True)
class FieldMap:
    """`renamed` maps our fields to Zoho's names, `left_out` names our fields that are not read: both as `deal.amount`."""

    renamed: Mapping[str, str] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()

    def wanted(self, module: str) -> tuple[str, ...]:
        """Zoho's names of the fields we would read from this module, including the optional ones."""
        unread = {name for our, name in _of(module) if our in self.left_out}
        standard = (*FIELDS[module], *OPTIONAL_FIELDS.get(module, ()))
        return tuple(self.theirs(module, name) for name in standard if name not in unread)

    def is_certain(self, module: str) -> bool:
        """Whether every organisation has all of them."""
        return module not in OPTIONAL_FIELDS and not any(our in self.renamed for our, _ in _of(module))

    def dispensable(self, module: str) -> frozenset[str]:
        """Zoho's names of the fields that a record can do without."""
        return frozenset(self.theirs(module, name) for _, name in _of(module))

    def optional(self, module: str) -> frozenset[str]:
        """Fields that not every organisation has and no setting asked for."""
        return frozenset(OPTIONAL_FIELDS.get(module, ())) - frozenset(self.renamed.values())

    def standard(self, module: str, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the rows under Zoho's standard names."""
        names = {theirs: name for our, name in _of(module) if (theirs := self.renamed.get(our))}
        return [{names.get(key, key): value for key, value in row.items()} for row in rows]

    def theirs(self, module: str, name: str) -> str:
        """This organisation's name of a standard field."""
        for our, standard in _of(module):
            if standard == name and our in self.renamed:
                return self.renamed[our]
        return name

    def unread(self, kind: Kind, asked: Mapping[str, Collection[str]]) -> frozenset[str]:
        """Our fields of this kind that were requested from none of its modules."""
        return frozenset(
            our
            for our, places in _OURS[kind].items()
            if all(self.theirs(module, name) not in asked.get(module, ()) for module, name in places.items())
        )


def _of(module: str) -> list[tuple[str, str]]:
    """Our name, as `deal.amount`, and the standard name of each field of this module that settings may change."""
    kind = next(kind for kind, modules in MODULES.items() if module in modules)
    return [(f"{kind}.{our}", places[module]) for our, places in _OURS[kind].items() if module in places]


def field_names() -> list[str]:
    """Our field names, as used in settings."""
    return [f"{kind}.{our}" for kind, fields in _OURS.items() for our in fields]
