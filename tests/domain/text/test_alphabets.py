"""A name that poses as another by mixing alphabets is seen; honest names in any script are not."""

from __future__ import annotations

import unicodedata

import pytest

from store.domain.text.alphabets import mixes_alphabets
from store.domain.text.redaction import clean
from tests.injection import corpus


@pytest.mark.parametrize(
    "name", ["Аcme", "Acmе Ltd", "Gοοgle", "pаypal", "Zoho\u0456", "µTorrent", "Տiemens", "A\u0301сme"]
)
def test_a_word_of_two_alphabets_is_seen(name: str) -> None:
    assert mixes_alphabets(clean(name, limit=100))


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Acme 24/7 & Co.",
        "Zoë Müller-Łódź",
        "Роса",
        "Google Россия",
        "ΑΒΓ Ελλάς",
        "日本タワーABC",
        "東京スカイツリー",
        "Samsung삼성",
        "Tōkyō ʻOkina",
        "Nguyễn Thị",
        "Ａｃｍｅ ﬁrst Ⅻ",
        "3ª Avenida",
        "مرحبا",
        "हिन्दी",
        "ไทย",
    ],
)
def test_an_honest_name_is_not(name: str) -> None:
    assert not mixes_alphabets(clean(name, limit=100))


@pytest.mark.skipif(not corpus.FOLDER.exists(), reason="the list of confusable characters lies outside the repository")
def test_every_letter_that_was_made_to_look_like_one_of_another_alphabet_gives_itself_away() -> None:
    pairs = [pair for pair in corpus.confusables() if all(map(str.isalpha, pair))]
    across = [pair for pair in pairs if _alphabet(pair[0]) != _alphabet(pair[1])]

    assert len(across) > 50
    for one, other in across:
        assert mixes_alphabets(clean(f"{one}{other}", limit=10)), (one, other)


def _alphabet(letter: str) -> str:
    return unicodedata.name(letter).split()[0]
