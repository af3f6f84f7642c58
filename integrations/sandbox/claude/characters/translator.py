"""A competent Translator of a few words: enough for the questions and answers of a demonstration.

A question is recognised by one of its words, and the rest of it is a name. An answer is translated phrase by phrase, or not
at all if English words would be left in it; names, quotations and what a record says stay. `phrasebook.json` has the languages.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

from integrations.sandbox.claude.answers import Said
from integrations.sandbox.claude.characters.words import text_of
from integrations.sandbox.claude.prompt import Prompt

_LITTLE_WORDS = """
wie so läuft es bei was ist heute der die das wer wann haben wir mit zu für steht um où en est comment va avec quel quelle qui le la
chez cómo como va qué que tengo hoy es el con quién por favor come sta va di chi il per hoe staat er ervoor wat wie de het met is
o a do da de em com quem como está resumo hur går det för med vad är jak co słychać u z w jest czy moja mein meine mi mia mijn min
"""
_LITTLE = frozenset(_LITTLE_WORDS.split())
_DATA = re.compile(r"\bnext: .*")  # the next step of a deal, as someone wrote it
_TITLE = re.compile(r"(?<=\w) (?:of|the|and|for|de|van|von) (?=[A-Z])")  # inside a name or a title
_ENGLISH_WORDS = """
a an the of is are was were be been has have had does did do will would in at for to from with by and or not no none nothing then
your you it its that this when until since ago least most longest longer before after so only without here there what A The No
Nothing Then Your You It This When What
"""
_ENGLISH = re.compile(rf"(?<![\w.&’'-])(?:{'|'.join(_ENGLISH_WORDS.split())})(?![\w’-])")


def translate(prompt: Prompt, dice: Random) -> Said:
    task, text = prompt.block("task"), _text(prompt)
    of, into = (text_of(task, each) if isinstance(task, Mapping) else "" for each in ("from", "into"))
    book = phrasebook()
    if into == "English" and of in book:
        return Said(value={"text": _question(text, book[of]["asks"])})
    return Said(value={"text": _answer(text, book[into]) if into in book else ""})


@cache
def phrasebook() -> Mapping[str, Any]:
    book: Mapping[str, Any] = json.loads(files(__package__).joinpath("phrasebook.json").read_text(encoding="utf-8"))
    return book


def _text(prompt: Prompt) -> str:
    given = prompt.block("text")
    return text_of(given, "text") if isinstance(given, Mapping) else ""


def _question(text: str, asks: Mapping[str, list[str]]) -> str:
    words = re.findall(r"[^\W_]+(?:[’'&.-][^\W_]+)*", text)
    said = {word.casefold() for word in words}
    for english, triggers in asks.items():
        found = {word for word in said if any(_is_form_of(each, word) for each in triggers)}
        if not found:
            continue
        left = [word for word in words if word.casefold() not in _LITTLE.union(found, triggers)]
        if left or "{}" not in english:
            return english.format(" ".join(left))
    return ""


def _is_form_of(trigger: str, word: str) -> bool:
    """Whether it is the word, or that with an ending."""
    ending = word.removeprefix(trigger)
    return word == trigger or (len(trigger) > 4 and ending != word and ending.isalpha() and len(ending) <= 2)


def _answer(text: str, language: Mapping[str, Any]) -> str:
    """Quotations stay as they are. "" if a word of it isn't in the phrasebook."""
    says = {english: (f"\0{at}\0", phrase) for at, (english, phrase) in enumerate(language["says"].items())}
    pieces = re.split(r"(“[^”]*”)", text)
    marked = [each if each.startswith("“") else _marked(each, says) for each in pieces]
    said = "".join("" if each.startswith("“") else each for each in marked)
    if _ENGLISH.search(_DATA.sub("", _TITLE.sub("", said.replace(says["next"][0], "next")))):
        return ""
    translated = "".join(marked)
    for mark, phrase in says.values():
        translated = translated.replace(mark, phrase)
    return f"{language['opener']}\n{translated}"


def _marked(text: str, says: Mapping[str, tuple[str, str]]) -> str:
    """With a mark in the place of each phrase, so that no phrase is found in a translation."""
    for english, (mark, _) in says.items():
        text = re.sub(rf"(?<![\w“-]){re.escape(english)}(?![\w”-])", mark, text)
    return text
