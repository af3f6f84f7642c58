"""Counting with a real tokenizer, word by word."""

from __future__ import annotations

import pytest

from integrations.sandbox.claude.tokens import TokenCounter, shared_counter, tokenizer_file

TEXTS = [
    "Good morning to you.",
    "The deal has not moved for 34 days: EUR 48,000 are open.",
    '{"account": {"name": "Müller & Söhne", "today": "2026-11-20"},  "facts": []}',
    "  Leading,   inner\n\n\tand trailing whitespace  \n",
    "日本語のテキスト and emoji 🎉🎉, ‮bidi‬ and ﬁ ligatures",
    "supercalifragilisticexpialidocious " * 3,
]


@pytest.mark.parametrize("text", TEXTS)
def test_counting_word_by_word_is_counting_the_whole(text: str) -> None:
    from tokenizers import Tokenizer

    whole = Tokenizer.from_file(str(tokenizer_file()))

    assert shared_counter().exact
    assert shared_counter().count(text) == len(whole.encode(text).ids)


@pytest.mark.parametrize("text", TEXTS)
def test_pieces_add_up_to_the_text_and_its_tokens(text: str) -> None:
    pieces = shared_counter().pieces(text, 3)

    assert "".join(piece for piece, _ in pieces) == text
    assert sum(tokens for _, tokens in pieces) == shared_counter().count(text)


def test_a_cut_holds_no_more_than_asked_for() -> None:
    text = TEXTS[1]

    assert text.startswith(shared_counter().cut(text, 5))
    assert 0 < shared_counter().count(shared_counter().cut(text, 5)) <= 5
    assert shared_counter().cut(text, 1000) == text


def test_without_a_tokenizer_four_bytes_are_a_token() -> None:
    counter = TokenCounter(None)

    assert not counter.exact
    assert counter.count("Good morning to you.") == 5
