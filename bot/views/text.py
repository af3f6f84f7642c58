"""Make foreign text safe to show: unchanged but for hidden characters, shortened, and powerless over Slack's markup.

CRM text is hostile. In `mrkdwn` it could mention a channel, add a link or imitate our formatting; here it becomes plain
words. Slack's escapes: https://docs.slack.dev/messaging/formatting-message-text#escaping
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from store.domain.text.alphabets import mixes_alphabets
from store.domain.text.redaction import beginning, visible

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
# Slack has no escape for its formatting marks, so foreign text gets look-alikes that format nothing.
_MARKS = str.maketrans({"*": "∗", "`": "ˋ", "~": "∼"})
_EDGE_UNDERSCORE = re.compile(r"(?<!\w)_|_(?!\w)")
_SAFE_URL = re.compile(r"https?://[^\s<>|\"'@\\]+")  # no user before the host, however it is written
# Characters that Markdown reads as a link, entity, heading or quotation, or Slack as an address or mention.
_BRACKETS = str.maketrans({"<": "‹", ">": "›", "[": "❲", "]": "❳", "|": "¦", "\\": "∖", "@": "＠"})
_ENTITY = re.compile(r"&(?=#?\w{1,10};)")
# Slack would show a picture. Of names of digits alone, it has these two; 12:00:00 is a time.
_SHORTCODE = re.compile(r":(?=(?:100|1234|(?!\d+:)[\w+'-]{1,100}):)")
_COLON, _DOT = "∶", "․"
_ISOLATE, _END = "\u2068", "\u2069"
_LINKED_DOT = re.compile(r"(?<=\w)(?:\.(?=[^\W\d_]{2})|[．。｡](?=[A-Za-z]{2}))")
_NUMBERED_HOST = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?!\w|\.\d)")
_SCHEME = re.compile(
    r":(?=[/\\]{2})|(?<=mailto):(?=\S)|(?<=tel):(?=\S)|(?<=sms):(?=\S)|(?<=slack):(?=\S)|(?<=file):(?=\S)|(?<=data):(?=\S)"
    r"|(?<=script):(?=\S)",
    re.IGNORECASE,
)
_SPACE = re.compile(r"[^\S\n]")  # a separator of paragraphs is one, too, and shows nothing
_HEADING = re.compile(r"^([^\S\n]*)#", re.MULTILINE)
MARKDOWN_LIMIT = 11_000  # below Slack's limit for one message
ELLIPSIS = "…"
MIXED = " ⚠ mixed alphabets"


def plain(text: str, *, limit: int, empty: str = "–") -> str:
    """One line for a `plain_text` object, at most `limit` characters; `empty` if nothing visible is left."""
    return _apart(_one_line(text, limit), limit, _shorten) or empty


def mrkdwn(text: str, *, limit: int, empty: str = "–") -> str:
    """One line for a `mrkdwn` object, at most `limit` characters as sent; it can neither format, mention nor link."""
    line = _EDGE_UNDERSCORE.sub("ˍ", _one_line(text, limit).translate(_MARKS))
    if line.startswith(">"):  # even escaped, it turns its line into a quotation
        line = "›" + line[1:]
    return _apart(line, limit, _escape) or empty


def markdown(text: str) -> str:
    """Plain text with its lines kept, for a `markdown_text`: it can neither format, mention nor link, not even by resembling an
    address, of whatever scheme or host. Of a text that comes in pieces, each must be `unbroken`."""
    kept = visible(text, limit=MARKDOWN_LIMIT).translate(_MARKS).translate(_BRACKETS)
    kept = _EDGE_UNDERSCORE.sub("ˍ", _ENTITY.sub("＆", _SHORTCODE.sub(_COLON, kept)))
    kept = _HEADING.sub(r"\1＃", unlinked(kept))
    lead, end = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :] if kept else ""
    return f"{_SPACE.sub(' ', lead)}{kept}{_SPACE.sub(' ', end)}"


def unlinked(text: str) -> str:
    """Text that looks the same, but in which nothing is taken for an address, of whatever scheme or host."""
    kept = _NUMBERED_HOST.sub(lambda host: host[0].replace(".", _DOT), _LINKED_DOT.sub(_DOT, text))
    return _SCHEME.sub(_COLON, kept).replace("@", "＠")


def unbroken(text: str) -> str:
    """A growing text up to its last whole sentence or word: half an address would become a link together with the rest of it."""
    if text.endswith((".", "!", "?", "…")):
        return text
    return text[: max((at + 1 for at, char in enumerate(text) if char.isspace()), default=0)]


def continues(shown: str, text: str) -> bool:
    """Whether a text goes on from what was shown of it, and tears no word."""
    more = text[len(shown) :]
    return text.startswith(shown) and (not shown or not more or shown[-1].isspace() or more[0].isspace())


def named(text: str, *, limit: int) -> str:
    """A record's or person's name as `mrkdwn`, marked if a word mixes alphabets to imitate another name."""
    return mrkdwn(text, limit=limit - len(MIXED)) + MIXED if _is_mixed(text, limit) else mrkdwn(text, limit=limit)


def named_plain(text: str, *, limit: int) -> str:
    """The same for a `plain_text` object."""
    return plain(text, limit=limit - len(MIXED)) + MIXED if _is_mixed(text, limit) else plain(text, limit=limit)


def quoted_block(text: str, *, limit: int) -> str:
    """Several lines as preformatted text to copy, at most `limit` characters with the fences."""
    body = _escape(visible(text[: limit * 2], limit=limit * 2).replace("`", "'"), limit - 8)
    return f"```\n{body or '–'}\n```"


def in_quotes(name: str) -> str:
    """A name in quotation marks, unless it quotes something itself."""
    return name if "“" in name else f"“{name}”"


def link(url: str | None, label: str) -> str:
    """`label`, which must already be mrkdwn, as a link; the bare label if the address isn't fit for one."""
    return f"<{url}|{label.replace('|', '¦')}>" if url and _SAFE_URL.fullmatch(url) else label


