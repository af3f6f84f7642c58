"""Storylines without trouble: most of any company."""

from __future__ import annotations

from datetime import timedelta

from integrations.sandbox.world.rhythm import keep_in_touch
from integrations.sandbox.world.script import Script
from integrations.sandbox.world.storylines.common import business_as_usual, opening


def healthy(script: Script) -> None:
    """Talks every one to three weeks, next steps kept up to date, deals that move on and are won before they are due."""
    account = opening(script, contacts=(2, 6))
    business_as_usual(script, account, since=script.start - timedelta(days=35))
    slow = script.rng.choice((14, 19, 24))
    keep_in_touch(script, account, every=(8, slow))


def small(script: Script) -> None:
    """One person, small deals: a single contact is no risk if little depends on it."""
    account = opening(script, contacts=(1, 1))
    business_as_usual(script, account, since=script.start - timedelta(days=30), largest=9_500)
    keep_in_touch(script, account, every=(12, 24))


def quiet(script: Script) -> None:
    """No deal, no hurry; an occasional call."""
    account = opening(script, contacts=(1, 2))
    keep_in_touch(script, account, every=(16, 24))
