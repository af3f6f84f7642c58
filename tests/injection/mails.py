"""Everyone gets the brief by e-mail as well; what these say, link to and load is judged as what Slack shows is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html.parser import HTMLParser

from integrations.sandbox.mail import Caught
from tests.flows.mails import wish
from tests.flows.stage import Stage

_LOADS = frozenset({"src", "srcset", "background", "poster", "action", "data", "formaction"})
_ACTIVE = frozenset({"script", "iframe", "object", "embed", "form", "link", "base", "img", "svg", "video", "audio"})
_BLOCKS = frozenset({"p", "div", "td", "th", "tr", "h1", "h2"})
# What mail programs make links of: any scheme, a host with a dot or four numbers, a user before a host.
_ADDRESS = re.compile(
    r"(?i)[a-z][a-z0-9+.-]*:[/\\]{2}|\w\.[^\W\d_]{2}|\w@\w|(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])|\bmailto:\S"
)


async def ask_for_mails(made: Stage) -> None:
    """Everyone wants copies."""
    async with made.bot.services.database.reading() as tx:
        people = await tx.people.all()
    for person in people:
        await wish(made, person.id, by_mail=True)


def strange_in(mail: Caught, *, ours: Iterable[str]) -> list[str]:
    """What would link, load or run in an e-mail, other than links that begin like `ours`."""
    page = _Page(mail.html)
    known = tuple(ours)
    found = [each for each in page.links if not each.startswith(known)]
    found += [*page.loads, *re.findall(r"(?i)url\([^)]*\)|@import[^;]*", mail.html)]
    left = re.compile("|".join(rf"{re.escape(each)}[\w/.-]*" for each in known))
    return found + [each for said in (page.text, mail.text) for each in _ADDRESS.findall(left.sub("", said))]


class _Page(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self._words: list[str] = []
        self._in_style = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._in_style = tag == "style"
        if tag == "a":
            self.links.append(str(given.get("href")))
        self.loads += [f"<{tag} {each}>" for each in given if each in _LOADS or each.startswith("on")]
        self.loads += [f"<{tag}>"] if tag in _ACTIVE else []

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False
        self._words.append("\n" if tag in _BLOCKS else "")

    def handle_data(self, data: str) -> None:
        self._words.append("" if self._in_style else data)

    @property
    def text(self) -> str:
        return "".join(self._words)
