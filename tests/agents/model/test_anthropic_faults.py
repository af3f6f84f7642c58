"""What goes wrong with the service: repeated within the time there is, told in one sentence, and not asked over and over."""

from __future__ import annotations

import logging
from io import StringIO

import pytest

from agents.model.anthropic_api import Access
from bot.telemetry import configure_logging
from integrations.sandbox.claude import ClaudeSandbox, Fault
from store.domain.errors import ModelUnavailable
from store.domain.running.model_calls import CallState
from tests.agents.claude_stage import SCOPE, Heard, Stage, reviewing, scouting

ONCE = ["rate_limit", "overload", "server_error", "drop", "garble", "cut", "error_event", "no_usage"]


@pytest.mark.parametrize("streamed", [False, True], ids=["plain", "streamed"])
@pytest.mark.parametrize("kind", ONCE)
async def test_what_passes_is_tried_again(stage: Stage, kind: str, streamed: bool) -> None:
    getattr(stage.sandbox.faults, kind)()
    answer = await stage.claude.ask(reviewing(), scope=SCOPE, listener=Heard() if streamed else None)
    assert answer.value["verdicts"]
    (call,) = await stage.calls()
    assert (call.state, call.attempts) == (CallState.ANSWERED, 2)
    assert len(stage.clock.slept) == 1


async def test_the_pause_is_as_long_as_the_service_asks_for(stage: Stage) -> None:
    stage.sandbox.faults.rate_limit(retry_after=7)
    await stage.claude.ask(reviewing(), scope=SCOPE)
    assert stage.clock.slept == [7.0]


async def test_pauses_grow(stage: Stage) -> None:
    stage.sandbox.faults.overload(times=3)
    await stage.claude.ask(reviewing(), scope=SCOPE)
    first, second, third = stage.clock.slept
    assert 0.25 <= first <= 0.5 <= second <= 1.0 <= third <= 2.0


async def test_nobody_waits_for_longer_than_there_is_time(stage: Stage) -> None:
    stage.sandbox.faults.rate_limit(retry_after=31)
    with pytest.raises(ModelUnavailable, match="rate limit is reached"):
        await stage.claude.ask(reviewing(seconds=30), scope=SCOPE)
    assert stage.clock.slept == []
    assert len(stage.sandbox.calls) == 1


@pytest.mark.parametrize(
    ("fault", "words", "state"),
    [
        (Fault(kind="error", status=529), "overloaded or down", CallState.FAILED),
        (Fault(kind="error", status=500), "overloaded or down", CallState.FAILED),
        (Fault(kind="error", status=429, retry_after=0), "rate limit", CallState.FAILED),
        (Fault(kind="drop"), "can't be reached", CallState.LOST),
        (Fault(kind="garble"), "couldn't be read", CallState.LOST),
        (Fault(kind="no_usage"), "couldn't be read", CallState.LOST),
    ],
    ids=["529", "500", "429", "drop", "garble", "no usage"],
)
async def test_a_service_that_is_down_is_said_to_be_in_one_sentence(
    stage: Stage, fault: Fault, words: str, state: CallState
) -> None:
    stage.sandbox.faults.outage(fault)
    with pytest.raises(ModelUnavailable, match=words) as raised:
        await stage.claude.ask(reviewing(), scope=SCOPE)
    assert str(raised.value).count(".") <= 2
    (call,) = await stage.calls()
    assert (call.state, call.attempts) == (state, 4)
    assert (call.amount.usd > 0) == (state is CallState.LOST)


@pytest.mark.parametrize("streamed", [False, True], ids=["plain", "streamed"])
async def test_silence_ends_with_the_time_of_the_question(stage: Stage, silent: ClaudeSandbox, streamed: bool) -> None:
    claude = stage.restarted(url=silent.url)
    with pytest.raises(ModelUnavailable, match="didn't answer in time"):
        await claude.ask(reviewing(seconds=0.5), scope=SCOPE, listener=Heard() if streamed else None)
    (call,) = await stage.calls()
    assert (call.state, call.problem) == (CallState.LOST, "timeout")


async def test_a_key_that_is_not_accepted_is_named_by_its_setting(stage: Stage) -> None:
    with pytest.raises(ModelUnavailable, match="set ANTHROPIC_API_KEY"):
        await stage.restarted(key="sk-ant-wrong").ask(reviewing(), scope=SCOPE)
    assert stage.clock.slept == []


async def test_a_model_that_there_is_not_is_named_with_its_settings(stage: Stage) -> None:
    claude = stage.restarted(prices={"claude-none": "1/2"})
    with pytest.raises(ModelUnavailable, match=r"model claude-none: .* SERGAS_MODEL_SMALL or SERGAS_MODEL_STRONG"):
        await claude.ask(reviewing(model="claude-none"), scope=SCOPE)


