"""The tools, resources and prompts that the conformance suite asks for by name, in a server of the class that serves the CRM."""

from __future__ import annotations

import base64
from typing import Any

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.prompts.base import UserMessage
from mcp.server.mcpserver.tools import Tool as McpTool
from mcp.shared.exceptions import MCPError
from mcp_types import (
    MISSING_REQUIRED_CLIENT_CAPABILITY,
    AudioContent,
    ClientCapabilities,
    Completion,
    ContentBlock,
    ElicitRequest,
    ElicitRequestFormParams,
    EmbeddedResource,
    ImageContent,
    InputRequiredResult,
    MissingRequiredClientCapabilityErrorData,
    SamplingCapability,
    TextContent,
    TextResourceContents,
)

from integrations.mcp_servers.plain_errors import PlainErrorServer

# One red pixel, and a sound of no length.
PNG = base64.b64encode(
    bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108020000009077"
        "53de0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
    )
).decode()
WAV = base64.b64encode(
    b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x40\x1f\x00\x00\x01\x00\x08\x00data"
    + bytes(4)
).decode()


def everything_server() -> PlainErrorServer:
    server = PlainErrorServer(
        "conformance", version="1", tools=[_with_schema()], log_level="ERROR", subscriptions=False
    )
    _tools(server)
    _reporting_tools(server)
    _resources(server)
    _prompts(server)
    return server


def _tools(server: PlainErrorServer) -> None:
    @server.tool(structured_output=False)
    def test_simple_text() -> str:
        """Text."""
        return "This is a simple text response for testing."

    @server.tool(structured_output=False)
    def test_image_content() -> list[ContentBlock]:
        """A picture."""
        return [ImageContent(data=PNG, mime_type="image/png")]

    @server.tool(structured_output=False)
    def test_audio_content() -> list[ContentBlock]:
        """A sound."""
        return [AudioContent(data=WAV, mime_type="audio/wav")]

    @server.tool(structured_output=False)
    def test_embedded_resource() -> list[ContentBlock]:
        """A resource in the answer."""
        return [_embedded("test://embedded-resource")]

    @server.tool(structured_output=False)
    def test_multiple_content_types() -> list[ContentBlock]:
        """Text, a picture and a resource."""
        return [
            TextContent(text="Multiple content types test:"),
            ImageContent(data=PNG, mime_type="image/png"),
            _embedded("test://mixed-content-resource"),
        ]

    @server.tool(structured_output=False)
    def test_error_handling() -> str:
        """An answer marked as an error."""
        raise ToolError("This tool intentionally returns an error for testing")


def _reporting_tools(server: PlainErrorServer) -> None:
    @server.tool(structured_output=False)
    async def test_tool_with_logging(ctx: Context[Any, Any]) -> str:
        """Tells of its work while it runs."""
        for text in ("Tool execution started", "Tool processing data", "Tool execution completed"):
            await ctx.info(text)
        return "Done."

    @server.tool(structured_output=False)
    async def test_tool_with_progress(ctx: Context[Any, Any]) -> str:
        """Tells how far it is."""
        for part in (0, 50, 100):
            await ctx.report_progress(part, 100)
        return "Done."

    @server.tool(structured_output=False)
    async def test_logging_tool(ctx: Context[Any, Any]) -> str:
        """Logs to whoever asked for it."""
        await ctx.info("Working.")
        return "Done."

    @server.tool(structured_output=False)
    async def test_missing_capability(ctx: Context[Any, Any]) -> str:
        """Needs a client that samples."""
        wanted = ClientCapabilities(sampling=SamplingCapability())
        if not ctx.session.check_client_capability(wanted):
            data = MissingRequiredClientCapabilityErrorData(required_capabilities=wanted)
            raise MCPError(
                MISSING_REQUIRED_CLIENT_CAPABILITY,
                "Sampling is needed.",
                data.model_dump(by_alias=True, mode="json", exclude_none=True),
            )
        return "Done."

    @server.tool(structured_output=False)
    async def test_streaming_elicitation() -> InputRequiredResult | str:
        """Asks before it goes on."""
        schema = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
        form = ElicitRequestFormParams(message="Which name?", requested_schema=schema)
        return InputRequiredResult(input_requests={"name": ElicitRequest(params=form)}, request_state="asked")


def _with_schema() -> McpTool:
    """A tool whose schema uses what JSON Schema 2020-12 has and pydantic does not write."""

    def json_schema_2020_12_tool(name: str = "", address: dict[str, str] | None = None) -> str:
        """Takes a name and an address."""
        return f"{name} {address}"

    tool = McpTool.from_function(json_schema_2020_12_tool, structured_output=False)
    text = {"type": "string"}
    tool.parameters = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "$defs": {"address": {"$anchor": "addressDef", "type": "object", "properties": {"street": text, "city": text}}},
        "properties": {
            "name": text,
            "address": {"$ref": "#/$defs/address"},
            "contactMethod": {"type": "string", "enum": ["phone", "email"]},
            "phone": text,
            "email": text,
        },
        "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
        "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
        "then": {"required": ["phone"]},
        "else": {"required": ["email"]},
        "additionalProperties": False,
    }
    return tool


def _resources(server: PlainErrorServer) -> None:
    @server.resource("test://static-text", mime_type="text/plain")
    def static_text() -> str:
        """A text."""
        return "This is the content of the static text resource."

    @server.resource("test://static-binary", mime_type="image/png")
    def static_binary() -> bytes:
        """A picture."""
        return base64.b64decode(PNG)

    @server.resource("test://template/{id}/data", mime_type="application/json")
    def template(id: str) -> dict[str, str]:
        """Data of an id."""
        return {"id": id, "templateTest": "true", "data": f"Data for ID: {id}"}


def _prompts(server: PlainErrorServer) -> None:
    @server.prompt()
    def test_simple_prompt() -> str:
        """A prompt."""
        return "This is a simple prompt for testing."

    @server.prompt()
    def test_prompt_with_arguments(arg1: str, arg2: str) -> str:
        """A prompt with arguments."""
        return f"Prompt with arguments: arg1='{arg1}', arg2='{arg2}'"

    @server.prompt()
    def test_prompt_with_embedded_resource(resourceUri: str) -> list[UserMessage]:
        """A prompt with a resource in it."""
        return [UserMessage(_embedded(resourceUri)), UserMessage("Please process the embedded resource above.")]

    @server.prompt()
    def test_prompt_with_image() -> list[UserMessage]:
        """A prompt with a picture in it."""
        return [
            UserMessage(ImageContent(data=PNG, mime_type="image/png")),
            UserMessage("Please analyze the image above."),
        ]

    @server.completion()  # type: ignore[no-untyped-call, untyped-decorator]  # the SDK leaves it unannotated
    async def complete(ref: object, argument: object, context: object) -> Completion:
        return Completion(values=["paris", "park", "party"], total=3, has_more=False)


def _embedded(uri: str) -> EmbeddedResource:
    text = "This is an embedded resource content."
    return EmbeddedResource(resource=TextResourceContents(uri=uri, mime_type="text/plain", text=text))
