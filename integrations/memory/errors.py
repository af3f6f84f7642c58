"""Errors of the index. None of them loses a passage: those are in our own tables.

SergasError
├── IndexBusy             another process holds the index
├── IndexUnavailable      the index cannot be read or written now; carries no content
│   └── IndexDamaged      an engine failed on its own files: close the index, check it and open it again
└── EmbedderUnavailable   the embedding server cannot be reached or refuses
"""

from __future__ import annotations

from store.domain.errors import SergasError


class IndexBusy(SergasError): ...


class IndexUnavailable(SergasError): ...


class IndexDamaged(IndexUnavailable): ...


class EmbedderUnavailable(SergasError): ...
