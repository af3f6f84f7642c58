"""How well a score separates one kind from the other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby


def auc(scores: Sequence[float], positive: Sequence[bool]) -> float | None:
    """Return the chance that a positive one has the higher score than another, equal scores counting half. None if there are none
    of either. (Mann and Whitney 1947; Hanley and McNeil 1982.)"""
    above, below = sum(positive), len(positive) - sum(positive)
    if not above or not below:
        return None
    won, passed = 0.0, 0
    for _, tied in groupby(sorted(zip(scores, positive, strict=True)), key=lambda each: each[0]):
        group = [is_positive for _, is_positive in tied]
        others = len(group) - sum(group)
        won += sum(group) * (passed + others / 2)
        passed += others
    return round(won / (above * below), 3)
