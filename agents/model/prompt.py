"""Texts from `prompts/*.md`: split at their headings, filled with named variables, and identified by their content.

A file has `## section` headings with `### part` headings below; a text's key is `section.part`. Variables are `$name`, as in
`string.Template`. Filled-in values are not searched for variables.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Prompt:
    """A file's texts by `section.part`. `digest` is the file's SHA-256, which identifies a text's version."""

    name: str
    texts: Mapping[str, str]
    digest: str

    def __contains__(self, key: str) -> bool:
        return key in self.texts

    def render(self, key: str, variables: Mapping[str, str]) -> str:
        """The text with its variables filled in. Raises: KeyError for an unknown text or a missing variable."""
        if key not in self.texts:
            raise KeyError(f"prompts/{self.name}.md has no text “{key}”.")
        try:
            return Template(self.texts[key]).substitute(variables)
        except KeyError as exc:
            raise KeyError(f"prompts/{self.name}.md, “{key}”: the variable ${exc.args[0]} is missing.") from exc


@cache
def load_prompt(name: str) -> Prompt:
    """Read `prompts/<name>.md`, once. Raises: FileNotFoundError."""
    content = files("prompts").joinpath(f"{name}.md").read_text(encoding="utf-8")
    return parse_prompt(name, content)


def parse_prompt(name: str, content: str) -> Prompt:
    texts: dict[str, list[str]] = {}
    section, lines = "", list[str]()
    for line in content.splitlines():
        if line.startswith("## "):
            section, lines = line[3:].strip(), []
        elif line.startswith("### "):
            lines = texts.setdefault(f"{section}.{line[4:].strip()}", [])
        else:
            lines.append(line)
    stripped = {key: "\n".join(text).strip() for key, text in texts.items()}
    return Prompt(name, MappingProxyType(stripped), hashlib.sha256(content.encode()).hexdigest())
