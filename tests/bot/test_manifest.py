"""The manifest asks Slack for what the app listens to, no more and no less."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml  # type: ignore[import-untyped]  # it comes without types

from bot.listeners import converse, decide_proposal, home, review_account

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = ROOT.parent / "shared" / "contracts" / "slack" / "manifest.schema.2.0.0.json"
MANIFEST: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yaml").read_text())


class Listing:
    """Takes registrations as Bolt's app does, and lists what was registered."""

    def __init__(self) -> None:
        self.events: set[str] = set()
        self.commands: set[str] = set()

    def event(self, name: str) -> Any:
        self.events.add(name)
        return lambda listener: listener

    def command(self, name: str) -> Any:
        self.commands.add(name)
        return lambda listener: listener

    def action(self, _name: str) -> Any:
        return lambda listener: listener

    view = action


@pytest.fixture
def listing() -> Listing:
    listing: Any = Listing()
    nothing: Any = None  # no listener is called here
    home.register(listing, nothing)
    decide_proposal.register(listing, nothing, nothing)
    review_account.register(listing, nothing)
    converse.register(listing, nothing, nothing, nothing)
    found: Listing = listing
    return found


def test_the_commands_are_those_that_have_a_listener(listing: Listing) -> None:
    assert {each["command"] for each in MANIFEST["features"]["slash_commands"]} == listing.commands


def test_the_events_are_those_that_have_a_listener(listing: Listing) -> None:
    events = MANIFEST["settings"]["event_subscriptions"]["bot_events"]
    assert {each.partition(".")[0] for each in events} == listing.events


def test_the_scopes_are_the_least_that_will_do() -> None:
    assert MANIFEST["oauth_config"]["scopes"] == {
        "bot": ["chat:write", "commands", "im:history", "im:write", "users:read", "users:read.email"]
    }


@pytest.mark.skipif(not SCHEMA.exists(), reason="Slack's manifest schema lies outside the repository")
def test_slacks_own_schema_accepts_the_manifest() -> None:
    jsonschema.validate(MANIFEST, json.loads(SCHEMA.read_text()))
