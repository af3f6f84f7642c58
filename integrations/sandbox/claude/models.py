"""The sandbox's models: their names and limits, and their listing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from integrations.sandbox.claude.errors import invalid, not_found
from integrations.sandbox.claude.pages import Page, page_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """`max_input_tokens` is the context window; `released` an RFC 3339 time. `thinking` lists the accepted types of
    `thinking`, `thinks` says whether it thinks unasked, `effort` how hard by default. Prefixes are cached from
    `cached_from` tokens.
    """

    id: str
    name: str
    max_input_tokens: int = 1_000_000
    max_tokens: int = 128_000
    released: str = "2026-06-01T00:00:00Z"
    thinking: frozenset[str] = frozenset({"adaptive", "disabled"})
    thinks: bool = True
    effort: Literal["low", "medium", "high", "xhigh", "max"] = "high"
    cached_from: int = 1024

    def shown(self) -> dict[str, Any]:
        line = self.id.split("-")[1]
        return {
            "type": "model",
            "id": self.id,
            "display_name": self.name,
            "created_at": self.released,
            "lifecycle": "active",
            "deprecated_at": None,
            "retires_at": None,
            "line": line if line in ("haiku", "sonnet", "opus", "fable", "mythos") else None,
            "max_input_tokens": self.max_input_tokens,
            "max_tokens": self.max_tokens,
        }


def _earlier(model_id: str, name: str, released: str, *thinking: str) -> Model:
    """A model that does not think unasked."""
    return Model(
        id=model_id,
        name=name,
        released=released,
        max_input_tokens=200_000,
        max_tokens=64_000,
        thinking=frozenset({"enabled", "disabled", *thinking}),
        thinks=False,
    )


_FIVE, _SONNET_46, _HAIKU_45 = "2026-02-01T00:00:00Z", "2025-12-01T00:00:00Z", "2025-10-01T00:00:00Z"
DEFAULT_MODELS: Sequence[Model] = (
    Model(id="claude-haiku-5-5", name="Claude Haiku 5.5", max_input_tokens=200_000, effort="medium", cached_from=512),
    Model(
        id="claude-sonnet-5-5",
        name="Claude Sonnet 5.5",
        thinking=frozenset({"adaptive", "between_tools"}),
        cached_from=512,
    ),
    Model(
        id="claude-opus-5-5",
        name="Claude Opus 5.5",
        thinking=frozenset({"adaptive"}),
        effort="medium",
        cached_from=512,
    ),
    Model(id="claude-sonnet-5", name="Claude Sonnet 5", released=_FIVE),
    Model(id="claude-opus-5", name="Claude Opus 5", released=_FIVE),
    _earlier("claude-sonnet-4-6", "Claude Sonnet 4.6", _SONNET_46, "adaptive"),
    _earlier("claude-haiku-4-5", "Claude Haiku 4.5", _HAIKU_45),
    _earlier("claude-haiku-4-5-20251001", "Claude Haiku 4.5", _HAIKU_45),
)


class Models:
    def __init__(self, models: Sequence[Model]) -> None:
        self._models = {model.id: model for model in models}

    def get(self, model_id: str) -> Model:
        """Raises: Refusal 404 for an unknown model."""
        if model_id not in self._models:
            raise not_found(f"model: {model_id}")
        return self._models[model_id]

    def taking(self, model_id: str, max_tokens: int) -> Model:
        """Return the model if its answers can be this long. Raises: Refusal."""
        model = self.get(model_id)
        if max_tokens > model.max_tokens:
            raise invalid(
                f"max_tokens: {max_tokens} > {model.max_tokens}, which is the maximum allowed number of output tokens "
                f"for {model_id}"
            )
        return model

    def page(self, query: Mapping[str, str]) -> Page:
        """Newest first. Raises: Refusal."""
        newest = sorted(self._models.values(), key=lambda model: model.released, reverse=True)
        return page_of([model.shown() for model in newest], query)
