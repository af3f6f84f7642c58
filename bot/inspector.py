"""What the demonstration's page shows beside the chat: the CRM records of the person's brief and the audit trail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.bootstrap import Services
from integrations.sandbox.zoho import ZohoSandbox
from store.domain.accounts import Kind, Person

_ACCOUNT_FIELDS = ("Industry", "Account_Type", "Rating", "Annual_Revenue", "Description", "Modified_Time")
_RELATED = {
    "Deals": ("Account_Name", "Deal_Name", ("Stage", "Amount", "Closing_Date")),
    "Tasks": ("What_Id", "Subject", ("Status", "Due_Date", "Priority", "Description")),
    "Notes": ("Parent_Id", "Note_Title", ("Note_Content",)),
}


class Inspector:
    """Called with the e-mail address of the person whom the page acts as; shows nothing of anybody else's."""

    def __init__(self, services: Services, zoho: ZohoSandbox) -> None:
        self._services = services
        self._zoho = zoho

    async def __call__(self, email: str) -> Mapping[str, Any]:
        async with self._services.database.reading() as tx:
            person = await tx.people.by_email(email)
            report = await tx.audit.verify()
            if person is None:
                return {"records": [], "audit": [], "audit_ok": report.ok}
            briefs = await tx.briefs.recent(person.id, 5)
            names = {other.id: other.name for other in await tx.people.all()}
            subjects = {brief.id for brief in briefs}
            subjects |= {pid for brief in briefs for card in brief.cards for pid in card.proposal_ids}
            entries = await tx.audit.entries(newest_first=True, limit=500)
        mine = [entry for entry in entries if entry.subject in subjects or entry.detail.get("replaces") in subjects]
        account_ids = list(
            dict.fromkeys(card.account_id for brief in briefs for card in brief.cards if card.account_id)
        )
        return {
            "records": [record for account_id in account_ids if (record := self._record(account_id, person))],
            "audit": [
                {
                    "at": entry.at.isoformat(),
                    "actor": names.get(entry.actor, entry.actor),
                    "action": entry.action,
                    "subject": entry.subject,
                    "detail": ", ".join(f"{key} {value}" for key, value in entry.detail.items() if value),
                    "hash": entry.hash,
                }
                for entry in mine
            ],
            "audit_ok": report.ok,
        }

    def _record(self, account_id: str, person: Person) -> dict[str, Any] | None:
        record = self._zoho.record("Accounts", account_id)
        if record is None:
            return None
        written = {entry.id for entry in self._zoho.ledger}
        items = [
            {
                "title": f"{module[:-1]}: {row.get(title) or ''}",
                "detail": " · ".join(str(row[name]) for name in details if row.get(name)),
                "at": row["Modified_Time"],
                "new": row["id"] in written,
            }
            for module, (parent, title, details) in _RELATED.items()
            for row in self._zoho.related(module, parent, account_id)
        ]
        items.sort(key=lambda item: (not item["new"], item["at"]), reverse=False)
        return {
            "id": account_id,
            "title": record["Account_Name"],
            "subtitle": f"Owner: {record['Owner'].get('name', person.name)}",
            "url": self._services.links.record(Kind.ACCOUNT, account_id),
            "fields": [
                {"label": name.replace("_", " "), "value": str(record[name])}
                for name in _ACCOUNT_FIELDS
                if record.get(name)
            ],
            "items": items[:40],
        }
