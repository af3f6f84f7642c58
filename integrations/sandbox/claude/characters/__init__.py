"""The sandbox Claude's characters, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from integrations.sandbox.claude.characters.competent import Competent
from integrations.sandbox.claude.characters.failures import Failing
from integrations.sandbox.claude.characters.mix_up import MixUp
from integrations.sandbox.claude.characters.obedient import Obedient
from integrations.sandbox.claude.characters.sloppy import Sloppy
from integrations.sandbox.claude.composer import Character
from store.domain.errors import BadInput

CHARACTERS: Mapping[str, Callable[[], Character]] = {
    "competent": Competent,
    "obedient": Obedient,
    "sloppy": Sloppy,
    "mix-up": MixUp,
    "failing": Failing,
}


def character_named(name: str) -> Character:
    """Raises: BadInput."""
    if name not in CHARACTERS:
        raise BadInput(f"There is no character “{name}”; choose one of {', '.join(CHARACTERS)}.")
    return CHARACTERS[name]()