def fit(lines: list[str], *, limit: int) -> list[str]:
    """The first lines that fit into `limit` characters, and a line with the number of missing ones."""
    kept: list[str] = []
    room = limit - 20
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            return [*kept, f"{ELLIPSIS} and {len(lines) - len(kept)} more"]
        kept.append(line)
    return kept


def _one_line(text: str, limit: int) -> str:
    # Read only a little more than can be shown, so that a ten-megabyte note costs nothing.
    line = " ".join(visible(text[: limit * 4 + 100], limit=limit * 4).split())
    return _SHORTCODE.sub(_COLON, line)


def _apart(line: str, limit: int, cut: Callable[[str, int], str]) -> str:
    """Text with letters that run from right to left, set apart so that it doesn't turn the words and numbers around it."""
    if limit > 2 and any(unicodedata.bidirectional(char) in ("R", "AL") for char in line):
        return f"{_ISOLATE}{cut(line, limit - 2)}{_END}"
    return cut(line, limit)


def _is_mixed(name: str, limit: int) -> bool:
    return limit > 2 * len(MIXED) and mixes_alphabets(_one_line(name, limit))


def _shorten(text: str, limit: int) -> str:
    return text if len(text) <= limit else beginning(text, limit - 1).rstrip() + ELLIPSIS


def _escape(text: str, limit: int) -> str:
    """Escaped text of at most `limit` characters, never cut inside an escape."""
    if len(text) <= limit and len(escaped := text.translate(_ESCAPES)) <= limit:
        return escaped
    room = limit - 1
    kept = 0
    for char in text[: limit + 1]:
        room -= len(char.translate(_ESCAPES))
        if room < 0:
            break
        kept += 1
    return beginning(text, kept).translate(_ESCAPES).rstrip() + ELLIPSIS
