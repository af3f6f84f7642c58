"""A strict local Zoho CRM v8 on the real wire: it refuses whatever Zoho refuses, with the same words."""

from integrations.sandbox.zoho.auth import ZohoCredentials
from integrations.sandbox.zoho.faults import Fault, Faults
from integrations.sandbox.zoho.gateway import CONCURRENCY
from integrations.sandbox.zoho.server import ZohoSandbox
from integrations.sandbox.zoho.writes import LedgerEntry

__all__ = ["CONCURRENCY", "Fault", "Faults", "LedgerEntry", "ZohoCredentials", "ZohoSandbox"]
