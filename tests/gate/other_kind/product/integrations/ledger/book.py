"""The ledger itself, a file of one JSON line per booking: it keeps whatever it is told, and knows no idempotency key."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any


@dataclass
class LedgerBook:
    """`silent` bookings are made but never answered."""

    path: Path
    silent: int = 0

    def book(self, entry: dict[str, Any], at: datetime) -> dict[str, Any]:
        """Raises: TimeoutError if no answer comes."""
        made = {**entry, "id": str(len(self.entries()) + 1), "at": at.isoformat()}
        with self.path.open("a") as file:
            file.write(json.dumps(made) + "\n")
        if self.silent:
            self.silent -= 1
            raise TimeoutError
        return made

    def entries(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.path.read_text().splitlines()] if self.path.exists() else []
