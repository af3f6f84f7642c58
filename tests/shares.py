"""Which tests go to one worker together when many share the work (pytest-xdist)."""

from __future__ import annotations

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

# What a folder shares and takes many seconds to start: one demonstration, and Cognee's own modules.
TOGETHER = ("tests/browser/", "tests/integrations/memory/")
# Each test of these stands alone, and they are long.
APART = ("tests/gate/test_machine.py",)
LONG = ("slow", "browser")


class ByFile(LoadScopeScheduling):  # type: ignore[misc]  # it has no types
    """A file's tests go to one worker, because they share what was set up for them.

    Every second worker takes files from the end: the first files mostly wait and the rest mostly compute,
    so both kinds run side by side and the processors stay busy throughout.
    """

    def __init__(self, config: pytest.Config, log: Any) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False  # as `longest_first` has put them

    def _assign_work_unit(self, node: WorkerController) -> None:
        if self.nodes.index(node) % 2:
            self.workqueue.move_to_end(next(reversed(self.workqueue)), last=False)
        super()._assign_work_unit(node)

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        if file in APART:
            return nodeid
        return next((folder for folder in TOGETHER if file.startswith(folder)), file)


def longest_first(items: list[pytest.Item]) -> None:
    """Put the files with slow tests and browser tests first, so that no worker is left with one at the end."""
    long = {item.path for item in items if any(mark.name in LONG for mark in item.iter_markers())}
    items.sort(key=lambda item: item.path not in long)
