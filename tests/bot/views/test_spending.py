"""What administrators see of today's models in the App Home."""

from __future__ import annotations

from bot.views.home import home_view
from bot.views.spending import ModelsToday, spending_blocks
from integrations.sandbox.slack.blockkit import view_problems
from store.domain.running.model_calls import Amount, CallFigures, Usage
from tests.bot import samples

FIGURES = CallFigures(
    calls=12,
    reused=3,
    failed=1,
    tools=20,
    usage=Usage(plain=2_000, written=1_000, read=7_000, output=500),
    amount=Amount(tokens=10_500, usd=1.5),
)
CEILING = Amount(tokens=100_000, usd=10.0)


def shown(today: ModelsToday | None) -> str:
    blocks = spending_blocks(today)
    view = home_view(pending=(), recent=(), next_brief_at=None, reader=samples.READER, sections=blocks)
    assert not view_problems(view)
    return str(blocks)


def test_the_day_stands_in_a_few_numbers() -> None:
    told = shown(ModelsToday(figures=FIGURES, ceiling=CEILING))
    assert "12 calls (3 reused, 1 failed), 20 uses of tools" in told
    assert "*$1.50* for 10,500 tokens; 70% of the input came from the cache." in told
    assert "Left for today: $8.50 of $10.00 and 89,500 of 100,000 tokens." in told


def test_nothing_is_left_where_more_was_spent() -> None:
    told = shown(ModelsToday(figures=FIGURES, ceiling=Amount(tokens=1, usd=1.0)))
    assert "$0.00 of $1.00 and 0 of 1 tokens" in told


def test_no_ceiling_and_no_call_are_said() -> None:
    told = shown(ModelsToday(figures=CallFigures(), ceiling=Amount()))
    assert "No model calls today." in told
    assert "No daily limit" in told


def test_an_open_circuit_says_for_how_long_and_why() -> None:
    because = "Claude is overloaded <!channel>."
    told = shown(ModelsToday(figures=FIGURES, ceiling=CEILING, paused_seconds=41.6, because=because))
    assert "Claude is paused for 42 s: Claude is overloaded" in told
    assert "<!channel>" not in told


def test_nothing_stands_there_where_no_model_is_in_use() -> None:
    assert shown(None) == "[]"
