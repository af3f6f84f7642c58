"""all-MiniLM-L6-v2 on this machine: 384 dimensions, no network. Its folder holds `minilm.onnx` and `tokenizer.json`.

`python -m integrations.memory.embedders.minilm_build WEIGHTS FOLDER` makes such a folder.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from integrations.memory.embedders import Purpose, Vectors, normalized
from store.domain.errors import SettingError

MODEL_FILE = "minilm.onnx"
TOKENIZER_FILE = "tokenizer.json"
SETTING = "SERGAS_MEMORY_EMBEDDER"
DIMENSIONS = 384
MAX_TOKENS = 256  # the model's training length; it ignores the rest of a longer text
MAX_CHARACTERS = 8 * MAX_TOKENS  # don't tokenize megabytes only to drop them

_BATCH = 32


class MiniLMEmbedder:
    """Batches texts of similar length, so that little is computed for padding."""

    dimensions = DIMENSIONS

    def __init__(self, folder: Path, *, threads: int = 2) -> None:
        """Raises: SettingError if the folder lacks a file, or a file doesn't belong to this model."""
        import onnxruntime  # takes a second, so only users of this model pay for it
        from tokenizers import Tokenizer

        model, tokenizer = folder / MODEL_FILE, folder / TOKENIZER_FILE
        for file in (model, tokenizer):
            if not file.is_file():
                raise SettingError(SETTING, f"names a folder without {file.name}: {folder}.")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # idle threads release the processor
        try:
            self._session: Any = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
            self._tokenizer = Tokenizer.from_file(str(tokenizer))
        except Exception as exc:  # both libraries raise classes of their own and plain Exception
            raise SettingError(SETTING, f"names a folder whose files cannot be read as this model: {folder}.") from exc
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._lock = threading.Lock()
        self.fingerprint = f"minilm-l6-v2:{_digest(tokenizer)}:{MAX_TOKENS}"

    def embed(self, texts: Sequence[str], *, purpose: Purpose = Purpose.DOCUMENT) -> Vectors:
        del purpose  # this model embeds questions and documents alike
        if not texts:
            return np.zeros((0, DIMENSIONS), dtype=np.float32)
        with self._lock:
            encoded = [one.ids for one in self._tokenizer.encode_batch([_plain(text) for text in texts])]
        order = sorted(range(len(texts)), key=lambda at: len(encoded[at]))
        rows = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            rows[batch] = self._run([encoded[at] for at in batch])
        rows[[at for at, text in enumerate(texts) if not text.strip()]] = 0
        return normalized(rows)

    def _run(self, batch: Sequence[Sequence[int]]) -> Vectors:
        """Return the mean over each text's tokens."""
        width = max(len(ids) for ids in batch)
        ids = np.zeros((len(batch), width), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, tokens in enumerate(batch):
            ids[row, : len(tokens)] = tokens
            mask[row, : len(tokens)] = 1
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        states = self._session.run(None, feed)[0]
        return np.asarray((states * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True), dtype=np.float32)


def _plain(text: str) -> str:
    """Make the text acceptable to the tokenizer: no halves of surrogate pairs."""
    return text[:MAX_CHARACTERS].encode("utf-8", "replace").decode("utf-8")


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]
