"""What a person typed, from the form in which Slack sends it: links, mentions, dates, emoji and escaped characters.

https://docs.slack.dev/messaging/formatting-message-text
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

_TOKEN = re.compile(r"<([^<>\s|]{1,3000})(?:\|([^<>\n]{0,3000}))?>|<!date\^\d{1,12}\^[^<>|]{1,500}\|([^<>\n]{0,500})>")
_MENTIONED = re.compile(r"<@([UW][A-Z0-9]{1,30})(?:\|[^<>\n]{0,100})?>")
_FLAG = re.compile(r":flag-([a-z]{2}):")
_SHORTCODE = re.compile(r":([a-z0-9_+'-]{1,80}):(?::skin-tone-([2-6]):)?")
_SCHEME = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)
_LETTER_A, _LIGHTEST = 0x1F1E6, 0x1F3FB  # of flags, and of skin tones


def typed(text: str, names: Mapping[str, str] | None = None) -> str:
    """`names` are those of the people mentioned, by Slack id; someone without one is called by the label that Slack sent, or
    “someone”."""
    return _characters(_with_emoji(_TOKEN.sub(lambda found: _words(found, names or {}), text)))


def mentioned(text: str) -> Collection[str]:
    """The Slack ids of the people whom a message mentions."""
    return set(_MENTIONED.findall(text))


def _words(found: re.Match[str], names: Mapping[str, str]) -> str:
    target, label, date = found.groups()
    if target is None:
        return str(date)
    match target[0]:
        case "@":
            return names.get(target[1:]) or label or "someone"
        case "#":
            return f"#{label or 'a channel'}"
        case "!":
            return label or f"@{target[1:].partition('^')[0]}"
        case _:
            return _link(target, label)


def _link(target: str, label: str | None) -> str:
    """The address as it was typed; with its text, if the person gave it another one."""
    address = _SCHEME.sub("", target, count=1)
    if target.lower().startswith(("mailto:", "tel:")):
        return label or address
    if not label:
        return target
    same = label.rstrip("/").casefold() in (address.rstrip("/").casefold(), target.rstrip("/").casefold())
    return label if same else f"{label} ({target})"


def _with_emoji(text: str) -> str:
    """Slack sends the names of emoji; one it alone knows stays a name."""
    if ":" not in text:
        return text
    return _SHORTCODE.sub(_picture, _FLAG.sub(lambda flag: "".join(map(_indicator, flag[1])), text))


def _picture(found: re.Match[str]) -> str:
    import emoji  # a tenth of a second, which no start should wait for

    name, tone = found.groups()
    picture = emoji.emojize(f":{name}:", language="alias")
    if picture.startswith(":"):
        return found[0]
    return picture + chr(_LIGHTEST + int(tone) - 2) if tone else picture


def _indicator(letter: str) -> str:
    return chr(_LETTER_A + ord(letter) - ord("a"))


def _characters(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
