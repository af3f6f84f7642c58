"""The sandbox CRM's users and organisation, for `/users` and `/org`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from integrations.sandbox.history import Company, CrmUser
from integrations.sandbox.zoho.errors import invalid_param

ORG_ID = "4150868000000000201"
ADMIN_PROFILE_ID = "4150868000000026011"
_PROFILES = {"Administrator": ADMIN_PROFILE_ID, "Standard": "4150868000000026014"}
_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "Rs."}
_TYPES: Mapping[str, Callable[[CrmUser], bool]] = {
    "AllUsers": lambda user: True,
    "ActiveUsers": lambda user: user.active,
    "DeactiveUsers": lambda user: not user.active,
    "ConfirmedUsers": lambda user: user.active,
    "ActiveConfirmedUsers": lambda user: user.active,
    "AdminUsers": lambda user: user.profile == "Administrator",
    "ActiveConfirmedAdmins": lambda user: user.active and user.profile == "Administrator",
}


class People:
    """The company's users. `api_user` is the user who granted the refresh token: an administrator if there is one."""

    def __init__(self, company: Company) -> None:
        self._company = company  # as it began; its users are in `_by_id` as they are now
        self._by_id = {int(user.id): user for user in company.users}
        self._roles = {
            role: f"41508680000000{31000 + n}" for n, role in enumerate(sorted({u.role for u in company.users}))
        }
        admins = [user for user in company.users if user.active and user.profile == "Administrator"]
        self.api_user = (admins or [user for user in company.users if user.active])[0]
        self.zone = ZoneInfo(self.api_user.time_zone)

    def exists(self, user_id: object, *, active: bool = True) -> bool:
        user = self._by_id.get(user_id) if isinstance(user_id, int) else None
        return user is not None and (user.active or not active)

    def reference(self, user_id: object, *, email: bool = False) -> dict[str, Any] | None:
        """Return `{"name", "id"[, "email"]}` as in records."""
        user = self._by_id.get(user_id) if isinstance(user_id, int) else None
        if user is None:
            return None
        return {"name": user.full_name, "id": user.id} | ({"email": user.email} if email else {})

    def listed(self, kind: str) -> list[dict[str, Any]]:
        """Return the users of one `type`. Raises: ZohoRefusal for an unknown type."""
        if kind == "CurrentUser":
            return [self._wire(self.api_user)]
        if kind not in _TYPES:
            raise invalid_param("type")
        return [self._wire(user) for user in self._by_id.values() if _TYPES[kind](user)]

    def keep(self, user: CrmUser) -> None:
        """Add a user or replace one; a new one has a role that exists already."""
        self._by_id[int(user.id)] = user

    def one(self, user_id: str) -> dict[str, Any] | None:
        user = self._by_id.get(int(user_id)) if user_id.isdecimal() else None
        return self._wire(user) if user else None

    def org(self) -> dict[str, Any]:
        return {
            "id": ORG_ID,
            "zgid": "20000000001",
            "company_name": self._company.name,
            "primary_email": self.api_user.email,
            "currency": self._company.currency,
            "iso_code": self._company.currency,
            "currency_symbol": _SYMBOLS.get(self._company.currency, self._company.currency),
            "currency_locale": "en_US",
            "time_zone": self.api_user.time_zone,
            "country_code": "US",
            "type": "sandbox",
            "license_details": {
                "users_license_purchased": len(self._by_id),
                "portal_users_license_purchased": 0,
                "paid": True,
                "paid_type": "enterprise",
                "paid_expiry": None,
                "trial_type": None,
                "trial_expiry": None,
            },
        }

    def _wire(self, user: CrmUser) -> dict[str, Any]:
        return {
            "id": user.id,
            "first_name": user.first_name,
            "last_name": user.last_name,
            "full_name": user.full_name,
            "email": user.email,
            "status": "active" if user.active else "disabled",
            "confirm": True,
            "type__s": "Regular User",
            "role": {"name": user.role, "id": self._roles[user.role]},
            "profile": {"name": user.profile, "id": _PROFILES.get(user.profile, "4150868000000026017")},
            "Reporting_To": user.manager_id,
            "time_zone": user.time_zone,
            "locale": "en_US",
            "language": "en_US",
            "country_locale": "en_US",
            "time_format": "HH:mm",
            "personal_account": False,
            "Isonline": False,
        }
