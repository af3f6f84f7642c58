"""Where tokens may go."""

from __future__ import annotations

import pytest

from integrations.zoho.sign_in.datacenters import DATACENTERS, datacenter

ZOHO = datacenter("eu")
SANDBOX = datacenter("com", accounts_url="http://127.0.0.1:4711/")


@pytest.mark.parametrize("region", DATACENTERS)
def test_every_region_has_addresses_of_its_own_and_serves_its_own_api(region: str) -> None:
    center = datacenter(region)
    api = "https://www.zohoapis.ca" if region == "ca" else f"https://www.zohoapis.{region}"

    assert center.accounts_url.startswith("https://accounts.zoho")
    assert center.ui_url.endswith("/crm")
    assert center.may_serve(api)


@pytest.mark.parametrize(
    "address",
    [
        "https://zohoapis.eu.example.net",
        "https://evilzohoapis.eu",
        "http://www.zohoapis.eu",
        "https://www.zohoapis.eu:8443",
        "https://www.zohoapis.eu@example.net",
        "https://user:word@www.zohoapis.eu",
        "http://127.0.0.1:4711",
        "http://169.254.169.254",
        "https://www.zohoapis.eu:port",
        "",
    ],
)
def test_a_token_never_goes_to_an_address_that_is_not_zohos(address: str) -> None:
    assert not ZOHO.may_serve(address)


def test_a_sandbox_serves_its_own_api_and_only_on_its_own_port() -> None:
    assert SANDBOX.may_serve("http://127.0.0.1:4711")
    assert not SANDBOX.may_serve("http://127.0.0.1:4712")
    assert not SANDBOX.may_serve("https://127.0.0.1:4711")


def test_addresses_that_are_given_replace_those_of_the_region() -> None:
    center = datacenter("jp", ui_url="http://127.0.0.1:1/crm/")
    assert (center.accounts_url, center.ui_url) == ("https://accounts.zoho.jp", "http://127.0.0.1:1/crm")
