"""Addresses in settings: of services that receive a credential, and of pages that people are given as links."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from integrations.loopback import is_page, keeps_secrets

_PLAINLY = "without a user name, a password or a part after #"
SERVICE = f"give an address that begins with https:// (or with http:// on this machine), {_PLAINLY}"
PAGE = f"give an address that begins with https:// or http://, {_PLAINLY}"


def check_service(value: str) -> str:
    """Return the address, which may be empty, if a credential may be sent there. Raises: ValueError."""
    if value and not keeps_secrets(value):
        raise ValueError(SERVICE)
    return value


def _check_page(value: str) -> str:
    if value and not is_page(value):
        raise ValueError(PAGE)
    return value


ServiceAddress = Annotated[str, AfterValidator(check_service)]
PageAddress = Annotated[str, AfterValidator(_check_page)]
