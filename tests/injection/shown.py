"""What people saw, text by text, and what is wrong with it: mentions and links that live, characters that hide.

A raw address in a text counts as a link wherever Slack would make one of it: in mrkdwn that is not `verbatim`, and in the text
of a message without blocks unless it is sent with `parse=none` (https://docs.slack.dev/messaging/formatting-message-text and
the reference of chat.postMessage). Beside blocks that text is shown in notifications alone, where nothing is linked. In Markdown,
which streams and their blocks are, Slack links whatever looks like an address. A stream is looked at piece by piece and as a
whole: two harmless pieces may make an address together.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from integrations.sandbox.slack import SlackSandbox
from integrations.sandbox.slack.blockkit import message_problems, view_problems

_OURS = re.compile(
    r"https://crm\.example(?:\.com)?/crm" + r"/tab/(?:Accounts|Potentials|Contacts|Tasks)/[0-9]{1,20}(?:\|[^<>|]*)?"
)
_ANGLED = re.compile(r"<([^<>]*)>")
_BARE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt);)")
_RAW_LINK = re.compile(r"(?i)\b(?:https?|ftp|slack)://|\bwww\.|\bmailto:|[\w-]\.(?:example|com|net|org|io|eu|de)\b")
# In Markdown of ours nothing looks like an address, not even one that Slack might leave alone: any scheme, a host with or without a
# dot, four numbers, a user before the host.
_ADDRESS = re.compile(
    r"(?i)[a-z][a-z0-9+.-]*:[/\\\\]{2}|\b(?:mailto|tel|sms|slack|file|data|javascript):\S|\w[.．。｡][a-z]{2}|\w\.[^\W\d_]{2}"
    r"|(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])|\w@\w|\[[^\]\n]*\][(\[:]|<[^>\n]*>"
)
_RAW_MENTION = re.compile(r"(?<![\w.])[@#][\w-]+")
# What changes a visible sign or letter beside it, and so hides nothing: one selector after a sign, one joiner between two signs
# or two letters of a script that joins them, a flag spelt with tags, and the pair that we put around text from right to left.
_SIGN = "[\u00a9\u00ae\u203c-\u2bff\u3030-\u3299\U0001f000-\U0001faff]"
_LETTER = "[\u0600-\u109f\u1780-\u18af\u1b00-\u1b7f\ua840-\ua9df\U00010ac0-\U00011fff]"
_MEANT = re.compile(
    f"(?<={_SIGN})[\ufe0e\ufe0f]|(?<=[0-9#*])\ufe0f(?=\u20e3)|(?<={_SIGN})\u200d(?={_SIGN})|(?<={_SIGN}\ufe0f)\u200d(?={_SIGN})"
    f"|(?<={_LETTER})[\u200c\u200d](?={_LETTER}|\\W|$)|(?<=\U0001f3f4)\U000e0067\U000e0062[\U000e0061-\U000e007a]{{3}}\U000e007f"
)
_ISOLATED = re.compile("\u2068([^\u2066-\u2069]*)\u2069")
_BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_OFF = (False, 0, "0", "false", "False")


@dataclass(frozen=True, slots=True)
class Shown:
    """One text before one person. `parsed` is mrkdwn; `automatic` is where Slack makes links of raw text; `markdown` is neither."""

    user_id: str
    text: str
    parsed: bool
    automatic: bool = False
    markdown: bool = False


def everything_shown(slack: SlackSandbox) -> Iterator[Shown]:
    """All that was posted, updated, whispered, opened and answered."""
    by_channel = {slack.channel(user.id): user.id for user in slack.workspace.installation.users}
    triggers = {
        parcel.payload.get("trigger_id"): _sender(parcel.payload) for parcel, _ in slack.deliveries
    }  # fmt: skip
    for method, given in slack.calls:
        if method.startswith("chat.") and method != "chat.getPermalink":
            yield from _message(by_channel[given["channel"]], given)
        elif method.startswith("views."):
            yield from _blocks(given.get("user_id") or triggers.get(given.get("trigger_id"), ""), given["view"])
    for conversation in slack.workspace.conversations:
        for whole in conversation.streamed.values():
            yield Shown(conversation.user.id, whole, parsed=False, markdown=True)
    for user in slack.workspace.installation.users:
        for whispered in slack.ephemerals(user.id):
            yield from _message(user.id, whispered)
    for parcel, receipt in slack.deliveries:
        for answer in [receipt.payload or {}]:
            yield from _blocks(_sender(parcel.payload), answer.get("view") or {})
            for sentence in (answer.get("errors") or {}).values():
                yield Shown(_sender(parcel.payload), sentence, parsed=False)


def refused_by_slack(slack: SlackSandbox) -> list[str]:
    """What the validator says of anything that was sent, and what was sent with its links unfurling."""
    found: list[str] = []
    for method, given in slack.calls:
        if method in ("chat.postMessage", "chat.postEphemeral", "chat.update", "response_url"):
            found += [] if given.get("delete_original") else message_problems(given)
        elif method.startswith("views."):
            found += view_problems(given["view"])
        elif given.get("blocks"):  # at the end of a stream
            found += message_problems({"text": "", "blocks": given["blocks"]})
        if method == "chat.postMessage" and not all(given.get(f"unfurl_{kind}") in _OFF for kind in ("links", "media")):
            found.append(f"unfurls: {str(given.get('text'))[:80]}")
    return found


def live_mentions(shown: Shown) -> list[str]:
    if shown.markdown:
        return re.findall(r"<[!@#][^>]*>|(?<!\w)@\w+", shown.text)
    if not shown.parsed:
        return []
    text = shown.text
    found = [each for each in _ANGLED.findall(text) if each[:1] in ("!", "@", "#")]
    return found + (_RAW_MENTION.findall(_ANGLED.sub("", text)) if shown.automatic else [])


def foreign_links(shown: Shown) -> list[str]:
    """Links to anywhere but a record's page in the CRM, and whatever Slack could still take for markup."""
    if shown.markdown:
        return [found[0] for found in _ADDRESS.finditer(shown.text)]
    if not shown.parsed:
        return []
    outside = _ANGLED.sub("", shown.text)
    found = [
        each for each in _ANGLED.findall(shown.text) if each[:1] not in ("!", "@", "#") and not _OURS.fullmatch(each)
    ]
    found += [outside[:80]] if "<" in outside or ">" in outside or _BARE_AMPERSAND.search(outside) else []
    raw = [*_RAW_LINK.findall(outside), *(each[0] for each in _ADDRESS.finditer(outside))]
    return found + (raw if shown.automatic else [])


