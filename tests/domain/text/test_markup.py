"""HTML becomes the sentences that its reader saw; other text stays as it is."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.domain.text.markup import without_markup

MAIL = (
    '<html><head>\n<meta http-equiv="Content-Type" content="text/html"><style>p { color: red } /* <b> */</style></head>'
    '<body dir="ltr"><div style="font-family:\'Segoe UI\'"><p>Hi&nbsp;Ada,</p><p>We <b>cannot</b>\n sign; the price is too high '
    "&amp; our sponsor left. 😡</p><!-- <p>Approved</p> --></div></body></html>"
)


def test_of_a_mail_only_its_words_are_left() -> None:
    assert without_markup(MAIL) == "Hi Ada,\nWe cannot sign; the price is too high & our sponsor left. 😡"


def test_a_head_longer_than_the_mail_leaves_room_for_its_words() -> None:
    long_head = (
        f"<html><head><style>{'.a { margin: 0 } ' * 15_000}</style></head><body><p>They cancelled.</p></body></html>"
    )
    assert without_markup(long_head) == "They cancelled."


@pytest.mark.parametrize(
    ("markup", "said"),
    [
        ("10<sup>2</sup> pallets of 5 m<sup>-3</sup>", "10² pallets of 5 m⁻³"),
        ("by March 6<sup>th</sup>, e<sup>x</sup>", "by March 6th, e^x"),
        ("We sign <s>in March</s><del>in April</del> in May", "We sign in May"),
        ("<ul><li>One</li><li>Two</li></ul>", "- One\n- Two"),
        ("<table><tr><td>Price</td><td>9</td></tr><tr><td>Days</td><td>3</td></tr></table>", "Price 9\nDays 3"),
        ("First<br/>second<BR>third", "First\nsecond\nthird"),
        ("<p>R&amp;D said &lt;soon&gt;, 5 &euro;</p>", "R&D said <soon>, 5 €"),
        ("<p>He asked <Anna Berg> for it", "He asked <Anna Berg> for it"),
        ("<p>Cut off in <b", "Cut off in <b"),
        ("<style>never closed <p>They cancelled.", "never closed\nThey cancelled."),
        ("AT&amp;T called", "AT&T called"),
    ],
)
def test_each_piece_of_markup_becomes_the_words_its_reader_saw(markup: str, said: str) -> None:
    assert without_markup(markup) == said


@pytest.mark.parametrize("text", ["a < b and c > d", "<Anna> said R&D; 5 &more", "x <3 y\n\n  two  spaces ", "", "<>"])
def test_text_that_is_no_markup_stays_as_it_is(text: str) -> None:
    assert without_markup(text) == text


@given(st.text(st.characters(exclude_characters="<&")))
def test_text_without_tags_and_entities_stays(text: str) -> None:
    assert without_markup(text) == text


@given(
    st.lists(
        st.sampled_from(
            ["<p>", "</p>", "<b>", "<!--", "-->", "<s>", "</s>", "<sup>", "</sup>", "a", " ", "<", ">", "&lt;"]
        )
    )
)
def test_any_markup_is_taken(parts: list[str]) -> None:
    said = without_markup("".join(parts))
    assert not {"<", "&lt;"}.isdisjoint(parts) or not any(tag in said for tag in ("<p>", "<b>", "</p>", "</sup>"))


@pytest.mark.parametrize("part", ["<p", "<!--", "<s>", "<sup>", "<style>", "</style", "<p ", "&", "<b>\n ", "<x:y>"])
def test_a_huge_hostile_text_is_read_in_time(part: str) -> None:
    began = process_time()
    without_markup("<p>" + part * (1_000_000 // len(part)))
    assert process_time() - began < 2