async def test_nobody_there_is_said_with_the_setting_of_the_address(stage: Stage) -> None:
    with pytest.raises(ModelUnavailable, match="SERGAS_ANTHROPIC_URL"):
        await stage.restarted(url="http://127.0.0.1:9").ask(reviewing(), scope=SCOPE)


async def test_a_question_that_the_service_does_not_take_is_not_repeated(stage: Stage) -> None:
    """A schema that structured outputs do not know."""
    loose = {"type": "object", "properties": {}, "additionalProperties": True}
    with pytest.raises(ModelUnavailable, match="rejected the question"):
        await stage.claude.ask(reviewing(schema=loose), scope=SCOPE)
    assert len(stage.sandbox.calls) <= 1


async def test_after_repeated_failures_nothing_is_asked_for_a_while(stage: Stage) -> None:
    stage.sandbox.faults.outage()
    for number in range(3):
        with pytest.raises(ModelUnavailable, match="overloaded or down"):
            await stage.claude.ask(reviewing(f"Text {number}."), scope=SCOPE)
    arrived = stage.sandbox.arrived
    with pytest.raises(ModelUnavailable, match=r"gets a pause.*overloaded or down"):
        await stage.claude.ask(reviewing(), scope=SCOPE)
    assert stage.sandbox.arrived == arrived
    assert stage.circuit.state.is_open


async def test_a_question_that_is_wrong_in_itself_stops_no_other(stage: Stage) -> None:
    loose = {"type": "object", "properties": {}, "additionalProperties": True}
    for number in range(3):
        with pytest.raises(ModelUnavailable, match="rejected the question"):
            await stage.claude.ask(reviewing(f"Text {number}.", schema=loose), scope=SCOPE)
    assert (await stage.claude.ask(reviewing(), scope=SCOPE)).value


async def test_whoever_had_no_time_says_nothing_of_the_service(stage: Stage, silent: ClaudeSandbox) -> None:
    claude = stage.restarted(url=silent.url)
    for number in range(3):
        with pytest.raises(ModelUnavailable, match="in time"):
            await claude.ask(reviewing(f"Text {number}.", seconds=0.1), scope=SCOPE)
    assert not stage.circuit.state.is_open


async def test_a_key_that_is_not_accepted_is_not_tried_for_ever(stage: Stage) -> None:
    claude = stage.restarted(key="sk-ant-wrong")
    for number in range(3):
        with pytest.raises(ModelUnavailable, match=r"^Claude does not accept"):
            await claude.ask(reviewing(f"Text {number}."), scope=SCOPE)
    with pytest.raises(ModelUnavailable, match=r"gets a pause.*ANTHROPIC_API_KEY"):
        await claude.ask(reviewing(), scope=SCOPE)


async def test_after_the_pause_one_attempt_decides(stage: Stage) -> None:
    stage.sandbox.faults.outage()
    for number in range(3):
        with pytest.raises(ModelUnavailable):
            await stage.claude.ask(reviewing(f"Text {number}."), scope=SCOPE)
    stage.ticks = 61
    with pytest.raises(ModelUnavailable, match=r"^Claude is overloaded"):
        await stage.claude.ask(reviewing(), scope=SCOPE)
    with pytest.raises(ModelUnavailable, match="gets a pause"):
        await stage.claude.ask(reviewing(), scope=SCOPE)
    stage.sandbox.faults.clear()
    stage.ticks = 122
    assert (await stage.claude.ask(reviewing(), scope=SCOPE)).value
    assert not stage.circuit.state.is_open


async def test_what_was_answered_before_is_told_though_the_circuit_is_open(stage: Stage) -> None:
    first = await stage.claude.ask(reviewing(), scope=SCOPE)
    stage.sandbox.faults.outage()
    for number in range(3):
        with pytest.raises(ModelUnavailable):
            await stage.claude.ask(reviewing(f"Text {number}."), scope=SCOPE)
    assert (await stage.claude.ask(reviewing(), scope=SCOPE)).value == first.value


async def test_a_fault_in_a_later_round_loses_nothing_of_the_rounds_before(stage: Stage) -> None:
    stage.sandbox.faults.overload(after=1)
    answer = await stage.claude.ask(scouting(), scope=SCOPE)
    assert len(answer.used) == 1
    assert [each.attempts for each in await stage.calls()] == [1, 2]


async def test_the_key_stands_in_no_log_line_error_or_repr(stage: Stage) -> None:
    out = StringIO()
    configure_logging(level="DEBUG", stream=out)
    key = stage.sandbox.api_key
    logging.getLogger("anthropic").debug("Request options: %s", {"headers": {"Authorization": f"Bearer {key}"}})
    await stage.claude.ask(reviewing(), scope=SCOPE)
    with pytest.raises(ModelUnavailable) as raised:
        await stage.restarted(key="sk-ant-other-secret").ask(reviewing("Other."), scope=SCOPE)
    said = out.getvalue() + repr(Access(key=key)) + repr(raised.value) + repr(raised.value.__cause__)
    assert "model.called" in said
    assert key not in said
    assert "other-secret" not in said
