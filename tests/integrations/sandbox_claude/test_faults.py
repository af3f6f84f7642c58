"""What goes wrong on demand, as the SDK tells of it."""

from __future__ import annotations

from collections.abc import Callable

import httpx2
import pytest
from anthropic import (
    AnthropicError,
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    AsyncAnthropic,
    InternalServerError,
    OverloadedError,
    RateLimitError,
)
from anthropic.types import Message

from integrations.sandbox.claude import ClaudeSandbox, Fault, Faults, Limits, Said
from tests.hand_clock import HandClock
from tests.integrations.sandbox_claude.puppet import LONG, Puppet, an_object, asking, shaped, told


@pytest.mark.parametrize(
    ("strike", "error", "kind"),
    [
        (Faults.rate_limit, RateLimitError, "rate_limit_error"),
        (Faults.overload, OverloadedError, "overloaded_error"),
        (Faults.server_error, InternalServerError, "api_error"),
    ],
)
async def test_an_error_strikes_once_and_is_then_spent(
    client: AsyncAnthropic,
    sandbox: ClaudeSandbox,
    strike: Callable[[Faults], None],
    error: type[APIStatusError],
    kind: str,
) -> None:
    strike(sandbox.faults)

    with pytest.raises(error) as struck:
        await client.messages.create(**asking())

    assert struck.value.type == kind
    assert str(struck.value.request_id).startswith("req_")
    assert (await client.messages.create(**asking())).stop_reason == "end_turn"


async def test_a_rate_limit_says_when_to_come_back(client: AsyncAnthropic, sandbox: ClaudeSandbox) -> None:
    sandbox.faults.rate_limit(retry_after=17)

    with pytest.raises(RateLimitError) as struck:
        await client.messages.create(**asking())

    assert struck.value.response.headers["retry-after"] == "17"


async def test_the_sdk_tries_again_by_itself(sandbox: ClaudeSandbox) -> None:
    sandbox.faults.rate_limit(retry_after=0)
    sandbox.faults.drop()
    async with AsyncAnthropic(base_url=sandbox.url, api_key=sandbox.api_key, max_retries=2) as patient:
        answer = await patient.messages.create(**asking())

    assert answer.stop_reason == "end_turn"
    assert sandbox.arrived == 3


async def test_a_fault_can_be_for_one_agent_and_spare_the_first_calls(
    client: AsyncAnthropic, sandbox: ClaudeSandbox
) -> None:
    sandbox.faults.overload(agent="Zoho Scout", after=1)
    scout = asking(system="You are the Zoho Scout of Sergas.")

    await client.messages.create(**asking())
    await client.messages.create(**scout)
    with pytest.raises(OverloadedError):
        await client.messages.create(**scout)


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("strike", [Faults.drop, Faults.cut, Faults.garble, Faults.error_event, Faults.stall])
async def test_an_answer_that_breaks_off_is_an_error(
    client: AsyncAnthropic, sandbox: ClaudeSandbox, strike: Callable[[Faults], None], streamed: bool
) -> None:
    sandbox.character = Puppet(Said(text=LONG))
    strike(sandbox.faults)

    with pytest.raises((AnthropicError, httpx2.HTTPError, ValueError)):
        await _answered(client, streamed)

    assert await _answered(client, streamed) == "end_turn"


async def _answered(client: AsyncAnthropic, streamed: bool) -> str | None:
    answer: Message
    if streamed:
        async with client.messages.stream(**asking(max_tokens=4000)) as stream:
            answer = await stream.get_final_message()
    else:
        answer = await client.messages.create(**asking(max_tokens=4000))
    return answer.stop_reason


async def test_a_stall_runs_into_the_clients_time_limit(sandbox: ClaudeSandbox) -> None:
    real_time = ClaudeSandbox(clock=HandClock().now)
    await real_time.start()
    real_time.faults.stall()
    async with AsyncAnthropic(base_url=real_time.url, api_key=real_time.api_key, max_retries=0, timeout=0.2) as hasty:
        with pytest.raises(APITimeoutError):
            await hasty.messages.create(**asking())
    await real_time.stop()


async def test_an_overload_in_the_middle_of_a_stream_is_told_as_one(
    client: AsyncAnthropic, sandbox: ClaudeSandbox
) -> None:
    sandbox.character = Puppet(Said(text=LONG))
    sandbox.faults.error_event()

    with pytest.raises(APIStatusError) as struck:
        async with client.messages.stream(**asking()) as stream:
            await stream.get_final_message()

    assert struck.value.type == "overloaded_error"


async def test_the_model_itself_can_be_made_to_fail(client: AsyncAnthropic, sandbox: ClaudeSandbox) -> None:
    asked = asking(output_config=shaped(an_object(title={"type": "string"})))
    sandbox.character = Puppet(Said(value={"title": "The renewal waits for an answer"}))
    sandbox.faults.truncate()
    sandbox.faults.refuse()
    sandbox.faults.break_json()

    truncated = await client.messages.create(**asked)
    refused = await client.messages.create(**asked)
    broken = await client.messages.create(**asked)

    assert [truncated.stop_reason, refused.stop_reason, broken.stop_reason] == ["max_tokens", "refusal", "end_turn"]
    for answer in (truncated, broken):
        with pytest.raises(ValueError, match=r"."):
            told(answer)


async def test_slow_passes_time_and_then_answers(
    client: AsyncAnthropic, sandbox: ClaudeSandbox, clock: HandClock
) -> None:
    sandbox.faults.slow(seconds=40)

    assert (await client.messages.create(**asking())).stop_reason == "end_turn"
    assert clock.slept == [40]


async def test_an_outage_lasts_until_it_is_cleared(client: AsyncAnthropic, sandbox: ClaudeSandbox) -> None:
    sandbox.faults.outage()
    for _ in range(3):
        with pytest.raises(OverloadedError):
            await client.messages.create(**asking())
    with pytest.raises(OverloadedError):
        await client.messages.batches.list()
    sandbox.faults.outage(Fault(kind="drop"))
    with pytest.raises(APIConnectionError):
        await client.messages.create(**asking())
    sandbox.faults.clear()

    assert (await client.messages.create(**asking())).stop_reason == "end_turn"


async def test_limits_are_kept_by_the_clock_and_told_in_headers(
    client: AsyncAnthropic, sandbox: ClaudeSandbox, clock: HandClock
) -> None:
    sandbox.limits = Limits(requests=2)
    first = await client.messages.with_raw_response.create(**asking())
    await client.messages.create(**asking())

    with pytest.raises(RateLimitError, match="2 requests per minute") as refused:
        await client.messages.create(**asking())
    clock.advance(seconds=30)

    assert first.headers["anthropic-ratelimit-requests-limit"] == "2"
    assert first.headers["anthropic-ratelimit-requests-remaining"] == "1"
    assert refused.value.response.headers["retry-after"] == "30"
    assert (await client.messages.create(**asking())).stop_reason == "end_turn"


async def test_tokens_are_limited_too(client: AsyncAnthropic, sandbox: ClaudeSandbox) -> None:
    sandbox.limits = Limits(input_tokens=1200)
    await client.messages.create(**asking(system=LONG))

    with pytest.raises(RateLimitError, match="1,200 input tokens per minute"):
        await client.messages.create(**asking(system=LONG))
