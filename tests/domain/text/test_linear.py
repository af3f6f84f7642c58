"""Text from outside is read in linear time: every pattern, and the functions that were slow once."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from agents.author.sources import _value
from bot.inbound.typed import typed
from bot.views import text as views
from integrations.sandbox.claude.characters.material import Material
from integrations.sandbox.claude.characters.orders import Orders
from integrations.sandbox.claude.characters.picking import picked
from integrations.sandbox.claude.characters.telling import told
from integrations.sandbox.claude.filling import filled
from integrations.sandbox.claude.prompt import Result, blocks_in
from integrations.sandbox.claude.shapes import Tool
from store.domain.conversation.names import find_accounts
from store.domain.conversation.periods import period_in
from store.domain.conversation.phrases import intents_of
from store.domain.grounding import wishes
from store.domain.grounding.answer import Holding, SourceText
from store.domain.grounding.citations import Common
from store.domain.grounding.days import days_in, with_days
from store.domain.grounding.sentences import sentences_of
from store.domain.grounding.stated import plain
from store.domain.memory.due import due_in, without_due
from store.domain.memory.pieces import chunked
from store.domain.memory.query import words_of
from store.domain.memory.sentiment import mood_of
from store.domain.text.alphabets import mixes_alphabets
from store.domain.text.controls import harmless
from store.domain.text.joiners import kept
from store.domain.text.markup import without_markup
from store.domain.text.redaction import clean, redact, visible
from tests.repetition import LONG

LENGTH = 30_000  # characters; `make test` tries a sixteenth of it, `make test-long` all
SHORT = LENGTH // 16
TODAY = date(2026, 3, 24)
PACKAGES = (
    "store.domain",
    "bot.inbound",
    "bot.views",
    "agents.author",
    "agents.flows",
    "agents.model",
    "integrations.sandbox.claude",
    "integrations.sandbox.imports",
    "integrations.sandbox.slack",
    "integrations.sandbox.zoho",
    "integrations.zoho",
    "integrations.zoho_mcp",
)
PIECES = (
    "a", "1", " ", "\n", ".", ",", "-", "“", "”", '"', "’", "<", ">", ":", "@", "(", "[", "{", "&", "_", "é", "\\", "/",
    "a ", "1 ", "a. ", "1, ", "Aa ", "a@", "a-", "a: ", "N1 and ", "“a” ", "<a ", "<!--", "<sup>", "<style>", "&#1;",
    "- a\n", "x\n\n", "$1 ", "in 1 day ", "12 Mar ", "I will send it. ", "a@b.c ", "+49 170 123", "1234 1234 ", "a\u0301",
    '<data-a tool="a" left_out="1">\n',
)  # fmt: skip


_SAID = "Acme Robotics: Renewal is worth $84,000 and closes on 12 Mar."
_HOLDING = Holding(
    sources={"1": SourceText(id="1", text=_SAID)}, common=Common(today=TODAY, texts=("Sergas",)), asked="how is Acme?"
)


_FIELDS = {
    "type": "object",
    "properties": {
        **{name: {"type": "string"} for name in ("name", "city", "email", "due_date", "account_id", "title", "text")},
        **{name: {"type": "number"} for name in ("age", "price")},
        "people": {"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string"}}}},
    },
    "required": ["name", "city", "email", "due_date", "account_id", "title", "text", "age", "price", "people"],
}
_TOOL = Tool(name="get_account_details", input_schema={**_FIELDS, "required": ["name", "account_id"]})


def _modules() -> Iterator[Any]:
    for name in PACKAGES:
        package = importlib.import_module(name)
        for found in pkgutil.walk_packages(package.__path__, f"{name}."):
            yield importlib.import_module(found.name)


def _patterns(module: Any) -> Iterator[tuple[str, Callable[[str], object]]]:
    """Each pattern the way its module uses it: from every place of a text, unless only `match` and `fullmatch` are called."""
    file = inspect.getsourcefile(module)
    source = Path(file).read_text(encoding="utf-8") if file else ""
    for name, value in vars(module).items():
        tabled = not isinstance(value, re.Pattern)
        for number, pattern in enumerate(_in_table(value)):
            roams = tabled or re.search(rf"\b{name}\.(search|finditer|findall|sub|split)\(", source) is not None
            yield f"{module.__name__}.{name}[{number}]", _walker(pattern) if roams else pattern.fullmatch


def _in_table(value: object) -> Iterator[re.Pattern[str]]:
    """The patterns in a value: itself, or those in its tuples, lists and dictionaries."""
    if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (found for each in (*value, *value.values()) for found in _in_table(each))
    elif isinstance(value, tuple | list | frozenset | set):
        yield from (found for each in value for found in _in_table(each))


def _walker(pattern: re.Pattern[str]) -> Callable[[str], object]:
    return lambda text: sum(1 for _ in pattern.finditer(text))


_FUNCTIONS: dict[str, Callable[[str], object]] = {
    "days_in": lambda text: days_in(text, TODAY),
    "plain": lambda text: plain(text, TODAY),
    "without_markup": without_markup,
    "the data between marks": _value,
    "typed": typed,
    "one line": lambda text: views.plain(text, limit=3_000),
    "mrkdwn": lambda text: views.mrkdwn(text, limit=3_000),
    "markdown": views.markdown,
    "a name": lambda text: views.named(text, limit=200),
    "preformatted": lambda text: views.quoted_block(text, limit=2_900),
    "redact": redact,
    "clean": lambda text: clean(text, limit=LENGTH),
    "visible": lambda text: visible(text, limit=LENGTH),
    "mixes_alphabets": mixes_alphabets,
    "joiners": kept,
    "harmless": harmless,
    "sentences_of": sentences_of,
    "due_in": lambda text: due_in(text, TODAY),
    "without_due": without_due,
    "chunked": chunked,
    "mood_of": mood_of,
    "words_of": words_of,
    "intents_of": intents_of,
    "period_in": lambda text: period_in(text, TODAY),
    "find_accounts": lambda text: find_accounts(text, {"1": "Acme Robotics", "2": "Acme Foods GmbH"}),
    "days_asked": lambda text: wishes.days_asked(text[:4_000], TODAY),
    "asks_to_adjust": wishes.asks_to_adjust,
    "reason_in": lambda text: wishes.reason_in(text, text[:200]),
    "data blocks": blocks_in,
    "a schema filled from a text": lambda text: filled(_FIELDS, Material(text)),
    "tools picked": lambda text: picked([_TOOL], text, text),
    "a tool's result told": lambda text: told("Who is Jo Lind?", [Result("look", {}, text, None, False)]),
    "orders in a text": lambda text: (Orders(text, text).tools, Orders(text, text).given),
    "an answer held to its sources": lambda text: _HOLDING.held(text, ["1"]),
}


def _seconds(call: Callable[[str], object], text: str) -> float:
    began = time.process_time()
    call(text)
    return time.process_time() - began


def _grows_too_fast(call: Callable[[str], object], piece: str, length: int) -> bool:
    """Four times the text costs sixteen times as much where work is quadratic."""
    whole, quarter = (piece * length)[:length], (piece * length)[: length // 4]
    if _seconds(call, whole) < length / 1_000_000:  # a square of so many characters takes far longer
        return False
    return min(_seconds(call, whole) for _ in range(3)) > 9 * min(_seconds(call, quarter) for _ in range(3))


def _slow(calls: Iterable[tuple[str, Callable[[str], object]]], length: int) -> list[str]:
    return [f"{name} on {piece!r}" for name, call in calls for piece in PIECES if _grows_too_fast(call, piece, length)]


@pytest.mark.slow
def test_every_function_of_a_text_takes_linear_time() -> None:
    assert _slow(_FUNCTIONS.items(), SHORT) == []


@pytest.mark.long
@pytest.mark.skipif(not LONG, reason="it takes minutes; `make test-long` runs it")
def test_every_pattern_and_function_takes_linear_time_on_a_long_text() -> None:
    patterns = [found for module in _modules() for found in _patterns(module)]
    assert len(patterns) > 100
    assert _slow([*patterns, *_FUNCTIONS.items()], LENGTH) == []


@pytest.mark.parametrize("length", [SHORT, LENGTH])
def test_a_quadratic_pattern_would_be_seen(length: int) -> None:
    assert _grows_too_fast(_walker(re.compile(r"\s*x")), " ", length)


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
