"""Text sealed at rest: AES-256-GCM under a key that is kept outside the database.

A sealed value is a JSON object, so that queries still find the parts of it that stay in clear (dates, ids, digests of words):

```
{"sealed":"3fa8c1d2.Jh0…","done":false,"at":"2026-11-24T08:00:00Z"}
           key id · nonce, ciphertext and tag in base64; then the part in clear
```

In columns with a full text index, punctuation takes the place of base64: the index ignores it.

The tag also covers the table and column and the part in clear: a value that was changed, or moved to another column, does not
open. Values without this form are plain: rows from before sealing stay readable.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from store.domain.errors import SealBroken, SettingError

SETTING = "SERGAS_SEAL_KEYS"
KEY_BYTES = 32
NONCE_BYTES = 12
ID_LETTERS = 8

SEALED = '{"sealed":"'
_PLAIN = '{"plain":"'  # a plain value that looks like one of ours is wrapped in this

_HEX, _SIGNS = "0123456789abcdef", "!#$%&()*+,/:;<>?"  # none of them is in base64
_TO_SIGNS, _FROM_SIGNS = str.maketrans(_HEX, _SIGNS), str.maketrans(_SIGNS, _HEX)

Clear = Callable[[str, "Seals"], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class SealKey:
    """A key of 32 bytes. Its id is a digest, from which the key can't be found."""

    secret: bytes = field(repr=False)

    @property
    def id(self) -> str:
        return hashlib.sha256(b"sergas seal key\0" + self.secret).hexdigest()[:ID_LETTERS]


class Seals:
    """Seals with `current`, or not at all if it is None, and opens what any of `keys` sealed."""

    def __init__(self, current: SealKey | None = None, keys: Iterable[SealKey] = ()) -> None:
        known = {key.id: key for key in (*keys, *((current,) if current else ()))}
        self.current_id = current.id if current else ""
        self.ids = frozenset(known)
        self._current = AESGCM(current.secret) if current else None
        self._ciphers = {id: AESGCM(key.secret) for id, key in known.items()}
        self._words = [_words_key(key) for key in known.values()]
        self._own_words = _words_key(current) if current else b""

    @classmethod
    def of(cls, keys: Sequence[SealKey | None]) -> Self:
        """The first key is the current one; None there turns sealing off and keeps what is sealed readable."""
        return cls(keys[0] if keys else None, [key for key in keys if key is not None])

    def seal(self, text: str, place: str, clear: Clear | None = None, *, indexed: bool = False) -> str:
        """Seal a text for this table and column, which may be `indexed` for full text. An empty text stays empty."""
        if self._current is None or not text:
            return _PLAIN + json.dumps(text)[1:] + "}" if text.startswith((SEALED, _PLAIN)) else text
        rest = _rest(clear(text, self)) if clear else "}"
        nonce = os.urandom(NONCE_BYTES)
        hidden = self._current.encrypt(nonce, text.encode("utf-8", "surrogatepass"), f"{place}\n{rest}".encode())
        raw = nonce + hidden
        letters = raw.hex().translate(_TO_SIGNS) if indexed else urlsafe_b64encode(raw).decode()
        return f'{SEALED}{self.current_id}.{letters}"{rest}'

    def open(self, stored: str, place: str) -> str:
        """Raises: SettingError for a value sealed with a key we don't have; SealBroken if it was changed or moved."""
        if not stored.startswith(SEALED):
            return _unwrapped(stored) if stored.startswith(_PLAIN) else stored
        token, _, rest = stored[len(SEALED) :].partition('"')
        key_id, _, hidden = token.partition(".")
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise missing({key_id})
        try:
            raw = bytes.fromhex(hidden.translate(_FROM_SIGNS)) if hidden[:1] in _SIGNS else urlsafe_b64decode(hidden)
            text = cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], f"{place}\n{rest}".encode())
        except (InvalidTag, ValueError) as exc:
            raise SealBroken(
                f"A sealed text in {place} does not open: it was changed outside the bot. Restore it from a backup."
            ) from exc
        return text.decode("utf-8", "surrogatepass")

    def words(self, stems: Iterable[str]) -> str:
        """Digests of words under the current key, separated by spaces: they can be compared, but not read."""
        return " ".join(_digest(self._own_words, stem) for stem in stems)

    def forms(self, stem: str) -> list[str]:
        """A word's digests under all keys, for searching."""
        return [_digest(key, stem) for key in self._words]


def missing(ids: Iterable[str]) -> SettingError:
    """The refusal to work without a key that sealed something."""
    named = ", ".join(sorted(ids))
    return SettingError(
        SETTING,
        f"lacks the key {named}, with which texts in this database are sealed. Give every key used so far, the newest first.",
    )


def _words_key(key: SealKey) -> bytes:
    return hmac.digest(key.secret, b"sergas words", "sha256")


@lru_cache(maxsize=50_000)
def _digest(key: bytes, word: str) -> str:
    """Twelve letters from a to p, which every full text index takes for one word."""
    return "".join(
        chr(97 + (byte >> 4)) + chr(97 + (byte & 15)) for byte in hmac.digest(key, word.encode(), "sha256")[:6]
    )


def _rest(clear: Mapping[str, Any]) -> str:
    return f",{json.dumps(clear, separators=(',', ':'))[1:]}" if clear else "}"


def _unwrapped(stored: str) -> str:
    try:
        return str(json.loads(stored)["plain"])
    except (ValueError, KeyError, TypeError):
        return stored  # from a release that wrapped nothing
