"""Choose the embedder that a setting names."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr

from integrations.memory.embedders import Embedder
from store.domain.errors import SettingError

NAME = "SERGAS_MEMORY_EMBEDDER"
FORMS = "use hashing, minilm:FOLDER or openai:URL#MODEL:DIMENSIONS"


def embedder_of(chosen: str, *, key: SecretStr) -> Embedder:
    """Raises: SettingError for an unknown choice; EmbedderUnavailable if a model's files cannot be read."""
    kind, _, rest = chosen.strip().partition(":")
    if kind == "hashing" and not rest:
        from integrations.memory.embedders.hashing import HashingEmbedder

        return HashingEmbedder()
    if kind == "minilm" and rest:
        from integrations.memory.embedders.minilm import MiniLMEmbedder

        return MiniLMEmbedder(Path(rest))
    url, _, model = rest.partition("#")
    name, _, dimensions = model.rpartition(":")
    if kind == "openai" and url and name and dimensions.isdigit():
        from integrations.memory.embedders.openai import OpenAIEmbedder, OpenAIModel

        return OpenAIEmbedder(url, OpenAIModel(name=name, dimensions=int(dimensions)), key=key)
    raise SettingError(NAME, f"is wrong: {FORMS}.")
