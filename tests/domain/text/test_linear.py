"""Text from outside is read in linear time: every pattern, and the functions that were slow once."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from agents.author.sources import _value
from store.domain.grounding.days import days_in, with_days
from store.domain.grounding.stated import plain
from store.domain.text.markup import without_markup

LENGTH, QUARTER = 30_000, 7_500
TODAY = date(2026, 3, 24)
PACKAGES = (
    "store.domain",
    "bot.views",
    "bot.inbound",
    "agents.author",
    "integrations.zoho",
    "integrations.sandbox.imports",
)
PIECES = (
    "a", "1", " ", "\n", ".", ",", "-", "“", "”", '"', "’", "<", ">", ":", "@", "(", "[", "{", "&", "_", "é", "\\", "/",
    "a ", "1 ", "a. ", "1, ", "Aa ", "a@", "a-", "a: ", "N1 and ", "“a” ", "<a ", "<!--", "<sup>", "<style>", "&#1;",
    "- a\n", "x\n\n", "$1 ", "in 1 day ", "12 Mar ", "I will send it. ", "a@b.c ", "+49 170 123", "1234 1234 ", "a\u0301",
    '<data-a tool="a" left_out="1">\n',
)  # fmt: skip


def _modules() -> Iterator[Any]:
    for name in PACKAGES:
        package = importlib.import_module(name)
        for found in pkgutil.walk_packages(package.__path__, f"{name}."):
            yield importlib.import_module(found.name)


def _patterns(module: Any) -> Iterator[tuple[str, Callable[[str], object]]]:
    """Each pattern the way its module uses it: from every place of a text, unless only `match` and `fullmatch` are called."""
    file = inspect.getsourcefile(module)
    source = Path(file).read_text(encoding="utf-8") if file else ""
    for name, pattern in vars(module).items():
        if isinstance(pattern, re.Pattern) and isinstance(pattern.pattern, str):
            roams = re.search(rf"\b{name}\.(search|finditer|findall|sub|split)\(", source) is not None
            yield f"{module.__name__}.{name}", _walker(pattern) if roams else pattern.fullmatch


def _walker(pattern: re.Pattern[str]) -> Callable[[str], object]:
    return lambda text: sum(1 for _ in pattern.finditer(text))


_FUNCTIONS: dict[str, Callable[[str], object]] = {
    "days_in": lambda text: days_in(text, TODAY),
    "plain": lambda text: plain(text, TODAY),
    "without_markup": without_markup,
    "the data between marks": _value,
}


def _seconds(call: Callable[[str], object], text: str) -> float:
    began = time.process_time()
    call(text)
    return time.process_time() - began


def _grows_too_fast(call: Callable[[str], object], piece: str) -> bool:
    """Four times the text costs sixteen times as much where work is quadratic."""
    whole, quarter = (piece * LENGTH)[:LENGTH], (piece * LENGTH)[:QUARTER]
    if _seconds(call, quarter) < 0.01:  # a square of 7,500 takes far longer
        return False
    return min(_seconds(call, whole) for _ in range(3)) > 9 * min(_seconds(call, quarter) for _ in range(3))


@pytest.mark.slow
def test_every_pattern_and_function_of_a_text_takes_linear_time() -> None:
    calls = [*(found for module in _modules() for found in _patterns(module)), *_FUNCTIONS.items()]
    assert len(calls) > 100
    slow = [f"{name} on {piece!r}" for name, call in calls for piece in PIECES if _grows_too_fast(call, piece)]
    assert slow == []


@pytest.mark.slow
def test_a_quadratic_pattern_would_be_seen() -> None:
    assert _grows_too_fast(_walker(re.compile(r"\s*x")), " ")


def test_days_that_fill_a_text_are_each_found_once() -> None:
    text = "12 Mar, in 1 day. " * 3
    assert [each.text for each in days_in(text, TODAY)] == ["12 Mar", "in 1 day"] * 3
    assert plain("Call 12 Mar or 2026-03-13", TODAY) == plain("Call 2026-03-12 or 13 Mar", TODAY)
    assert with_days("a 12 Mar b", TODAY, lambda _: "x") == "a x b"


def test_the_data_between_marks_is_read_up_to_its_own_end() -> None:
    head = '<data-ab12 tool="t" left_out="0">\n'
    assert _value(f'{head}{{"a": "\\n</data-cd34>"}}\n</data-ab12>') == {"a": "\n</data-cd34>"}
    assert _value(f'{head}{{"items": [{{"a": 1}} , {{"b": 2}}, {{"c": \n</data-ab12>') == {
        "items": [{"a": 1}, {"b": 2}]
    }
    assert _value(head * 500) == {"items": []}
