"""Each mistake in a mapping as one sentence: where it is, and what belongs there."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from integrations.sandbox.history import StageDef
from integrations.sandbox.imports.faults import printable
from integrations.sandbox.imports.formats import Format
from integrations.sandbox.imports.near import instead
from integrations.sandbox.imports.sources import Event, History, ModuleFile, Source, UsersFile

Error = Mapping[str, Any]


class Mistakes(ValueError):
    """Several mistakes that only a look at the whole mapping shows, each a sentence."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = tuple(sentences)


def not_toml(text: str, exc: tomllib.TOMLDecodeError, *, name: str) -> str:
    """Return where a text is not TOML, and what is written there."""
    found = re.fullmatch(
        r"(?P<problem>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)", str(exc)
    )
    lines = text.split("\n")
    number = int(found["line"] or len(lines)) if found else 1
    place = f"{name}, line {number}" + (f", column {found['column']}" if found and found["column"] else "")
    hint = "; texts need quotes" if found and found["problem"] == "Invalid value" else ""
    there = lines[number - 1].strip()
    return printable(f"{place}: this is not TOML{hint}: “{there}”." if there else f"{place}: the file ends too early.")


def sentences(exc: ValidationError, *, name: str, whole: type[BaseModel]) -> list[str]:
    """Return what is wrong, each mistake once; `whole` is the model of the mapping."""
    found = (each for error in exc.errors() for each in _sentences(error, whole))
    return list(dict.fromkeys(printable(f"{name}{place}: {problem}") for place, problem in found))


def _sentences(error: Error, whole: type[BaseModel]) -> Iterator[tuple[str, str]]:
    loc: tuple[int | str, ...] = error["loc"]
    kind = error["type"]
    if kind in ("extra_forbidden", "unexpected_keyword_argument"):
        known = _settings(loc[:-1], whole)
        yield _place(loc[:-1]), f"there is no setting “{loc[-1]}”{instead(str(loc[-1]), known, there='there are')}"
    elif kind in ("missing", "missing_argument"):
        yield _place(loc[:-1]), f"the setting “{loc[-1]}” is missing."
    elif kind == "value_error":
        cause = error["ctx"]["error"]
        for sentence in cause.sentences if isinstance(cause, Mistakes) else (f"{cause}.",):
            yield _place(loc), sentence
    else:
        yield _place(loc), _belongs(error)


def _belongs(error: Error) -> str:
    """Return what belongs where something of another kind is written."""
    kind, told = error["type"], error.get("ctx", {})
    if kind == "literal_error":
        allowed = re.findall(r"'([^']*)'", told["expected"])
        quoted = [f"“{each}”" for each in allowed]
        return f"“{error['input']}” is none of {', '.join(quoted)}."
    return next((said(told) for start, said in _BELONGS if kind.startswith(start)), "this is not what belongs here.")


_BELONGS: tuple[tuple[str, Callable[[Mapping[str, Any]], str]], ...] = (
    ("greater_than_equal", lambda told: f"this must be at least {told['ge']}."),
    ("less_than_equal", lambda told: f"this must be at most {told['le']}."),
    ("string_too", lambda _: "this must be a single character."),
    ("too_short", lambda told: f"there must be at least {told['min_length']}."),
    ("string", lambda _: "this must be a text in quotes."),
    ("date", lambda _: "this must be a day without quotes, such as 2026-03-06."),
    ("int", lambda _: "this must be a whole number."),
    ("float", lambda _: "this must be a number."),
    ("bool", lambda _: "this must be true or false."),
    ("tuple", lambda _: 'this must be a list, such as ["first", "second"].'),
    ("dict", lambda _: "this must be a table, such as { name = … }."),
    ("mapping", lambda _: "this must be a table, such as { name = … }."),
    ("model", lambda _: 'this must be a column, or a table such as { column = "…" }.'),
    ("dataclass", lambda _: 'this must be a table, such as { name = "…" }.'),
)


def _place(loc: Sequence[int | str]) -> str:
    """Return `, modules.Deals.events 2`, or nothing for the top of the mapping."""
    path = "".join(f" {each + 1}" if isinstance(each, int) else f".{each}" for each in loc).removeprefix(".")
    return f", {path}" if path else ""


def _settings(loc: Sequence[int | str], whole: type[BaseModel]) -> list[str]:
    """Name the settings that the table at this place can have."""
    model = whole if not loc else _model(loc)
    if is_dataclass(model):
        return [each.name for each in fields(model)]
    return list(model.model_fields) if issubclass(model, BaseModel) else []


def _model(loc: Sequence[int | str]) -> type:
    match list(loc):
        case ["users"]:
            return UsersFile
        case ["format"] | ["files", _]:
            return Format
        case ["stages", _]:
            return StageDef
        case ["modules", _]:
            return ModuleFile
        case ["modules", _, "events", _]:
            return Event
        case ["modules", _, "history"]:
            return History
        case _:
            return Source
