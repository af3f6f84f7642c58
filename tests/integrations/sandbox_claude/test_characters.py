"""The sloppy and the failing character, choosing one, and the same seed saying the same."""

from __future__ import annotations

import json
from collections import Counter

import httpx2
import pytest
from anthropic import AnthropicError, AsyncAnthropic

from integrations.sandbox.claude import CHARACTERS, ClaudeSandbox, Latency
from store.domain.errors import BadInput
from tests.hand_clock import HandClock
from tests.integrations.sandbox_claude.desk import cited, work
from tests.integrations.sandbox_claude.material import DOSSIER
from tests.integrations.sandbox_claude.puppet import asking

KNOWN = {each["id"] for each in (*DOSSIER["facts"], *DOSSIER["history"])}


async def test_the_sloppy_one_cites_what_there_is_not_and_says_too_much(
    client: AsyncAnthropic, sandbox: ClaudeSandbox
) -> None:
    sandbox.character = "sloppy"
    said = [(await work(client, "Recommendation Author", {"dossier": DOSSIER})).value for _ in range(30)]

    assert any(cited(each) - KNOWN for each in said)
    assert any(len(rec["rationale"]) > 1000 for each in said for rec in each["recommendations"])
    assert any(rec["candidate"] not in ("c1", "c2") for each in said for rec in each["recommendations"])
    assert len({json.dumps(each) for each in said}) > 6


async def test_the_failing_one_fails_in_many_ways_and_answers_now_and_then(
    client: AsyncAnthropic, sandbox: ClaudeSandbox
) -> None:
    sandbox.character = "failing"
    outcomes: Counter[str] = Counter()
    for _ in range(60):
        try:
            outcomes[str((await client.messages.create(**asking())).stop_reason)] += 1
        except (AnthropicError, httpx2.HTTPError, ValueError) as exc:
            outcomes[type(exc).__name__] += 1

    assert outcomes["end_turn"] >= 6
    assert {"max_tokens", "refusal", "RateLimitError", "OverloadedError", "APIConnectionError"} <= outcomes.keys()


async def test_the_same_seed_says_the_same_and_another_one_something_else() -> None:
    said: dict[int, list[str]] = {}
    for seed in (1, 1, 2):
        sandbox = await ClaudeSandbox("sloppy", clock=HandClock().now, seed=seed).start()
        async with AsyncAnthropic(base_url=sandbox.url, api_key=sandbox.api_key, max_retries=0) as client:
            answers = [(await work(client, "Recommendation Author", {"dossier": DOSSIER})).text for _ in range(2)]
        await sandbox.stop()
        assert said.setdefault(seed, answers) == answers

    assert said[1] != said[2]


async def test_a_character_is_chosen_by_name_and_may_change(client: AsyncAnthropic, sandbox: ClaudeSandbox) -> None:
    for name in CHARACTERS:
        sandbox.character = name
        assert isinstance(sandbox.character, CHARACTERS[name])  # type: ignore[arg-type]  # given as plain keywords
    sandbox.latency = Latency(first_token=2)

    assert sandbox.latency.first_token == 2


def test_a_character_that_there_is_not_is_named(clock: HandClock) -> None:
    with pytest.raises(
        BadInput, match="There is no character “moody”; choose one of competent, obedient, sloppy, mix-up, failing"
    ):
        ClaudeSandbox("moody", clock=clock.now)


async def test_a_taken_port_is_told_in_a_sentence(sandbox: ClaudeSandbox, clock: HandClock) -> None:
    port = int(sandbox.url.rpartition(":")[2])

    with pytest.raises(BadInput, match=f"Port {port} of 127.0.0.1 is not available"):
        await ClaudeSandbox(clock=clock.now).start(port=port)
