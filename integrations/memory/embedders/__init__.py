"""Embedders turn texts into vectors: `hashing` (no download, the default), `minilm` (a model on this machine), `openai`
(any server with that API). All return rows of length one, so that a dot product is a cosine."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]  # one row per text


class Purpose(StrEnum):
    """Some models embed questions differently from documents."""

    DOCUMENT = "document"
    QUERY = "query"


class Embedder(Protocol):
    """Blocking: call it in a thread. Safe to call from several threads."""

    @property
    def fingerprint(self) -> str:
        """Identifies everything the vectors depend on. Vectors of different fingerprints cannot be compared."""

    @property
    def dimensions(self) -> int: ...

    def embed(self, texts: Sequence[str], *, purpose: Purpose = Purpose.DOCUMENT) -> Vectors:
        """Return one row per text, in order; a text without content gets a row of zeros.

        Raises: EmbedderUnavailable.
        """


def normalized(rows: Vectors) -> Vectors:
    """Scale each row to length one; a row of zeros stays as it is."""
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))[:, None]
    return np.asarray(np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0), dtype=np.float32)
