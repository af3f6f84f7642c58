"""Read Zoho CRM through an MCP server hosted by Zoho, instead of its REST API.

Its tools are Zoho's REST operations one by one, so only the transport differs; requests and parsing stay in
`integrations.zoho`. The server's descriptions of its tools are compared with the operator's pins and go no further: none
reaches a model. Writes don't use it, because their verdicts need headers and status codes.
"""
