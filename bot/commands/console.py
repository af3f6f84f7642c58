"""What a command prints. Names and texts from outside are shown as they are: they can't style, link or move the cursor."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import Any, TextIO

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from store.domain.text.controls import CONTROL, escaped, harmless


def write_line(text: str, stream: TextIO | None = None) -> None:
    """Print one or more lines of plain text, to standard output by default."""
    (stream or sys.stdout).write(f"{harmless(text)}\n")


def write_json(told: object, *, indent: int | None = None) -> None:
    """Print one JSON value, for a program or a person: letters as they are, control characters escaped."""
    text = json.dumps(told, ensure_ascii=False, indent=indent, default=str)
    sys.stdout.write(f"{escaped(text)}\n")


class Terminal(Console):
    """A console without markup and highlighting, whose only control characters are those of its own styles."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**{"markup": False, "emoji": False, "highlight": False} | more)

    def render_str(self, text: str, **more: Any) -> Text:
        return super().render_str(harmless(text), **more)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        if isinstance(renderable, Text) and CONTROL.search(renderable.plain):
            renderable = renderable.copy()
            renderable.plain = harmless(renderable.plain)
        return super().render(renderable, options)

    def input(self, prompt: str | Text = "", **more: Any) -> str:
        return super().input(prompt if isinstance(prompt, Text) else Text(prompt), **more)
