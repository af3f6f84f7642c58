"""Turn HTML, as rich-text notes and logged mails carry it, into the sentences that a person saw. Pure, in linear time.

A text without a tag of HTML stays as it is: “a < b” and “<Anna>” are words.
"""

from __future__ import annotations

import html
import re

MOST = 400_000  # characters read of a text with markup: a mail's head and styles are long, and no part of its words

_BLOCKS = (
    "address article blockquote body br center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr html li main "
    "nav ol p pre section table tbody tfoot thead tr ul"
)
_INLINE = (
    "a abbr acronym b bdi bdo big cite code col colgroup em font i img ins kbd label link mark meta o:p q small span strong sub "
    "sup td th time tt u var wbr"
)
_UNSAID = "head style script title noscript template del s strike svg"  # with everything between the tags
_NAMES = {name: kind for kind, names in (("b", _BLOCKS), ("i", _INLINE), ("u", _UNSAID)) for name in names.split()}
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9:]{0,15})(?=[\s/>])[^<>]{0,4000}>|<!--|<!\w[^<>]{0,400}>")
_ENTITY = re.compile(r"&(?:nbsp|amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});")
_BLANKS = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n[ \n]*")
_POWERS = str.maketrans("0123456789+-−n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻ⁿ")


def without_markup(text: str) -> str:
    """The text that a reader of the page saw: no tags, no head, no styles, nothing struck out, entities as characters."""
    text = text[:MOST]
    if not any(tag["name"] and tag["name"].lower() in _NAMES for tag in _TAG.finditer(text)):
        return html.unescape(text) if _ENTITY.search(text) else text
    said = html.unescape("".join(_pieces(text))).replace("\xa0", " ")
    return _LINES.sub("\n", _BLANKS.sub(" ", said)).strip()


def _pieces(text: str) -> list[str]:
    kept: list[str] = []
    unended: set[str] = set()  # tags without an end behind them
    at = 0
    while (tag := _TAG.search(text, at)) is not None:
        kept.append(_run(text[at : tag.start()]))
        name, at = (tag["name"] or "").lower(), tag.end()
        kind = _NAMES.get(name)
        if tag[0] == "<!--":
            at = _after(text, "-->", at, unended)
        elif kind == "u" and not tag["end"] and not tag[0].endswith("/>"):
            at = _after(text, f"</{name}", at, unended)
        elif kind == "b":
            kept.append("\n- " if name == "li" and not tag["end"] else "\n")
        elif name == "sup" and not tag["end"]:
            at = _power(text, at, kept)
        elif name in ("td", "th"):
            kept.append(" ")
        elif kind is None and tag["name"]:
            kept.append(tag[0].replace("<", "&lt;"))
    kept.append(_run(text[at:]))
    return kept


def _run(text: str) -> str:
    """A browser shows line ends between the tags as spaces."""
    return text.replace("\r", " ").replace("\n", " ")


def _after(text: str, end: str, at: int, unended: set[str]) -> int:
    """The place behind this end, however it is written. Without one, the tag means nothing: a page that is cut off is no reason to
    drop its text."""
    if end in unended:
        return at
    found = re.compile(re.escape(end) + ("" if end == "-->" else "[^<>]{0,100}>"), re.IGNORECASE).search(text, at)
    if found is None:
        unended.add(end)
    return found.end() if found else at


def _power(text: str, at: int, kept: list[str]) -> int:
    """10<sup>2</sup> is 10², never 102."""
    end = text.find("</", at, at + 40)
    if end < 0 or "<" in text[at:end]:
        kept.append("^")
        return at
    inside = html.unescape(text[at:end]).strip()
    raised = inside.translate(_POWERS)
    is_power = bool(inside) and all(old != new for old, new in zip(inside, raised, strict=True))
    is_said = inside.lower() in ("", "st", "nd", "rd", "th", "er", "e", "o", "a", "tm", "®")
    kept.append(raised if is_power else inside if is_said else f"^{inside}")
    return end
