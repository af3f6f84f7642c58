"""Hidden characters stay where they carry meaning, and only there."""

from __future__ import annotations

import pytest

from store.domain.text.redaction import beginning, clean, visible

MEANT = [
    "می‌خواهم", "خانه‌ها", "क्‍ष", "क्‍", "ശ്രീ‌മതി", "👨‍👩‍👧", "❤️", "🏳️‍🌈", "🏴‍☠️", "👩🏽‍🚀", "1️⃣", "©️", "☎︎",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
]  # fmt: skip


@pytest.mark.parametrize("text", MEANT)
@pytest.mark.parametrize("shown", [visible, clean])
def test_joiners_of_writing_and_emoji_stay(shown: object, text: str) -> None:
    assert callable(shown)
    assert shown(f"Call {text} today", limit=60) == f"Call {text} today"


@pytest.mark.parametrize(
    ("hiding", "left"),
    [
        ("pay\u200dload", "payload"),
        ("a\u200cb", "ab"),
        ("x\ufe0fy", "xy"),
        ("1\ufe0f2", "12"),
        ("❤\ufe0f\ufe0f", "❤\ufe0f"),
        ("👨\u200d", "👨"),
        ("👨\u200d\u200d👩", "👨👩"),
        ("\u200d👩", "👩"),
        ("🏴\U000e0041\U000e0042\U000e007f", "🏴"),
        ("x\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "x"),
        ("م\u200b\u200cم", "م\u200cم"),
    ],
)
def test_elsewhere_they_could_hide_text_and_go(hiding: str, left: str) -> None:
    assert visible(hiding, limit=60) == left
    assert visible(left, limit=60) == left


@pytest.mark.parametrize(
    "sign", ["🏴" + "".join(chr(0xE0000 + ord(each)) for each in "gbeng") + "\U000e007f", "👩‍👧", "❤️"]
)
def test_a_text_is_never_cut_inside_a_sign_of_several_characters(sign: str) -> None:
    for limit in range(1, len(sign) + 3):
        kept = beginning(f"A{sign}B", limit)
        assert f"A{sign}B".startswith(kept.rstrip("‍"))
        assert kept == visible(kept, limit=limit)
