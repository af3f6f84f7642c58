from __future__ import annotations

import subprocess
import sys
from time import perf_counter

import numpy as np
import pytest

from integrations.memory.embedders import Vectors
from integrations.memory.embedders.hashing import HashingEmbedder

EMBEDDER = HashingEmbedder()


def cosine(first: str, second: str) -> float:
    rows = EMBEDDER.embed([first, second])
    return float(rows[0] @ rows[1])


def test_a_text_is_a_row_of_length_one() -> None:
    rows = EMBEDDER.embed(["The renewal slipped.", "Price was questioned again."])

    assert rows.shape == (2, EMBEDDER.dimensions)
    assert rows.dtype == np.float32
    assert np.linalg.norm(rows, axis=1) == pytest.approx([1, 1], abs=1e-5)


def test_the_same_text_gives_the_same_vector_in_another_process() -> None:
    code = (
        "from integrations.memory.embedders.hashing import HashingEmbedder\n"
        "print(HashingEmbedder().embed(['Société Générale asks for 3 % off']).tobytes().hex())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == EMBEDDER.embed(["Société Générale asks for 3 % off"]).tobytes().hex()


def test_texts_that_share_words_are_nearer_than_texts_that_do_not() -> None:
    query = "delayed security review"

    assert cosine(query, "The security review is delayed by two weeks.") > 0.3
    assert cosine(query, "The security review is delayed by two weeks.") > 3 * abs(
        cosine(query, "Lunch with the team.")
    )


@pytest.mark.parametrize(("one", "other"), [("delayed", "delays"), ("Kowalski", "Kowalsky"), ("Société", "societe")])
def test_forms_of_a_word_misspelt_names_and_accents_are_near(one: str, other: str) -> None:
    assert cosine(one, other) > 0.2


def test_words_that_say_little_weigh_little() -> None:
    assert cosine("what did they say about the budget", "budget") > 0.9


@pytest.mark.parametrize("text", ["", "   ", "!!! … —", "\x00"])
def test_a_text_without_words_is_a_row_of_zeros(text: str) -> None:
    assert not EMBEDDER.embed([text]).any()


@pytest.mark.parametrize("text", ["\ud800 half", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢", "مرحبا", "数据", "a" * 100_000, "word " * 2_000_000])
def test_odd_and_huge_texts_give_a_vector_in_time(text: str) -> None:
    start = perf_counter()

    assert EMBEDDER.embed([text]).any()
    assert perf_counter() - start < 5


def test_no_texts_give_no_rows() -> None:
    rows: Vectors = EMBEDDER.embed([])

    assert rows.shape == (0, EMBEDDER.dimensions)


def test_the_fingerprint_tells_sizes_apart() -> None:
    assert HashingEmbedder(128).fingerprint != HashingEmbedder(256).fingerprint
