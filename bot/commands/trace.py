"""`sergas trace BRIEF`: the models and tools behind a brief, with each call's result and cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rich.table import Column, Table

from bot.commands.console import Terminal, write_json
from bot.settings import load_settings
from bot.telemetry import configure_logging
from bot.wiring.database import open_store_as_it_is
from store.database import Database, Tx
from store.domain.errors import BadInput, NotFound
from store.domain.grounding.citations import Struck
from store.domain.running.model_calls import ModelCall, ToolCall
from store.domain.text.redaction import clean
from store.domain.text.wording import plural

console = Terminal(soft_wrap=True)

SHORTEST = 4  # characters of a prefix
WIDE = 240


async def run_trace(brief: str, *, as_json: bool) -> int:
    """Print the trace. Raises: NotFound for an unknown id; BadInput for an ambiguous one."""
    settings = load_settings()
    configure_logging(level="WARNING", form="console")
    async with open_store_as_it_is(settings.storage) as database:
        trace, calls, tools = await _found(database, brief.strip())
        struck = await _struck(database, trace)
    if as_json:
        told = {**_plain(trace, calls, tools), "struck": [asdict(each) for each in struck]}
        write_json(told)
    elif not calls:
        console.print(f"Brief {trace} was made without a model: the playbook wrote it.")
    else:
        _show(trace, calls, tools)
        for each in struck:
            console.print(f"Struck: “{_cell(each.text)}”. {_cell(each.reason)}")
    return 0


async def _found(database: Database, brief: str) -> tuple[str, list[ModelCall], list[ToolCall]]:
    async with database.reading() as tx:
        trace = await _trace(tx, brief)
        return (trace, *await tx.model_calls.of_trace(trace))


async def _struck(database: Database, trace: str) -> list[Struck]:
    """The model's sentences for this brief that were removed before anyone saw them."""
    async with database.reading() as tx:
        brief = await tx.briefs.get(trace)
    return [each for card in brief.cards for each in card.struck] if brief else []


async def _trace(tx: Tx, brief: str) -> str:
    traces = await tx.model_calls.traces(brief) if len(brief) >= SHORTEST else []
    if brief in traces or len(traces) == 1:
        return brief if brief in traces else traces[0]
    if traces:
        raise BadInput(f"Several ids begin with “{clean(brief, limit=40)}”: {', '.join(traces)}. Give more characters.")
    if brief and await tx.briefs.get(brief) is not None:
        return brief
    raise NotFound(
        f"There is no brief “{clean(brief, limit=40)}”. Give its id, or at least its first {SHORTEST} characters."
    )


def _show(trace: str, calls: Sequence[ModelCall], tools: Sequence[ToolCall]) -> None:
    right = [Column(name, justify="right", no_wrap=True) for name in ("Took", "In", "Cached", "Out", "USD")]
    table = Table(Column("When (UTC)", no_wrap=True), "Agent", "Model or tool", "Outcome", *right, box=None)
    for call in calls:
        table.add_row(*map(_cell, _of_call(call)))
        for tool in tools:
            if tool.call_id == call.id:
                table.add_row(*map(_cell, _of_tool(tool)))
    # Don't wrap lines for a program.
    (console if console.is_terminal else Terminal(width=WIDE)).print(table)
    sums = _sums(calls)
    console.print(
        f"{trace}: {plural(len(calls), 'call')}, {plural(len(tools), 'use')} of tools, {sums['tokens']:,} tokens, "
        f"{sums['cached']:,} of them from the cache, ${sums['usd']:.4f}."
    )


def _cell(text: str) -> str:
    return clean(text, limit=80)


def _of_call(call: ModelCall) -> tuple[str, ...]:
    outcome = str(call.state).replace("_", " ") + (f" ({call.problem})" if call.problem else "")
    tries = f", {call.attempts} tries" if call.attempts > 1 else ""
    usage = call.usage
    return (
        f"{call.at:%Y-%m-%d %H:%M:%S}",
        call.agent.replace("_", " "),
        call.model + (" (batch)" if call.batch else ""),
        outcome + tries,
        f"{call.milliseconds / 1_000:.1f} s",
        f"{usage.input:,}",
        f"{usage.read:,}",
        f"{usage.output:,}",
        f"{call.amount.usd:.5f}",
    )


def _of_tool(tool: ToolCall) -> tuple[str, ...]:
    outcome = "error" if tool.is_error else f"{tool.characters:,} characters"
    return ("", "", f"  {tool.tool}", outcome, f"{tool.milliseconds / 1_000:.1f} s", "", "", "", "")


def _sums(calls: Sequence[ModelCall]) -> dict[str, Any]:
    return {
        "tokens": sum(call.amount.tokens for call in calls),
        "input": sum(call.usage.input for call in calls),
        "cached": sum(call.usage.read for call in calls),
        "output": sum(call.usage.output for call in calls),
        "usd": sum(call.amount.usd for call in calls),
    }


def _plain(trace: str, calls: Sequence[ModelCall], tools: Sequence[ToolCall]) -> Mapping[str, Any]:
    def told(row: ModelCall | ToolCall) -> dict[str, Any]:
        plain = asdict(row)
        return plain | {"at": row.at.isoformat()}

    used = [told(tool) for tool in tools]
    return {
        "trace": trace,
        "calls": [told(call) | {"tools": [tool for tool in used if tool["call_id"] == call.id]} for call in calls],
        "sums": _sums(calls),
    }
