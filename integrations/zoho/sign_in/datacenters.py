"""Zoho's data centres: the addresses for signing in, for the API and for people's record pages.

An access token goes only to an API address that belongs to Zoho, or to the very host the operator named for signing in (a
sandbox serves both). Source: "Multi DC", zoho.com/crm/developer/docs/api/v8/multi-dc.html.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Datacenter:
    """Addresses without a trailing slash. `ui_url` is the root of Zoho's own pages, e.g. `https://crm.zoho.eu/crm`."""

    accounts_url: str
    ui_url: str

    def may_serve(self, api_url: str) -> bool:
        """Whether an access token may be sent to this address."""
        try:
            asked, own = urlsplit(api_url), urlsplit(self.accounts_url)
            same = (asked.scheme, asked.hostname, asked.port) == (own.scheme, own.hostname, own.port)
        except ValueError:  # a port that is not a number
            return False
        if asked.username is not None or asked.password is not None:
            return False
        host = asked.hostname or ""
        ours = any(host == domain or host.endswith(f".{domain}") for domain in API_DOMAINS)
        return same or (ours and asked.scheme == "https" and asked.port in (None, 443))


def datacenter(region: str, *, accounts_url: str = "", ui_url: str = "") -> Datacenter:
    """Return the addresses of a region (`com`, `eu`, `in`, …), with the given ones replaced. Raises: KeyError."""
    known = DATACENTERS[region]
    return Datacenter(
        accounts_url=(accounts_url or known.accounts_url).rstrip("/"), ui_url=(ui_url or known.ui_url).rstrip("/")
    )


def _of_zoho(domain: str) -> Datacenter:
    return Datacenter(accounts_url=f"https://accounts.{domain}", ui_url=f"https://crm.{domain}/crm")


DATACENTERS: Mapping[str, Datacenter] = {
    **{region: _of_zoho(f"zoho.{region}") for region in ("com", "eu", "in", "com.cn", "com.au", "jp", "sa")},
    "ca": _of_zoho("zohocloud.ca"),
}
API_DOMAINS = (*(f"zohoapis.{region}" for region in DATACENTERS), "zohocloud.ca")
