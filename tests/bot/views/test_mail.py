"""A brief as an e-mail says what its message in Slack says, leads only there and to the CRM, and nothing in it acts on its own."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.views.blocks import Part, header, section
from bot.views.brief import brief_messages
from bot.views.mail.brief import Written, mail_of
from bot.views.mail.document import LOOK, Group, Letter, Paragraph, Table
from bot.views.mail.html import html_of
from bot.views.mail.links import GivenLinks
from bot.views.mail.plain import text_of
from bot.views.mail.refused import refused_part
from bot.views.mail.spans import Span
from bot.views.text import unlinked
from store.domain.text.redaction import visible
from tests.bot import samples
from tests.bot.samples import Text

SLACK = "https://acme.slack.com/archives/D0/p1711111111111111"
HOSTILE = (
    "<script>alert(1)</script><img src=https://evil.example/x.png> https://evil.example/a www.evil.example pay@evil.example "
    "<https://evil.example|click> *bold* _low_ &lt;b&gt; {{x}} $title </mj-text><mj-raw> http://10.0.0.1/x"
)


class Page(HTMLParser):
    """The links, tags and visible words of some HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._hidden = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._hidden += tag in ("style", "title")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("style", "title")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data)

    @property
    def links(self) -> list[str]:
        return [str(attrs.get("href")) for tag, attrs in self.tags if tag == "a"]

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())


def written(*, text: Text = samples.unchanged, cards: int = 3) -> Written:
    brief, proposals = samples.morning(cards=cards, text=text)
    links = GivenLinks(samples.LINKS)
    reader = replace(samples.READER, links=links)
    (part,) = brief_messages(brief, proposals, links=links, names=reader.names, tz=reader.tz, now=reader.now)
    return mail_of(part, brief, reader, slack=SLACK, links=links.given)


def test_both_forms_say_what_the_message_says() -> None:
    brief, proposals = samples.morning(cards=3)
    (part,) = brief_messages(
        brief, proposals, links=samples.LINKS, names=samples.READER.names, tz=samples.TZ, now=samples.NOW
    )
    said = re.sub(r"<[^<>|]*\|([^<>]*)>", r"\1", part.text).replace("*", "").replace("&gt;", ">").replace("&amp;", "&")
    mail = written()
    shown, plain = Page(mail.html).text, " ".join(mail.text.split())

    assert mail.subject == "Your brief, Fri 20 Nov: 3 to decide"
    for line in filter(None, (" ".join(each.split()) for each in said.split("\n"))):
        words = unlinked(line.removesuffix(":"))
        assert words in shown, line
        assert words in re.sub(r" <https://[^>]*>", "", plain), line


def test_each_decision_leads_to_slack_and_names_its_records() -> None:
    mail = written(cards=2)

    brief, _ = samples.morning(cards=2)
    for card in brief.cards:
        assert f"Decide on {card.account_name} in Slack" in Page(mail.html).text
        assert f"Decide on {card.account_name} in Slack: {SLACK}" in mail.text
    assert Page(mail.html).text.count("Deal Renewal 2026 · as of Sat 14 Nov") == 4
    assert f"Deal Renewal 2026 <{samples.CRM}/tab/Potentials/4150000000000001> · as of" in mail.text


def test_foreign_text_neither_links_nor_loads_nor_marks_up_anything() -> None:
    mail = written(text=lambda text: f"{text} {HOSTILE}")
    page = Page(mail.html)

    assert page.links
    assert {each for each in page.links if each != SLACK and not each.startswith(f"{samples.CRM}/tab/")} == set()
    assert not {tag for tag, _ in page.tags} & {"script", "img", "iframe", "form", "input", "link", "object", "base"}
    assert [each for _, attrs in page.tags for each in attrs if each in ("src", "srcset", "background", "action")] == []
    assert not re.search(r"url\(|@import|https?://(?!acme\.slack\.com|crm\.example/|www\.w3\.org)", mail.html)


