"""Message batches: taken in, worked through, read back."""

from __future__ import annotations

from typing import Any

import pytest
from anthropic import AsyncAnthropic, BadRequestError, NotFoundError

from integrations.sandbox.claude import ClaudeSandbox, Said
from tests.hand_clock import HandClock
from tests.integrations.sandbox_claude.puppet import Puppet, asking


def requests(*names: str, **more: Any) -> list[Any]:
    return [{"custom_id": name, "params": asking(**more)} for name in names]


async def _results(client: AsyncAnthropic, batch_id: str) -> dict[str, Any]:
    return {each.custom_id: each.result async for each in await client.messages.batches.results(batch_id)}


async def test_a_batch_is_worked_through_after_its_time(
    client: AsyncAnthropic, sandbox: ClaudeSandbox, clock: HandClock
) -> None:
    sandbox.character = Puppet(Said(text="Done."))
    made = await client.messages.batches.create(requests=requests("a", "b"))
    clock.advance(seconds=59)
    waiting = await client.messages.batches.retrieve(made.id)
    clock.advance(seconds=1)
    ended = await client.messages.batches.retrieve(made.id)
    results = await _results(client, made.id)

    assert (made.processing_status, waiting.processing_status, ended.processing_status) == (
        *["in_progress"] * 2,
        "ended",
    )
    assert (waiting.request_counts.processing, ended.request_counts.succeeded) == (2, 2)
    assert ended.results_url == f"{sandbox.url}/v1/messages/batches/{made.id}/results"
    assert results.keys() == {"a", "b"}
    assert results["a"].message.content[0].text == "Done."
    assert results["a"].message.usage.service_tier == "batch"
    assert sandbox.calls[-1].batch == made.id


async def test_what_is_wrong_with_one_request_does_not_stop_the_others(
    client: AsyncAnthropic, clock: HandClock
) -> None:
    wrong = [*requests("fine"), *requests("none", model="claude-none"), *requests("stream", stream=True)]
    made = await client.messages.batches.create(requests=wrong)
    clock.advance(minutes=1)

    results = await _results(client, made.id)

    assert {name: result.type for name, result in results.items()} == {
        "fine": "succeeded",
        "none": "errored",
        "stream": "errored",
    }
    assert results["none"].error.error.message == "model: claude-none"


async def test_a_cancelled_batch_ends_with_what_was_not_done(client: AsyncAnthropic, clock: HandClock) -> None:
    made = await client.messages.batches.create(requests=requests("a"))
    cancelled = await client.messages.batches.cancel(made.id)
    clock.advance(seconds=1)
    ended = await client.messages.batches.retrieve(made.id)

    assert cancelled.processing_status == "canceling"
    assert (ended.processing_status, ended.request_counts.canceled) == ("ended", 1)
    assert (await _results(client, made.id))["a"].type == "canceled"


async def test_a_batch_that_takes_longer_than_a_day_expires(
    client: AsyncAnthropic, sandbox: ClaudeSandbox, clock: HandClock
) -> None:
    sandbox.batch_seconds = 100_000
    made = await client.messages.batches.create(requests=requests("a"))
    clock.advance(hours=24)

    assert (await _results(client, made.id))["a"].type == "expired"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([], "requests: List should have at least 1 item"),
        (requests("a", "a"), "custom_id must be unique"),
        (requests("no spaces"), "requests.0.custom_id: String should match pattern"),
        (requests("x" * 65), "requests.0.custom_id: String should match pattern"),
        ([{"custom_id": "a"}], "requests.0.params: Field required"),
    ],
)
async def test_batches_that_the_api_does_not_take_are_refused(
    client: AsyncAnthropic, given: list[Any], message: str
) -> None:
    with pytest.raises(BadRequestError) as refused:
        await client.messages.batches.create(requests=given)

    assert message in str(refused.value.api_message)


async def test_batches_are_listed_newest_first_and_deleted_once_ended(client: AsyncAnthropic, clock: HandClock) -> None:
    made = [(await client.messages.batches.create(requests=requests(name))).id for name in "abc"]
    listed = [batch.id async for batch in client.messages.batches.list(limit=2)]
    with pytest.raises(BadRequestError, match="cannot be deleted while it is being processed"):
        await client.messages.batches.delete(made[0])
    clock.advance(minutes=1)
    await client.messages.batches.delete(made[0])

    assert listed == made[::-1]
    with pytest.raises(NotFoundError):
        await client.messages.batches.retrieve(made[0])


async def test_pages_go_both_ways_and_know_their_ids(client: AsyncAnthropic) -> None:
    made = [(await client.messages.batches.create(requests=requests(name))).id for name in "abcd"]
    older = await client.messages.batches.list(after_id=made[3], limit=2)
    newer = await client.messages.batches.list(before_id=made[0], limit=2)

    assert [batch.id for batch in older.data] == [made[2], made[1]]
    assert [batch.id for batch in newer.data] == [made[2], made[1]]
    assert (older.has_more, newer.has_more) == (True, True)
    with pytest.raises(BadRequestError, match="after_id: Invalid ID"):
        await client.messages.batches.list(after_id="msgbatch_none")
    with pytest.raises(BadRequestError, match="limit: Input should be between 1 and 1000"):
        await client.messages.batches.list(limit=0)


async def test_results_are_there_only_once_it_ended(client: AsyncAnthropic, sandbox: ClaudeSandbox) -> None:
    made = await client.messages.batches.create(requests=requests("a"))

    with pytest.raises(BadRequestError, match="has no results yet"):
        await client.get(f"/v1/messages/batches/{made.id}/results", cast_to=object)


async def test_a_failing_character_fails_single_requests(
    client: AsyncAnthropic, sandbox: ClaudeSandbox, clock: HandClock
) -> None:
    sandbox.character = "failing"
    names = [f"r{number}" for number in range(30)]
    made = await client.messages.batches.create(
        requests=[each for name in names for each in requests(name, system=name)]
    )
    clock.advance(minutes=1)

    counts = (await client.messages.batches.retrieve(made.id)).request_counts
    assert counts.succeeded + counts.errored == 30
    assert counts.succeeded > 2
    assert counts.errored > 10


async def test_a_request_of_a_batch_needs_the_betas_of_its_fields(client: AsyncAnthropic, clock: HandClock) -> None:
    item: Any = {"custom_id": "one", "params": asking(context_management={"edits": []})}
    beta = "context-management-2025-06-27"

    async def outcome(betas: list[str]) -> str:
        batch = await client.beta.messages.batches.create(requests=[item], betas=betas)
        clock.advance(seconds=61)
        (result,) = [each async for each in await client.beta.messages.batches.results(batch.id)]
        return result.result.type

    assert [await outcome([beta]), await outcome([])] == ["succeeded", "errored"]
