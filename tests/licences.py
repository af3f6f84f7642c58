"""Write NOTICE: the licences of the packages in requirements.lock, as their own metadata give them.

    python -m tests.licences > NOTICE

A package that isn't installed here, because it is for another platform or Python, is listed without one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

LOCK = Path(__file__).resolve().parents[1] / "requirements.lock"
ELSEWHERE = "for other platforms or Pythons; not installed here"
# Their metadata name no licence, or one that isn't theirs; their licence files, or bill of materials, do.
_FILES = {
    "py-rust-stemmers": "MIT",
    "fastembed": "Apache-2.0",
    "axe-playwright-python": "MIT AND MPL-2.0",
    "mrml": "MIT",
}
_SHARED = re.compile(r"GPL|MPL|Mozilla|Lesser")
_HEAD = """Sergas Super Account Manager
Licensed under the Apache License, Version 2.0 (see LICENSE).

A container image made with the Dockerfile holds the packages below, each with its licence text in its folder
site-packages/NAME.dist-info. Made by `python -m tests.licences`; do not edit.

Licences with conditions for those who pass the image on
--------------------------------------------------------

psycopg and psycopg-binary are under LGPL-3.0, and python-stdnum is under the LGPL, version 2 or later. The bot imports them
unchanged. If you give the image to others, you have to say that they are in it, pass on their licence texts, let the recipient
exchange them for other versions (they are ordinary files in site-packages, so `pip install` in the image does) and offer their
source: it is on PyPI under the same version. If you only run the image, you have nothing to do. psycopg-binary also holds libpq,
OpenSSL, Kerberos, OpenLDAP, Cyrus SASL, libkeyutils and libcrypt, under their own licences; installing psycopg without [binary]
uses the system's instead.

The packages under MPL-2.0 are used unchanged as well: their source must stay available under the MPL, and it is on PyPI.
"""


def notice() -> str:
    """The whole file."""
    found = {name: licence_of(name) for name in locked()}
    shared = [name for name, licence in found.items() if _SHARED.search(licence)]
    titled = (_HEAD, *_lines(shared, found), "", "All packages", "------------", "", *_lines(list(found), found))
    return "\n".join(titled) + "\n"


def locked() -> dict[str, set[str]]:
    """The packages of the lock, and their versions: several if they differ by Python."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9_.-]+)==(\S+)", LOCK.read_text(encoding="utf-8"), re.MULTILINE):
        found.setdefault(name, set()).add(version)
    return found


def licence_of(name: str) -> str:
    """The licence that an installed package's metadata give: an expression, or else a classifier, or else a line of text."""
    try:
        about = metadata.distribution(name).metadata
    except metadata.PackageNotFoundError:
        return ELSEWHERE
    classified = [each for each in about.get_all("Classifier") or [] if each.startswith("License ::")]
    told = _field(about, "License-Expression") or "; ".join(each.rpartition(" :: ")[2] for each in classified)
    return _FILES.get(name) or told or _field(about, "License").strip().partition("\n")[0]


def _field(about: metadata.PackageMetadata, name: str) -> str:
    return str(about[name]) if name in about else ""


def _lines(names: list[str], found: dict[str, str]) -> Iterator[str]:
    wide = max(map(len, names))
    return (f"{name:{wide}}  {found[name]}" for name in names)


if __name__ == "__main__":
    print(notice(), end="")