def test_no_mail_program_finds_an_address_in_foreign_text() -> None:
    """Most make links of what looks like one, in plain text and in HTML."""
    mail = written(text=lambda text: f"{text} {HOSTILE}")
    ours = rf"{re.escape(SLACK)}|{re.escape(samples.CRM)}/tab/\w+/\d+"

    for said in (re.sub(ours, "", mail.text), Page(mail.html).text):
        assert not re.search(r"\w\.[a-z]{2}|\w@\w|://", said), said


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("evil.example", "evil․example"),
        ("pay@evil.example", "pay＠evil․example"),
        ("http://10.0.0.1", "http∶//10․0․0․1"),
        ("mailto:pay and tel:+49 30", "mailto∶pay and tel∶+49 30"),
        ("12.5 % of 1.000, e. g. at 12:30", "12.5 % of 1.000, e. g. at 12:30"),
    ],
)
def test_addresses_look_the_same_and_lead_nowhere(text: str, shown: str) -> None:
    assert unlinked(text) == shown


def test_the_html_is_for_any_screen_and_reader() -> None:
    mail = written()
    page = Page(mail.html)
    attributes = [attrs for _, attrs in page.tags]

    assert page.tags[0] == ("html", page.tags[0][1]) and page.tags[0][1]["lang"] == "en"  # noqa: PT018 - one thing
    assert "prefers-color-scheme: dark" in mail.html
    assert "max-width:640px" in mail.html
    assert {attrs["aria-label"] for attrs in attributes if attrs.get("role") == "img"} == {"high risk", "medium risk"}
    assert all(attrs.get("role") == "presentation" for tag, attrs in page.tags if tag == "table")
    assert [tag for tag, _ in page.tags if tag in ("h1", "h2")][0] == "h1"  # noqa: RUF015 - reads as the order


def test_a_quiet_morning_is_a_letter_too() -> None:
    brief, _ = samples.morning(cards=1)
    quiet = replace(brief, cards=(), listed=(), more=0, news=(), problems=())
    (part,) = brief_messages(quiet, {}, links=samples.LINKS, names=samples.READER.names, tz=samples.TZ, now=samples.NOW)
    mail = mail_of(part, quiet, samples.READER, slack=SLACK, links=())

    assert mail.subject == "Your brief, Fri 20 Nov"
    assert "nothing needs you today" in mail.text
    assert "nothing needs you today" in Page(mail.html).text


def test_a_managers_morning_keeps_its_table() -> None:
    """Each person has a row of cells with heads, and in the text a line of their own."""
    table = Table(heads=["Person", "To decide", "At risk"], rows=[["Anna Berg", "3", "$84,200"], ["Bo <b>", "0", "–"]])
    letter = Letter(top="Good morning", parts=[replace(table, button=LOOK)])
    page = Page(html_of(letter, title="Your team", slack=SLACK, footer=()))
    text = text_of(letter, slack=SLACK, footer=())

    scopes = [attrs.get("scope") for tag, attrs in page.tags if tag == "th"]
    assert scopes == ["col", "col", "col", "row", "row"]
    assert [attrs.get("role") for tag, attrs in page.tags if tag == "table"].count(None) == 1  # one is no layout
    assert "Anna Berg: To decide 3 · At risk $84,200" in text
    assert f"{LOOK}: {SLACK}" in text
    assert "Bo <b>" in page.text


def test_the_kind_of_morning_is_in_the_subject() -> None:
    brief, _ = samples.morning(cards=1)
    team = replace(brief, kind="team", cards=())
    part = Part(name="team", text="", blocks=[header("Good morning"), section("*1* to decide")])

    assert mail_of(part, team, samples.READER, slack=SLACK, links=()).subject == "Your team, Fri 20 Nov: 1 to decide"


def test_a_refusal_shows_the_address_as_words() -> None:
    part = refused_part("anna@example.com", is_address=True, code="550 5.1.1")

    assert "refuses your address anna@example.com (550 5.1.1)" in part.text
    assert "<" not in part.text


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_is_shown_as_it_is_and_makes_no_tag(text: str, title: str) -> None:
    """As foreign text comes here: without the control characters that were taken out before."""
    said, named = visible(text, limit=60), visible(title, limit=60)
    letter = Letter(
        top="Good morning", parts=[Paragraph(lines=[[Span(f"[{said}]")]]), Group(title=f"[{named}]", items=[])]
    )
    page = Page(html_of(letter, title="Your brief", slack=SLACK, footer=["Bye"]))

    assert " ".join(f"[{said}]".split()) in page.text
    assert " ".join(f"[{named}]".split()) in page.text
    assert set(page.links) == {SLACK}
