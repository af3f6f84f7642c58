"""A local version of Zoho's hosted MCP server: the sandbox CRM's REST operations as tools, behind an address that is a key."""

from integrations.sandbox.zoho_mcp.server import HostedZohoSandbox

__all__ = ["HostedZohoSandbox"]
