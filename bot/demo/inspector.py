"""The demo page's panel beside the chat: the CRM records of the person's brief, the audit trail, and their e-mails."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.wiring.resources import Services
from integrations.sandbox.mail import Caught, MailSandbox
from integrations.sandbox.zoho import ZohoSandbox
from store.domain.brief.brief import Brief
from store.domain.crm.accounts import Kind
from store.domain.gate.audit import AuditEntry

_FIELDS = ("Industry", "Account_Type", "Rating", "Annual_Revenue", "Description", "Modified_Time")
_MONEY = frozenset({"Annual_Revenue", "Amount"})
# Records on an account or deal: module → (its lookup, its title, the fields to show).
_HANGING = {
    "Events": ("What_Id", "Event_Title", ()),
    "Calls": ("What_Id", "Subject", ("Call_Type",)),
    "Tasks": ("What_Id", "Subject", ("Status", "Due_Date", "Priority", "Description")),
    "Notes": ("Parent_Id", "Note_Title", ("Note_Content",)),
}
_BRIEFS, _ENTRIES, _ITEMS = 5, 500, 60


class Inspector:
    """Called with the e-mail address of the page's current person; shows only their data."""

    def __init__(self, services: Services, zoho: ZohoSandbox, mails: MailSandbox) -> None:
        self._services = services
        self._zoho = zoho
        self._mails = mails

    async def __call__(self, email: str) -> Mapping[str, Any]:
        async with self._services.database.reading() as tx:
            person = await tx.people.by_email(email)
            report = await tx.audit.verify()
            if person is None:
                return {"records": [], "audit": [], "audit_ok": report.ok}
            briefs = await tx.briefs.recent(person.id, _BRIEFS)
            names = await tx.people.names()
            entries = await tx.audit.entries(newest_first=True, limit=_ENTRIES)
        accounts = dict.fromkeys(card.account_id for brief in briefs for card in brief.cards if card.account_id)
        return {
            "records": [record for account_id in accounts if (record := self._record(account_id))],
            "audit": [_entry(entry, names) for entry in entries if _is_about(entry, briefs)],
            "audit_ok": report.ok,
            "mails": [_mail(each) for each in reversed(self._mails.to(email))],
        }

    def letter(self, email: str, mail_id: str) -> str | None:
        """An e-mail to this address as HTML, by its id."""
        return next((each.html for each in self._mails.to(email) if str(each.id) == mail_id), None)

    def _record(self, account_id: str) -> dict[str, Any] | None:
        record = self._zoho.record("Accounts", account_id)
        if record is None:
            return None
        items = sorted(self._items(account_id), key=lambda item: (item["new"], item["at"]), reverse=True)
        return {
            "id": account_id,
            "title": record["Account_Name"],
            "subtitle": f"Owner: {record['Owner'].get('name', '')}",
            "url": self._services.links.record(Kind.ACCOUNT, account_id),
            "fields": [
                {"label": name.replace("_", " "), "value": _shown(name, record[name])}
                for name in _FIELDS
                if record.get(name)
            ],
            "items": items[:_ITEMS],
        }

    def _items(self, account_id: str) -> Iterator[dict[str, Any]]:
        written = {entry.id for entry in self._zoho.ledger}
        deals = self._zoho.related("Deals", "Account_Name", account_id)
        for deal in deals:
            yield _item("Deal", deal, "Deal_Name", ("Stage", "Amount", "Closing_Date"), new=deal["id"] in written)
        for contact in self._zoho.related("Contacts", "Account_Name", account_id):
            yield _item("Contact", contact, "Full_Name", ("Title", "Buying_Role"), new=contact["id"] in written)
        for parent, to in ((account_id, "Accounts"), *((deal["id"], "Deals") for deal in deals)):
            for module, (lookup, title, shown) in _HANGING.items():
                for row in self._zoho.related(module, lookup, parent, to=to):
                    yield _item(module[:-1], row, title, shown, new=row["id"] in written)


def _mail(mail: Caught) -> dict[str, Any]:
    return {
        "id": mail.id,
        "at": mail.at.timestamp(),
        "subject": mail.subject,
        "sender": mail.sender,
        "to": ", ".join(mail.recipients),
        "text": mail.text,
    }


def _item(kind: str, row: Mapping[str, Any], title: str, shown: tuple[str, ...], *, new: bool) -> dict[str, Any]:
    return {
        "id": row["id"],
        "title": f"{kind}: {row.get(title) or ''}",
        "detail": " · ".join(_shown(name, row[name]) for name in shown if row.get(name)),
        "at": row["Modified_Time"],
        "new": new,
    }


def _shown(name: str, value: object) -> str:
    return f"{value:,.0f}" if name in _MONEY and isinstance(value, int | float) else str(value)


def _is_about(entry: AuditEntry, briefs: list[Brief]) -> bool:
    """Whether an entry is about these briefs or their proposals, including adjusted versions."""
    subjects = {brief.id for brief in briefs} | {
        p for brief in briefs for card in brief.cards for p in card.proposal_ids
    }
    return entry.subject in subjects or entry.detail.get("lineage") in subjects


def _entry(entry: AuditEntry, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "at": entry.at.isoformat(),
        "actor": names.get(entry.actor, entry.actor),
        "action": entry.action,
        "subject": entry.subject,
        "detail": ", ".join(f"{key} {_told(value, names)}" for key, value in entry.detail.items() if value),
        "hash": entry.hash,
    }


def _told(value: object, names: Mapping[str, str]) -> str:
    if isinstance(value, list):
        return str(len(value))
    text = str(value)
    return names.get(text, text[:12] + "…" if len(text) > 24 else text)
