"""Whether 1,000 hostile connections to each of our HTTP servers cost memory, or the others their answers."""

from __future__ import annotations

from tests.bench.doors.servers import SERVERS as SERVERS
from tests.bench.doors.siege import measure as measure
