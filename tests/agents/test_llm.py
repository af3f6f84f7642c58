"""Claude over the wire: answers that fit, rounds with tools, streams, and whatever goes wrong with the service."""

from __future__ import annotations

import pytest

from store.domain.errors import ModelUnavailable
from store.domain.model_calls import CallState
from tests.agents.claude_stage import SCOPE, Heard, Stage, reviewing, scouting


async def test_an_answer_fits_its_schema_and_says_what_it_cost(stage: Stage) -> None:
    answer = await stage.claude.ask(reviewing(), scope=SCOPE)
    assert [each["recommendation"] for each in answer.value["verdicts"]] == ["r1"]
    (call,) = await stage.calls()
    assert (call.state, call.attempts, call.agent) == (CallState.ANSWERED, 1, "compliance_reviewer")
    assert answer.usd == pytest.approx(call.amount.usd)
    assert answer.usd > 0
    assert answer.input_tokens == call.usage.input > 500


async def test_tools_are_used_and_what_they_gave_is_told(stage: Stage) -> None:
    heard = Heard()
    answer = await stage.claude.ask(scouting(), scope=SCOPE, listener=heard)
    assert answer.value["facts"]
    assert [each.tool for each in answer.used] == heard.tools == ["zoho_get_account_details"]
    assert [each.state for each in await stage.calls()] == [CallState.USED_TOOLS, CallState.ANSWERED]
    (tool,) = await stage.tool_calls()
    assert (tool.tool, tool.is_error) == ("zoho_get_account_details", False)


async def test_the_stable_prefix_is_read_from_the_cache(stage: Stage) -> None:
    await stage.claude.ask(reviewing("one"), scope=SCOPE)
    await stage.claude.ask(reviewing("two"), scope=SCOPE)
    first, second = await stage.calls()
    assert first.usage.written > 500
    assert second.usage.read == first.usage.written
    assert second.amount.usd < first.amount.usd


async def test_a_key_that_is_not_accepted_is_named_by_its_setting(stage: Stage) -> None:
    with pytest.raises(ModelUnavailable, match="ANTHROPIC_API_KEY"):
        await stage.restarted(key="sk-ant-wrong").ask(reviewing(), scope=SCOPE)
