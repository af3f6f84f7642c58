"""Read the numbers that people and programs write: `48000.50`, `$48.000,50`, `1 250 000 ₽`, `(1,200)`, `95%`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Literal

Mark = Literal[".", ","]
# ISO 4217, without funds, metals and codes for tests.
CURRENCIES = frozenset(
    re.findall(
        "[A-Z]+",
        "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF "
        "CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK "
        "HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA "
        "MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB "
        "RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU "
        "UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG",
    )
)
_CODE = re.compile(f"^(?:{'|'.join(sorted(CURRENCIES))})|(?:{'|'.join(sorted(CURRENCIES))})$")
_SPACES = str.maketrans("", "", " \u00a0\u202f\u2009'’")
_PLAIN = re.compile(r"[+-]?[\d.,]*\d", re.ASCII)
_SYMBOLS = {"$": "USD", "€": "EUR", "£": "GBP", "₽": "RUB", "¥": "JPY", "₹": "INR", "₺": "TRY", "₴": "UAH", "₸": "KZT"}


class Ambiguous(ValueError):
    """The text is one of two numbers, depending on what its mark means."""


def number_of(text: str, decimal: Mark | None) -> float:
    """Return the number. Raises: Ambiguous without a `decimal` mark, if two numbers are possible; ValueError for anything else
    than one number, such as `1.2M`."""
    plain = _bare(text)
    decimal = decimal or _shown(plain)
    if decimal is None:
        if "." in plain or "," in plain:
            raise Ambiguous(text)
        decimal = "."
    whole, _, fraction = plain.partition(decimal)
    group = "," if decimal == "." else "."
    if group in fraction or decimal in fraction or (group in whole and not _grouped(whole, group)):
        raise ValueError(text)
    return float(f"{whole.replace(group, '')}.{fraction or 0}")


def looks_like_number(text: str) -> bool:
    """Whether the text is a number, whatever its marks mean."""
    try:
        number_of(text, None)
    except Ambiguous:
        return True
    except ValueError:
        return False
    return True


def decimal_of(texts: Iterable[str]) -> Mark | None:
    """Return the decimal mark that most cells of a column show. None if nothing decides, as in `48.000`."""
    votes = {".": 0, ",": 0}
    for text in texts:
        try:
            mark = _shown(_bare(text))
        except ValueError:
            continue
        if mark:
            votes[mark] += 1
    if votes["."] == votes[","]:
        return None
    return "." if votes["."] > votes[","] else ","


def currency_of(text: str) -> str | None:
    """Return the currency that a cell names: by code, or by a sign that has one usual meaning."""
    for match in re.finditer(r"[A-Z]{3}", text):
        if match[0] in CURRENCIES:
            return match[0]
    return next((code for sign, code in _SYMBOLS.items() if sign in text), None)


def _shown(plain: str) -> Mark | None:
    """Return the decimal mark that one number shows: the last of two kinds, or the one that cannot separate groups."""
    plain = plain.lstrip("+-")
    dots, commas = plain.count("."), plain.count(",")
    if dots and commas:
        return "." if plain.rindex(".") > plain.rindex(",") else ","
    if dots + commas == 0:
        return None
    mark: Mark = "." if dots else ","
    other: Mark = "," if dots else "."
    if dots + commas > 1:
        return other
    whole, _, fraction = plain.partition(mark)
    could_group = len(fraction) == 3 and 1 <= len(whole) <= 3 and not whole.startswith("0")
    return None if could_group else mark


def _grouped(whole: str, group: str) -> bool:
    """Whether the groups have three digits; of two as well, as in India, except for the last."""
    first, *groups = whole.lstrip("+-").split(group)
    return bool(first) and len(first) <= 3 and len(groups[-1]) == 3 and all(len(each) in (2, 3) for each in groups)


def _bare(text: str) -> str:
    """Return digits, marks and a sign. Raises: ValueError."""
    plain = "".join(char for char in text if unicodedata.category(char) != "Sc").translate(_SPACES)
    negative = plain.startswith("(") and plain.endswith(")")
    plain = plain.strip("()") if negative else plain
    plain = _CODE.sub("", plain)
    plain = re.sub(r"%$|(?:руб|kr|zł|Kč|Ft)\.?$|^kr\.?", "", plain)
    if not _PLAIN.fullmatch(plain) or len(plain) > 30:
        raise ValueError(text)
    return f"-{plain}" if negative else plain
