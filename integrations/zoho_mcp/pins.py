"""The tool of a hosted server for each operation, as an operator checked and pinned it; a tool that changes later is not
used."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from mcp_types import Tool

from integrations.zoho_mcp.operations import OPERATIONS, Operation, fitting, letters
from store.domain.errors import BadInput, CrmError
from store.domain.text.redaction import clean
from store.private_files import private_file

AGAIN = "so nothing is read through it; check its tools and run `sergas zoho mcp pin`."


class ToolsChanged(CrmError):
    """The hosted server's tools differ from the pinned ones. Not retried: a person has to look."""


@dataclass(frozen=True, slots=True)
class Pin:
    """An operation's tool, the digest of everything the server said about it, and the other tools whose schemas matched
    then."""

    tool: str
    sha256: str
    others: tuple[str, ...] = ()


Pins = Mapping[str, Pin]


def pin(tools: Iterable[Tool], *, chosen: Mapping[str, str]) -> dict[str, Pin]:
    """Pin a tool for every operation; `chosen` names one if schema and name leave several.

    Raises: BadInput if an operation has no tool or several.
    """
    if unknown := sorted(chosen.keys() - OPERATIONS.keys()):
        raise BadInput(f"There is no operation “{unknown[0]}”; the operations are {', '.join(OPERATIONS)}.")
    listed = list(tools)
    return {name: _pin(operation, listed, chosen.get(name)) for name, operation in OPERATIONS.items()}


def check(pins: Pins, tools: Iterable[Tool]) -> dict[str, Tool]:
    """Return the tools by operation after comparing each with its pin. Raises: ToolsChanged."""
    listed = list(tools)
    return {name: _check(operation, pins.get(name), listed) for name, operation in OPERATIONS.items()}


def save(pins: Pins, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    text = json.dumps({name: asdict(kept) for name, kept in pins.items()}, indent=2, sort_keys=True)
    with private_file(path) as file:
        file.write(text + "\n")


def load(path: Path) -> dict[str, Pin]:
    """Return no pins if there is no file yet. Raises: BadInput if the file is not one that `save` wrote."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return {
            str(name): Pin(str(each["tool"]), str(each["sha256"]), tuple(map(str, each["others"])))
            for name, each in kept.items()
        }
    except FileNotFoundError:
        return {}
    except (ValueError, KeyError, TypeError, AttributeError) as exc:
        raise BadInput(f"{path.name} cannot be read; recreate it with `sergas zoho mcp pin`.") from exc


def digest(tool: Tool) -> str:
    """Return the SHA-256 over everything the server says about a tool: name, description, schemas, hints."""
    said = tool.model_dump(mode="json", by_alias=True, exclude_none=True)
    return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _pin(operation: Operation, tools: list[Tool], chosen: str | None) -> Pin:
    found = fitting(operation, tools)
    named = [tool for tool in found if re.search(operation.named, letters(tool.name))]
    taken = [tool for tool in found if tool.name == chosen] if chosen else found if len(found) == 1 else named
    if not found or (chosen and not taken):
        whose = f"tool “{clean(chosen, limit=80)}” does not fit" if chosen else "hosted server has no tool for"
        raise BadInput(f"The {whose} “{operation.name}”; enable one that reads it in Zoho's MCP console and pin again.")
    if len(taken) != 1:
        names = [clean(tool.name, limit=80) for tool in taken or found]
        raise BadInput(
            f"Several tools fit “{operation.name}” ({', '.join(names)}); choose one with --choose {operation.name}=NAME."
        )
    return Pin(taken[0].name, digest(taken[0]), tuple(sorted(tool.name for tool in found if tool is not taken[0])))


def _check(operation: Operation, kept: Pin | None, tools: list[Tool]) -> Tool:
    whose = f"The hosted Zoho server's tool for “{operation.name}”"
    if kept is None:
        raise ToolsChanged(f"{whose} was not pinned yet, {AGAIN}")
    found = [tool for tool in tools if tool.name == kept.tool]
    if not found:
        raise ToolsChanged(f"{whose} has vanished, {AGAIN}")
    if digest(found[0]) != kept.sha256:
        raise ToolsChanged(f"{whose} has changed since it was pinned, {AGAIN}")
    others = {tool.name for tool in fitting(operation, tools)} - {kept.tool}
    if len(found) > 1 or not others <= set(kept.others):
        raise ToolsChanged(f"{whose} is one of several now, {AGAIN}")
    return found[0]
