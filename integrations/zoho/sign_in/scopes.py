"""The exact scopes that the bot needs in Zoho: the README lists them, `sergas zoho login` asks for them.

Source: each operation's own page at zoho.com/crm/developer/docs/api/v8 names its scope.
"""

from __future__ import annotations

from collections.abc import Collection

READING = (
    "ZohoCRM.modules.Accounts.READ",
    "ZohoCRM.modules.Deals.READ",
    "ZohoCRM.modules.Contacts.READ",
    "ZohoCRM.modules.Tasks.READ",
    "ZohoCRM.modules.Events.READ",
    "ZohoCRM.modules.Calls.READ",
    "ZohoCRM.modules.Notes.READ",
    "ZohoCRM.coql.READ",
    "ZohoCRM.users.READ",
    "ZohoCRM.settings.modules.READ",
    "ZohoCRM.settings.fields.READ",
    "ZohoCRM.settings.layouts.READ",
)
WRITING = (
    "ZohoCRM.modules.Accounts.UPDATE",
    "ZohoCRM.modules.Tasks.CREATE",
    "ZohoCRM.modules.Tasks.UPDATE",
    "ZohoCRM.modules.Notes.CREATE",
    "ZohoCRM.modules.Tasks.DELETE",
    "ZohoCRM.modules.Notes.DELETE",
)
SCOPES = (*READING, *WRITING)
# Exports of large modules; Zoho exports a module only to users whose own scope allows reading it, so this reveals no
# more.
EXPORTING = ("ZohoCRM.bulk.READ",)
TELLING = ("ZohoCRM.org.READ",)  # the organisation's currency; without it, amounts have no sign
NOTIFYING = ("ZohoCRM.notifications.CREATE", "ZohoCRM.notifications.UPDATE", "ZohoCRM.notifications.DELETE")


def wanted(*, notified: bool) -> tuple[str, ...]:
    """The scopes to request; including a notification channel's if Zoho should notify us of changes."""
    return (*SCOPES, *EXPORTING, *TELLING, *(NOTIFYING if notified else ()))


def missing(granted: Collection[str]) -> list[str]:
    """The required scopes that are not granted, either directly or through a wider one (`ZohoCRM.modules.ALL`)."""
    return [scope for scope in SCOPES if not _covers(granted, scope)]


def untold(granted: Collection[str]) -> list[str]:
    """The scopes that are not granted without which something is left out, though the bot runs."""
    return [scope for scope in TELLING if not _covers(granted, scope)]


def beyond(granted: Collection[str]) -> list[str]:
    """The granted scopes that nothing needs."""
    return sorted(set(granted) - set(wanted(notified=True)))


def _covers(granted: Collection[str], scope: str) -> bool:
    service, _, operation = scope.rpartition(".")
    parents = {service, service.rpartition(".")[0] if service.count(".") > 1 else service}
    return any(f"{parent}.{right}" in granted for parent in parents for right in (operation, "ALL"))
