"""A competent answer to a request that is none of our agents': anyone's first “hello”, question, tool or schema.

It greets and thanks briefly, uses the tools that the message asks for and reports their results, fills in schemas from the
text, and answers from the text it was given. It says so when it can't.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from random import Random

from integrations.sandbox.claude.answers import Said
from integrations.sandbox.claude.characters.material import Material
from integrations.sandbox.claude.characters.names import names_in
from integrations.sandbox.claude.characters.picking import call_of, picked
from integrations.sandbox.claude.characters.small_talk import small_talk
from integrations.sandbox.claude.characters.telling import told
from integrations.sandbox.claude.characters.words import clip, key_words, sentences
from integrations.sandbox.claude.filling import filled
from integrations.sandbox.claude.prompt import Prompt, Result
from integrations.sandbox.claude.shapes import OneTool, Text, ToolResult
from integrations.sandbox.claude.tool_changes import offered

_SUMMARY = re.compile(r"\b(?:summari[sz]e|summary|sum up|tl;?dr|recap|in short)\b", re.IGNORECASE)
_EXTRACT = re.compile(r"(?:please )?(?:extract|pull out|pick out) (?:the |all |any )?(?:e-?)?(\w{2,30})", re.IGNORECASE)
_FOLLOWS = re.compile(r"\s{0,9}(?:and|what about|how about|same for|now)\b", re.IGNORECASE)
_ROUNDS = 5  # of tools, before it answers with the results so far
CANNOT = (
    "I'm a scripted stand-in for Claude, so I can't answer that. I can use the tools you give me, fill in a schema, and "
    "answer from a text you send."
)
NO_TOOL = "None of my tools can do that: I have {}."


def welcome(prompt: Prompt, dice: Random) -> Said:
    message, choice = _message(prompt), prompt.asked.tool_choice
    tools = offered(prompt.asked)
    if tools and choice is not None and choice.type in ("any", "tool"):
        named = next((each for each in tools if isinstance(choice, OneTool) and each.name == choice.name), None)
        calls = [call_of(named, message)] if named else picked(tools, message) or [call_of(tools[0], message)]
        return Said(calls=calls)
    results = _results(prompt)
    shape = prompt.asked.output_config.format if prompt.asked.output_config else None
    if tools and choice is None and not results and all(_is_shape(each.name) for each in tools):
        return Said(calls=picked(tools, message)[:1] or [call_of(tools[0], message)])
    if tools and (choice is None or choice.type == "auto") and len(results) < _ROUNDS:
        asked = f"{message} {_before(prompt)}" if _FOLLOWS.match(message) else message
        done = {(each.tool, _key(each.arguments)) for each in results}
        known = " ".join(each.text for each in results)
        calls = [call for call in picked(tools, asked, known) if (call.name, _key(call.arguments)) not in done]
        if calls:
            return Said(text="" if results or shape else "Let me look that up.", calls=calls)
    if shape is not None:
        said = "\n".join([message, *(each.text for each in results)])
        return Said(value=filled(shape.schema_, Material(said)))
    if results:
        return Said(text=told(message, results))
    return Said(text=small_talk(message, tools=bool(tools)) or _from_text(prompt, message) or _declined(prompt))


def _is_shape(name: str) -> bool:
    """Whether a tool is a class for the answer, as LangChain offers it to models that can't be forced: `Person`."""
    return name[:1].isupper() and "_" not in name and not name.isupper()


def _message(prompt: Prompt) -> str:
    """The latest text of the user."""
    for message in reversed(prompt.asked.messages):
        texts = [block.text for block in message.content if isinstance(block, Text)]
        if message.role == "user" and texts:
            return "\n".join(texts)
    return prompt.user_text


def _before(prompt: Prompt) -> str:
    """The user's text before the latest one, which “and in Oslo?” goes on from."""
    texts = [
        block.text
        for message in prompt.asked.messages
        if message.role == "user"
        for block in message.content
        if isinstance(block, Text)
    ]
    return texts[-2] if len(texts) > 1 else ""


def _results(prompt: Prompt) -> Sequence[Result]:
    """Return the tools' results since the user's latest text."""
    earlier = seen = 0
    for message in prompt.asked.messages:
        if message.role == "user" and any(isinstance(block, Text) for block in message.content):
            earlier = seen
        seen += sum(isinstance(block, ToolResult) for block in message.content)
    return prompt.results[earlier:]


def _key(arguments: object) -> str:
    return json.dumps(arguments, sort_keys=True, default=str)


def _from_text(prompt: Prompt, message: str) -> str:
    """Answer from the conversation: with a summary, or with the sentence that has most of the question's words."""
    lines = [each for text in (prompt.system, prompt.read) for line in text.splitlines() for each in sentences(line)]
    if _SUMMARY.search(message):
        body = [each.partition(":")[2].strip() if _SUMMARY.search(each) else each for each in lines]
        body = [each for each in body if each]
        return clip(" ".join(body[:3]), 600)
    if wanted := _EXTRACT.match(message):
        _, colon, rest = message.partition(":")
        return (Material(rest if colon else message).surely().text(wanted[1].removesuffix("s"), "") or "").strip()
    asked = next((each for each in reversed(sentences(message.replace("\n", " "))) if each.endswith("?")), "")
    words = key_words(asked)
    if not words:
        return ""
    told = [each for each in lines if each not in asked and not each.endswith("?")]
    if told and (named := [each for each in names_in(asked) if each != "Claude"]):
        told = [each for each in told if any(name in each for name in named)]
        if not told and prompt.read.strip() != message.strip():
            return f"I found nothing about {' and '.join(named[:3])} in what I was given."
    best = max(told, key=lambda each: len(words & key_words(each)), default="")
    return clip(best, 600) if len(words & key_words(best)) * 2 > len(words) else ""


def _declined(prompt: Prompt) -> str:
    names = prompt.tools
    return NO_TOOL.format(", ".join(names[:8]) + (" and others" if len(names) > 8 else "")) if names else CANNOT
