"""Vectors from a server with OpenAI's `/embeddings` API: OpenAI, Ollama, Voyage, vLLM and others.

The key goes into one header and nowhere else: no message or log contains it, or any text that was sent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx
import numpy as np
from pydantic import SecretStr
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from integrations.memory.embedders import Purpose, Vectors, normalized
from integrations.memory.errors import EmbedderUnavailable
from store.domain.text.outside_json import MOST_OF_AN_ANSWER, read_object

ATTEMPTS = 4
BATCH = 64  # texts per request
MAX_CHARACTERS = 24_000  # per text: about 8,000 tokens, the limit of OpenAI's models
MAX_WAIT = 20.0  # seconds between two attempts


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAIModel:
    """`purposes` are extra request fields by purpose, for models that distinguish questions from documents (Voyage:
    `input_type`); `dimensions` is the model's vector size, sent as a request field if `ask_dimensions` is set."""

    name: str
    dimensions: int
    ask_dimensions: bool = False
    purposes: Mapping[Purpose, Mapping[str, str]] | None = None


VOYAGE_PURPOSES = {
    Purpose.DOCUMENT: {"input_type": "document"},
    Purpose.QUERY: {"input_type": "query"},
}


class _Again(Exception):
    """Worth another attempt; `after` is the pause in seconds that the server asked for, if any."""

    def __init__(self, reason: str, after: float | None = None) -> None:
        super().__init__(reason)
        self.after = after


class OpenAIEmbedder:
    """`url` ends before `/embeddings`, e.g. `http://127.0.0.1:11434/v1`."""

    def __init__(
        self,
        url: str,
        model: OpenAIModel,
        *,
        key: SecretStr = SecretStr(""),  # noqa: B008 - frozen
        timeout: float = 30.0,
        first_wait: float = 0.5,
    ) -> None:
        """`timeout` and `first_wait` are in seconds."""
        self._model = model
        self._host = urlsplit(url).netloc.rpartition("@")[2]
        headers = {"Authorization": f"Bearer {key.get_secret_value()}"} if key.get_secret_value() else {}
        self._client = httpx.Client(base_url=f"{url.rstrip('/')}/", headers=headers, timeout=timeout, trust_env=False)
        self._first_wait = first_wait
        self.dimensions = model.dimensions
        self.fingerprint = f"openai:{model.name}:{model.dimensions}"

    def embed(self, texts: Sequence[str], *, purpose: Purpose = Purpose.DOCUMENT) -> Vectors:
        rows = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        told = [at for at, text in enumerate(texts) if text.strip()]  # servers refuse empty texts
        for start in range(0, len(told), BATCH):
            batch = told[start : start + BATCH]
            rows[batch] = self._asked([_plain(texts[at]) for at in batch], purpose)
        return normalized(rows)

    def close(self) -> None:
        self._client.close()

    def _asked(self, texts: Sequence[str], purpose: Purpose) -> Vectors:
        body: dict[str, object] = {"model": self._model.name, "input": list(texts), "encoding_format": "float"}
        if self._model.ask_dimensions:
            body["dimensions"] = self._model.dimensions
        body.update((self._model.purposes or {}).get(purpose, {}))
        attempts = Retrying(
            retry=retry_if_exception_type(_Again),
            stop=stop_after_attempt(ATTEMPTS),
            wait=self._wait,
            reraise=True,
        )
        try:
            return attempts(self._once, body, len(texts))
        except _Again as exc:
            raise EmbedderUnavailable(f"The embedding server {self._host} is not available: {exc}.") from exc

    def _wait(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, _Again) and error.after is not None:
            return min(error.after, MAX_WAIT)
        return wait_exponential_jitter(initial=self._first_wait, max=MAX_WAIT, jitter=self._first_wait)(state)

    def _once(self, body: Mapping[str, object], count: int) -> Vectors:
        try:
            answer = self._client.post("embeddings", json=body)
        except httpx.TimeoutException as exc:
            raise _Again("it does not answer in time") from exc
        except httpx.HTTPError as exc:
            raise _Again("it cannot be reached") from exc
        if answer.status_code == 429 or answer.status_code >= 500:
            raise _Again(f"it answers {answer.status_code}", _seconds(answer.headers.get("Retry-After")))
        if answer.status_code in (401, 403):
            raise EmbedderUnavailable(f"The embedding server {self._host} refuses the key ({answer.status_code}).")
        if answer.status_code != 200:
            raise EmbedderUnavailable(
                f"The embedding server {self._host} refuses the request for {self._model.name} ({answer.status_code})."
            )
        return self._read(answer, count)

    def _read(self, answer: httpx.Response, count: int) -> Vectors:
        try:
            entries = sorted(
                read_object(answer.content, most=MOST_OF_AN_ANSWER)["data"], key=lambda entry: int(entry["index"])
            )
            rows = np.array([entry["embedding"] for entry in entries], dtype=np.float32)
        except (ValueError, KeyError, TypeError) as exc:
            raise EmbedderUnavailable(
                f"The embedding server {self._host} answered with something other than vectors."
            ) from exc
        if rows.shape != (count, self.dimensions) or not np.isfinite(rows).all():
            raise EmbedderUnavailable(
                f"The embedding server {self._host} returned vectors of a size other than {self.dimensions}; set the size of "
                f"{self._model.name}."
            )
        return rows


def _plain(text: str) -> str:
    return text[:MAX_CHARACTERS].encode("utf-8", "replace").decode("utf-8")


def _seconds(value: str | None) -> float | None:
    try:
        return max(0.0, float(value)) if value else None
    except ValueError:
        return None
