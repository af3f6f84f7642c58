"""Which of Zoho's fields we read, and what this organisation calls them.

An organisation may keep a value in a field of its own (`Deals.Amount` in `ACV`), or not want us to hold one at all. Both are
settled here, at the edge: rows get Zoho's standard names before anything else sees them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from integrations.zoho.reading.queries import CUSTOM_FIELDS, FIELDS, MODULES
from store.domain.crm.accounts import Kind

# Our name of each field that may be renamed or left out, by the kind it belongs to: module → standard name.
# What identifies a record, links it, or is written by us keeps its name.
_OURS: Mapping[Kind, Mapping[str, Mapping[str, str]]] = {
    Kind.ACCOUNT: {
        "industry": {"Accounts": "Industry"},
        "annual_revenue": {"Accounts": "Annual_Revenue"},
    },
    Kind.DEAL: {
        "amount": {"Deals": "Amount"},
        "closing_date": {"Deals": "Closing_Date"},
        "next_step": {"Deals": "Next_Step"},
        "contact_id": {"Deals": "Contact_Name"},
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
    """`renamed` gives Zoho's name of one of our fields, `left_out` names ours that are not read: both as `deal.amount`."""

    renamed: Mapping[str, str] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()

    def wanted(self, module: str) -> tuple[str, ...]:
        """Zoho's names of the fields that we would read of this module, the custom ones among them."""
        unread = {name for our, name in _of(module) if our in self.left_out}
        standard = (*FIELDS[module], *CUSTOM_FIELDS.get(module, ()))
        return tuple(self._theirs(module, name) for name in standard if name not in unread)

    def is_certain(self, module: str) -> bool:
        """Whether every organisation has all of them."""
        return module not in CUSTOM_FIELDS and not any(our in self.renamed for our, _ in _of(module))

    def dispensable(self, module: str) -> frozenset[str]:
        """Zoho's names of the fields without which a record still is one."""
        return frozenset(self._theirs(module, name) for _, name in _of(module))

    def optional(self, module: str) -> frozenset[str]:
        """Those that nobody asked for by a setting and not every organisation has."""
        return frozenset(CUSTOM_FIELDS.get(module, ())) - frozenset(self.renamed.values())

    def standard(self, module: str, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """The rows under Zoho's standard names."""
        names = {theirs: name for our, name in _of(module) if (theirs := self.renamed.get(our))}
        return [{names.get(key, key): value for key, value in row.items()} for row in rows]

    def unread(self, kind: Kind, asked: Mapping[str, Collection[str]]) -> frozenset[str]:
        """Our fields of this kind that were asked for in none of its modules."""
        return frozenset(
            our
            for our, places in _OURS[kind].items()
            if all(self._theirs(module, name) not in asked.get(module, ()) for module, name in places.items())
        )

    def _theirs(self, module: str, name: str) -> str:
        for our, standard in _of(module):
            if standard == name and our in self.renamed:
                return self.renamed[our]
        return name


def _of(module: str) -> list[tuple[str, str]]:
    """Our name, as `deal.amount`, and the standard one of each field of this module that may be settled."""
    kind = next(kind for kind, modules in MODULES.items() if module in modules)
    return [(f"{kind}.{our}", places[module]) for our, places in _OURS[kind].items() if module in places]


def field_names() -> list[str]:
    """Ours, as settings name them."""
    return [f"{kind}.{our}" for kind, fields in _OURS.items() for our in fields]
