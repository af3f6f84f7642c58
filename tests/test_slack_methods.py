"""One table names every Web API method that the bot calls, with its rate and its scope; the manifest asks for no other scope."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest
import yaml  # type: ignore[import-untyped]  # it comes without types
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.web_api.rates import METHODS
from integrations.sandbox.slack.rates import OF_METHODS, POST, allowed
from integrations.sandbox.slack.web_api import METHODS as KNOWN
from tests.documents import ROOT, read


def called(source: str) -> Iterator[str]:
    """The methods that a source calls, or passes on, by a client of the SDK."""
    for node in ast.walk(ast.parse(source)):
        name = node.attr if isinstance(node, ast.Attribute) else ""
        if "_" in name.strip("_") and name != "api_call" and callable(getattr(AsyncWebClient, name, None)):
            yield name.replace("_", ".")


def test_every_method_that_the_bot_calls_has_a_rate() -> None:
    found = {name for path in sorted((ROOT / "bot").rglob("*.py")) for name in called(path.read_text("utf-8"))}

    assert found - METHODS.keys() == set()
    assert METHODS.keys() - found <= {"apps.connections.open"}, "which Bolt calls"


@pytest.mark.parametrize(
    ("source", "method"),
    [("await client.reactions_add(name='eyes')", "reactions.add"), ("show = client.views_push", "views.push")],
)
def test_a_new_method_would_be_found(source: str, method: str) -> None:
    assert list(called(source)) == [method]


def test_the_sandbox_counts_every_method_that_it_has_and_takes_no_less_than_the_bot_makes() -> None:
    assert KNOWN.keys() - OF_METHODS.keys() == {POST}
    for name, method in METHODS.items():
        assert allowed(name).calls >= method.rate.calls, name
        assert allowed(name).seconds <= method.rate.seconds, name


def test_the_manifest_asks_for_the_scopes_of_these_methods_and_for_commands() -> None:
    manifest = yaml.safe_load(read("manifest.yaml"))

    explained = {
        code for line in read("docs/operating.md").splitlines() for code in re.findall(r"^\| `([\w:.]+)` \|", line)
    }
    assert set(manifest["oauth_config"]["scopes"]["bot"]) <= explained, "docs/operating.md says what each is for"
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == {m.scope for m in METHODS.values() if m.scope} | {
        "commands"
    }
