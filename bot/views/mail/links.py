"""The addresses that a message was given for its records: no other address in it becomes a link."""

from __future__ import annotations

from bot.views.reader import RecordLinks
from store.domain.crm.accounts import Kind


class GivenLinks:
    """Satisfies `bot.views.reader.RecordLinks`, and remembers each address."""

    def __init__(self, links: RecordLinks) -> None:
        self._links = links
        self.given: set[str] = set()

    def record(self, kind: Kind, record_id: str) -> str | None:
        url = self._links.record(kind, record_id)
        if url is not None:
            self.given.add(url)
        return url
