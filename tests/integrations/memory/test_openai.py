from __future__ import annotations

import socket
from collections.abc import Iterator

import numpy as np
import pytest
from pydantic import SecretStr

from integrations.memory.embedders import Purpose
from integrations.memory.embedders.openai import VOYAGE_PURPOSES, OpenAIEmbedder, OpenAIModel
from integrations.memory.errors import EmbedderUnavailable
from tests.integrations.memory.embedding_server import DIMENSIONS, EmbeddingServer, embedding_server

KEY = "sk-canary-0123456789"
MODEL = OpenAIModel(name="small", dimensions=DIMENSIONS)


@pytest.fixture
def server() -> Iterator[EmbeddingServer]:
    with embedding_server() as started:
        yield started


def embedder(server: EmbeddingServer, model: OpenAIModel = MODEL) -> OpenAIEmbedder:
    return OpenAIEmbedder(server.url, model, key=SecretStr(KEY), timeout=5, first_wait=0.001)


def test_rows_come_in_the_order_of_the_texts_and_with_length_one(server: EmbeddingServer) -> None:
    rows = embedder(server).embed(["aaa", "b"])

    assert np.allclose(rows[:, 0] / rows[:, 1], [3, 1])
    assert np.allclose(np.linalg.norm(rows, axis=1), 1)
    assert server.keys == [f"Bearer {KEY}"]


def test_many_texts_go_in_several_requests(server: EmbeddingServer) -> None:
    rows = embedder(server).embed([f"text {at}" for at in range(150)])

    assert rows.shape == (150, DIMENSIONS)
    assert [len(request["input"]) for request in server.requests] == [64, 64, 22]


def test_empty_texts_are_not_sent_and_get_zeros(server: EmbeddingServer) -> None:
    rows = embedder(server).embed(["", "word", "  "])

    assert [bool(row.any()) for row in rows] == [False, True, False]
    assert server.requests[0]["input"] == ["word"]


def test_a_text_of_ten_megabytes_is_cut(server: EmbeddingServer) -> None:
    embedder(server).embed(["x" * 10_000_000])

    assert len(server.requests[0]["input"][0]) == 24_000


def test_a_model_that_tells_questions_from_documents_is_told(server: EmbeddingServer) -> None:
    voyage = embedder(server, OpenAIModel(name="voyage", dimensions=DIMENSIONS, purposes=VOYAGE_PURPOSES))
    voyage.embed(["a"])
    voyage.embed(["a"], purpose=Purpose.QUERY)

    assert [request["input_type"] for request in server.requests] == ["document", "query"]


def test_trouble_that_passes_is_tried_again(server: EmbeddingServer) -> None:
    server.troubles = [503, 429]

    assert embedder(server).embed(["a"]).any()
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("trouble", "said", "requests"),
    [
        ([500, 500, 500, 500, 500], "is not available: it answers 500.", 4),
        ([401], "refuses the key (401).", 1),
        ([404], "refuses the request for small (404).", 1),
        ([{"data": [{"index": 0, "embedding": [1.0, 2.0]}]}], "returned vectors of a size other than 4", 1),
        ([{"data": [{"index": 0, "embedding": [1.0, 2.0, float("nan"), 0.0]}]}], "something other than vectors.", 1),
        ([{"error": "?"}], "answered with something other than vectors.", 1),
    ],
)
def test_trouble_that_stays_is_one_sentence_without_the_key_and_the_text(
    server: EmbeddingServer, trouble: list[int], said: str, requests: int
) -> None:
    server.troubles = [*trouble]

    with pytest.raises(EmbedderUnavailable) as caught:
        embedder(server).embed(["a secret sentence"])
    assert said in str(caught.value)
    assert KEY not in str(caught.value) + repr(vars(embedder(server)))
    assert "secret sentence" not in str(caught.value)
    assert len(server.requests) == requests


def test_a_server_that_is_not_there_is_told_in_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and never listens
        url = f"http://user:{KEY}@127.0.0.1:{taken.getsockname()[1]}/v1"
        unreachable = OpenAIEmbedder(url, MODEL, timeout=1, first_wait=0.001)
        with pytest.raises(
            EmbedderUnavailable, match=r"^The embedding server 127\.0\.0\.1:\d+ is not available: it cannot"
        ) as caught:
            unreachable.embed(["a"])
    assert KEY not in str(caught.value)


def test_the_fingerprint_names_the_model_and_its_size() -> None:
    assert OpenAIEmbedder("http://127.0.0.1:1/v1", MODEL).fingerprint == "openai:small:4"
