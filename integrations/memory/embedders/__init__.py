"""What turns texts into vectors: `hashing` (no download, the default), `minilm` (a model on this machine), `openai` (any server
that speaks that API). All give rows of length one, so that a dot product is a cosine.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]  # one row a text


class Purpose(StrEnum):
    """Some models embed what is asked otherwise than what is kept."""

    DOCUMENT = "document"
    QUERY = "query"


class Embedder(Protocol):
    """Blocking: call it in a thread. Safe to call from several threads."""

    @property
    def fingerprint(self) -> str:
        """Names what the vectors depend on. Vectors of different fingerprints cannot be compared."""

    @property
    def dimensions(self) -> int: ...

    def embed(self, texts: Sequence[str], *, purpose: Purpose = Purpose.DOCUMENT) -> Vectors:
        """One row a text, in their order; a text without any content gets a row of zeros.

        Raises: EmbedderUnavailable.
        """


def normalized(rows: Vectors) -> Vectors:
    """Each row with the length one; a row of zeros stays one."""
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))[:, None]
    return np.asarray(np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0), dtype=np.float32)
