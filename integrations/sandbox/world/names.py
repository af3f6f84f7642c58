"""Invented names of people and companies: lists to combine, and a number that always picks the same combination."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from random import Random

from integrations.sandbox.world.dice import seeded

_SCATTER = 104_729  # a prime that divides none of the sizes below: neighbouring numbers get unlike names

_GIVEN_FAMILY: tuple[tuple[str, str], ...] = (
    ("Anna Lukas Greta Felix Johanna Emil Ida", "Brandt Vogel Lindner Seidel Krause Hartwig Pohl"),
    ("Claire Hugo Inès Mathis Léa Bastien Margaux", "Delorme Garnier Rousset Chevalier Marchand Aubry Tessier"),
    ("Olivia Harry Amelia George Freya Callum Imogen", "Whitcombe Ashdown Thornley Penrose Hargreave Lockwood Merrick"),
    ("Maya Tyler Grace Marcus Leah Jordan Naomi", "Caldwell Whitaker Bridges Holloway Prescott Tatum Landry"),
    ("Lucía Mateo Valentina Diego Camila Andrés Elena", "Herrera Quintana Salcedo Montoya Iglesias Barrientos Vidal"),
    ("Yuki Haruto Aiko Kenji Sakura Ren Naoko", "Morishita Takeda Kurosawa Hayashida Nishimura Okabe Sugihara"),
    ("Amara Chidi Ngozi Emeka Adaeze Tunde Folake", "Okafor Adeyemi Nwosu Balogun Eze Olawale Ibekwe"),
    ("Priya Arjun Kavya Rohan Ananya Vikram Meera", "Raghavan Deshpande Chatterjee Malhotra Nair Kulkarni Bhatia"),
    ("Sofie Magnus Astrid Lars Ingrid Henrik Maja", "Halvorsen Lindqvist Nygaard Bergström Dahlgren Østby Ekdal"),
    ("Mei Jun Lihua Wei Xiaolan Bo Yating", "Chen Zhao Huang Luo Fang Tang Shen"),
    ("Zofia Jakub Oksana Piotr Milena Tomasz Irena", "Kowalczyk Wójcik Dąbrowska Marchenko Sikora Bielak Hrabal"),
    ("Layla Omar Yasmin Karim Noor Tarek Salma", "Haddad Mansouri Khoury Benali Farouk Zaydan Rahimi"),
    ("Chloe Lachlan Isla Cooper Matilda Jarrah Tahlia", "Fairbairn Drummond O’Hearn Kennard McAllan Treloar Waratah"),
    ("Giulia Matteo Chiara Lorenzo Ilaria Davide Marta", "Ferrante Colombo Bellini Moretti Santoro Grassi Lombardi"),
)
_PEOPLE: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = tuple(
    (tuple(given.split()), tuple(family.split())) for given, family in _GIVEN_FAMILY
)

_FIRST_HALVES = (
    "Alder Brim Cald Dorn Elv Fenn Gris Hal Ivar Jor Kest Lind Mar Nor Osk Pell Quill Ros Sund Tav Ulv Vest Wyn Xan Yar Zel "
    "Amar Bel Cori Dal Esk Faro"
)
_SECOND_HALVES = "mere wick holt vane stad ford lund rin dale mark brook gate haven isle nova peak ridge sola tide vik"
_HEADS, _TAILS = tuple(_FIRST_HALVES.split()), tuple(_SECOND_HALVES.split())
_TRADES: tuple[tuple[str, str], ...] = tuple(
    (trade, industry)
    for industry, trades in (
        ("Transportation", "Logistics|Freight|Shipping|Rail|Couriers|Fleet Services"),
        ("Manufacturing", "Precision|Castings|Packaging|Plastics|Textiles|Machine Works|Instruments|Ceramics"),
        ("Food & Beverage", "Foods|Dairy|Roasters|Bakeries|Provisions"),
        ("Healthcare", "Clinics|Diagnostics|Pharma|Medical"),
        ("Energy/Utilities", "Energy|Water|Solar|Grid Services"),
        ("Construction", "Construction|Timber|Facades|Interiors"),
        ("Retail", "Outfitters|Home|Garden Centres|Books"),
        ("Technology", "Software|Robotics|Networks"),
        ("Service Provider", "Hotels|Insurance Brokers"),
    )
    for trade in trades.split("|")
)
_FORMS = ("", " Group", " GmbH", " Ltd", " S.A.", " Holding", " Partners", " International")
_COMPANIES = len(_HEADS) * len(_TAILS) * len(_TRADES) * len(_FORMS)


@dataclass(frozen=True, slots=True)
class CompanyName:
    name: str
    industry: str

    @property
    def short(self) -> str:
        return self.name.split()[0]

    @property
    def domain(self) -> str:
        """A mail domain that no one can own (RFC 2606 reserves `.example`)."""
        return "-".join(ascii_word(word) for word in self.name.split()[:2]) + ".example"


def company_name(seed: int, *, owner: int, account: int) -> CompanyName:
    """Return the name of one owner's account: distinct for every pair of numbers, however many accounts there are."""
    pair = (owner + account) * (owner + account + 1) // 2 + account  # Cantor's pairing
    rest, form = divmod((pair * _SCATTER + seed * 7_919) % _COMPANIES, len(_FORMS))
    rest, trade = divmod(rest, len(_TRADES))
    head, tail = divmod(rest, len(_TAILS))
    word, industry = _TRADES[trade]
    branch = f" {pair // _COMPANIES + 1}" if pair >= _COMPANIES else ""
    return CompanyName(f"{_HEADS[head]}{_TAILS[tail]} {word}{_FORMS[form]}{branch}", industry)


def person_name(rng: Random) -> tuple[str, str]:
    """Return a first and a last name from one region."""
    given, family = rng.choice(_PEOPLE)
    return rng.choice(given), rng.choice(family)


def staff_names(seed: int, count: int) -> list[tuple[str, str]]:
    """Return our own people's names, by number: no two alike among the first few hundred."""
    names = [(first, last) for given, family in _PEOPLE for first in given for last in family]
    seeded(seed, "staff").shuffle(names)
    return [names[number % len(names)] for number in range(count)]


def ascii_word(text: str) -> str:
    """Return the lower-case ASCII letters and digits of a text, for addresses; “x” if nothing is left."""
    plain = unicodedata.normalize("NFKD", text.replace("ł", "l").replace("ø", "o").replace("Ø", "O"))
    return "".join(ch for ch in plain.lower() if ch.isascii() and ch.isalnum()) or "x"
