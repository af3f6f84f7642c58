"""Which tests go to one worker together when many share the work (pytest-xdist)."""

from __future__ import annotations

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

# What a folder shares and takes many seconds to start: one demonstration, and Cognee's own modules.
TOGETHER = ("tests/browser/", "tests/integrations/memory/")
# Each test of these stands alone, and they are long.
APART = ("tests/gate/test_machine.py",)
LONG = ("slow", "browser")


class ByFile(LoadScopeScheduling):  # type: ignore[misc]  # it has no types
    """A file's tests go to one worker, because they share what was set up for them."""

    def __init__(self, config: pytest.Config, log: Any) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False  # as `longest_first` has put them

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        if file in APART:
            return nodeid
        return next((folder for folder in TOGETHER if file.startswith(folder)), file)


def longest_first(items: list[pytest.Item]) -> None:
    """Files that hold what is slow, or drives a browser, come before the rest, so that no worker is left with one in the end."""
    long = {item.path for item in items if any(mark.name in LONG for mark in item.iter_markers())}
    items.sort(key=lambda item: item.path not in long)
