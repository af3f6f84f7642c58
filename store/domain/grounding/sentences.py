"""Cut a line into its sentences."""

from __future__ import annotations

import re

_ABBREVIATED = (
    r"(?<!\bDr\.)(?<!\bMr\.)(?<!\bMrs\.)(?<!\bMs\.)(?<!\bProf\.)(?<!\bNo\.)(?<!\bInc\.)(?<!\bLtd\.)"
    r"(?<!\be\.g\.)(?<!\bi\.e\.)"
)
_SENTENCE_END = re.compile(rf"(?:(?<=[.!?…])|(?<=[.!?…][”\"’)])){_ABBREVIATED}(?<!\bSt\.)(?<!\bvs\.)\s+(?=[^\sa-z])")


def sentences_of(line: str) -> list[str]:
    return [each for each in _SENTENCE_END.split(line.strip()) if each]
