"""What can go wrong with the index. Nothing of it loses a passage: those are in our own tables.

SergasError
├── IndexBusy             another process holds the index
├── IndexUnavailable      the index cannot be read or written now; carries no content
│   └── IndexDamaged      an engine failed on its own files: the index is to be closed, looked through and opened again
└── EmbedderUnavailable   the server that gives vectors cannot be reached or refuses
"""

from __future__ import annotations

from store.domain.errors import SergasError


class IndexBusy(SergasError): ...


class IndexUnavailable(SergasError): ...


class IndexDamaged(IndexUnavailable): ...


class EmbedderUnavailable(SergasError): ...
