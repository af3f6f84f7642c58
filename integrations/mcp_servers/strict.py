"""Build tools that refuse unknown arguments and report errors in our own words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool as McpTool
from mcp_types import ToolAnnotations

from store.domain.errors import SergasError

P = ParamSpec("P")
R = TypeVar("R")


def strict(function: Callable[P, Awaitable[R]], annotations: ToolAnnotations) -> McpTool:
    """Build a tool that refuses unknown arguments (the SDK would drop them) and reports our errors in their own words."""
    # Every conversation opens a server of its own, and working out a tool's schema takes milliseconds.
    method = getattr(function, "__func__", None)
    if method is None:
        return _built(function, annotations)
    if method not in _BUILT:
        _BUILT[method] = _built(function, annotations).model_copy(update={"fn": method})
    return _BUILT[method].model_copy(update={"fn": _telling(function), "annotations": annotations})


_BUILT: dict[Callable[..., object], McpTool] = {}  # by the method of its class, so without the object behind it


def _built(function: Callable[P, Awaitable[R]], annotations: ToolAnnotations) -> McpTool:
    tool = McpTool.from_function(_telling(function), annotations=annotations)
    arguments = tool.fn_metadata.arg_model
    arguments.model_config["extra"] = "forbid"
    arguments.model_rebuild(force=True)
    tool.parameters = arguments.model_json_schema()
    return tool


def _telling(function: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R]]:
    @wraps(function)
    async def told(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return await function(*args, **kwargs)
        except SergasError as exc:
            raise ToolError(str(exc)) from exc

    return told
