"""What a person typed, from the form in which Slack sends it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.inbound.typed import mentioned, typed
from integrations.sandbox.slack.wire_form import as_slack_sends

MIA = {"U0MIA": "Mia Ortiz"}


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("the <http://Booking.com|Booking.com> one", "the Booking.com one"),
        ("<https://x.org/a?b=1&amp;c=2>", "https://x.org/a?b=1&c=2"),
        ("<https://x.org|https://x.org/>", "https://x.org/"),
        ("see <https://x.org/plan|the plan>", "see the plan (https://x.org/plan)"),
        ("<mailto:sam@x.org|sam@x.org> or <mailto:li@x.org>", "sam@x.org or li@x.org"),
        ("<tel:+49301234|+49 30 1234>", "+49 30 1234"),
        ("ask <@U0MIA>, not <@U0BOB|bob> or <@W0EVE>", "ask Mia Ortiz, not bob or someone"),
        ("<#C0SALES|sales> and <#C0X>", "#sales and #a channel"),
        ("<!here> <!channel|@channel> <!subteam^S0X|@east>", "@here @channel @east"),
        ("<!date^1392734382^{date_short} at {time}|18 Feb 2014>", "18 Feb 2014"),
        ("5 &lt; 6 &amp; 7 &gt; 6", "5 < 6 & 7 > 6"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
        (":+1: :tada:", "👍 🎉"),
        (":raised_hands::skin-tone-3: :flag-de:", "🙌🏼 🇩🇪"),
        (":our_own_parrot: at 12:30:45", ":our_own_parrot: at 12:30:45"),
        ("a < b and <unfinished", "a < b and <unfinished"),
    ],
)
def test_slacks_form_becomes_what_was_typed(sent: str, meant: str) -> None:
    assert typed(sent, MIA) == meant


def test_everyone_mentioned_is_known_by_their_id() -> None:
    assert mentioned("<@U0MIA> and <@W0EVE|eve>, <!here>, <#C0X|x>") == {"U0MIA", "W0EVE"}


@given(st.text(st.sampled_from("ab @<>|&;!#.^/ 👍\n"), max_size=60))
def test_what_the_local_slack_sends_is_read_as_it_was_typed(text: str) -> None:
    assert typed(as_slack_sends(text)) == text


@pytest.mark.parametrize(
    "text", ["ask sam@x.org 👍", "see https://x.org/a?b=1&c=2", "make Booking.com Friday", "1 < 2"]
)
def test_addresses_and_emoji_survive_the_way_there_and_back(text: str) -> None:
    assert typed(as_slack_sends(text)) == text
