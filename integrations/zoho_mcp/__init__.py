"""Reading Zoho CRM through an MCP server that Zoho hosts, in the place of its REST API.

Its tools are Zoho's REST operations one by one, so only the way of a call is another; everything that is asked and understood
stands in `integrations.zoho`. What the server says of its tools is compared with what an operator pinned and goes no further:
no description of it reaches a model. Writes are not made this way, for their verdicts need headers and status codes.
"""