def hidden_characters(shown: Shown) -> list[str]:
    text = _ISOLATED.sub(r"\1", _MEANT.sub("", shown.text))
    hidden = {char for char in set(text) if unicodedata.category(char) in _UNSEEN and char not in "\n\t"}
    return sorted(hidden | set(_BLANK.findall(text)))


def texts_of(user_id: str, payload: dict[str, Any]) -> Iterator[Shown]:
    """The texts of a message (text and blocks) or of a view."""
    return _blocks(user_id, payload) if "type" in payload else _message(user_id, payload)


def _message(user_id: str, given: dict[str, Any]) -> Iterator[Shown]:
    alone = not given.get("blocks") and given.get("parse") != "none"
    yield Shown(user_id, str(given.get("text") or ""), parsed=True, automatic=alone)
    if given.get("markdown_text"):
        yield Shown(user_id, str(given["markdown_text"]), parsed=False, markdown=True)
    yield from _blocks(user_id, given.get("chunks") or [])
    yield from _blocks(user_id, given.get("blocks") or [])


def _blocks(user_id: str, value: Any) -> Iterator[Shown]:
    if isinstance(value, list):
        for each in value:
            yield from _blocks(user_id, each)
    elif isinstance(value, dict):
        yield from _own_texts(user_id, value)
        for each in value.values():
            yield from _blocks(user_id, each)


# The texts of a block that are neither mrkdwn nor Markdown: titles, labels, names, cells, steps of a task.
_PLAIN_TEXTS = (
    "title",
    "subtitle",
    "caption",
    "label",
    "alt_text",
    "name",
    "details",
    "output",
    "initial_value",
    "status",
)


def _own_texts(user_id: str, block: dict[str, Any]) -> Iterator[Shown]:
    kind, text = block.get("type"), block.get("text")
    if kind in ("mrkdwn", "plain_text") and isinstance(text, str):
        parsed = kind == "mrkdwn"
        yield Shown(user_id, text, parsed=parsed, automatic=parsed and not block.get("verbatim"))
    elif kind in ("markdown", "markdown_text") and isinstance(text, str):
        yield Shown(user_id, text, parsed=False, markdown=True)
    elif isinstance(text, str):
        yield Shown(user_id, text, parsed=False)
    if isinstance(block.get("url"), str):
        yield Shown(user_id, f"<{block['url']}>", parsed=True)
    for each in _PLAIN_TEXTS:
        if isinstance(block.get(each), str):
            yield Shown(user_id, block[each], parsed=False)


def _sender(payload: dict[str, Any]) -> str:
    user = payload.get("user") or {}
    return str(payload.get("user_id") or (user.get("id") if isinstance(user, dict) else user) or "")
