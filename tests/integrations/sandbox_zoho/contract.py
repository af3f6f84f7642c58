"""Zoho's own OpenAPI files as a check of answers, with the corrections that what Zoho really answers needs.

The files are read from the folder shared beside the repository; tests that need them are skipped where it is absent.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from jsonschema import Draft202012Validator

CONTRACTS = Path(__file__).parents[4] / "shared" / "contracts" / "zoho"
# Bulk read: fields of the Attachments module alone are required of every job, and a job that failed has no state.
_ATTACHMENTS_ONLY = {"Attachment_Source__s", "File_Id__s"}
_TOKENS = ("next_page_token", "previous_page_token", "page_token_expiry")


def problems(answer: httpx.Response, *, contract: str, path: str, method: str = "get") -> list[str]:
    """What Zoho's contract objects to in an answer; an answer without a body must be one that has none there."""
    components = _document(contract).get("components", {})
    described = _operation(contract, path, method)["responses"].get(str(answer.status_code))
    if described is None:
        return [f"{answer.status_code} is not an answer to {method} {path}"]
    if "$ref" in described:
        described = components["responses"][described["$ref"].rpartition("/")[2]]
    if not answer.content:
        return [] if "content" not in described else [f"{answer.status_code} has no body"]
    if "application/json" not in described["content"]:
        given = answer.headers["Content-Type"]
        return [] if given in described["content"] else [f"{given} is not a type of answer to {method} {path}"]
    validator = Draft202012Validator({**described["content"]["application/json"]["schema"], "components": components})
    return [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(answer.json())]


def _operation(contract: str, path: str, method: str) -> dict[str, Any]:
    operation: dict[str, Any] = _document(contract)["paths"][path][method]
    return operation


@cache
def _document(contract: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((CONTRACTS / f"zoho-crm-{contract}-openapi.json").read_text(encoding="utf-8"))
    _correct(document)
    return document


def _correct(node: Any) -> None:
    """Page tokens may be null, lists are longer than the contract has them, jobs may fail, the refusals of a job overlap,
    some details must have what they must not, and `\\p{…}` is no pattern that Python knows."""
    if isinstance(node, list):
        for item in node:
            _correct(item)
    elif isinstance(node, dict):
        node.pop("maxItems", None)
        if set(node.get("required", ()) if isinstance(node.get("required"), list) else ()) >= _ATTACHMENTS_ONLY:
            node["required"] = [name for name in node["required"] if name not in _ATTACHMENTS_ONLY]
        if node.get("description") == "Bulk read job creation error response":
            node["anyOf"] = node.pop("oneOf")
        if isinstance(node.get("enum"), list) and "IN PROGRESS" in node["enum"]:
            node["enum"].append("FAILURE")
        if "\\p{" in str(node.get("pattern", "")):
            del node["pattern"]
        properties: dict[str, Any] = node["properties"] if isinstance(node.get("properties"), dict) else {}
        if properties and node.get("additionalProperties") is False and isinstance(node.get("required"), list):
            properties.update({name: {} for name in node["required"] if name not in properties})
        for name in set(_TOKENS) & properties.keys():
            properties[name]["type"] = ["string", "null"]
        for value in node.values():
            _correct(value)
